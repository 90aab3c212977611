//! What plugins count, by name and in the summary.

use crate::run::*;
use loadgen_metrics::{ErrorKind, ErrorSample, Outcome, Satisfaction, SeriesId, Snapshot};
use loadgen_report::{Builder, End, Figures, Meta, PluginNames};
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

fn example() -> ErrorSample {
    ErrorSample {
        at: ms(2),
        method: "GET".to_owned(),
        url: "http://t/users".to_owned(),
        detail: "status 404: statusCode: expected 200, got 404".to_owned(),
        ..ErrorSample::default()
    }
}

/// Two expectations met and three not, three answers for apdex, two with `server-timing`, one of them told aside.
fn snapshot() -> Snapshot {
    let mut recorder = recorder();
    request(&mut recorder, 0, ms(0), MS, answered(200));
    let error = ErrorKind::ExpectationFailed;
    request(&mut recorder, 0, ms(1), MS, Outcome::Rejected { status: 404, error });
    request(&mut recorder, 1, ms(2), MS, answered(201));
    recorder.server_time(SeriesId(0), Some(Duration::from_micros(12_500)));
    recorder.server_time(SeriesId(3), None);
    for (kind, ok) in [(0, true), (0, false), (1, true), (0, false)] {
        recorder.expectation(kind, ok, ms(2), example);
    }
    recorder.header_expectation("header x-a values equals", false, ms(2), example);
    for satisfaction in [Satisfaction::Satisfied, Satisfaction::Tolerated, Satisfaction::Frustrated] {
        recorder.satisfaction(satisfaction);
    }
    recorder.take()
}

fn names(plugins: PluginNames) -> Meta {
    Meta { plugins, ..meta() }
}

fn plugins() -> PluginNames {
    PluginNames {
        expectations: vec!["statusCode".to_owned(), "contentType".to_owned()],
        endpoints_after_expect: true,
        ..PluginNames::default()
    }
}

/// The counters with one of these beginnings.
fn counters(meta: &Meta, prefixes: &[&str]) -> Vec<String> {
    let snapshot = snapshot();
    let figures = Figures::of(meta, &snapshot, Duration::from_secs(1));
    let named = figures.counters.iter().filter(|(name, _)| prefixes.iter().any(|it| name.starts_with(it)));
    named.map(|(name, count)| format!("{name} {count}")).collect()
}

#[test]
fn counters_are_those_of_artillery() {
    let seen = counters(&names(plugins()), &["plugins.expect", "apdex"]);
    let wanted = [
        "apdex.frustrated 1",
        "apdex.satisfied 1",
        "apdex.tolerated 1",
        "plugins.expect.failed 3",
        "plugins.expect.failed.header x-a values equals 1",
        "plugins.expect.failed.statusCode 2",
        "plugins.expect.ok 2",
        "plugins.expect.ok.contentType 1",
        "plugins.expect.ok.statusCode 1",
    ];
    assert_eq!(seen, wanted);
}

#[test]
fn endpoints_are_counted_by_the_options() {
    let endpoints = |plugins| counters(&names(plugins), &["plugins.metrics-by-endpoint", "desk"]);
    let answers =
        ["plugins.metrics-by-endpoint./users.codes.200 1", "plugins.metrics-by-endpoint./users.codes.201 1"];
    assert_eq!(endpoints(plugins()), answers);
    let first = PluginNames { endpoints_after_expect: false, ..plugins() };
    assert_eq!(endpoints(first)[2], "plugins.metrics-by-endpoint./users.codes.404 1");
    let desk =
        PluginNames { endpoint_prefix: Some("desk".to_owned()), endpoints_left_out: vec![0, 2], ..plugins() };
    assert_eq!(endpoints(desk), ["desk./users.codes.201 1"]);
    let rendered = PluginNames { endpoints_rendered: true, ..plugins() };
    assert!(endpoints(rendered).is_empty());
}

#[test]
fn what_targets_tell_is_a_summary() {
    let (meta, snapshot) = (names(plugins()), snapshot());
    let figures = Figures::of(&meta, &snapshot, Duration::from_secs(1));
    let name = "plugins.metrics-by-endpoint.server-timing./users";
    let value = |statistic: &str| figures.value(&format!("{name}.{statistic}"));
    assert_eq!((value("min"), value("max"), value("count")), (Ok(-1.0), Ok(12.5), Ok(2.0)));
    assert!(figures.value(name).is_err());
    assert!(value("p98").is_err());
}

#[test]
fn the_summary_tells_which_expectations_were_not_met() {
    let mut builder = Builder::new(names(plugins()), Vec::new());
    builder.observe(0, &snapshot());
    let report = builder.finish(End { at: ms(1000), scheduled: 0, passes: 0, stopped: None });
    insta::assert_snapshot!(text(&report), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)
      2026-08-01T12:00:04Z   1.00 s   2 shards   seed 7

      VERDICT  FAIL   no thresholds set               run VALID
      ✗ 3 of 5 expectations not met

      errors
        Failed expectations for request            1   33.33 % of requests
          first at 00:00: GET http://127.0.0.1:41733/users/17 connection refused (os
          error 111)
          hint: the answer is not what `expect` says: look at the sample, and at
                what the run printed of it

      expectations not met
      ✗ statusCode  2 of 3
        e.g. GET http://t/users status 404: statusCode: expected 200, got 404
      ✗ header x-a values equals  1 of 1
        e.g. GET http://t/users status 404: statusCode: expected 200, got 404

      requests     3          3.00/s         bytes     360 B/s in, 240 B/s out
      error rate   33.33 %
      arrivals     none offered
      users        0 created  0 completed  0 failed  0 skipped

                         p50      p95      p99    p99.9      max   (ms)
      latency           1.00     1.00     1.00     1.00     1.00   due → done
      response time    0.700    0.700    0.700    0.700    0.700   sent → first byte
      schedule lag     0.050    0.050    0.050    0.050    0.050   generator's own

      status       200 ×1   201 ×1   404 ×1

      endpoint (latency in ms)        requests      /s   errors    p50    p95    p99
      GET    /users                          2    2.00  50.00 %   1.00   1.00   1.00
      POST   /users                          1    1.00   0.00 %   1.00   1.00   1.00

      note: the percentiles stand on 3 answers; a p99 needs at least 100: run longer
            or at a higher rate for percentiles that mean something

    Apdex score: 0.5 (poor)
    "##);
}
