//! Thresholds judged, and how a breach is told.

use crate::run::*;
use loadgen_metrics::{ErrorKind, Satisfaction, ScenarioId, Snapshot};
use loadgen_report::render::Style;
use loadgen_report::{Figures, judge};
use loadgen_scenario::condition::Condition;
use loadgen_scenario::threshold::{Bound, Requirement, Threshold};
use std::time::Duration;

fn at_most(metric: &str, limit: f64) -> Requirement {
    Threshold { metric: metric.to_owned(), bound: Bound::AtMost, limit, legacy: None, at: None }.into()
}

#[test]
fn each_bound_is_strict_where_it_says_so() {
    let (snapshot, meta) = (good_second(0), meta());
    let figures = Figures::of(&meta, &snapshot, Duration::from_secs(1));
    let table = [
        (below("vusers.created", 11.0), true),
        (below("vusers.created", 10.0), false),
        (at_most("vusers.created", 10.0), true),
        (at_most("vusers.created", 9.0), false),
        (below("vusers.failed", 1.0), true),
        (at_most("loadgen.users_failed_rate", 0.0), true),
        (below("http.latency.p99", 8.5), true),
        (below("http.latency.p99", 8.0), false),
        (below("http.latency", 1e9), false),
        (below("errors.ECONNREFUSED", 1.0), false),
    ];
    for (threshold, pass) in table {
        let verdict = judge(std::slice::from_ref(&threshold), &figures);
        assert_eq!(verdict.pass(), pass, "{threshold:?} {verdict:?}");
    }
}

#[test]
fn the_verdict_in_words() {
    let words = |thresholds: Vec<Requirement>| good_run(thresholds).verdict.in_words();
    assert_eq!(words(vec![]), "no thresholds set");
    assert_eq!(words(vec![below("vusers.failed", 1.0)]), "1 of 1 threshold met");
    assert_eq!(
        words(vec![below("vusers.failed", 1.0), below("vusers.failed", 0.0)]),
        "1 of 2 thresholds missed"
    );
}

/// Three good seconds, one of requests that take 240 ms and time out, then good ones again.
fn breach(threshold: Requirement) -> String {
    let mut seconds: Vec<Snapshot> = (0..5).map(good_second).collect();
    let mut recorder = recorder();
    for user in 0..40 {
        recorder.user_created(ScenarioId(0), ms(3000 + user));
        request(&mut recorder, 0, ms(3000 + user), Duration::from_millis(240), answered(200));
        request(&mut recorder, 1, ms(3000 + user), Duration::from_millis(1), failed(ErrorKind::TimedOut));
        recorder.user_failed(ScenarioId(0), ms(3300));
    }
    seconds.insert(3, recorder.take());
    let report = run(meta(), vec![threshold], &seconds);
    let check = &report.verdict.checks[0];
    if check.pass { "kept".to_owned() } else { check.breach_in_words(&report.meta) }
}

#[test]
fn a_breach_in_words() {
    let table = [
        (
            below("http.latency.p99", 100.0),
            "http.latency p99 was 240 ms, 2.4 times the 100 ms allowed, first at 00:03 in phase \"Peak load\"",
        ),
        (
            below("http.latency.max", 235.0),
            "http.latency max was 240 ms, over the 235 ms allowed, first at 00:03 in phase \"Peak load\"",
        ),
        (below("http.latency.p50", 100.0), "kept"),
        (
            below("http.requests", 60.0),
            "http.requests was 230, and must be below 60, first at 00:01 in phase \"Warm-up\"",
        ),
        (
            below("vusers.failed", 40.0),
            "vusers.failed was 40, and must be below 40, first at 00:03 in phase \"Peak load\"",
        ),
        (
            below("loadgen.timeout_rate", 0.1),
            "loadgen.timeout_rate was 17.39 %, 174 times the 0.1 % allowed, first at 00:03 in phase \"Peak load\"",
        ),
        (
            at_most("loadgen.users_failed_rate", 0.0),
            "loadgen.users_failed_rate was 44.44 %, over the 0 % allowed",
        ),
        (
            below("http.latency", 100.0),
            "http.latency could not be judged: it is a summary: add a statistic, as in `http.latency.p95`",
        ),
        (
            below("errors.EPIPE", 1.0),
            "errors.EPIPE could not be judged: the run has no such metric; one that counts something is there only once it has counted",
        ),
    ];
    for (threshold, words) in table {
        assert_eq!(breach(threshold), words);
    }
}

#[test]
fn conditions_are_judged_beside_thresholds() {
    let words = |conditions: Vec<Requirement>| {
        let report = good_run(conditions);
        let told: Vec<_> =
            report.verdict.checks.iter().map(|check| check.breach_in_words(&report.meta)).collect();
        (report.verdict.pass(), report.verdict.in_words(), told.join("; "))
    };
    let kept = "http.requests == 360 and http.latency.p99 < 100";
    let (pass, verdict, _) = words(vec![holds(kept, true), below("vusers.failed", 1.0)]);
    assert_eq!((pass, verdict.as_str()), (true, "2 of 2 checks met"));
    let (pass, verdict, told) = words(vec![
        holds("http.latency.p99 < 1 and vusers.failed == 0", true),
        holds("http.codes.500 == 0", false),
        holds("http.requests = 5", true),
    ]);
    assert_eq!((pass, verdict.as_str()), (false, "2 of 3 checks missed"));
    assert_eq!(
        told,
        "http.latency.p99 < 1 and vusers.failed == 0 does not hold: http.latency p99 was 8.00 ms, vusers.failed was 0; \
         http.codes.500 == 0 does not hold: http.codes.500 was not measured; \
         http.requests = 5 is no expression: `=` is not expected here"
    );
    let (pass, verdict, _) = words(vec![holds("http.codes.500 == 0", false), holds(kept, true)]);
    assert_eq!((pass, verdict.as_str()), (true, "1 of 2 checks met"));
}

#[test]
fn the_apdex_score_is_a_metric() {
    let mut recorder = recorder();
    [Satisfaction::Satisfied, Satisfaction::Tolerated].into_iter().for_each(|it| recorder.satisfaction(it));
    let snapshot = recorder.take();
    let meta = meta();
    let figures = Figures::of(&meta, &snapshot, Duration::from_secs(1));
    let condition = |text: &str| Condition { expression: text.to_owned(), strict: true, at: None }.into();
    let wanted =
        [condition("apdex == 0.75 and apdex.satisfied == 1"), below("apdex", 0.8), condition("apdex > 0.8")];
    let passed = judge(&wanted, &figures).checks.iter().map(|check| check.pass).collect::<Vec<_>>();
    assert_eq!(passed, [true, true, false]);
}

#[test]
fn checks_in_artillery_s_form() {
    let p95 = Threshold {
        metric: "http.response_time.p95".to_owned(),
        bound: Bound::Below,
        limit: 200.0,
        legacy: Some("p95".to_owned()),
        at: None,
    };
    let report = good_run(vec![
        below("http.latency.p99", 0.5),
        below("vusers.created", 1e3),
        holds("http.codes.404 == 0", false),
        holds("http.codes.404 == 12", true),
        p95.into(),
    ]);
    let mut bytes = Vec::new();
    loadgen_report::render::checks::render(&report.verdict, Style::default(), &mut bytes).unwrap();
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap(), @r##"
    Checks:
    ok: p95 < 200
    ok: http.codes.404 == 12
    ok: vusers.created < 1000
    fail: http.codes.404 == 0 (optional)
    fail: http.latency.p99 < 0.5
    "##);
    insta::assert_snapshot!(text(&report), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)
      2026-08-01T12:00:04Z   12.0 s   2 shards   seed 7

      VERDICT  FAIL   1 of 5 checks missed            run VALID
      ✗ http.latency p99 was 8.00 ms, 16 times the 0.5 ms allowed, first at 00:00 in
        phase "Warm-up"
      ○ optional: http.codes.404 == 0 does not hold: http.codes.404 was 12

      requests     360        29.9/s         bytes     3.59 kB/s in, 2.39 kB/s out
      error rate   0.00 %
      arrivals     120 offered  120 achieved  (100.00 %)
      users        120 created  120 completed  0 failed  0 skipped

                         p50      p95      p99    p99.9      max   (ms)
      latency           2.40     7.20     8.00     8.00     8.00   due → done
      response time     1.68     5.04     5.60     5.60     5.60   sent → first byte
      schedule lag     0.120    0.360    0.400    0.400    0.400   generator's own

      status       200 ×228   201 ×120   404 ×12

      endpoint (latency in ms)        requests      /s   errors    p50    p95    p99
      GET    /users                        120    9.97   0.00 %   2.00   4.00   4.00
      POST   /users                        120    9.97   0.00 %   2.00   4.00   4.00
      GET    /users/{{ userId }}           120    9.97   0.00 %   4.00   8.00   8.00

      thresholds and conditions                      wanted          seen
      ✗ http.latency p99                             < 0.5 ms        8.00 ms
      ✓ vusers.created                               < 1,000         120
      ○ http.codes.404 == 0                          to hold (opt.)  does not hold
      ✓ http.codes.404 == 12                         to hold         holds
      ✓ http.response_time p95                       < 200 ms        5.04 ms

      generator  cpu 31 %  mem 38.0 MB     target  cpu 74 %  mem 61.0 MB
    "##);
}
