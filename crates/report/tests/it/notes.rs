//! What is noted of a run, and what is not.

use crate::run::{good_run, used};
use loadgen_metrics::{ErrorKind, Histogram, Parts};
use loadgen_report::{Note, Point, Quantiles, Report, ResourcePoint, Timeline, notes};
use std::time::Duration;

/// A run in which nothing is remarkable: time is spread, nothing failed, nothing was full.
fn plain() -> Report {
    let mut report = good_run(Vec::new());
    for series in &mut report.total.series {
        series.parts = Parts { lag: 0, dns: 0, tcp: 9, tls: 0, wait: 45, download: 46 };
        series.errors.clear();
        series.error_requests = 0;
    }
    report.total.schedule_lag = Histogram::new();
    report.timeline = Timeline { step: 1, points: Vec::new() };
    report
}

/// The same with seconds of such rates and 95th percentiles, in ms.
fn seconds(points: &[(u64, f64)]) -> Report {
    let mut report = plain();
    let points = points.iter().zip(0..).map(|(&(requests, p95), second)| Point {
        second,
        requests,
        latency: Some(Quantiles { p50: p95 / 2.0, p95, p99: p95 * 2.0, max: p95 * 3.0 }),
        ..Point::default()
    });
    report.timeline.points = points.collect();
    report
}

fn told(report: &Report) -> Vec<String> {
    notes(report).into_iter().map(|Note { what, evidence }| format!("{what}: {evidence}")).collect()
}

#[test]
fn where_nothing_stands_out_nothing_is_noted() {
    assert_eq!(told(&plain()), [] as [&str; 0]);
    assert_eq!(told(&Report { total: Default::default(), ..plain() }), [] as [&str; 0]);
}

#[test]
fn the_part_of_a_request_that_was_most_of_the_latency() {
    let table = [
        (
            Parts { wait: 51, download: 44, tcp: 5, ..Parts::default() },
            Some(
                "Waiting for the first byte was most of the latency: wait 51.00 %, download 44.00 %, tcp 5.00 % of the time of 360 answers",
            ),
        ),
        (Parts { wait: 50, download: 45, tcp: 5, ..Parts::default() }, None),
        (
            Parts { lag: 3, wait: 1, ..Parts::default() },
            Some(
                "Being sent late by the generator was most of the latency: lag 75.00 %, wait 25.00 % of the time of 360 answers",
            ),
        ),
        (
            Parts { download: 99_999, wait: 1, ..Parts::default() },
            Some(
                "Reading answers from their first byte on was most of the latency: download 99.99 %, wait <0.01 % of the time of 360 answers",
            ),
        ),
        (Parts::default(), None),
    ];
    for (parts, note) in table {
        let mut report = plain();
        report.total.series.iter_mut().for_each(|series| series.parts = parts);
        assert_eq!(told(&report), Vec::from_iter(note), "{parts:?}");
    }
}

#[test]
fn the_endpoint_that_most_failed_requests_were_of() {
    // Series 0 and 3 are one endpoint, seen by two scenarios.
    let table = [
        (
            [1, 1, 0, 1],
            Some(
                "Most failed requests were GET /users: 2 of 3 failed requests (66.67 %), and 33.33 % of all requests",
            ),
        ),
        (
            [0, 4, 0, 0],
            Some(
                "Most failed requests were POST /users: 4 of 4 failed requests (100.00 %), and 33.33 % of all requests",
            ),
        ),
        ([1, 1, 1, 0], None),
    ];
    for (errors, note) in table {
        let mut report = plain();
        for (series, errors) in report.total.series.iter_mut().zip(errors) {
            series.error_requests = errors;
            series.errors.insert(ErrorKind::TimedOut, errors);
        }
        assert_eq!(told(&report), Vec::from_iter(note), "{errors:?}");
    }
    // With a single endpoint there is nothing to tell apart.
    let mut report = plain();
    report.total.series.truncate(1);
    report.total.series[0].error_requests = 3;
    assert_eq!(told(&report), [] as [&str; 0]);
}

#[test]
fn what_opening_connections_took() {
    for (parts, note) in [
        (
            Parts { tcp: 9, dns: 1, wait: 45, download: 45, ..Parts::default() },
            Some(
                "Opening connections was 10.00 % of the latency: dns 1.00 %, tcp 9.00 %; 72 connections for 360 requests",
            ),
        ),
        (Parts { tcp: 9, wait: 45, download: 46, ..Parts::default() }, None),
    ] {
        let mut report = plain();
        report.total.series.iter_mut().for_each(|series| series.parts = parts);
        assert_eq!(told(&report), Vec::from_iter(note), "{parts:?}");
    }
}

#[test]
fn the_generators_lateness_beside_the_latency() {
    // The latency's p99 is 8 ms, as the histogram has it.
    for (lag, count, note) in [
        (
            801,
            100,
            Some(
                "The generator's own lateness is a visible part of the latency: schedule lag p99 0.801 ms beside latency p99 8.00 ms",
            ),
        ),
        (790, 100, None),
        (5000, 99, None),
    ] {
        let mut report = plain();
        (0..count).for_each(|_| report.total.schedule_lag.record(Duration::from_micros(lag)));
        assert_eq!(told(&report), Vec::from_iter(note), "{lag} {count}");
    }
}

#[test]
fn a_resource_that_was_full() {
    let mut report = plain();
    report.resources = (0..20)
        .map(|second| ResourcePoint { second, used: used(if second == 3 { 0.9 } else { 0.8 }) })
        .collect();
    assert_eq!(
        told(&report),
        [
            "The generator's CPU was full: 90 % or more in 1 of 20 s, first at 00:03 in phase \"Peak load\"",
            "The generator's busiest shard was full: 90 % or more in 1 of 20 s, first at 00:03 in phase \"Peak load\""
        ]
    );
    // One second in 21 is no shortage.
    report.resources.push(ResourcePoint { second: 20, used: used(0.8) });
    assert_eq!(told(&report), [] as [&str; 0]);
    report.resources.iter_mut().for_each(|point| point.used.target_cpu = Some(0.95));
    assert_eq!(
        told(&report),
        [
            "The target kept a processor or more busy: 90 % or more in 21 of 21 s, first at 00:00 in phase \"Warm-up\""
        ]
    );
}

#[test]
fn latency_that_leaves_its_plateau_while_the_rate_grows() {
    let ramp = [
        (100, 9.0),
        (200, 1.1),
        (300, 1.2),
        (400, 1.2),
        (500, 1.3),
        (600, 1.3),
        (700, 4.0),
        (800, 9.0),
        (800, 11.0),
    ];
    let mut report = seconds(&ramp);
    insta::assert_snapshot!(told(&report).join("\n"), @r#"Latency left its plateau at 700/s, at 00:06 in phase "Peak load": p95 rose from 1.30 ms at 500/s to 9.00 ms at 800/s (medians of 3 points of 1 s before and from then on), and was 1.20 ms over all points before; nothing that was measured was full then: the generator's CPU 31 %, the generator's busiest shard 31 %, the target's CPU (of one processor) 74 %"#);
    report.resources.iter_mut().for_each(|point| point.used.target_cpu = Some(0.95));
    report.resources.truncate(9);
    insta::assert_snapshot!(told(&report)[0], @r#"Latency left its plateau at 700/s, at 00:06 in phase "Peak load": p95 rose from 1.30 ms at 500/s to 9.00 ms at 800/s (medians of 3 points of 1 s before and from then on), and was 1.20 ms over all points before; full then: the target's CPU (of one processor) 95 %"#);
    report.resources.clear();
    insta::assert_snapshot!(told(&report).join("\n"), @r#"Latency left its plateau at 700/s, at 00:06 in phase "Peak load": p95 rose from 1.30 ms at 500/s to 9.00 ms at 800/s (medians of 3 points of 1 s before and from then on), and was 1.20 ms over all points before"#);
}

#[test]
fn a_plateau_that_is_not_left() {
    let flat = |last: [f64; 3]| [1.0; 6].into_iter().chain(last).map(|p95| (100, p95)).collect::<Vec<_>>();
    let table = [
        // As steady as can be.
        flat([1.0; 3]),
        // It comes back.
        flat([9.0, 9.0, 1.0]),
        // Twice as much, but of hardly anything.
        flat([1.9; 3]),
        // No points enough before.
        vec![(100, 1.0), (100, 1.0), (100, 1.0), (100, 1.0), (100, 9.0), (100, 9.0), (100, 9.0)],
        // Too few requests to have a 95th percentile.
        flat([9.0; 3]).into_iter().map(|(_, p95)| (19, p95)).collect(),
        vec![],
    ];
    for points in table {
        let told = told(&seconds(&points));
        assert_eq!(told, [] as [&str; 0], "{points:?}");
    }
}

#[test]
fn what_comes_after_the_last_phase_is_no_plateau_left() {
    // Phases end at 12 s; those who finish then are slow.
    let points: Vec<_> = (0..16).map(|second| (100, if second < 12 { 1.0 } else { 50.0 })).collect();
    let mut report = seconds(&points);
    report.ended = crate::run::ms(16_000);
    assert_eq!(told(&report), [] as [&str; 0]);
}
