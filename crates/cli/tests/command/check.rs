//! `loadgen check`: what is wrong, and what would be run.

use crate::harness::{Project, loadgen};
use loadgen_testkit::{Transcript, transcript};

fn check(project: &Project, args: &[&str]) -> Transcript {
    let mut command = loadgen(&["check", "script.yml"]);
    transcript(command.args(args).current_dir(project.path("")).env_remove("NOWHERE_SET"))
}

const SHOP: &str = r#"
config:
  target: http://127.0.0.1:9
  phases:
    - {name: Warm-up, duration: 30, arrivalRate: 0, rampTo: 20}
    - {pause: 10}
    - {name: Peak, duration: 1m, arrivalRate: 20, maxVusers: 1000}
    - {duration: 20, arrivalCount: 50}
  environments:
    ci: {phases: [{duration: 1, arrivalRate: 1}]}
  payload:
    - {path: users.csv, fields: [name, city], order: sequence}
    - {path: users.csv, loadAll: true, name: everybody, fields: [name, city]}
  plugins: {ensure: {}}
  ensure: {p95: 200, maxErrorRate: 1}
before:
  flow:
    - post: {url: /login, json: {}, capture: {json: $.token, as: token}}
scenarios:
  - name: Buyer
    weight: 3
    flow:
      - get: {url: "/hello/{{ name }}"}
      - loop:
          - post: {url: /cart, json: {}, capture: [{json: $.id, as: cart}, {header: etag, as: tag}]}
          - think: 1.5
        count: 10
      - loop:
          - get: {url: "/cart/{{ $loopElement }}", ifTrue: "cart > 1", probability: 30}
        over: [1, 2]
      - parallel:
          - get: {url: /a}
          - get: {url: /b}
      - log: "done"
  - name: Looker
    flow:
      - loop: [{get: {url: "/{{ city }}"}}]
        whileTrue: "token == 1"
"#;

#[test]
fn a_script_that_is_right_is_told_as_what_would_be_run() {
    let project = Project::new(SHOP);
    std::fs::write(project.path("users.csv"), "ada,Paris\nbob,Rome\neve,Oslo\n").unwrap();
    let told = check(&project, &[]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stdout.lines().all(|line| line.chars().count() <= 80), "{}", told.stdout);
    insta::assert_snapshot!(told.text(), @r##"
    exit 0
    --- stdout
    script.yml: nothing is wrong with it

    target  http://127.0.0.1:[port]

    phases                                     duration   users a second       users
      Warm-up                                      30 s           0 → 20         300
      unnamed 2                                    10 s            pause           0
      Peak                                         60 s               20       1,200
        at most 1,000 users at a time
      unnamed 4                                    20 s              2.5          50
      in all                                      2 min                        1,550

      ▁▁▂▂▃▃▄▄▅▆▆▇▇██     ██████████████████████████████▁▁▁▁▁▁▁▁▁▁  up to 20/s
      0 s                                                    2 min

    before, once
      POST   /login  → token

    scenario Buyer: 75 % of the users (about 1,163)
      one user sends 13 to 15 requests:
        GET    /hello/{{ name }}
        10 ×
          POST   /cart  → cart, tag
          think  1.5 s
        2 ×, one for each entry
          GET    /cart/{{ $loopElement }}  [if cart > 1, in 30 % of cases]
        side by side
          GET    /a
          GET    /b
        log    done

    scenario Looker: 25 % of the users (about 388)
      one user sends 1 request or more:
        once, and again while token == 1
          GET    /{{ city }}

    data files
      users.csv: 3 rows, each user the next; sets name, city
      users.csv: 3 rows, all rows for each user; sets everybody

    thresholds
      http.response_time.p95 < 200
      loadgen.users_failed_rate ≤ 1
    --- stderr
    "##);
    let told = check(&project, &["-e", "ci", "--scenario-name", "Looker"]);
    assert!(told.stdout.contains("scenario Buyer: never chosen"), "{}", told.stdout);
}

#[test]
fn problems_are_told_all_at_once_and_with_what_is_not_supported() {
    let project = Project::new(
        "config:
  target: http://x
  processor: a.js
  plugins: {nosuch: {}}
  phases: [{duration: 1, arivalRate: 3}]
scenarios: [{engine: nosuch, flow: [{get: {url: '/{{ b }}'}}]}]
",
    );
    let told = check(&project, &[]);
    insta::assert_snapshot!(told.text(), @r##"
    exit 2
    --- stdout
    error: `processor` is not supported yet in config
      --> script.yml:3:3
       |
     3 |   processor: a.js
       |   ^^^^^^^^^
       |
       = hint: config takes target, phases, environments, variables, http, timeout, tls, plugins, ensure, defaults, payload, mode, apdex, fake-data, monitor

    warning: Could not load plugin: nosuch
      --> script.yml:4:13
       |
     4 |   plugins: {nosuch: {}}
       |             ^^^^^^
       |
       = hint: loadgen has ensure, expect, metrics-by-endpoint, apdex, fake-data, slack, publish-metrics built in; the run goes on without it

    error: unknown key `arivalRate` in a phase
      --> script.yml:5:26
       |
     5 |   phases: [{duration: 1, arivalRate: 3}]
       |                          ^^^^^^^^^^ did you mean `arrivalRate`?
       |
       = hint: a phase takes duration, arrivalRate, rampTo, arrivalCount, users, pause, maxVusers, name, mode

    error: unknown engine `nosuch` in scenarios[0]
      --> script.yml:6:22
       |
     6 | scenarios: [{engine: nosuch, flow: [{get: {url: '/{{ b }}'}}]}]
       |                      ^^^^^^
       |
       = hint: the engine is `http`, which needs no key

    warning: nothing in this script sets the variable `b`
      --> script.yml:6:49
       |
     6 | scenarios: [{engine: nosuch, flow: [{get: {url: '/{{ b }}'}}]}]
       |                                                 ^^^^^^^^^^
       |
       = hint: variables come from config.variables, -v, captures and loops

    script.yml: 3 errors, 2 warnings: it cannot be run

    not supported
      `processor` in config
      the plugin `nosuch`
      the engine `nosuch`
    --- stderr
    "##);
}

#[test]
fn other_programs_get_json() {
    let project = Project::new(SHOP);
    std::fs::write(project.path("users.csv"), "ada,Paris\n").unwrap();
    let told = check(&project, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((told.status, &json["ok"], &json["errors"]), (0, &true.into(), &0.into()));
    assert_eq!(json["plan"]["target"], "http://127.0.0.1:9");
    assert_eq!(json["plan"]["phases"][0]["users"], 300);
    assert_eq!(json["plan"]["users"], 300 + 1_200 + 50);
    assert_eq!(json["plan"]["scenarios"][0]["share"], 0.75);
    assert_eq!(json["plan"]["scenarios"][0]["requests"], serde_json::json!({"least": 13, "most": 15}));
    assert_eq!(json["plan"]["scenarios"][1]["requests"], serde_json::json!({"least": 1, "most": null}));
    assert_eq!(
        json["plan"]["dataFiles"][1],
        serde_json::json!(
            {"path": "users.csv", "rows": 1, "order": "all", "variables": ["everybody"]}
        )
    );

    let project = Project::new("config: {target: 'http://x', phaes: []}\nscenarios: [{flow: []}]\n");
    let told = check(&project, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((told.status, &json["ok"], &json["plan"]), (2, &false.into(), &serde_json::Value::Null));
    let problem = &json["diagnostics"][0];
    insta::assert_snapshot!(problem, @r#"{"severity":"error","message":"unknown key `phaes` in config","file":"script.yml","line":1,"column":30,"length":5,"label":"did you mean `phases`?","hint":"config takes target, phases, environments, variables, http, timeout, tls, plugins, ensure, defaults, payload, mode, apdex, fake-data, monitor"}"#);
}

#[test]
fn other_programs_get_json_for_a_file_that_is_not_there_too() {
    let told = transcript(&mut loadgen(&["check", "nowhere.yml", "--json"]));
    let json: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((told.status, &json["ok"], &json["errors"]), (2, &false.into(), &1.into()));
    assert!(json["diagnostics"][0]["message"].as_str().unwrap().starts_with("cannot read nowhere.yml"));
}

#[test]
fn the_example_of_the_document_is_what_is_told() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let page = std::fs::read_to_string(root.join("docs/check.md")).unwrap();
    let shown = page.split("$ loadgen check scenarios/crud.yml\n").nth(1).unwrap();
    let told = transcript(loadgen(&["check", "scenarios/crud.yml"]).current_dir(root));
    assert_eq!(shown.split("```").next().unwrap(), told.stdout);
}

#[test]
fn a_closed_loop_is_told_without_a_ceiling_and_with_its_end() {
    let script = |phases: &str| {
        let head = format!("config: {{target: 'http://127.0.0.1:9', phases: {phases}}}");
        Project::new(&format!("{head}\nscenarios: [{{flow: [{{loop: [{{get: {{url: /}}}}]}}]}}]\n"))
    };
    let told = check(&script("[{users: 4, duration: 9, maxVusers: 0}]"), &[]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stdout.contains("`maxVusers` has no effect beside `users`"), "{}", told.stdout);
    let plan = &told.stdout[told.stdout.find("phases  ").unwrap()..];
    insta::assert_snapshot!(plan, @r##"
    phases                                     duration   users a second       users
      unnamed 1                                     9 s      4 at a time           -

    scenario 0: 100 % of the users
      one user sends 1 request or more:
        until the phase is over
          GET    /
    "##);
    for (phases, words) in [
        (
            "[{users: 4, duration: 9}, {duration: 1, arrivalCount: 2}, {pause: 1}]",
            "until a step fails or, for those of `users`, the phase is over",
        ),
        ("[{users: 4, duration: 9}, {pause: 1}]", "until the phase is over"),
        ("[{duration: 1, arrivalCount: 2}]", "until a step fails"),
    ] {
        let told = check(&script(phases), &[]);
        assert!(told.stdout.lines().any(|line| line.trim() == words), "{phases}: {}", told.stdout);
    }
    let told = check(&script("[{users: 4, duration: 9, maxVusers: 3}]"), &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let phase = &json["plan"]["phases"][0];
    assert_eq!((&phase["kind"], &phase["from"], &phase["to"]), (&"users".into(), &4.0.into(), &4.0.into()));
    assert_eq!((&phase["users"], &phase["maxVusers"]), (&0.into(), &serde_json::Value::Null));
}
