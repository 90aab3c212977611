//! A run gathered second by second: its periods, its progress, the summaries of periods.

use crate::run::*;
use loadgen_metrics::{ErrorKind, Recorder, ScenarioId, Shape, Snapshot};
use loadgen_report::render::{period, progress};
use loadgen_report::{Builder, End, Meta, Period, Report, SeriesInfo, Statistics, Timeline};
use std::sync::Arc;
use std::time::Duration;

/// 12:00:00, the beginning of the period that the run begins in.
const FIRST: u64 = STARTED_AT - 4500;

fn count(period: &Period, counter: &str) -> u64 {
    period.stats.counters.get(counter).copied().unwrap_or(0)
}

/// The periods that have ended: beginning, span in ms, users created.
fn ended(builder: &mut Builder) -> Vec<(u64, u128, u64)> {
    std::iter::from_fn(|| {
        builder.period_ended().map(|it| (it.start - FIRST, it.span.as_millis(), count(it, "vusers.created")))
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
    assert_eq!(ended(&mut builder), [(0, 6000, 60)]);
    builder.observe(7, &Snapshot::default());
    assert_eq!(ended(&mut builder), [], "each once");
    builder.observe(27, &good_second(27));
    assert_eq!(
        ended(&mut builder),
        [(10_000, 10_000, 10), (20_000, 10_000, 0)],
        "nothing happened for a while"
    );
    builder.close(ms(28_000));
    assert_eq!(ended(&mut builder), [(30_000, 2000, 10)]);
    let report = builder.finish(End { at: ms(28_000), scheduled: 80, passes: 0, stopped: None });
    assert_eq!(report.periods.len(), 4, "it was closed already");
    assert_eq!(sums(&report.periods), (80, 240));
    assert_eq!((report.total.users().created, report.total.requests().requests), (80, 240));
}

/// Users created and requests of all periods together.
fn sums(periods: &[Period]) -> (u64, u64) {
    let sum = |counter| periods.iter().map(|it| count(it, counter)).sum();
    (sum("vusers.created"), sum("http.requests"))
}

#[test]
fn a_piece_that_comes_after_its_period_counts_into_the_next() {
    let mut builder = Builder::new(meta(), Vec::new());
    builder.observe(0, &good_second(0));
    builder.observe(6, &good_second(6));
    builder.observe(1, &good_second(1));
    assert_eq!(ended(&mut builder), [(0, 6000, 10)]);
    builder.close(ms(7000));
    builder.observe(6, &good_second(6));
    assert_eq!(ended(&mut builder), [(10_000, 1000, 20)]);
    let report = builder.finish(End { at: ms(7000), scheduled: 40, passes: 0, stopped: None });
    assert_eq!(sums(&report.periods), (30, 90));
    assert_eq!(report.total.users().created, 40, "whenever it comes, it is part of the run");
}

/// Of each period of a run of these seconds, 30 requests in each but the last: span in ms, requests a second.
fn rates(seconds: u64, end: u64) -> Vec<(u128, Option<f64>)> {
    let mut builder = Builder::new(meta(), Vec::new());
    (0..seconds).for_each(|second| builder.observe(second, &good_second(second)));
    builder.observe(seconds, &Snapshot::default());
    builder
        .finish(End { at: ms(end), scheduled: 0, passes: 0, stopped: None })
        .periods
        .iter()
        .map(|it| (it.span.as_millis(), it.stats.rates.get("http.request_rate").copied()))
        .collect()
}

#[test]
fn the_last_period_lasts_until_the_run_ends() {
    let table = [
        (3, 3002, vec![(3002, Some(29.98))]),
        (4, 3000, vec![(3000, Some(40.0))]),
        (1, 250, vec![(250, Some(30.0))]),
        (6, 6000, vec![(6000, Some(30.0))]),
        (6, 6003, vec![(6000, Some(30.0)), (3, None)]),
        (7, 6003, vec![(6000, Some(30.0)), (3, Some(30.0))]),
    ];
    for (seconds, end, periods) in table {
        assert_eq!(rates(seconds, end), periods, "{seconds} seconds until {end}");
    }
}

/// Thirty series whose every request has an answer: what a second of them looks like, and its plan.
fn thirty_series() -> (Meta, Snapshot) {
    let mut recorder = Recorder::new(Shape { scenarios: 1, series: 30 });
    recorder.user_created(ScenarioId(0), ms(0));
    for series in 0..30 {
        for micros in [9, 20, 41, 60] {
            request(&mut recorder, series, ms(0), Duration::from_micros(micros), answered(200));
        }
    }
    let info = |index| SeriesInfo {
        scenario: 0,
        method: "GET".to_owned(),
        endpoint: format!("/organisations/{{{{ organisationId }}}}/members/{index}"),
    };
    (Meta { series: (0..30).map(info).collect(), ..meta() }, recorder.take())
}

/// [`Period`] has no histogram in it, by its type; what it does have is small.
#[test]
fn a_period_is_a_few_kilobytes() {
    let (meta, second) = thirty_series();
    let mut builder = Builder::new(meta, Vec::new());
    (0..100).for_each(|period| builder.observe(period * 10, &second));
    let report = builder.finish(End { at: ms(991_000), scheduled: 100, passes: 0, stopped: None });
    assert_eq!(report.periods.len(), 100);
    assert_eq!(sums(&report.periods), (100, 12_000));
    let kept = |it: &Period| {
        let name = size_of::<Arc<str>>();
        size_of::<Period>()
            + it.stats.counters.iter().count() * (name + size_of::<u64>())
            + it.stats.rates.iter().count() * (name + size_of::<f64>())
            + it.stats.summaries.iter().count() * (name + size_of::<Statistics>())
    };
    let largest = report.periods.iter().map(kept).max().unwrap();
    assert!(largest < 6_000, "{largest} bytes in memory");
    let text = serde_json::to_string(&report.periods.iter().map(|it| &it.stats).collect::<Vec<_>>()).unwrap();
    assert!(text.len() < 1_200_000, "{} bytes of JSON", text.len());
    let timeline = serde_json::to_string(&report.timeline).unwrap();
    assert!(timeline.len() < 100 * 300, "{} bytes of a point in each period", timeline.len());
    let own = serde_json::to_string(&Report { timeline: Timeline::default(), ..report }).unwrap();
    assert!(own.len() < 20_000, "{} bytes of the `loadgen` object, which repeats no period", own.len());
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
    insta::assert_snapshot!(progress::line(&builder.progress()), @"00:03/00:12  Peak load            2 users      2 req/s    1 error  p95 5.00 ms");
}

fn summary(snapshot: &Snapshot) -> String {
    let mut builder = Builder::new(meta(), Vec::new());
    builder.observe(0, snapshot);
    builder.close(ms(1000));
    let mut bytes = Vec::new();
    let ended = builder.period_ended().cloned().unwrap();
    period::render(&ended, &builder.meta().plugins, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_summary_of_a_period() {
    let mut recorder = recorder();
    recorder.user_created(ScenarioId(0), ms(0));
    request(&mut recorder, 0, ms(0), Duration::from_millis(10), answered(200));
    request(&mut recorder, 2, ms(10), Duration::from_millis(1), failed(ErrorKind::ConnectionReset));
    recorder.user_failed(ScenarioId(0), ms(1077));
    insta::assert_snapshot!(summary(&recorder.take()), @r##"
    --------------------------------------
    Metrics for period to: 12:00:10(+0000) (width: 1.077s)
    --------------------------------------

    errors.ECONNRESET: ............................................................. 1
    http.codes.200: ................................................................ 1
    http.downloaded_bytes: ......................................................... 120
    http.request_rate: ............................................................. 2/sec
    http.requests: ................................................................. 2
    http.response_time:
      min: ......................................................................... 7
      max: ......................................................................... 7
      mean: ........................................................................ 7
      median: ...................................................................... 7
      p95: ......................................................................... 7
      p99: ......................................................................... 7
    http.response_time.2xx:
      min: ......................................................................... 7
      max: ......................................................................... 7
      mean: ........................................................................ 7
      median: ...................................................................... 7
      p95: ......................................................................... 7
      p99: ......................................................................... 7
    http.responses: ................................................................ 1
    vusers.created: ................................................................ 1
    vusers.created_by_name.crud: ................................................... 1
    vusers.failed: ................................................................. 1
    "##);
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
