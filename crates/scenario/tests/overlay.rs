//! Environments, `-t`, `--overrides`, `-v`, `-k`, and placeholders in `config`.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may")]

mod common;

use common::{FLOW, User, plan_with, told_with};
use loadgen_scenario::plan::{Body, Initial, Pattern, Plan, Step, Target, Url};
use loadgen_scenario::{Choices, Source};
use serde_json::json;
use std::time::Duration;

fn target(plan: &Plan) -> String {
    match &plan.target {
        Target::Builtin => "builtin".to_owned(),
        Target::Address(origin) => origin.to_string(),
    }
}

/// URL and JSON body of the first request.
fn first(plan: &Plan) -> (String, String) {
    let Step::Request(request) = &plan.scenarios[0].flow[0] else { panic!("no request") };
    let (Url::OnTarget(url) | Url::Whole(url, _)) = &request.url;
    let mut user = User::new(plan, &[]);
    let (mut text, mut bytes) = (String::new(), Vec::new());
    url.render_into(&mut user, &mut text);
    if let Body::Json(json) = &request.body {
        json.render_into(&mut user, &mut bytes);
    }
    (text, String::from_utf8(bytes).unwrap())
}

fn choices(environment: &str) -> Choices {
    Choices { environment: Some(environment.into()), ..Choices::default() }
}

#[test]
fn an_environment_is_merged_entry_by_entry() {
    let script = format!(
        "
config:
  target: http://base
  phases:
    - {{duration: 9, arrivalCount: 9, name: first}}
    - {{duration: 200ms, arrivalCount: 2, name: second}}
  variables: {{a: base-a, b: base-b}}
  environments:
    short:
      target: http://short/
      phases:
        - {{duration: 100ms, arrivalCount: 1}}
      variables: {{b: short-b}}
{FLOW}"
    );
    let plan = plan_with(&script, &choices("short"));
    assert_eq!(target(&plan), "http://short");
    assert_eq!(plan.phases.len(), 2);
    assert_eq!(plan.phases[0].duration, Duration::from_millis(100));
    assert_eq!((plan.phases[0].name.as_deref(), plan.phases[0].arrivals), (Some("first"), Pattern::Count(1)));
    let values: Vec<_> = plan.variables.iter().map(|(_, initial)| initial.clone()).collect();
    assert_eq!(values, [Initial::Fixed(json!("base-a")), Initial::Fixed(json!("short-b"))]);
}

#[test]
fn an_unknown_environment_is_a_warning() {
    let script = format!("config:\n  target: http://x\n  environments:\n    staging: {{}}\n{FLOW}");
    insta::assert_snapshot!(told_with(&script, &choices("stagin")), @r"
    warning: environment stagin is set but is not defined in the script
      --> a.yml:3:3
       |
     3 |   environments:
       |   ^^^^^^^^^^^^ did you mean `staging`?
       |
       = hint: -e takes a name from config.environments; the run goes on without it
    ");
    let none = format!("config:\n  target: http://x\n{FLOW}");
    let said = told_with(&none, &choices("nowhere"));
    assert!(said.contains("environment nowhere is set but is not defined in the script"));
}

#[test]
fn overrides_win_over_the_target_option_which_wins_over_the_environment() {
    let script =
        format!("config: {{target: 'http://base', environments: {{e: {{target: 'http://env'}}}}}}\n{FLOW}");
    let mut choices = choices("e");
    assert_eq!(target(&plan_with(&script, &choices)), "http://env");
    choices.target = Some("http://option:81".into());
    assert_eq!(target(&plan_with(&script, &choices)), "http://option:81");
    choices.overrides = Some(Source::new("--overrides", r#"{"config": {"target": "builtin"}}"#));
    assert_eq!(target(&plan_with(&script, &choices)), "builtin");
}

#[test]
fn overrides_replace_lists_and_merge_maps() {
    let script = format!(
        "config: {{target: 'http://x', phases: [{{duration: 5, arrivalRate: 2}}, {{pause: 1}}], http: {{timeout: 3}}}}\n{FLOW}"
    );
    let overrides = r#"{"config":{"phases":[{"duration":"100ms","arrivalCount":1}],"http":{"pool":2}}}"#;
    let choices = Choices {
        overrides: Some(Source::new("--overrides", overrides)),
        insecure: true,
        ..Choices::default()
    };
    let plan = plan_with(&script, &choices);
    assert_eq!(plan.phases.len(), 1);
    assert_eq!(
        (plan.http.timeouts.first_byte, plan.http.pool, plan.http.verify_tls),
        (Duration::from_secs(3), Some(2), false)
    );
}

#[test]
fn problems_in_options_are_shown_where_they_are() {
    let choices = Choices {
        target: Some("localhost".into()),
        overrides: Some(Source::new("--overrides", r#"{"config":{"phases":[{"durration":1}]}}"#)),
        variables: Some(Source::new("--variables", "a=1")),
        ..Choices::default()
    };
    insta::assert_snapshot!(told_with(&format!("config: {{}}\n{FLOW}"), &choices), @r##"
    warning: Invalid URL: the target `localhost` does not begin with http
      --> --target:1:1
       |
     1 | localhost
       | ^^^^^^^^^ users fail at their first request to it
       |
       = hint: such as http://localhost:8080, or `builtin`

    error: unknown key `durration` in a phase
      --> --overrides:1:23
       |
     1 | {"config":{"phases":[{"durration":1}]}}
       |                       ^^^^^^^^^^^ did you mean `duration`?
       |
       = hint: a phase takes duration, arrivalRate, rampTo, arrivalCount, users, pause, maxVusers, name, mode

    error: --variables is not JSON: expected value
      --> --variables:1:1
       |
     1 | a=1
       | ^
       |
       = hint: a JSON object is wanted, such as --variables '{"key": "value"}'
    "##);
    let list = Choices { overrides: Some(Source::new("--overrides", "[1]")), ..Choices::default() };
    let said = told_with(&format!("config: {{target: 'http://x'}}\n{FLOW}"), &list);
    assert!(said.starts_with("error: --overrides is JSON, but not a JSON object"), "{said}");
}

#[test]
fn variables_from_the_command_line_keep_their_types_and_reach_config() {
    let script = "
config:
  target: 'http://x/{{ where }}'
  variables: {base: script, kept: script}
scenarios:
  - flow:
      - post:
          url: '/{{ base }}/{{ kept }}/{{ num }}/{{ obj.k[1] }}/{{ one }}'
          json: {num: '{{ num }}', obj: '{{ obj }}', yes: '{{ yes }}'}
";
    let variables = r#"{"num":5,"obj":{"k":[1,2]},"yes":true,"base":"cli","one":["only"],"where":"any"}"#;
    let choices = Choices { variables: Some(Source::new("--variables", variables)), ..Choices::default() };
    let (url, body) = first(&plan_with(script, &choices));
    assert_eq!(url, "/any/cli/script/5/2/only");
    assert_eq!(body, r#"{"num":5,"obj":{"k":[1,2]},"yes":true}"#);
}

#[test]
fn the_environment_of_the_process_reaches_config_and_requests() {
    let script = "
config:
  target: 'http://127.0.0.1:{{ $env.PORT }}/any/{{ $env.WORD }}'
  phases:
    - {duration: '{{ $env.TIME }}', arrivalCount: '{{ $processEnvironment.COUNT }}', name: '{{ $env.NONE }}'}
  variables:
    num: '{{ $env.COUNT }}'
    dir: '{{ $dirname }}'
    drawn: '{{ $randomNumber(7, 7) }}'
scenarios:
  - weight: '{{ num }}'
    flow:
      - post:
          url: '/{{ num }}/{{ $environment }}/{{ $env.WORD }}'
          json: {dir: '{{ dir }}', file: '{{ $scenarioFile }}', id: '{{ $testId }}', env: '{{ $env.COUNT }}',
            drawn: '{{ drawn }}', target: '{{ target }}'}
";
    let set = [("PORT", "81"), ("WORD", "amber"), ("TIME", "200ms"), ("COUNT", "2")];
    let choices = Choices {
        process_env: set.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        scenario_file: "/s/a.yml".into(),
        dirname: ".".into(),
        test_id: "t1".into(),
        ..Choices::default()
    };
    let plan = plan_with(script, &choices);
    assert_eq!(target(&plan), "http://127.0.0.1:81");
    assert_eq!(
        (plan.phases[0].duration, plan.phases[0].arrivals),
        (Duration::from_millis(200), Pattern::Count(2))
    );
    assert_eq!((plan.phases[0].name.as_deref(), plan.scenarios[0].weight), (None, 2));
    let (url, body) = first(&plan);
    assert_eq!(url, "/any/amber/2/undefined/amber");
    assert_eq!(
        body,
        r#"{"dir":".","file":"/s/a.yml","id":"t1","env":"2","drawn":"7","target":"http://127.0.0.1:81/any/amber"}"#
    );
    let said = told_with(script, &choices);
    assert!(said.starts_with("warning: the environment variable `NONE` is not set"), "{said}");
}

#[test]
fn an_environment_without_anything_changes_nothing() {
    let script = format!("config:\n  target: http://x\n  environments:\n    none:\n{FLOW}");
    insta::assert_snapshot!(told_with(&script, &choices("none")), @r###"
    warning: the environment none is empty
      --> a.yml:4:5
       |
     4 |     none:
       |     ^^^^
       |
       = hint: the run goes on with config as it stands
    "###);
    assert_eq!(target(&plan_with(&script, &choices("none"))), "http://x");
}

#[test]
fn an_environment_that_is_no_map_is_told_once() {
    let script = format!("config:\n  target: http://x\n  environments:\n    five: 5\n{FLOW}");
    insta::assert_snapshot!(told_with(&script, &choices("five")), @r###"
    error: "config.environments.five" must be a map, not a number
      --> a.yml:4:11
       |
     4 |     five: 5
       |           ^
    "###);
}

#[test]
fn an_empty_target_option() {
    let script = format!("config: {{target: 'http://x'}}\n{FLOW}");
    let choices = Choices { target: Some(String::new()), ..Choices::default() };
    insta::assert_snapshot!(told_with(&script, &choices), @r###"
    error: --target is empty
      --> --target:1:1
       |
     1 |
       | ^
       |
       = hint: give a URL, such as -t http://localhost:8080, or leave -t out
    "###);
}

#[test]
fn options_that_are_almost_json() {
    let script = format!("config: {{target: 'http://x'}}\n{FLOW}");
    let choices =
        Choices { variables: Some(Source::new("--variables", "{\"a\": 1,}")), ..Choices::default() };
    insta::assert_snapshot!(told_with(&script, &choices), @r###"
    error: --variables is not JSON: trailing comma
      --> --variables:1:9
       |
     1 | {"a": 1,}
       |         ^
       |
       = hint: often a comma, a quote or a bracket; in a shell, in single quotes: --variables '{"key": "value"}'
    "###);
}

#[test]
fn variables_in_config_do_not_know_one_another() {
    let script = "
config:
  target: http://t
  variables: {a: one, b: '{{ a }}', c: 'x{{ a }}y'}
scenarios:
  - flow:
      - post: {url: '/{{ c }}', json: {b: '{{ b }}', a: '{{ a }}'}}
"
    .trim_start();
    let plan = plan_with(script, &Choices::default());
    assert_eq!(first(&plan), ("/xundefinedy".to_owned(), r#"{"a":"one"}"#.to_owned()));
    assert!(told_with(script, &Choices::default()).contains("`a` is not known before the run"));
}

#[test]
fn the_environment_asks_for_extended_metrics() {
    let script = format!("config: {{target: http://t}}\n{FLOW}");
    let set = |value: &str| Choices {
        process_env: [("ARTILLERY_EXTENDED_HTTP_METRICS".to_owned(), value.to_owned())].into(),
        ..Choices::default()
    };
    assert!(plan_with(&script, &set("true")).http.extended_metrics);
    assert!(!plan_with(&script, &set("")).http.extended_metrics);
}

#[test]
fn urls_follow_the_query_of_a_target() {
    let script = "config: {target: 'http://t/a?k=1'}\nscenarios:\n  - flow:\n      - get: {url: /x}\n";
    assert_eq!(first(&plan_with(script, &Choices::default())).0, "/a?k=1/x");
}
