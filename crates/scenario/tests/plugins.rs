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
    insta::assert_snapshot!(told(&script), @"");
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
            - statusCode: OK
            - {}
            - 200
            - headerEquals: etag
            - headerEquals: [etag]
            - equals: []
            - hasProperty: [a]
            - matchesRegexp: '(a'
            - jmespath: 'length('
            - jmespath: "id == '{{ id }}'"
      - get: {url: /, expect: 200}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @"");
}
