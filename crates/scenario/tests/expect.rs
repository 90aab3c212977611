//! Expectations: which answers meet them, and what is said of it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a helper that cannot go on is a failed test")]

mod common;

use common::{User, plan};
use http::{HeaderMap, HeaderName};
use loadgen_scenario::extract::Answer;
use loadgen_scenario::plan::plugins::Finding;
use loadgen_scenario::plan::{Plan, Request, Step};
use serde_json::json;

const JSON: &str = "application/json; charset=utf-8";

/// The plan of one request with that `expect`.
fn expecting(expect: &str) -> Plan {
    plan(&format!(
        "config:\n  target: http://t\n  variables: {{code: 200, name: sku, many: [200, 404], nothing: ''}}\n  plugins: {{expect: {{}}}}\nscenarios:\n  - flow:\n      - get: {{url: /, expect: {expect}}}\n"
    ))
}

fn request(plan: &Plan) -> &Request {
    let Step::Request(request) = &plan.scenarios[0].flow[0] else { panic!("the flow is one request") };
    request
}

/// What comes of the expectations for an answer.
fn checked(expect: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Vec<Finding> {
    let plan = expecting(expect);
    let mut user = User::new(&plan, &[]);
    // A list of config would be drawn from.
    if plan.slots.iter().any(|slot| slot == "many") {
        user = User::new(&plan, &[("many", json!([200, 404]))]);
    }
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
        .collect();
    let answer = Answer::new(&headers, body.as_bytes());
    let expectations = &request(&plan).watch.expectations;
    expectations.iter().map(|it| it.check(status, &answer, &mut user, true)).collect()
}

/// Whether each expectation holds that is alone in its request.
fn holds(cases: &[(&str, bool)], status: u16, headers: &[(&str, &str)], body: &str) {
    for (expect, wanted) in cases {
        let seen = checked(expect, status, headers, body);
        assert_eq!(seen.len(), 1, "{expect}");
        assert_eq!(seen[0].ok, *wanted, "{expect}: {seen:?}");
    }
}

#[test]
fn status_codes_are_numbers_lists_or_texts() {
    let cases = [
        ("{statusCode: 200}", true),
        ("{statusCode: 201}", false),
        ("{statusCode: '200'}", true),
        ("{statusCode: '{{ code }}'}", true),
        ("{statusCode: '{{ unknown }}'}", false),
        ("{statusCode: [201, 200]}", true),
        ("{statusCode: [201, '{{ code }}']}", true),
        ("{statusCode: '{{ many }}'}", true),
        ("{statusCode: [400, 404]}", false),
        ("{notStatusCode: 404}", true),
        ("{notStatusCode: 200}", false),
        ("{notStatusCode: [500, '200']}", false),
    ];
    holds(&cases, 200, &[], "");
}

#[test]
fn content_types_are_json_or_the_whole_header() {
    let json = [("content-type", JSON)];
    let cases = [
        ("{contentType: json}", true),
        ("{contentType: 'application/json; charset=utf-8'}", true),
        ("{contentType: 'Application/JSON; charset=UTF-8'}", true),
        ("{contentType: 'application/json'}", false),
        ("{contentType: xml}", false),
    ];
    holds(&cases, 200, &json, "{}");
    for (kind, body, wanted) in [
        ("application/problem+json", "{}", true),
        ("application/ld+json", "[]", true),
        ("application/vnd.api+json", "{}", false),
        ("application/json", "{broken", false),
        ("application/json", "null", false),
        ("application/json", "5", false),
        ("text/plain", "{}", false),
    ] {
        holds(&[("{contentType: json}", wanted)], 200, &[("content-type", kind)], body);
    }
    holds(&[("{contentType: json}", false), ("{contentType: text/plain}", false)], 200, &[], "{}");
}

#[test]
fn properties_are_found_as_lodash_finds_them() {
    let body = r#"{"sku": null, "items": [{"owner": {"name": "x"}}], "a.b": 1, "0": true}"#;
    let cases = [
        ("{hasProperty: sku}", true),
        ("{hasProperty: '{{ name }}'}", true),
        ("{hasProperty: 'items[0].owner.name'}", true),
        ("{hasProperty: 'items[1]'}", false),
        ("{hasProperty: items.length}", true),
        ("{hasProperty: a.b}", true),
        ("{hasProperty: 0}", true),
        ("{notHasProperty: nope}", true),
        ("{notHasProperty: sku}", false),
    ];
    holds(&cases, 200, &[("content-type", JSON)], body);
    let neither = [("{hasProperty: sku}", false), ("{notHasProperty: sku}", false)];
    holds(&neither, 200, &[("content-type", "text/plain")], body);
}

#[test]
fn headers_are_found_whatever_their_case() {
    let headers = [("etag", "\"p1\""), ("x-n", "5"), ("x-empty", ""), ("set-cookie", "a=1")];
    let cases = [
        ("{hasHeader: etag}", true),
        ("{hasHeader: ETag}", true),
        ("{hasHeader: x-gone}", false),
        ("{hasHeader: x-empty}", false),
        ("{hasHeader: 'no header'}", false),
        ("{headerEquals: [etag, '\"p1\"']}", true),
        ("{headerEquals: [etag, p1]}", false),
        ("{headerEquals: [x-n, 5]}", true),
        ("{headerEquals: [set-cookie, a=1]}", true),
        ("{headerEquals: [x-gone, '']}", false),
        ("{headerEquals: ['{{ name }}', a]}", false),
    ];
    holds(&cases, 200, &headers, "");
}

#[test]
fn the_rest() {
    let cases = [
        ("{equals: ['{{ name }}', sku]}", true),
        ("{equals: [200, '{{ code }}', '200']}", true),
        ("{equals: [1, 2]}", false),
        ("{equals: ['{{ unknown }}', undefined]}", true),
        ("{equals: []}", false),
        ("{matchesRegexp: 'be+ta=2{2}'}", true),
        ("{matchesRegexp: '^beta$'}", false),
        ("{matchesRegexp: '(unclosed'}", false),
        ("{matchesRegexp: '{{ unknown }}'}", true),
        ("{cdnHit: true}", false),
        ("{cdnHit: false}", true),
        ("{jmespath: a}", false),
    ];
    holds(&cases, 200, &[("x-cache", "MISS from here")], "beta=22");
    holds(&[("{cdnHit: true}", true)], 200, &[("x-cache", "MISS"), ("cf-cache-status", "STALE")], "");
    // The text of an object, which is what JavaScript compares with.
    let cases = [("{matchesRegexp: 'object Object'}", true), ("{matchesRegexp: price}", false)];
    holds(&cases, 200, &[("content-type", JSON)], r#"{"price": 1}"#);
}

#[test]
fn jmespath_expressions_have_to_find_something() {
    let cases = [
        ("{jmespath: 'length(items) == `2`'}", true),
        ("{jpath: 'length(items) == `2`'}", true),
        ("{jmespath: 'items[?price > `5`]'}", true),
        ("{jmespath: 'items[?price > `5`] | [0].name'}", true),
        ("{jmespath: none}", false),
        ("{jmespath: zero}", false),
        ("{jmespath: empty}", false),
        ("{jmespath: 'sum(empty)'}", false),
    ];
    let body =
        r#"{"items": [{"price": 9.5, "name": "x"}, {"price": 1}], "none": null, "zero": 0, "empty": ""}"#;
    holds(&cases, 200, &[("content-type", JSON)], body);
}

#[test]
fn what_is_said_of_them() {
    let expect = r#"[{statusCode: [201, 202]}, {notStatusCode: [404]}, {contentType: json}, {hasProperty: a.b}, {notHasProperty: id}, {hasHeader: x-a}, {headerEquals: [x-a, b]}, {headerEquals: [x-b, c]}, {matchesRegexp: z}, {cdnHit: true}, {jmespath: "id > `9`", description: "a large id"}, {jpath: "id > `9`"}, {equals: [1, x]}, {jmespath: "id"}]"#;
    let headers = [("content-type", "text/html"), ("x-b", "d")];
    let lines = |headers: &[(&str, &str)]| {
        let told = checked(expect, 404, headers, r#"{"id": 5}"#).into_iter().map(|finding| {
            let (expected, got) = finding.told.unwrap();
            let show = |value: Option<serde_json::Value>| value.map_or("-".to_owned(), |it| it.to_string());
            format!("{} {} / {}", if finding.ok { "ok " } else { "not" }, show(expected), show(got))
        });
        told.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(lines(&headers), @r##"
    not [201,202] / 404
    not "Status code different than 404" / 404
    not "json" / "content-type is text/html"
    not "a.b" / "response body is not an object"
    not "id" / "response body is not an object"
    not "x-a" / "response has no x-a header"
    not "response to have x-a header" / "response has no x-a header"
    not "c" / "d"
    not true / false
    not "a cache header indicating a cache hit" / "cache status header not found"
    not "a large id" / "response body is not an object"
    not - / "response body is not an object"
    not "all values to be equal" / "1, x"
    not "id" / "response body is not an object"
    "##);
    insta::assert_snapshot!(lines(&[("content-type", JSON), ("x-cache", "Hit")]), @r##"
    not [201,202] / 404
    not "Status code different than 404" / 404
    ok  "json" / "json"
    not "a.b" / "response body has no a.b property"
    not "id" / "response body has id property"
    not "x-a" / "response has no x-a header"
    not "response to have x-a header" / "response has no x-a header"
    not "response to have x-b header" / "response has no x-b header"
    not true / false
    ok  "a cache header indicating a cache hit" / "x-cache is Hit"
    not "a large id" / "id > `9`"
    not - / -
    not "all values to be equal" / "1, x"
    ok  "id" / "id"
    "##);
}

#[test]
fn only_what_looks_at_the_body_wants_it() {
    let wants =
        |expect: &str| request(&expecting(expect)).watch.expectations.iter().any(|it| it.needs_body());
    for expect in ["{statusCode: 200}", "{contentType: text/html}", "{hasHeader: a}", "{equals: [1]}"] {
        assert!(!wants(expect), "{expect}");
    }
    for expect in ["{contentType: json}", "{contentType: '{{ name }}'}", "{hasProperty: a}", "{jpath: a}"] {
        assert!(wants(expect), "{expect}");
    }
}
