//! Thresholds judged, and how a breach is told.

use crate::run::*;
use loadgen_metrics::{ErrorKind, ScenarioId, Snapshot};
use loadgen_report::{Figures, judge};
use loadgen_scenario::threshold::{Bound, Threshold};
use std::time::Duration;

fn at_most(metric: &str, limit: f64) -> Threshold {
    Threshold { bound: Bound::AtMost, ..below(metric, limit) }
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
    let words = |thresholds: Vec<Threshold>| good_run(thresholds).verdict.in_words();
    assert_eq!(words(vec![]), "no thresholds set");
    assert_eq!(words(vec![below("vusers.failed", 1.0)]), "1 of 1 threshold met");
    assert_eq!(
        words(vec![below("vusers.failed", 1.0), below("vusers.failed", 0.0)]),
        "1 of 2 thresholds missed"
    );
}

/// Three good seconds, one of requests that take 240 ms and time out, then good ones again.
fn breach(threshold: Threshold) -> String {
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
