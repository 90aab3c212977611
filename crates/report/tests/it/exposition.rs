//! What Prometheus is shown of a run.

use crate::run::*;
use loadgen_metrics::{ErrorKind, Outcome};
use loadgen_report::exposition::{Exposition, METRICS};
use loadgen_report::{Builder, End, Meta, Resources};
use std::collections::BTreeSet;
use std::time::Duration;

/// The lines of one metric's samples.
fn samples(text: &str, metric: &str) -> String {
    let of = |line: &&str| line.strip_prefix(metric).is_some_and(|rest| rest.starts_with(['{', ' ']));
    text.lines().filter(of).collect::<Vec<_>>().join("\n")
}

/// Two seconds of the run that never happened, and the builder that was told the same.
fn shown() -> (Exposition, Builder) {
    let meta = meta();
    let (mut exposition, mut builder) =
        (Exposition::new(&meta), Builder::new(meta, vec![below("http.latency.p99", 1.0)]));
    for second in [0, 1] {
        let mut recorder = recorder();
        let at = ms(second * 1000 + 10);
        request(&mut recorder, 0, at, Duration::from_millis(3), Outcome::Answered { status: 200 });
        request(&mut recorder, 3, at, Duration::from_millis(40), Outcome::Answered { status: 503 });
        let failed = Outcome::Failed { error: ErrorKind::TimedOut };
        request(&mut recorder, 3, at, Duration::from_millis(900), failed);
        let snapshot = recorder.take();
        builder.observe(second, &snapshot);
        exposition.observe(second, &snapshot);
    }
    (exposition, builder)
}

#[test]
fn before_the_first_second_all_that_will_be_counted_is_there_with_zero() {
    let text = Exposition::new(&meta()).render();
    insta::assert_snapshot!(samples(&text, "loadgen_http_requests_total"), @r##"
    loadgen_http_requests_total{scenario="crud",name="/users",method="GET"} 0
    loadgen_http_requests_total{scenario="crud",name="/users",method="POST"} 0
    loadgen_http_requests_total{scenario="crud",name="/users/{{ userId }}",method="GET"} 0
    loadgen_http_requests_total{scenario="lists",name="/users",method="GET"} 0
    "##);
    insta::assert_snapshot!(samples(&text, "loadgen_phase"), @r##"
    loadgen_phase{number="1",name="Warm-up"} 1
    loadgen_phase{number="2",name="Peak load"} 0
    "##);
    assert_eq!(samples(&text, "loadgen_vusers_created_total").lines().count(), 2);
    assert_eq!(samples(&text, "loadgen_run_validity"), "", "nothing was judged yet");
}

#[test]
fn seconds_add_up() {
    let (mut exposition, builder) = shown();
    exposition.resources(Resources { generator_cpu: 0.25, generator_memory: 4096, ..Resources::default() });
    exposition.offered(9);
    let (verdict, validity) = builder.judged_so_far(9);
    exposition.judged(&verdict, &validity);
    let text = exposition.render();
    let shown = [
        "loadgen_run_info",
        "loadgen_run_start_time_seconds",
        "loadgen_run_elapsed_seconds",
        "loadgen_run_validity",
        "loadgen_thresholds_met",
        "loadgen_arrivals_offered_total",
        "loadgen_http_requests_total",
        "loadgen_http_responses_total",
        "loadgen_http_request_errors_total",
        "loadgen_http_requests_failed_total",
        "loadgen_http_latency_seconds_count",
        "loadgen_http_latency_seconds_sum",
        "loadgen_errors_total",
        "loadgen_cpu_usage_ratio",
        "loadgen_memory_bytes",
    ];
    insta::assert_snapshot!(shown.map(|metric| samples(&text, metric)).join("\n"), @r##"
    loadgen_run_info{script="scenarios/crud.yml",target="http://127.0.0.1:41733",version="0.1.0"} 1
    loadgen_run_start_time_seconds 1785585604.5
    loadgen_run_elapsed_seconds 2
    loadgen_run_validity{state="valid"} 0
    loadgen_run_validity{state="degraded"} 0
    loadgen_run_validity{state="invalid"} 1
    loadgen_thresholds_met{threshold="http.latency.p99 < 1"} 0
    loadgen_arrivals_offered_total 9
    loadgen_http_requests_total{scenario="crud",name="/users",method="GET"} 2
    loadgen_http_requests_total{scenario="crud",name="/users",method="POST"} 0
    loadgen_http_requests_total{scenario="crud",name="/users/{{ userId }}",method="GET"} 0
    loadgen_http_requests_total{scenario="lists",name="/users",method="GET"} 4
    loadgen_http_responses_total{scenario="crud",name="/users",method="GET",status="200"} 2
    loadgen_http_responses_total{scenario="lists",name="/users",method="GET",status="503"} 2
    loadgen_http_request_errors_total{scenario="lists",name="/users",method="GET",error="ETIMEDOUT"} 2
    loadgen_http_requests_failed_total{scenario="crud",name="/users",method="GET"} 0
    loadgen_http_requests_failed_total{scenario="crud",name="/users",method="POST"} 0
    loadgen_http_requests_failed_total{scenario="crud",name="/users/{{ userId }}",method="GET"} 0
    loadgen_http_requests_failed_total{scenario="lists",name="/users",method="GET"} 4
    loadgen_http_latency_seconds_count{scenario="crud",name="/users",method="GET"} 2
    loadgen_http_latency_seconds_count{scenario="crud",name="/users",method="POST"} 0
    loadgen_http_latency_seconds_count{scenario="crud",name="/users/{{ userId }}",method="GET"} 0
    loadgen_http_latency_seconds_count{scenario="lists",name="/users",method="GET"} 2
    loadgen_http_latency_seconds_sum{scenario="crud",name="/users",method="GET"} 0.006002
    loadgen_http_latency_seconds_sum{scenario="crud",name="/users",method="POST"} 0
    loadgen_http_latency_seconds_sum{scenario="crud",name="/users/{{ userId }}",method="GET"} 0
    loadgen_http_latency_seconds_sum{scenario="lists",name="/users",method="GET"} 0.080032
    loadgen_errors_total{error="ETIMEDOUT"} 2
    loadgen_cpu_usage_ratio{process="generator"} 0.25
    loadgen_memory_bytes{process="generator"} 4096
    "##);
    let latency = samples(&text, "loadgen_http_latency_seconds_bucket");
    let below = |bound: &str| {
        let label = format!("{{scenario=\"lists\",name=\"/users\",method=\"GET\",le=\"{bound}\"}} ");
        latency.lines().find_map(|line| line.split_once(&label)).map(|(_, count)| count.to_owned()).unwrap()
    };
    assert_eq!(["0.000025", "0.025", "0.05", "60", "+Inf"].map(below), ["0", "0", "2", "2", "2"]);
}

#[test]
fn a_run_that_has_ended_is_in_no_phase_and_has_its_last_verdict() {
    let (mut exposition, builder) = shown();
    let report = builder.finish(End { at: ms(2500), scheduled: 4, passes: 0, stopped: None });
    exposition.judged(&report.verdict, &report.validity);
    exposition.ended(report.duration());
    let text = exposition.render();
    assert_eq!(samples(&text, "loadgen_run_ended"), "loadgen_run_ended 1");
    assert_eq!(samples(&text, "loadgen_run_elapsed_seconds"), "loadgen_run_elapsed_seconds 2.5");
    assert!(samples(&text, "loadgen_phase").lines().all(|line| line.ends_with(" 0")), "{text}");
}

#[test]
fn series_of_scenarios_that_share_a_name_are_shown_once() {
    let mut meta: Meta = meta();
    meta.scenarios[1] = meta.scenarios[0].clone();
    let mut exposition = Exposition::new(&meta);
    let mut recorder = recorder();
    for series in [0, 3] {
        request(&mut recorder, series, ms(1), Duration::from_millis(3), Outcome::Answered { status: 200 });
    }
    exposition.observe(0, &recorder.take());
    let text = exposition.render();
    let requests = samples(&text, "loadgen_http_requests_total");
    assert_eq!(requests.lines().count(), 3, "{requests}");
    let both = "loadgen_http_requests_total{scenario=\"crud\",name=\"/users\",method=\"GET\"} 2";
    assert!(requests.contains(both), "{requests}");
    let lines: Vec<&str> = text
        .lines()
        .filter(|it| !it.starts_with('#'))
        .filter_map(|it| it.rsplit_once(' '))
        .map(|it| it.0)
        .collect();
    assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len(), "no sample twice");
}

#[test]
fn names_units_and_help_are_as_prometheus_wants_them() {
    let mut names = BTreeSet::new();
    for metric in METRICS {
        let name = metric.name;
        assert!(names.insert(name.to_owned()), "{name} twice");
        assert!(name.starts_with("loadgen_") && name.bytes().all(|it| it.is_ascii_lowercase() || it == b'_'));
        assert_eq!(name.ends_with("_total"), metric.kind.name() == "counter", "{name}");
        assert_eq!(
            metric.kind.name() == "histogram",
            name.ends_with("_seconds") && !name.contains("_run_"),
            "{name}"
        );
        assert!(metric.help.ends_with('.') && !metric.help.contains('|'), "{name}");
        let otlp = metric.otlp();
        assert!(otlp == "http.client.request.duration" || otlp.starts_with("loadgen."), "{otlp}");
        assert!(names.insert(otlp), "{name}: its name in OpenTelemetry is another's");
    }
}

#[test]
fn the_manual_has_a_row_for_each_metric() {
    let manual = include_str!("../../../../docs/metrics.md");
    let rows: Vec<&str> = manual.lines().filter(|line| line.starts_with("| `loadgen_")).collect();
    let (meanings, names) = (METRICS.iter().map(|it| it.row()), METRICS.iter().map(|it| it.names()));
    let expected: Vec<String> = meanings.chain(names).collect();
    assert!(rows == expected, "docs/metrics.md is to hold:\n{}", expected.join("\n"));
}
