//! A report that is read back is the report that was written, but for its periods.

use crate::run::*;
use loadgen_metrics::{ErrorKind, ScenarioId};
use loadgen_report::{Builder, End, Meta, ReadError, Report};
use proptest::prelude::*;
use std::time::Duration;

/// Requests of a second: series, latency in µs, and what became of it.
type Second = Vec<(u32, u64, u16)>;

fn seconds() -> impl Strategy<Value = Vec<Second>> {
    let request = (0..4u32, 1..5_000_000u64, 0..600u16);
    prop::collection::vec(prop::collection::vec(request, 0..8), 0..14)
}

fn build(seconds: &[Second], cpu: f64, limit: f64, (stopped, seed): (bool, u64)) -> Report {
    let thresholds = vec![
        below("http.latency.p95", limit),
        below("loadgen.error_rate", limit),
        below("errors.EPIPE", limit),
        below("vusers.created", limit),
        holds("vusers.created < 20 and http.latency.p95 > 1 and errors.EPIPE < 1", false),
        holds("http.requests is odd", true),
    ];
    let mut builder = Builder::new(Meta { seed, ..meta() }, thresholds);
    let mut users = 0;
    for (second, requests) in (0u64..).zip(seconds) {
        let mut recorder = recorder();
        for &(series, micros, code) in requests {
            let due = ms(second * 1000);
            recorder.user_created(ScenarioId(series % 2), due);
            users += 1;
            let kind = ErrorKind::ALL[usize::from(code) % ErrorKind::ALL.len()];
            let outcome = if code < 100 { failed(kind) } else { answered(code) };
            request(&mut recorder, series, due, Duration::from_micros(micros), outcome);
        }
        builder.observe(second, &recorder.take());
        builder.resources(second, used(cpu));
    }
    let stopped = stopped.then(|| "SIGTERM".to_owned());
    builder.finish(End { at: ms(seconds.len() as u64 * 1000 + 17), scheduled: users, passes: 0, stopped })
}

/// The `loadgen` object and the figures of the whole run, as they are written.
fn own(report: &Report) -> [serde_json::Value; 2] {
    let mut document: serde_json::Value = serde_json::from_str(&json(report)).unwrap();
    let mut aggregate = document["aggregate"].take();
    aggregate["period"].take();
    [document["loadgen"].take(), aggregate]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn round_trip(seconds in seconds(), cpu in 0.0..1.5f64, limit in 0.0..500.0f64, end: (bool, u64)) {
        let limit = (limit * 10.0).round() / 10.0;
        let written = build(&seconds, cpu, limit, end);
        let read = Report::from_json(&json(&written)).unwrap();
        prop_assert_eq!(text(&read), text(&written));
        prop_assert_eq!(own(&read), own(&written));
        prop_assert_eq!(read, Report { periods: Vec::new(), ..written });
    }
}

#[test]
fn what_is_no_report_is_told_apart() {
    let message = |text: &str| Report::from_json(text).unwrap_err().to_string();
    assert!(matches!(Report::from_json("config: {}"), Err(ReadError::NotJson(_))));
    assert!(message("{\n  \"aggregate\": ").contains("line 2"), "says where");
    assert!(matches!(
        Report::from_json(r#"{"aggregate": {}, "intermediate": []}"#),
        Err(ReadError::Artillery)
    ));
    assert!(matches!(Report::from_json("[1, 2]"), Err(ReadError::NotAReport)));
    assert_eq!(
        message(r#"{"loadgen": {"version": "9.0.0", "format": 2}}"#),
        "loadgen 9.0.0 wrote this report in form 2; this version reads form 1"
    );
    assert_eq!(message(r#"{"loadgen": {"format": 1}}"#), "the report is damaged: missing field `ended`");
    let cut = json(&good_run(Vec::new())).replace("HISTFAAA", "AAAAAAAA");
    assert!(message(&cut).starts_with("the report is damaged: not a"), "{}", message(&cut));
}
