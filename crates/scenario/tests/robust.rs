//! Whatever the text, there is a plan or an error, never a panic, a hang or a flood.

mod common;

use common::{FLOW, told, told_with};
use loadgen_scenario::{Choices, Source};
use proptest::prelude::*;

const SCRIPT: &str = r#"
config:
  target: "http://localhost:8080/v1"
  variables: {list: [a, b], n: 1.5e3}
  environments: {dev: {target: "http://x"}}
  phases:
    - {name: up, duration: 5m, arrivalRate: 1, rampTo: "20", maxVusers: 5}
    - {pause: 500ms}
  http: {timeout: 3, pool: 4, defaults: {headers: {x-a: "1"}}}
  plugins: {ensure: {thresholds: [{http.response_time.p95: 100}]}}
x-steps: &step
  get: {url: "/users/{{ id }}", qs: {a: 1}, capture: [{json: "$.id", as: id}]}
scenarios:
  - name: one
    weight: 2
    flow:
      - *step
      - post: {url: "/users", json: {name: "{{ $randomString(8) }}", tags: ["{{ list }}"]}}
      - loop: [{think: 0.5}, {log: "round {{ $loopCount }}"}]
        count: "1-5"
"#;

#[test]
fn the_script_that_is_mangled_below_is_right() {
    assert_eq!(told(SCRIPT), "");
}

#[test]
fn many_problems_are_counted_in_the_end() {
    let keys: String = (0..5_000).map(|index| format!("  key{index}: 1\n")).collect();
    let said = told(&format!("config:\n  target: http://x\n{keys}{FLOW}"));
    assert!(said.ends_with("warning: and 4900 more problems like these\n"), "{said}");
}

#[test]
fn long_texts_are_refused() {
    let said = told(&format!("a: {}\n", "x".repeat(11 << 20)));
    assert!(said.contains("too long: no more than 10 MiB are read"));
    assert!(said.len() < 2_000);
}

#[test]
fn bombs_of_text_are_refused() {
    let text = "x".repeat(100_000);
    let script = format!("a: &a {text}\nb: [{}]\n", vec!["*a"; 1_000].join(", "));
    assert!(told(&script).contains("too large once its aliases are expanded"));
}

#[test]
fn deep_chains_of_aliases_are_refused() {
    let chain: String = (1..200).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    assert!(told(&format!("a0: &a0 [x]\n{chain}")).contains("nested too deeply"));
}

proptest! {
    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        told(&text);
    }

    #[test]
    fn any_yaml_like_text_is_survived(text in "[-a-c:{}\\[\\]\"'|>&*!?%@#,<$ \n\t0-9.]{0,60}") {
        told(&text);
    }

    #[test]
    fn a_mangled_script_is_survived(
        at in 0..SCRIPT.len(),
        cut in 0..12_usize,
        insert in "[-a-z:{}\\[\\]\"'|>&*!?%@#,<$ \n\t0-9.é世]{0,6}",
    ) {
        let end = (at + cut).min(SCRIPT.len());
        told(&format!("{}{insert}{}", &SCRIPT[..at], &SCRIPT[end..]));
    }

    #[test]
    fn any_option_is_survived(text in any::<String>(), name in "[a-z{}$ ]{0,8}") {
        let choices = Choices {
            environment: Some(name.clone()),
            target: Some(text.clone()),
            overrides: Some(Source::new("--overrides", text)),
            variables: Some(Source::new("--variables", format!("{{\"{name}\": \"{{{{ {name} }}}}\"}}"))),
            ..Choices::default()
        };
        told_with(SCRIPT, &choices);
    }
}
