//! A run gathered second by second: its periods, its progress, the summaries of periods.

use crate::run::*;
use loadgen_metrics::{ErrorKind, ScenarioId, Snapshot};
use loadgen_report::render::{period, progress};
use loadgen_report::{Builder, End};
use std::time::Duration;

/// 12:00:00, the beginning of the period that the run begins in.
const FIRST: u64 = STARTED_AT - 4500;

fn ended(builder: &mut Builder) -> Vec<(u64, u64, u64)> {
    std::iter::from_fn(|| {
        builder.period_ended().map(|it| (it.start - FIRST, it.seconds, it.snapshot.users().created))
    })
    .collect()
}

#[test]
fn periods_begin_at_whole_tens_of_the_wall_clock() {
    let mut builder = Builder::new(meta(), Vec::new());
    for second in 0..6 {
        builder.observe(second, &good_second(second));
        assert_eq!(ended(&mut builder), [], "it is 12:00:04 to 12:00:09");
    }
    builder.observe(6, &good_second(6));
    assert_eq!(ended(&mut builder), [(0, 6, 60)]);
    builder.observe(7, &Snapshot::default());
    assert_eq!(ended(&mut builder), [], "each once");
    builder.observe(27, &good_second(27));
    assert_eq!(ended(&mut builder), [(10_000, 2, 10), (20_000, 1, 0)], "nothing happened for a while");
    builder.close();
    assert_eq!(ended(&mut builder), [(30_000, 2, 10)]);
    let report = builder.finish(End { at: ms(28_000), scheduled: 80, stopped: None });
    assert_eq!(report.periods.len(), 4);
    let mut sum = Snapshot::default();
    report.periods.iter().for_each(|period| sum.merge(&period.snapshot));
    assert_eq!(sum, report.total);
}

#[test]
fn late_pieces_of_a_second_go_where_they_belong() {
    let mut builder = Builder::new(meta(), Vec::new());
    builder.observe(0, &good_second(0));
    builder.observe(6, &good_second(6));
    builder.observe(1, &good_second(1));
    builder.close();
    assert_eq!(ended(&mut builder), [(0, 2, 20), (10_000, 1, 10)]);
}

#[test]
fn progress_is_of_the_last_second() {
    let mut builder = Builder::new(meta(), Vec::new());
    builder.observe(0, &good_second(0));
    let mut recorder = recorder();
    (0..3).for_each(|_| recorder.user_created(ScenarioId(0), ms(2000)));
    request(&mut recorder, 0, ms(2000), Duration::from_millis(5), answered(200));
    request(&mut recorder, 0, ms(2000), Duration::from_millis(5), failed(ErrorKind::ConnectionReset));
    recorder.user_failed(ScenarioId(0), ms(2010));
    builder.observe(2, &recorder.take());
    insta::assert_snapshot!(progress::line(&builder.progress()), @"00:03/00:12   Peak load   2 users   2 req/s   1 error   p95 5.00 ms");
}

fn summary(snapshot: &Snapshot) -> String {
    let mut builder = Builder::new(meta(), Vec::new());
    builder.observe(0, snapshot);
    builder.close();
    let meta = builder.meta().clone();
    let mut bytes = Vec::new();
    period::render(&meta, builder.period_ended().unwrap(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_summary_of_a_period() {
    let mut recorder = recorder();
    recorder.user_created(ScenarioId(0), ms(0));
    request(&mut recorder, 0, ms(0), Duration::from_millis(10), answered(200));
    request(&mut recorder, 2, ms(10), Duration::from_millis(1), failed(ErrorKind::ConnectionReset));
    recorder.user_failed(ScenarioId(0), ms(1077));
    insta::assert_snapshot!(summary(&recorder.take()), @r"
    ------------------------------------------------------
    Metrics for period to: 12:00:10(+0000) (width: 1.077s)
    ------------------------------------------------------

    errors.ECONNRESET: ............................................................. 1
    http.codes.200: ................................................................ 1
    http.downloaded_bytes: ......................................................... 120
    http.latency:
      min: ......................................................................... 10.0
      max: ......................................................................... 10.0
      mean: ........................................................................ 10.0
      median: ...................................................................... 10.0
      p95: ......................................................................... 10.0
      p99: ......................................................................... 10.0
    http.request_rate: ............................................................. 2/sec
    http.requests: ................................................................. 2
    http.response_time:
      min: ......................................................................... 7.00
      max: ......................................................................... 7.00
      mean: ........................................................................ 7.00
      median: ...................................................................... 7.00
      p95: ......................................................................... 7.00
      p99: ......................................................................... 7.00
    http.response_time.2xx:
      min: ......................................................................... 7.00
      max: ......................................................................... 7.00
      mean: ........................................................................ 7.00
      median: ...................................................................... 7.00
      p95: ......................................................................... 7.00
      p99: ......................................................................... 7.00
    http.responses: ................................................................ 1
    http.schedule_lag:
      min: ......................................................................... 0.050
      max: ......................................................................... 0.500
      mean: ........................................................................ 0.275
      median: ...................................................................... 0.050
      p95: ......................................................................... 0.500
      p99: ......................................................................... 0.500
    http.sent_bytes: ............................................................... 160
    loadgen.error_rate: ............................................................ 50 %
    plugins.metrics-by-endpoint./users.codes.200: .................................. 1
    plugins.metrics-by-endpoint./users/{{ userId }}.errors.ECONNRESET: ............. 1
    plugins.metrics-by-endpoint.response_time./users:
      min: ......................................................................... 7.00
      max: ......................................................................... 7.00
      mean: ........................................................................ 7.00
      median: ...................................................................... 7.00
      p95: ......................................................................... 7.00
      p99: ......................................................................... 7.00
    vusers.created: ................................................................ 1
    vusers.created_by_name.crud: ................................................... 1
    vusers.failed: ................................................................. 1
    ");
}

#[test]
fn a_period_without_anything() {
    insta::assert_snapshot!(summary(&Snapshot::default()), @r"
    --------------------------------------
    Metrics for period to: 12:00:10(+0000)
    --------------------------------------

    No measurements recorded during this period
    ");
}
