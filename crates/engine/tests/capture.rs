//! Captures, matches and values that hold placeholders, as users meet them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use loadgen_engine::transport::{Reply, Scripted};
use loadgen_engine::{Options, Stop, run_here};
use loadgen_metrics::{ErrorKind, Snapshot};
use loadgen_scenario::url::{Origin, Scheme};
use loadgen_scenario::{Choices, Source, load};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::LocalSet;

/// One user's requests but the first, and what was counted. `body` answers all of them.
async fn play(variables: &str, flow: &str, body: &'static str) -> (Vec<String>, Snapshot) {
    let text =
        format!("config:\n  target: http://t\n  variables: {variables}\nscenarios:\n  - flow:\n{flow}\n");
    let source = Source { name: "test.yml".into(), text };
    let loaded = load(&source, &Choices::default());
    let told: Vec<String> = loaded.diagnostics.iter().map(|it| it.render(&[&source])).collect();
    let plan = Arc::new(loaded.plan.unwrap_or_else(|| panic!("{}", told.join("\n"))));
    let origin = Origin { scheme: Scheme::Http, host: "t".into(), port: 80 };
    let stop = Stop::default();
    let options = Options { origin, seed: 7, shards: 1, grace: Duration::from_secs(5), stop };
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&seen);
    let reply = move |_: &_| Reply::Answer { status: 200, body, after: Duration::from_millis(1) };
    let transport = |clock| Scripted::new(clock, log, reply);
    let mut total = Snapshot::default();
    LocalSet::new()
        .run_until(run_here(plan, &options, transport, |event| {
            if let loadgen_engine::Event::Second { snapshot, .. } = event {
                total.merge(snapshot);
            }
        }))
        .await
        .unwrap();
    let requests = seen.borrow().iter().skip(1).map(|seen| seen.request.clone()).collect();
    (requests, total)
}

fn failed(total: &Snapshot, kind: ErrorKind) -> u64 {
    total.errors.get(&kind).map_or(0, |tally| tally.count)
}

const BODY: &str = r#"{"id": 5, "name": "x", "none": null, "empty": "", "list": [1, 2, 3]}"#;

#[tokio::test(start_paused = true)]
async fn values_are_captured_into_variables_and_parts_of_them() {
    let flow = r#"
      - get:
          url: /
          capture:
            - {json: $.id, as: item.id}
            - {json: "{{ path }}", as: name}
            - {regexp: '"name": "(\w)"', group: 1, as: "list[1]"}
            - {json: $.none, as: none}
            - {json: $.list, multiple: false, as: all}
            - {json: $.gone, as: kept, strict: false}
      - post: {url: /, json: {item: "{{ item }}", list: "{{ list }}", name: "{{ name }}", none: "{{ none }}", all: "{{ all }}", kept: "{{ kept }}"}}
"#;
    let (requests, total) = play("{item: {a: 1}, path: $.name, kept: before}", flow, BODY).await;
    let wanted = r#"POST / {"item":{"a":1,"id":5},"list":[null,"x"],"name":"x","none":null,"all":[1,2,3]}"#;
    assert_eq!(requests, [wanted]);
    assert_eq!(failed(&total, ErrorKind::CaptureFailed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_strict_capture_or_match_that_fails_ends_the_user_and_keeps_nothing() {
    let cases = [
        ("capture: [{json: $.id, as: a}, {json: $.gone, as: b}]", true),
        ("capture: {json: $.empty, as: a}", true),
        ("capture: {regexp: nowhere, as: a}", true),
        ("capture: {header: x-gone, as: a}", true),
        ("match: {json: $.id, value: 5}", false),
        ("match: {json: $.id, value: '{{ five }}'}", false),
        ("match: {json: $.id, value: '5'}", true),
        ("match: {json: $.id, value: '5', strict: false}", false),
        ("match: {json: $.list, value: [1, 2, 3]}", true),
        ("match: {json: $.gone}", false),
    ];
    for (wanted, fails) in cases {
        let flow =
            format!("      - get:\n          url: /\n          {wanted}\n      - get: {{url: '/next/'}}");
        let (requests, total) = play("{five: 5}", &flow, BODY).await;
        assert_eq!(requests.is_empty(), fails, "{wanted}");
        assert_eq!(failed(&total, ErrorKind::CaptureFailed), u64::from(fails), "{wanted}");
    }
}

/// A first step that captures these members of the answer: values from outside may hold placeholders.
fn captures(names: &[&str]) -> String {
    let each: String = names.iter().map(|name| format!("{{json: $.{name}, as: {name}}}, ")).collect();
    format!("      - get: {{url: /, capture: [{each}]}}\n")
}

#[tokio::test(start_paused = true)]
async fn values_that_hold_placeholders_are_filled_within_text() {
    let body = r#"{"inner": "core", "outer": "{{ inner }}", "money": "$$5", "env": "{{ item.deep }}", "item": {"deep": "{{ outer }}"}}"#;
    let flow = format!(
        "{}{}",
        captures(&["inner", "outer", "money", "env", "item"]),
        r#"
      - post: {url: /, json: {lone: "{{ outer }}", text: "<{{ outer }}>", money: "{{ money }}", cost: "<{{ money }}>", deep: "{{ env }}!", gone: "{{ none }}!"}}
"#
    );
    let (requests, _) = play("{}", &flow, body).await;
    let wanted = r#"POST / {"lone":"{{ inner }}","text":"<core>","money":"$$5","cost":"<$5>","deep":"core!","gone":"undefined!"}"#;
    assert_eq!(requests, [wanted]);
}

#[tokio::test(start_paused = true)]
async fn a_value_that_holds_itself_fails_its_user_alone() {
    let doubled: String =
        (1..40).map(|level| format!(r#""v{level}": "{{{{ v{0} }}}}{{{{ v{0} }}}}", "#, level - 1)).collect();
    let body: &'static str =
        format!(r#"{{{doubled}"v0": "x", "one": "{{{{ two }}}}", "two": "{{{{ one }}}}"}}"#).leak();
    let names: Vec<String> = (0..40).map(|level| format!("v{level}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).chain(["one", "two"]).collect();
    for step in ["get: {url: '/{{ one }}'}", "log: 'x{{ one }}'", "post: {url: /, json: {a: 'x{{ v39 }}'}}"] {
        let flow = format!("{}      - {step}\n      - get: {{url: /never}}", captures(&names));
        let (requests, total) = play("{}", &flow, body).await;
        assert_eq!(requests, [""; 0], "{step}");
        assert_eq!(failed(&total, ErrorKind::EndlessTemplate), 1, "{step}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_that_holds_itself_is_told_of_a_step_that_has_been_sent_before() {
    let body = r#"{"one": "{{ two }}", "two": "{{ one }}"}"#;
    for step in ["get: {url: '/{{ $loopElement }}'}", "post: {url: /, body: 'a{{ $loopElement }}'}"] {
        let flow = format!(
            "{}      - loop: [{{{step}}}]\n        over: [x, '{{{{ one }}}}', y]\n",
            captures(&["one", "two"])
        );
        let (requests, total) = play("{}", &flow, body).await;
        assert_eq!(requests.len(), 1, "{step}: {requests:?}");
        assert_eq!(failed(&total, ErrorKind::EndlessTemplate), 1, "{step}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_no_json_gives_undefined_and_one_without_parts_an_empty_text() {
    let flow = r#"
      - get: {url: /, capture: {json: $.a, as: a, strict: false}}
      - get: {url: "/[{{ a }}]"}
      - get: {url: /, capture: {json: $.a, as: a}}
      - get: {url: "/strict/{{ a }}"}
"#;
    for (body, wanted) in
        [("text", "undefined"), ("", "undefined"), ("42", ""), ("null", ""), ("{}", "undefined")]
    {
        let (requests, total) = play("{}", flow, body).await;
        assert_eq!(requests, [format!("GET /[{wanted}]"), "GET /".to_owned()], "{body}");
        assert_eq!(failed(&total, ErrorKind::CaptureFailed), 1, "{body}");
    }
    let (requests, _) = play("{}", flow, r#"{"a": 5}"#).await;
    assert_eq!(requests, ["GET /[5]", "GET /", "GET /strict/5"]);
}

#[tokio::test(start_paused = true)]
async fn html_in_html_without_end_is_not_looked_into() {
    let flow = "      - get: {url: /, capture: {selector: a, attr: href, as: link}}";
    let (_, total) = play("{}", flow, "<div>".repeat(100_000).leak()).await;
    let tally = &total.errors[&ErrorKind::CaptureFailed];
    let detail = &tally.sample.as_ref().unwrap().detail;
    assert_eq!(
        (tally.count, detail.ends_with(": the body's elements are nested too deeply")),
        (1, true),
        "{detail}"
    );
}
