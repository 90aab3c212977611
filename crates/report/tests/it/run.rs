//! A run that never happened: told to a real recorder, so that snapshots are as an engine makes them.

use loadgen_metrics::{
    ErrorKind, ErrorSample, Moment, Outcome, Recorder, Sample, ScenarioId, SeriesId, Setup, Shape, Snapshot,
};
use loadgen_report::{Builder, End, Meta, PhaseInfo, Report, Resources, SeriesInfo};
use loadgen_scenario::condition::Condition;
use loadgen_scenario::threshold::{Bound, Requirement, Threshold};
use std::time::Duration;

/// 2026-08-01T12:00:04.500Z: the first period of a run is cut short.
pub(crate) const STARTED_AT: u64 = 1_785_585_604_500;

pub(crate) fn ms(millis: u64) -> Moment {
    Moment::START + Duration::from_millis(millis)
}

/// Three series in two scenarios; the first and the last differ only in their scenario.
pub(crate) fn meta() -> Meta {
    let series = |scenario, method: &str, endpoint: &str| SeriesInfo {
        scenario,
        method: method.to_owned(),
        endpoint: endpoint.to_owned(),
    };
    Meta {
        version: "0.1.0".to_owned(),
        script: "scenarios/crud.yml".to_owned(),
        script_hash: "c0ffee".to_owned(),
        target: "http://127.0.0.1:41733".to_owned(),
        target_is_builtin: true,
        seed: 7,
        started_at: STARTED_AT,
        environment: None,
        shards: 2,
        phases: vec![
            PhaseInfo {
                name: Some("Warm-up".to_owned()),
                from: ms(0),
                to: ms(2000),
                arrivals: 20,
                users: None,
            },
            PhaseInfo {
                name: Some("Peak load".to_owned()),
                from: ms(2000),
                to: ms(12_000),
                arrivals: 1000,
                users: None,
            },
        ],
        scenarios: vec!["crud".to_owned(), "lists".to_owned()],
        series: vec![
            series(0, "GET", "/users"),
            series(0, "POST", "/users"),
            series(0, "GET", "/users/{{ userId }}"),
            series(1, "GET", "/users"),
        ],
        ..Meta::default()
    }
}

pub(crate) fn recorder() -> Recorder {
    Recorder::new(Shape { scenarios: 2, series: 4 })
}

/// A request that took `latency` from due to done, answered or failed as told.
pub(crate) fn request(
    recorder: &mut Recorder,
    series: u32,
    due: Moment,
    latency: Duration,
    outcome: Outcome,
) {
    let at = |share: u32| due + latency * share / 100;
    recorder.request_started(SeriesId(series), at(5));
    recorder.record(&Sample {
        series: SeriesId(series),
        due,
        sent: at(5),
        written: Some(at(20)),
        first_byte: outcome.status().map(|_| at(90)),
        done: at(100),
        setup: (series == 0).then(|| Setup { tcp: Some(latency / 10), ..Setup::default() }),
        outcome,
        bytes_in: if outcome.status().is_some() { 120 } else { 0 },
        bytes_out: 80,
        trace: None,
    });
    match outcome.error() {
        Some(kind) => error(recorder, kind, at(100)),
        None if outcome.is_error() => recorder.server_error(|| ErrorSample {
            at: at(100),
            method: "POST".to_owned(),
            url: "http://127.0.0.1:41733/users".to_owned(),
            status: outcome.status(),
            read: "out of memory".to_owned(),
            ..ErrorSample::default()
        }),
        None => {}
    }
}

pub(crate) fn error(recorder: &mut Recorder, kind: ErrorKind, at: Moment) {
    recorder.error(kind, at, || ErrorSample {
        at,
        method: "GET".to_owned(),
        url: "http://127.0.0.1:41733/users/17".to_owned(),
        detail: "connection refused (os error 111)".to_owned(),
        ..ErrorSample::default()
    });
}

pub(crate) fn answered(status: u16) -> Outcome {
    Outcome::Answered { status }
}

pub(crate) fn failed(error: ErrorKind) -> Outcome {
    Outcome::Failed { error }
}

/// What one second of a healthy run is: ten users that each make three requests of 0.4 to 4 ms.
pub(crate) fn good_second(second: u64) -> Snapshot {
    let mut recorder = recorder();
    for user in 0..10 {
        let due = ms(second * 1000 + user * 100);
        let scenario = ScenarioId(u32::from(user >= 6));
        let latency = Duration::from_micros(400 * (user + 1));
        recorder.user_created(scenario, due);
        request(&mut recorder, if user < 6 { 0 } else { 3 }, due, latency, answered(200));
        request(&mut recorder, 1, due, latency, answered(201));
        request(&mut recorder, 2, due, latency * 2, answered(if user == 9 { 404 } else { 200 }));
        recorder.user_completed(scenario, due + latency * 4, latency * 4);
    }
    recorder.take()
}

pub(crate) fn below(metric: &str, limit: f64) -> Requirement {
    Threshold { metric: metric.to_owned(), bound: Bound::Below, limit, legacy: None, at: None }.into()
}

pub(crate) fn holds(expression: &str, strict: bool) -> Requirement {
    Condition { expression: expression.to_owned(), strict, at: None }.into()
}

pub(crate) fn used(generator_cpu: f64) -> Resources {
    Resources {
        generator_cpu,
        busiest_shard: generator_cpu,
        generator_memory: 38_000_000,
        target_cpu: Some(0.74),
        target_memory: Some(61_000_000),
        ..Resources::default()
    }
}

/// A run of twelve good seconds.
pub(crate) fn good_run(thresholds: Vec<Requirement>) -> Report {
    let mut builder = Builder::new(meta(), thresholds);
    for second in 0..12 {
        builder.observe(second, &good_second(second));
        builder.resources(second, used(0.31));
    }
    builder.finish(End { at: ms(12_040), scheduled: 120, passes: 0, stopped: None })
}

/// A run of these seconds, ended after the last.
pub(crate) fn run(meta: Meta, thresholds: Vec<Requirement>, seconds: &[Snapshot]) -> Report {
    let mut builder = Builder::new(meta, thresholds);
    for (second, snapshot) in seconds.iter().enumerate() {
        builder.observe(second as u64, snapshot);
    }
    let scheduled = seconds.iter().map(|snapshot| snapshot.users().created + snapshot.skipped).sum();
    builder.finish(End { at: ms(seconds.len() as u64 * 1000), scheduled, passes: 0, stopped: None })
}

pub(crate) fn text(report: &Report) -> String {
    styled(report, loadgen_report::render::Style::default())
}

pub(crate) fn styled(report: &Report, style: loadgen_report::render::Style) -> String {
    let mut bytes = Vec::new();
    loadgen_report::render::text::render(report, style, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

pub(crate) fn json(report: &Report) -> String {
    let mut bytes = Vec::new();
    loadgen_report::render::json::render(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}
