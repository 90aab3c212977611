//! Metrics that a threshold names: those that can never be there are found before the run.

mod common;

use common::{plan_with, told, told_with};
use loadgen_scenario::Choices;

fn script(metrics: &[&str]) -> String {
    let lines: Vec<String> = metrics.iter().map(|metric| format!("      - \"{metric}\": 1\n")).collect();
    format!(
        "config:\n  target: http://x\n  plugins: {{ensure: {{}}}}\n  ensure:\n    thresholds:\n{}scenarios:\n  \
         - name: a b\n    flow: [{{get: {{url: /}}}}]\n  - flow: [{{get: {{url: /}}}}]\n",
        lines.concat()
    )
}

#[test]
fn what_there_can_be_is_right() {
    let right = [
        "vusers.created",
        "vusers.skipped",
        "vusers.created_by_name.a b",
        "vusers.created_by_name.1",
        "http.codes.404",
        "http.sent_bytes",
        "http.request_rate",
        "errors.ECONNREFUSED",
        "errors.anything at all",
        "loadgen.users_failed_rate",
        "http.response_time.p999",
        "http.response_time.5xx.median",
        "http.latency.count",
        "http.phase.download.mean",
        "http.total.p95",
        "vusers.session_length.max",
        "plugins.metrics-by-endpoint./a.codes.200",
        "plugins.metrics-by-endpoint.response_time./a.b.p95",
        "plugins.other.thing",
    ];
    assert_eq!(told(&script(&right)), "");
}

#[test]
fn slips_in_names_of_our_own_are_errors() {
    let wrong = [
        "http.respons_time.p95",
        "http.response_time",
        "http.response_time.p98",
        "http.latency.p99.9",
        "http.codes.2xx",
        "vusers.fialed",
        "vusers.failed.p95",
        "loadgen.errorRate",
    ];
    insta::assert_snapshot!(told(&script(&wrong)), @r###"
    error: unknown metric `http.respons_time.p95`
      --> a.yml:6:9
       |
     6 |       - "http.respons_time.p95": 1
       |         ^^^^^^^^^^^^^^^^^^^^^^^ did you mean `http.response_time.p95`?
       |
       = hint: docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`

    error: `http.response_time` is a summary, and names no statistic of it
      --> a.yml:7:9
       |
     7 |       - "http.response_time": 1
       |         ^^^^^^^^^^^^^^^^^^^^ did you mean `http.response_time.p95`?
       |
       = hint: the statistics are min, max, count, mean, median, p50, p75, p90, p95, p99, p999

    error: `http.response_time` has no statistic `p98`
      --> a.yml:8:9
       |
     8 |       - "http.response_time.p98": 1
       |         ^^^^^^^^^^^^^^^^^^^^^^^^ did you mean `http.response_time.p90`?
       |
       = hint: the statistics are min, max, count, mean, median, p50, p75, p90, p95, p99, p999

    error: `http.latency` has no statistic `p99.9`
      --> a.yml:9:9
       |
     9 |       - "http.latency.p99.9": 1
       |         ^^^^^^^^^^^^^^^^^^^^ did you mean `http.latency.p999`?
       |
       = hint: the statistics are min, max, count, mean, median, p50, p75, p90, p95, p99, p999

    error: `2xx` is no status code
       --> a.yml:10:9
        |
     10 |       - "http.codes.2xx": 1
        |         ^^^^^^^^^^^^^^^^
        |
        = hint: such as http.codes.200

    error: unknown metric `vusers.fialed`
       --> a.yml:11:9
        |
     11 |       - "vusers.fialed": 1
        |         ^^^^^^^^^^^^^^^ did you mean `vusers.failed`?
        |
        = hint: docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`

    error: unknown metric `vusers.failed.p95`
       --> a.yml:12:9
        |
     12 |       - "vusers.failed.p95": 1
        |         ^^^^^^^^^^^^^^^^^^^ did you mean `vusers.failed`?
        |
        = hint: docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`

    error: unknown metric `loadgen.errorRate`
       --> a.yml:13:9
        |
     13 |       - "loadgen.errorRate": 1
        |         ^^^^^^^^^^^^^^^^^^^ did you mean `loadgen.error_rate`?
        |
        = hint: docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`
    "###);
}

#[test]
fn names_that_something_may_yet_emit_are_doubtful() {
    let odd = [
        "p95",
        "htpp.latency.p95",
        "my.counter",
        "vusers.created_by_name.ab",
        "plugins.metrics-by-endpoint.response_time./a",
    ];
    insta::assert_snapshot!(told(&script(&odd)), @r###"
    warning: unknown metric `p95`
      --> a.yml:6:9
       |
     6 |       - "p95": 1
       |         ^^^^^
       |
       = hint: docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`

    warning: unknown metric `htpp.latency.p95`
      --> a.yml:7:9
       |
     7 |       - "htpp.latency.p95": 1
       |         ^^^^^^^^^^^^^^^^^^ did you mean `http.latency.p95`?
       |
       = hint: docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`

    warning: unknown metric `my.counter`
      --> a.yml:8:9
       |
     8 |       - "my.counter": 1
       |         ^^^^^^^^^^^^
       |
       = hint: docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`

    warning: no scenario is called `ab`
      --> a.yml:9:9
       |
     9 |       - "vusers.created_by_name.ab": 1
       |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean `a b`?

    warning: `plugins.metrics-by-endpoint.response_time./a` is a summary, and names no statistic of it
       --> a.yml:10:9
        |
     10 |       - "plugins.metrics-by-endpoint.response_time./a": 1
        |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        |
        = hint: the statistics are min, max, count, mean, median, p50, p75, p90, p95, p99, p999
    "###);
}

#[test]
fn thresholds_that_no_run_can_keep_are_told() {
    let script = "config:
  target: http://t
  plugins: {ensure: {}}
  ensure: {thresholds: [{vusers.failed: 0}, {loadgen.error_rate: 1}], p99: 0.5, maxErrorRate: 0}
scenarios: [{flow: [{get: {url: /}}]}]
";
    insta::assert_snapshot!(told(script), @r##"
    warning: no run can keep this threshold: `vusers.failed` would have to be less than 0
      --> a.yml:4:26
       |
     4 |   ensure: {thresholds: [{vusers.failed: 0}, {loadgen.error_rate: 1}], p99: 0.5, maxErrorRate: 0}
       |                          ^^^^^^^^^^^^^
       |
       = hint: for none at all: `conditions: [{expression: not (vusers.failed > 0)}]`

    warning: no run can keep this threshold: `p99` would have to be less than 0
      --> a.yml:4:71
       |
     4 |   ensure: {thresholds: [{vusers.failed: 0}, {loadgen.error_rate: 1}], p99: 0.5, maxErrorRate: 0}
       |                                                                       ^^^
       |
       = hint: as in Artillery, whole milliseconds count; `thresholds` take fractions
    "##);
}

#[test]
fn thresholds_that_are_not_in_force_are_not_looked_at() {
    let said = told(&script(&["http.nothing"]).replace("plugins: {ensure: {}}", "plugins: {}"));
    assert!(said.starts_with("warning: the thresholds in `ensure` will not be checked"), "{said}");
    assert!(!said.contains("http.nothing"), "{said}");
}

fn conditions(entries: &[&str]) -> String {
    let lines: Vec<String> = entries.iter().map(|entry| format!("      - {entry}\n")).collect();
    format!(
        "config:\n  target: http://x\n  plugins:\n   ensure:\n    conditions:\n{}scenarios:\n  - flow: [{{get: {{url: /}}}}]\n",
        lines.concat()
    )
}

#[test]
fn conditions_that_mean_something_are_right() {
    let right = [
        "expression: http.codes.200 > 100 and vusers.failed == 0",
        "expression: not (errors.ETIMEDOUT > 0)",
        "{expression: http.response_time.p999 < 500 or apdex.satisfied > 3, strict: false}",
        "expression: (vusers.created - vusers.completed) / vusers.created <= 0.1",
        "expression: plugins.metrics-by-endpoint.response_time./a.p95 < 100",
    ];
    assert_eq!(told(&conditions(&right)), "");
    // Names that the script brings, whatever is in them.
    let own = "config:
  target: http://t
  plugins: {ensure: {}, metrics-by-endpoint: {metricsNamespace: my_ns}, apdex: {}}
  ensure:
    conditions:
      - expression: vusers.created_by_name.Log in & out > 0
      - expression: my_ns./users/{{ id }}.codes.200 > 5
      - expression: apdex > 0.5 and apdex.satisfied > 1
scenarios: [{name: Log in & out, flow: [{get: {url: /}}]}]
";
    let said = told(own);
    assert!(!said.contains("error:") && !said.contains("created_by_name"), "{said}");
    // Where the name of an error ends, only the run tells.
    let said = told(&conditions(&["expression: errors.Failed capture or match < 3"]));
    assert!(
        said.starts_with("warning: the condition is no expression: `capture` is not expected here"),
        "{said}"
    );
}

#[test]
fn conditions_that_are_wrong_are_found_before_the_run() {
    let wrong = [
        "expression: http.codes.200 = 3",
        "expression: \"http.requests > 1 and http.respons_time.p95 < 3\"",
        "expression: vusers.failed == 0 and",
        "expresion: a",
        "{expression: p95 < 1, strict: \"false\"}",
    ];
    insta::assert_snapshot!(told(&conditions(&wrong)), @r##"
    error: the condition is no expression: `=` is not expected here
      --> a.yml:6:36
       |
     6 |       - expression: http.codes.200 = 3
       |                                    ^
       |
       = hint: such as: http.codes.200 > 100 and vusers.failed == 0

    error: unknown metric `http.respons_time.p95`
      --> a.yml:7:44
       |
     7 |       - expression: "http.requests > 1 and http.respons_time.p95 < 3"
       |                                            ^^^^^^^^^^^^^^^^^^^^^ did you mean `http.response_time.p95`?
       |
       = hint: docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`

    error: the condition is no expression: the expression ends too early
      --> a.yml:8:42
       |
     8 |       - expression: vusers.failed == 0 and
       |                                          ^
       |
       = hint: such as: http.codes.200 > 100 and vusers.failed == 0

    error: unknown key `expresion` in a condition
      --> a.yml:9:9
       |
     9 |       - expresion: a
       |         ^^^^^^^^^ did you mean `expression`?
       |
       = hint: a condition takes expression, strict

    warning: unknown metric `p95`
       --> a.yml:10:22
        |
     10 |       - {expression: p95 < 1, strict: "false"}
        |                      ^^^
        |
        = hint: docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`

    warning: "config.plugins.ensure.conditions[4].strict" is neither true nor false, so it is true
       --> a.yml:10:39
        |
     10 |       - {expression: p95 < 1, strict: "false"}
        |                                       ^^^^^^^
        |
        = hint: write it without quotes
    "##);
}

#[test]
fn an_entry_is_one_threshold() {
    let script = script(&["vusers.failed"]).replace(": 1\n", ": 1\n        vusers.skipped: 2\n");
    insta::assert_snapshot!(told(&script), @r##"
    warning: the threshold for `vusers.skipped` has no effect
      --> a.yml:7:9
       |
     7 |         vusers.skipped: 2
       |         ^^^^^^^^^^^^^^
       |
       = hint: as in Artillery, an entry of the list is one threshold: begin another with `-`
    "##);
}

#[test]
fn the_environment_can_turn_the_checks_off() {
    let choices = Choices {
        process_env: [("ARTILLERY_DISABLE_ENSURE".to_owned(), String::new())].into(),
        ..Choices::default()
    };
    let script = script(&["vusers.failed"]);
    assert!(plan_with(&script, &choices).thresholds.is_empty());
    let said = told_with(&script, &choices);
    assert!(said.contains("because ARTILLERY_DISABLE_ENSURE is set"), "{said}");
}
