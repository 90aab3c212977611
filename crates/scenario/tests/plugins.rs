//! The plugins expect, metrics-by-endpoint and apdex: their options, and what is said where they are wrong.

mod common;

use common::{plan, told};
use loadgen_scenario::plan::plugins::{Apdex, Endpoints, ExpectFormat};
use std::time::Duration;

fn config(config: &str) -> String {
    format!(
        "config:\n  target: http://t:80\n{config}\nscenarios:\n  - flow:\n      - get: {{url: '/a b?x=1', name: it}}\n      - get: {{url: '/a%20b?x=2'}}\n"
    )
}

fn endpoints(text: &str) -> (Vec<String>, Endpoints) {
    let plan = plan(&config(text));
    let names = plan.series.into_iter().map(|series| series.endpoint).collect();
    (names, plan.plugins.endpoints)
}

#[test]
fn endpoints_are_named_by_the_options() {
    let cases: [(&str, &[&str]); 5] = [
        ("", &["/a b (it)", "/a b"]),
        ("  plugins: {metrics-by-endpoint: }", &["/a b?x=1 (it)", "/a b?x=2"]),
        ("  plugins: {metrics-by-endpoint: {stripQueryString: true}}", &["/a b (it)", "/a b"]),
        ("  plugins: {metrics-by-endpoint: {useOnlyRequestNames: true}}", &["it", "/a b?x=2"]),
        (
            "  plugins: {metrics-by-endpoint: {useOnlyRequestNames: 'true', stripQueryString: true}}",
            &["it", "/a b"],
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(endpoints(text).0, wanted, "{text}");
    }
}

#[test]
fn options_of_endpoints() {
    assert_eq!(endpoints("").1, Endpoints::default());
    let bare = Endpoints { shown: true, strip_query: false, ..Endpoints::default() };
    assert_eq!(endpoints("  plugins: {metrics-by-endpoint: {}}").1, bare);
    let all = "  plugins: {metrics-by-endpoint: {ignoreUnnamedRequests: true, metricsNamespace: desk, groupDynamicURLs: false, suppressOutput: true}}";
    let wanted = Endpoints {
        prefix: "desk".to_owned(),
        named_only: true,
        rendered: true,
        shown: false,
        left_out: vec![1],
        ..bare
    };
    assert_eq!(endpoints(all).1, wanted);
}

#[test]
fn plugins_look_at_an_answer_in_the_order_of_the_script() {
    let order = |text: &str| {
        let plugins = plan(&config(text)).plugins;
        (plugins.apdex.map(|apdex| apdex.after_expect), plugins.endpoints.after_expect)
    };
    assert_eq!(order(""), (None, false));
    assert_eq!(order("  plugins: {expect: {}}"), (None, true));
    assert_eq!(order("  plugins: {expect: {}, apdex: {}}"), (Some(true), true));
    assert_eq!(order("  plugins: {apdex: {}, metrics-by-endpoint: {}, expect: {}}"), (Some(false), false));
}

#[test]
fn the_threshold_of_apdex() {
    let threshold = |text: &str| plan(&config(text)).plugins.apdex.map(|Apdex { threshold, .. }| threshold);
    let ms = |millis| Some(Duration::from_millis(millis));
    assert_eq!(threshold("  apdex: {threshold: 40}"), None, "it is turned on among the plugins");
    assert_eq!(threshold("  plugins: {apdex: {}}"), ms(500));
    assert_eq!(threshold("  plugins: {apdex: {threshold: '150'}}"), ms(150));
    assert_eq!(threshold("  plugins: {apdex: {}}\n  apdex: {threshold: 40}"), ms(40));
}

#[test]
fn options_of_expect() {
    let plugin = plan(&config("  plugins: {expect: {outputFormat: silent, reportFailuresAsErrors: 'true', useOnlyRequestNames: true, expectDefault200: true}}")).plugins.expect.unwrap();
    assert_eq!((plugin.format, plugin.fails_users, plugin.only_names), (ExpectFormat::Silent, true, true));
    assert_eq!(plugin.kinds, ["statusCode"]);
    let plugin =
        plan(&config("  plugins: {expect: {outputFormat: silent, formatter: json}}")).plugins.expect.unwrap();
    assert_eq!((plugin.format, plugin.fails_users, plugin.kinds.len()), (ExpectFormat::Json, false, 0));
    assert!(plan(&config("")).plugins.expect.is_none());
}

#[test]
fn options_that_are_wrong() {
    let script = config(
        "  apdex: {threshold: -1}\n  plugins:\n    expect: {outputFormat: prety, reportFailureAsErrors: true, other: 1}\n    metrics-by-endpoint: {stripQueryString: 5, metricsPrefix: a}\n    apdex: {threshold: half}",
    );
    insta::assert_snapshot!(told(&script), @r##"
    error: "config.apdex.threshold" is negative: -1
      --> a.yml:3:22
       |
     3 |   apdex: {threshold: -1}
       |                      ^^
       |
       = hint: milliseconds, such as 500

    error: there is no output format `prety`
      --> a.yml:5:28
       |
     5 |     expect: {outputFormat: prety, reportFailureAsErrors: true, other: 1}
       |                            ^^^^^ did you mean `pretty`?
       |
       = hint: there are pretty, prettyError, json, silent

    error: unknown key `reportFailureAsErrors` in plugins.expect
      --> a.yml:5:35
       |
     5 |     expect: {outputFormat: prety, reportFailureAsErrors: true, other: 1}
       |                                   ^^^^^^^^^^^^^^^^^^^^^ did you mean `reportFailuresAsErrors`?
       |
       = hint: plugins.expect takes outputFormat, formatter, reportFailuresAsErrors, useOnlyRequestNames, expectDefault200

    warning: unknown key `other` in plugins.expect
      --> a.yml:5:64
       |
     5 |     expect: {outputFormat: prety, reportFailureAsErrors: true, other: 1}
       |                                                                ^^^^^ it has no effect
       |
       = hint: plugins.expect takes outputFormat, formatter, reportFailuresAsErrors, useOnlyRequestNames, expectDefault200

    error: "config.plugins.metrics-by-endpoint.stripQueryString" must be true or false, not a number
      --> a.yml:6:45
       |
     6 |     metrics-by-endpoint: {stripQueryString: 5, metricsPrefix: a}
       |                                             ^

    warning: `metricsPrefix` has no effect
      --> a.yml:6:48
       |
     6 |     metrics-by-endpoint: {stripQueryString: 5, metricsPrefix: a}
       |                                                ^^^^^^^^^^^^^
       |
       = hint: it is accepted and changes nothing

    warning: "config.plugins.apdex.threshold" has no effect beside "config.apdex.threshold"
      --> a.yml:7:24
       |
     7 |     apdex: {threshold: half}
       |                        ^^^^
       |
       = hint: `apdex.threshold` counts

    error: "config.plugins.apdex.threshold" must be a number, not `half`
      --> a.yml:7:24
       |
     7 |     apdex: {threshold: half}
       |                        ^^^^
       |
       = hint: digits alone, such as 10 or 0.5
    "##);
}

#[test]
fn expressions_that_would_exhaust_the_stack_are_refused() {
    let of = |expression: &str| {
        let expression = expression.replace('\'', "''");
        format!(
            "config: {{target: 'http://t', plugins: {{expect: {{}}}}}}\nscenarios: [{{flow: [{{get: {{url: /, expect: {{jmespath: '{expression}'}}}}}}]}}]\n"
        )
    };
    for (piece, rest) in
        [("(", ""), ("!", "a"), ("a|", "a"), ("a||", "a"), ("a.", "a"), ("[", ""), ("a[0].", "a")]
    {
        let said = told(&of(&format!("{}{rest}", piece.repeat(100_000))));
        assert!(said.contains("error: a JMESPath expression of more than 500"), "{piece} {said}");
    }
    // Just as long as may be.
    for expression in [format!("{}a", "a|".repeat(249)), format!("{}a{}", "(".repeat(249), ")".repeat(249))] {
        assert_eq!(told(&of(&expression)), "", "{expression}");
    }
    assert_eq!(told(&of("length(items[?price > `10`].name) == `3` && contains(tags, 'a b')")), "");
}

#[test]
fn expectations_that_are_wrong() {
    let script = r##"
config: {target: 'http://t', plugins: {expect: {}}}
before: {flow: [{get: {url: /, expect: {statusCode: 200}}}]}
scenarios:
  - flow:
      - get:
          url: /
          expect:
            - statuscode: 200
            - isLovely: true
            - {statusCode: 200, contentType: json}
            - {}
            - 200
            - headerEquals: etag
            - headerEquals: [etag]
            - hasProperty: [a]
            - jmespath: 'length('
      - get: {url: /, expect: 200}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: `expect` has no effect in `before` and `after`
      --> a.yml:2:32
       |
     2 | before: {flow: [{get: {url: /, expect: {statusCode: 200}}}]}
       |                                ^^^^^^
       |
       = hint: as in Artillery; a strict `capture` or `match` stops them

    error: there is no expectation `statuscode`
      --> a.yml:8:15
       |
     8 |             - statuscode: 200
       |               ^^^^^^^^^^ did you mean `statusCode`?
       |
       = hint: there are statusCode, notStatusCode, contentType, hasProperty, notHasProperty, equals, hasHeader, headerEquals, matchesRegexp, cdnHit, jmespath, jpath

    warning: there is no expectation `isLovely`
      --> a.yml:9:15
       |
     9 |             - isLovely: true
       |               ^^^^^^^^ it is not checked
       |
       = hint: there are statusCode, notStatusCode, contentType, hasProperty, notHasProperty, equals, hasHeader, headerEquals, matchesRegexp, cdnHit, jmespath, jpath

    warning: `contentType` has no effect beside `statusCode` in scenarios[0].flow[0].get.expect[2]
       --> a.yml:10:33
        |
     10 |             - {statusCode: 200, contentType: json}
        |                                 ^^^^^^^^^^^
        |
        = hint: an item of a list holds one expectation; write two items

    warning: "scenarios[0].flow[0].get.expect[3]" is empty
       --> a.yml:11:15
        |
     11 |             - {}
        |               ^
        |
        = hint: an expectation is a map such as `statusCode: 200`

    error: "scenarios[0].flow[0].get.expect[4]" must be a map such as `statusCode: 200`, not a number
       --> a.yml:12:15
        |
     12 |             - 200
        |               ^^^

    error: `headerEquals` takes a list of values, not text
       --> a.yml:13:29
        |
     13 |             - headerEquals: etag
        |                             ^^^^
        |
        = hint: such as `headerEquals: [x-powered-by, loadgen]`

    error: `headerEquals` takes two values, a header and what it has to be
       --> a.yml:14:29
        |
     14 |             - headerEquals: [etag]
        |                             ^
        |
        = hint: such as `headerEquals: [x-powered-by, loadgen]`

    error: `hasProperty` takes a text, not a list
       --> a.yml:15:28
        |
     15 |             - hasProperty: [a]
        |                            ^
        |
        = hint: such as `contentType: json` or `hasProperty: id`

    error: not a JMESPath expression: Parse error: Unexpected nud token -- found Eof
       --> a.yml:16:25
        |
     16 |             - jmespath: 'length('
        |                         ^^^^^^^^^
        |
        = hint: such as length(items) > `0`: texts stand in single quotes, other values in backticks

    error: "scenarios[0].flow[1].get.expect" must be a map or a list of maps, such as `- statusCode: 200`, not a number
       --> a.yml:17:31
        |
     17 |       - get: {url: /, expect: 200}
        |                               ^^^
    "##);
}

#[test]
fn expectations_that_are_never_met() {
    let script = r##"
config: {target: 'http://t', plugins: {expect: {}}}
scenarios:
  - flow:
      - get:
          url: /
          expect:
            - statusCode: OK
            - equals: []
            - matchesRegexp: '(a'
            - jmespath: "id == '{{ id }}'"
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: `statusCode: "OK"` names no status code
      --> a.yml:7:27
       |
     7 |             - statusCode: OK
       |                           ^^
       |
       = hint: a number from 100 to 599, or a list of them

    warning: `equals` has no values: it is never met
      --> a.yml:8:23
       |
     8 |             - equals: []
       |                       ^
       |
       = hint: such as `equals: ["{{ sent }}", "{{ received }}"]`

    warning: not a regular expression: Unbalanced parenthesis
      --> a.yml:9:30
       |
     9 |             - matchesRegexp: '(a'
       |                              ^^^^ it is never met
       |
       = hint: it is JavaScript's, without slashes around it

    warning: placeholders are not filled in a JMESPath expression
       --> a.yml:10:25
        |
     10 |             - jmespath: "id == '{{ id }}'"
        |                         ^^^^^^^^^^^^^^^^^^
        |
        = hint: as in Artillery; capture the value and compare it with `equals`
    "##);
}
