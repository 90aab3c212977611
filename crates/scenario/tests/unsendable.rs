//! Requests that cannot be sent: each is a warning, and the plan says why, so that its users fail as Artillery's do.

mod common;

use common::{plan, told};
use loadgen_scenario::plan::{Refusal, Step};

fn script(step: &str) -> String {
    format!(
        "config:\n  target: http://localhost:1\n  phases: [{{duration: 1, arrivalRate: 1}}]\nscenarios:\n  - flow:\n      - {step}\n"
    )
}

#[test]
fn what_cannot_be_sent_is_a_warning() {
    let table = [
        ("get: {url: /a%}", Some(Refusal::Path), "a `%` in the path"),
        ("get: {url: '/%zz?x=1'}", Some(Refusal::Path), "write %25"),
        ("get: {url: '/%C5'}", Some(Refusal::Path), "write %25"),
        ("get: {url: /, headers: {'x y': 1}}", Some(Refusal::HeaderName), "`x y` is not a header name"),
        ("get: {url: /, headers: {x: \"a\\nb\"}}", None, "characters that no header can hold"),
        ("get: {url: /, headers: {x: {k: 1}}}", None, "`[object Object]` is sent"),
        ("get: {url: /, headers: {x: }}", None, "the header `x` is null"),
        ("post: {url: /, formData: {f: true}}", Some(Refusal::Part), "neither text nor a number"),
        ("post: {url: /, formData: {f: {fromFile: b}}}", Some(Refusal::Option), "cannot read `b`"),
        ("get: {url: /, followRedirect: 'false'}", Some(Refusal::Option), "in quotes is not taken"),
        ("get: {url: 'http://'}", None, "is not a URL"),
        ("get: {url: 'http://h:99999/'}", None, "is not a URL"),
        ("get: {url: ' /x'}", None, "Invalid URL"),
        ("get: {url: /, capture: {json: '$.a[', as: a}}", None, "finds nothing"),
        (
            "get: {url: /, capture: {json: '$.a', header: b, as: a}}",
            None,
            "`json` beside `header` finds nothing",
        ),
        ("get: {url: /, capture: {selector: a, index: x, as: a}}", None, "`x` is no index"),
        (
            "get: {url: /, capture: {json: $.a, as: a, strict: 'false'}}",
            None,
            "strict\" in quotes has no effect",
        ),
    ];
    for (step, wanted, words) in table {
        let script = script(step);
        let told = told(&script);
        assert!(told.contains("warning: ") && told.contains(words), "{step}: {told}");
        let plan = plan(&script);
        let Step::Request(request) = &plan.scenarios[0].flow[0] else { panic!("{step}") };
        assert_eq!(request.refusal, wanted, "{step}");
    }
}

#[test]
fn what_can_be_sent_is_not_refused() {
    for step in ["get: {url: '/%25'}", "get: {url: '/x?a=100%'}", "post: {url: /, formData: {f: 'true'}}"] {
        let plan = plan(&script(step));
        let Step::Request(request) = &plan.scenarios[0].flow[0] else { panic!("{step}") };
        assert_eq!(request.refusal, None, "{step}");
    }
}

#[test]
fn a_list_in_a_parallel_fails_whoever_comes_to_it() {
    let script = script("parallel: [[get: {url: /}]]");
    assert!(told(&script).contains("is a list, which is no step"));
    let plan = plan(&script);
    let Step::Parallel(parallel) = &plan.scenarios[0].flow[0] else { panic!() };
    assert!(matches!(parallel.steps[0], Step::NoUrl));
}
