//! Plans of whole scripts.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may")]

mod common;

use common::{FLOW, User, plan, told};
use loadgen_scenario::Source;
use loadgen_scenario::plan::{Body, Initial, Pattern, Plan, Request, Server, Step, Url};
use loadgen_scenario::{Document, parse, url};
use serde_json::json;
use std::time::Duration;

fn requests(plan: &Plan) -> Vec<&Request> {
    let steps = plan.scenarios.iter().flat_map(|scenario| &scenario.flow);
    steps.filter_map(|step| if let Step::Request(request) = step { Some(&**request) } else { None }).collect()
}

fn rendered(url: &Url, user: &mut User) -> String {
    let (Url::OnTarget(template) | Url::Whole(template, _)) = url;
    let mut text = String::new();
    template.render_into(user, &mut text);
    text
}

fn headers(request: &Request) -> String {
    let lines =
        request.headers.iter().map(|(name, value)| format!("{name}: {}", value.as_text().unwrap_or("?")));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_script_says_what_it_says_and_no_more() {
    let script =
        "config: {phases: [{duration: 1.5, arrivalRate: '2'}]}\nscenarios:\n  - flow:\n      - think: 1\n";
    let (scenario, problems) = parse(&Document::read(&Source::new("a.yml", script)).unwrap());
    assert_eq!(problems, []);
    let phase = &scenario.config.phases.as_ref().unwrap()[0];
    assert_eq!(phase.duration.as_ref().unwrap().value, Duration::from_millis(1_500));
    let rate = phase.arrival_rate.as_ref().map(|rate| rate.value);
    assert_eq!((rate, &phase.ramp_to, &phase.arrival_count), (Some(2.0), &None, &None));
    assert_eq!(scenario.config.target, None);
    let flow = &scenario.flows.unwrap()[0];
    assert_eq!((&flow.name, &flow.weight), (&None, &None));
    assert_eq!((flow.steps[0].at.line, flow.steps[0].at.column), (4, 9));
}

#[test]
fn phases_become_patterns() {
    let cases = [
        ("{duration: 10, arrivalRate: 5}", 10_000, Pattern::Rate { from: 5.0, to: 5.0 }),
        ("{duration: 5m, arrivalRate: 1, rampTo: '2.5'}", 300_000, Pattern::Rate { from: 1.0, to: 2.5 }),
        ("{duration: 1, rampTo: 3}", 1_000, Pattern::Rate { from: 0.0, to: 3.0 }),
        ("{duration: 1, arrivalRate: 0}", 1_000, Pattern::Pause),
        ("{duration: 1, arrivalRate: 0, rampTo: 2}", 1_000, Pattern::Rate { from: 0.0, to: 2.0 }),
        ("{duration: 1, arrivalRate: 9, arrivalCount: 1e3}", 1_000, Pattern::Count(1_000)),
        ("{pause: 500ms}", 500, Pattern::Pause),
        ("{duration: 1, pause: 2, arrivalCount: 3}", 2_000, Pattern::Pause),
    ];
    for (phase, millis, arrivals) in cases {
        // Where nobody arrives at all, there would be no phase.
        let phases = format!("[{phase}, {{duration: 1, arrivalCount: 1}}]");
        let plan = plan(&format!("config: {{target: builtin, phases: {phases}}}\n{FLOW}"));
        assert_eq!(
            (plan.phases[0].duration, plan.phases[0].arrivals),
            (Duration::from_millis(millis), arrivals),
            "{phase}"
        );
    }
    let single = plan(&format!("config: {{target: builtin}}\n{FLOW}"));
    assert_eq!(
        (single.phases[0].duration, single.phases[0].arrivals),
        (Duration::from_secs(1), Pattern::Count(1))
    );
}

#[test]
fn urls_and_endpoints_are_artillery_s() {
    let cases = [
        ("/any/relative", "/v2/any/relative", "/v2/any/relative"),
        ("/any/a b/ü?q=x#part", "/v2/any/a b/ü?q=x#part", "/v2/any/a b/ü"),
        ("/sp%20ace?x=1", "/v2/sp%20ace?x=1", "/v2/sp ace"),
        ("/u/{{ id }}?full=1", "/v2/u/5?full=1", "/v2/u/{{ id }}"),
        ("http://h:81/v2/absolute?x=1", "http://h:81/v2/absolute?x=1", "/v2/absolute"),
        ("http://h:82/far", "http://h:82/far", ":82/far"),
        ("https://other", "https://other", "other/"),
        ("http://{{ id }}.x/{{ id }}", "http://5.x/5", "{{ id }}.x/{{ id }}"),
        ("{{ target }}/from", "http://h:81/v2/from", "{{ target }}/from"),
    ];
    for (url, wanted, endpoint) in cases {
        let plan = plan(&format!(
            "config: {{target: 'http://h:81/v2', variables: {{id: 5}}}}\nscenarios:\n  - flow:\n      - get: {{url: '{url}'}}\n"
        ));
        let mut user = User::new(&plan, &[]);
        assert_eq!(rendered(&requests(&plan)[0].url, &mut user), wanted);
        assert_eq!(plan.series[0].endpoint, endpoint, "{url}");
    }
}

#[test]
fn where_requests_go_is_known_as_far_as_the_script_says_it() {
    let other = |text: &str| Server::Other(url::split(text).unwrap().0);
    for (urls, server) in [
        ("/x", Server::Target),
        ("/{{ id }}", Server::Target),
        ("http://h:81/elsewhere/{{ id }}", Server::Target),
        ("{{ target }}/from", Server::Target),
        ("http://h:82/far", other("http://h:82")),
        ("https://other", other("https://other")),
        ("https://u:p@other/{{ id }}", other("https://other")),
        ("http://other:{{ id }}/x", Server::Unknown),
        ("http://other:8{{ id }}", Server::Unknown),
        ("http://other{{ id }}/x", Server::Unknown),
        ("{{ id }}", Server::Unknown),
        ("nowhere", Server::Unknown),
        // Of one name, and so of one series.
        ("http://h:81/a|http://h:82/a", Server::Unknown),
        ("http://h:82/a|http://h:82/b", other("http://h:82")),
    ] {
        let only = "plugins: {metrics-by-endpoint: {useOnlyRequestNames: true}}";
        let requests: String =
            urls.split('|').map(|url| format!("      - get: {{url: '{url}', name: n}}\n")).collect();
        let plan = plan(&format!(
            "config: {{target: 'http://h:81/v2', variables: {{id: 5}}, {only}}}\nscenarios:\n  - flow:\n{requests}"
        ));
        assert_eq!((plan.series.len(), &plan.series[0].server), (1, &server), "{urls}");
        assert_eq!(plan.series[0].name.as_deref(), Some("n"));
    }
    let unnamed =
        plan("config: {target: builtin}\nscenarios:\n  - flow:\n      - get: {url: '/x', name: ''}\n");
    assert_eq!((&unnamed.series[0].name, &unnamed.series[0].server), (&None, &Server::Target));
}

#[test]
fn the_builtin_target_can_be_named_in_front_of_a_path() {
    let script =
        "config: {target: builtin}\nscenarios:\n  - flow:\n      - get: {url: '{{ target }}/users'}\n";
    let plan = plan(script);
    assert!(matches!(&requests(&plan)[0].url, Url::OnTarget(url) if url.as_text() == Some("/users")));
    assert!(
        told(&script.replace("'{{ target }}/users'", "'/x?to={{ target }}'"))
            .starts_with("error: `{{ target }}")
    );
}

#[test]
fn series_are_one_for_each_scenario_endpoint_and_method() {
    let plan = plan(
        "
config: {target: builtin}
scenarios:
  - flow:
      - get: {url: /a}
      - get: {url: /a?x=1}
      - post: {url: /a}
      - get: {url: /a, name: 'get {{ which }}'}
  - name: two
    flow:
      - get: {url: /a}
",
    );
    assert_eq!(requests(&plan).iter().map(|request| request.series).collect::<Vec<_>>(), [0, 0, 1, 2, 3]);
    let series = |index: usize| format!("{} {}", plan.series[index].method, plan.series[index].endpoint);
    assert_eq!((series(1), series(2)), ("POST /a".into(), "GET /a (get {{ which }})".into()));
    let names: Vec<_> = plan.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!((names, plan.series[3].scenario), (vec!["0", "two"], 1));
}

#[test]
fn default_headers_stand_under_a_request_s_own() {
    let flow = "scenarios:\n  - flow:\n      - post: {url: /, json: {a: 1}, headers: {X-One: 1, x-none: '{{ $env.N }}'}}\n";
    let with = |config: &str| {
        let plan = plan(&format!("config: {{target: builtin{config}}}\n{flow}"));
        headers(requests(&plan)[0])
    };
    let artillery = "user-agent: Artillery (https://artillery.io)\nx-one: 1\ncontent-type: application/json";
    assert_eq!(with(""), artillery);
    let got = "user-agent: got (https://github.com/sindresorhus/got)\nx-one: 1\nx-team: blue\ncontent-type: application/json";
    assert_eq!(with(", http: {defaults: {headers: {x-ONE: '0', x-team: blue, X-None: 1}}}"), got);
    let own = "user-agent: me\ncontent-type: text/json\nx-one: 1";
    assert_eq!(with(", defaults: {headers: {User-Agent: me, Content-Type: text/json}}"), own);
}

#[test]
fn bodies_and_queries() {
    let plan = plan(
        "
config: {target: builtin, variables: {v: {k: 1}, list: [1, 2], none: []}}
scenarios:
  - flow:
      - post: {url: /, json: {from: json}, body: text}
      - post: {url: /, body: 'v={{ v }}'}
      - post: {url: /, qs: {a: 1, b: true, c: null, d: '{{ $env.NOPE }}', e: 'x{{ v.k }}'}}
      - post: {url: /, body: '{{ $env.NOPE }}'}
",
    );
    let requests = requests(&plan);
    let mut user = User::new(&plan, &[]);
    assert!(matches!(&requests[0].body, Body::Json(json) if json.as_text() == Some(r#"{"from":"json"}"#)));
    let Body::Text(body) = &requests[1].body else { panic!("no text") };
    assert_eq!(body.evaluate(&mut user).unwrap().into_owned(), json!(r#"v={"k":1}"#));
    let query: Vec<_> =
        requests[2].query.iter().map(|(name, value)| (name.as_text(), value.as_text())).collect();
    assert_eq!(
        query,
        [
            (Some("a"), Some("1")),
            (Some("b"), Some("true")),
            (Some("c"), Some("")),
            (Some("d"), Some("")),
            (Some("e"), None),
        ]
    );
    assert!(matches!(requests[3].body, Body::Empty));
    assert_eq!(plan.variables[1].1, Initial::OneOf(vec![json!(1), json!(2)]));
    assert_eq!((plan.slots.len(), plan.variables.len()), (3, 2));
}

#[test]
fn placeholders_reach_into_values() {
    let cases = [
        ("{{ user.name }}/{{user.address.city}}/{{  user.lines[1]  }}", "Ines/Porto/Andar 2"),
        ("{{ user.pets.1.kind }}/{{ user['dash-key'] }}/{{ user.dash-key }}", "dog/dashed/dashed"),
        ("{{ user[\"name\"] }}/{{ $dollar }}/{{{ user.name }}}", "Ines/usd/Ines"),
        (
            "{{ flat.key }}/{{ user.pets.length }}/{{ user.name.length }}/{{ user.pets[7].kind }}",
            "dotted/2/4/undefined",
        ),
        (
            "{ user.name }/{{user.name}/{{ user.name | upper }}/{{ }}",
            "{ user.name }/{{user.name}/{{ user.name | upper }}/undefined",
        ),
        ("{{ zero }}/{{ no }}/{{ nothing }}/[{{ empty }}]/{{ neg }}", "0/false/null/[]/-1"),
        ("{{ big }}/{{ small }}/{{ exp }}", "123456789012345680000/1e-7/1000"),
        ("p={{ user.pets }}", r#"p=[{"kind":"cat"},{"kind":"dog"}]"#),
        ("{{{{ zero }}}}", "{0}"),
        ("{{ $randomNumber(-5, -5) }}{{$randomInt(7,7)}}", "-57"),
        ("{{ $uuid }}", "00000000-0000-4000-8000-000000000000"),
    ];
    for (text, wanted) in cases {
        let log = serde_json::to_string(text).unwrap();
        let plan = plan(&format!(
            "
config:
  target: builtin
  variables:
    user:
      {{name: Ines, dash-key: dashed, address: {{city: Porto}}, lines: [Rua 1, Andar 2], pets: [{{kind: cat}}, {{kind: dog}}]}}
    flat.key: dotted
    $dollar: usd
    zero: 0
    no: false
    nothing: null
    empty: ''
    neg: -1
    big: 123456789012345680000
    small: 0.0000001
    exp: 1e3
  # A list would be drawn from.
scenarios:
  - flow:
      - log: {log}
"
        ));
        let Step::Log(template) = &plan.scenarios[0].flow[0] else { panic!("no log") };
        let mut out = String::new();
        template.render_into(&mut User::new(&plan, &[]), &mut out);
        assert_eq!(out, wanted, "{text}");
    }
}

#[test]
fn anchors_merge_keys_and_keys_for_them() {
    let script = "
base: &headers {x-a: '1', x-b: two}
x-anything: {at: all}
config: {target: builtin}
scenarios:
  - flow:
      - post:
          url: /
          headers:
            <<: *headers
            x-b: changed
            x-c: 3
          json: {a: &a [1, {b: ~}], b: *a, yes: yes, 2: !!str 12, text: \"a\\tb\"}
";
    let plan = plan(script);
    assert!(headers(requests(&plan)[0]).contains("x-a: 1\nx-b: changed\nx-c: 3"));
    let Body::Json(json) = &requests(&plan)[0].body else { panic!("no json") };
    assert_eq!(
        json.as_text(),
        Some(r#"{"2":"12","a":[1,{"b":null}],"b":[1,{"b":null}],"yes":"yes","text":"a\tb"}"#)
    );
}

#[test]
fn ensure_becomes_thresholds_where_its_plugin_is_on() {
    let plan = plan(&format!(
        "config:
  target: builtin
  plugins: {{ensure: , metrics-by-endpoint: {{}}, expect: {{}}}}
  ensure:
    maxErrorRate: 1
    p99: 200.7
    median: 150ms
    conditions: [{{expression: http.codes.200 == 3, strict: false}}]
    thresholds: [{{http.response_time.p95: 100}}, {{loadgen.error_rate: '0.5'}}]
{FLOW}"
    ));
    let told: Vec<_> = plan.thresholds.iter().map(|it| (it.text(), it.is_strict())).collect();
    let told: Vec<_> = told.iter().map(|(text, strict)| (text.as_str(), *strict)).collect();
    assert_eq!(
        told,
        [
            ("http.response_time.p95 < 100", true),
            ("loadgen.error_rate < 0.5", true),
            ("http.codes.200 == 3", false),
            ("p99 < 200", true),
            ("median < 150", true),
            ("maxErrorRate < 1", true),
        ]
    );
}

#[test]
fn a_small_plan() {
    let plan = plan(
        "
config: {target: 'http://localhost:8080/api', http: {timeout: '1'}}
scenarios:
  - weight: '2'
    flow:
      - post: {url: /users, json: {name: 'u-{{ $randomString(8) }}'}, capture: {json: $.id, as: id, strict: false}}
      - loop:
          - get: {url: '/users/{{ id }}/{{ i }}'}
          - think: '{{ id }}ms'
        count: '1-3'
        loopValue: i
",
    );
    let steps: Vec<String> = plan.scenarios[0].flow.iter().map(|step| format!("{step:?}")).collect();
    insta::assert_snapshot!(steps.join("\n"), @r##"
    Request(Request { number: 0, series: 0, method: POST, url: OnTarget(Template { segments: [Text("/api/users")] }), query: [], headers: [("user-agent", Template { segments: [Text("Artillery (https://artillery.io)")] }), ("content-type", Template { segments: [Text("application/json")] })], body: Json(JsonTemplate { node: Object([Named("\"name\":", String(Template { segments: [Text("u-"), Call(RandomString(8))] }))]) }), captures: [Capture { from: Json { path: Fixed(JsonQuery { stages: [Standard(JsonPath(Query { kind: Root, segments: [QuerySegment { kind: Child, segment: LongHand([Name(Name("id"))]) }] }))], many: false }), whole: false }, into: Place { slot: Slot(0), keys: [] }, strict: false, what: "json `$.id`" }], cookies: [], auth: None, decompress: true, redirects: Some(10), matches: [], tls: None, http2: Never, watch: Watch { expects: false, name: None, wants_url: false, wants_body: false, expectations: [] }, refusal: None })
    Loop(Loop { count: Range { from: 1, to: 3 }, over: None, condition: None, steps: [Request(Request { number: 1, series: 1, method: GET, url: OnTarget(Template { segments: [Text("/api/users/"), Variable(Path { slot: Slot(0), keys: [] }), Text("/"), Variable(Path { slot: Slot(1), keys: [] })] }), query: [], headers: [("user-agent", Template { segments: [Text("Artillery (https://artillery.io)")] })], body: Empty, captures: [], cookies: [], auth: None, decompress: true, redirects: Some(10), matches: [], tls: None, http2: Never, watch: Watch { expects: false, name: None, wants_url: false, wants_body: false, expectations: [] }, refusal: None }), Think(Rendered(Template { segments: [Variable(Path { slot: Slot(0), keys: [] }), Text("ms")] }))], timed: false, counter: Slot(1), element: Slot(2) })
    "##);
    assert_eq!((plan.scenarios[0].weight, plan.http.timeouts.first_byte), (2, Duration::from_secs(1)));
}

#[test]
fn weights_are_the_whole_number_that_they_begin_with() {
    let script = "config: {target: http://t}\nscenarios:\n".to_owned()
        + &["0.4", "2.7", "'3x'", "zero"]
            .map(|w| format!("  - {{weight: {w}, flow: [{{get: {{url: /}}}}]}}\n"))
            .concat();
    let weights: Vec<u64> = plan(&script).scenarios.iter().map(|scenario| scenario.weight).collect();
    assert_eq!(weights, [0, 2, 3, 0]);
}
