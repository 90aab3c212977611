//! Which names there are, and when. The presence rules are Artillery's.

use crate::run::*;
use loadgen_metrics::{ErrorKind, Outcome, Recorder, ScenarioId, Snapshot};
use loadgen_report::figures::{Figures, Missing, unit};
use loadgen_report::number::Unit;
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

fn named(snapshot: &Snapshot) -> (Vec<(String, u64)>, Vec<String>) {
    let meta = meta();
    let figures = Figures::of(&meta, snapshot, Duration::from_secs(2));
    (figures.counters.into_iter().collect(), figures.summaries.into_keys().collect())
}

/// What a user with these requests counts, ours left out as an Artillery report would.
fn counters(requests: &[(u32, Outcome)]) -> (Vec<(String, u64)>, Vec<String>) {
    let mut recorder = recorder();
    recorder.user_created(ScenarioId(0), ms(0));
    for &(series, outcome) in requests {
        request(&mut recorder, series, ms(0), MS, outcome);
    }
    match requests.last().and_then(|(_, outcome)| outcome.error()) {
        Some(_) => recorder.user_failed(ScenarioId(0), ms(9)),
        None => recorder.user_completed(ScenarioId(0), ms(9), 9 * MS),
    }
    let (mut counters, mut summaries) = named(&recorder.take());
    let ours = |name: &str| {
        ["http.latency", "http.schedule_lag", "http.sent_bytes", "http.phase.", "loadgen."]
            .iter()
            .any(|own| name.starts_with(own))
    };
    counters.retain(|(name, _)| !ours(name));
    summaries.retain(|name| !ours(name));
    (counters, summaries)
}

fn table(entries: &[(&str, u64)]) -> Vec<(String, u64)> {
    entries.iter().map(|&(name, count)| (name.to_owned(), count)).collect()
}

#[test]
fn an_answered_user() {
    let (counters, summaries) = counters(&[(0, answered(200)), (1, answered(503))]);
    assert_eq!(
        counters,
        table(&[
            ("http.codes.200", 1),
            ("http.codes.503", 1),
            ("http.downloaded_bytes", 240),
            ("http.requests", 2),
            ("http.responses", 2),
            ("plugins.metrics-by-endpoint./users.codes.200", 1),
            ("plugins.metrics-by-endpoint./users.codes.503", 1),
            ("vusers.completed", 1),
            ("vusers.created", 1),
            ("vusers.created_by_name.crud", 1),
            ("vusers.failed", 0),
        ])
    );
    assert_eq!(
        summaries,
        [
            "http.response_time",
            "http.response_time.2xx",
            "http.response_time.5xx",
            "plugins.metrics-by-endpoint.response_time./users",
            "vusers.session_length"
        ]
    );
}

#[test]
fn a_refused_user_has_neither_responses_nor_bytes() {
    let (counters, summaries) = counters(&[(0, failed(ErrorKind::ConnectionRefused))]);
    assert_eq!(
        counters,
        table(&[
            ("errors.ECONNREFUSED", 1),
            ("http.requests", 1),
            ("plugins.metrics-by-endpoint./users.errors.ECONNREFUSED", 1),
            ("vusers.created", 1),
            ("vusers.created_by_name.crud", 1),
            ("vusers.failed", 1),
        ])
    );
    assert_eq!(summaries, [""; 0]);
}

#[test]
fn a_failed_capture_is_no_error_of_the_endpoint() {
    let (counters, _) = counters(&[(0, Outcome::Rejected { status: 200, error: ErrorKind::CaptureFailed })]);
    let endpoint: Vec<_> = counters.iter().filter(|(name, _)| name.starts_with("plugins.")).collect();
    assert_eq!(endpoint, [&("plugins.metrics-by-endpoint./users.codes.200".to_owned(), 1)]);
    assert!(counters.contains(&("errors.Failed capture or match".to_owned(), 1)));
}

#[test]
fn a_truncated_answer_is_a_response_but_only_an_error_of_its_endpoint() {
    let broken = Outcome::Broken { status: 200, error: ErrorKind::ConnectionReset };
    let (counters, summaries) = counters(&[(2, broken)]);
    let endpoint: Vec<_> = counters.iter().filter(|(name, _)| name.starts_with("plugins.")).collect();
    let name = "plugins.metrics-by-endpoint./users/{{ userId }}.errors.ECONNRESET";
    assert_eq!(endpoint, [&(name.to_owned(), 1)]);
    assert!(counters.contains(&("http.codes.200".to_owned(), 1)));
    assert_eq!(summaries, ["http.response_time", "http.response_time.2xx"]);
}

#[test]
fn nothing_gives_nothing() {
    assert_eq!(named(&Snapshot::default()), (Vec::new(), Vec::new()));
}

#[test]
fn users_that_never_ended() {
    let mut recorder = recorder();
    (0..3).for_each(|_| recorder.user_created(ScenarioId(1), ms(0)));
    recorder.user_interrupted(ScenarioId(1), ms(5));
    recorder.user_skipped(ms(6));
    let (counters, _) = named(&recorder.take());
    assert_eq!(
        counters,
        table(&[
            ("loadgen.vusers.interrupted", 1),
            ("vusers.created", 3),
            ("vusers.created_by_name.lists", 3),
            ("vusers.failed", 0),
            ("vusers.skipped", 1),
        ])
    );
}

#[test]
fn series_that_share_an_endpoint_add_up() {
    let snapshot = good_second(0);
    let meta = meta();
    let figures = Figures::of(&meta, &snapshot, Duration::from_secs(1));
    let endpoint = "plugins.metrics-by-endpoint";
    assert_eq!(figures.counters[&format!("{endpoint}./users.codes.200")], 10, "two scenarios");
    assert_eq!(
        figures.value(&format!("{endpoint}.response_time./users.count")),
        Ok(20.0),
        "two methods as well"
    );
    assert_eq!(figures.value("http.response_time.count"), Ok(30.0));
    assert_eq!(figures.value("http.phase.wait.p99"), figures.value("http.response_time.p99"));
    assert_eq!(figures.value("http.phase.tcp.count"), Ok(6.0));
}

#[test]
fn rates_are_of_the_span_and_percentages_of_the_whole() {
    let mut recorder: Recorder = recorder();
    for index in 0..10u64 {
        recorder.user_created(ScenarioId(0), ms(index));
        let outcome = match index {
            0 => failed(ErrorKind::TimedOut),
            1 => answered(500),
            _ => answered(200),
        };
        let due = if index == 0 { ms(5000) } else { ms(index) };
        request(&mut recorder, 0, due, MS, outcome);
    }
    (0..7).for_each(|index| recorder.user_completed(ScenarioId(0), ms(index), MS));
    let (snapshot, meta) = (recorder.take(), meta());
    let figures = Figures::of(&meta, &snapshot, Duration::from_secs(4));
    let value = |name: &str| figures.value(name).unwrap();
    assert_eq!(value("http.request_rate"), 2.5);
    assert_eq!(value("loadgen.error_rate"), 20.0);
    assert_eq!(value("loadgen.timeout_rate"), 10.0);
    assert_eq!(value("loadgen.availability"), 50.0, "of two seconds, one had nothing but a timeout");
    assert_eq!(value("loadgen.users_failed_rate"), 30.0);
}

#[test]
fn what_is_missing_is_told() {
    let (snapshot, meta) = (good_second(0), meta());
    let figures = Figures::of(&meta, &snapshot, Duration::from_secs(1));
    let why = |metric: &str| figures.value(metric).unwrap_err();
    assert_eq!(why("http.latency"), Missing::Statistic("http.latency".to_owned()));
    assert!(matches!(why("http.latency.p98"), Missing::UnknownStatistic { .. }));
    assert_eq!(why("errors.ECONNREFUSED"), Missing::NotMeasured);
    assert_eq!(why("nonsense"), Missing::NotMeasured);
}

#[test]
fn units_follow_from_names() {
    let table = [
        ("http.latency.p99", Unit::Millis),
        ("http.latency.count", Unit::Count),
        ("http.requests", Unit::Count),
        ("http.codes.404", Unit::Count),
        ("http.request_rate", Unit::PerSecond),
        ("http.sent_bytes", Unit::Bytes),
        ("loadgen.error_rate", Unit::Percent),
    ];
    for (metric, wanted) in table {
        assert_eq!(unit(metric), wanted, "{metric}");
    }
}

#[test]
fn names_are_cut_where_artillery_cuts_them() {
    let mut meta = meta();
    meta.series[0].endpoint = "ü".repeat(2000);
    let snapshot = good_second(0);
    let figures = Figures::of(&meta, &snapshot, Duration::from_secs(1));
    let longest = figures.counters.keys().map(|name| name.chars().count()).max();
    assert_eq!(longest, Some(1024));
}
