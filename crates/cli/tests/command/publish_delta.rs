//! `publish-metrics` with `temporality: delta`: what a collector adds up is what the report says.

use crate::harness::{Project, wait_until};
use crate::publish::project;
use crate::stopping::send;
use loadgen_testkit::{Act, Collector, RawServer, ReceivedPoint};
use std::process::Stdio;

#[test]
fn what_came_since_the_last_time_adds_up_to_the_report() {
    let server = RawServer::start(|line| Act::answer(if line.contains("/b") { 404 } else { 200 }, "{}"));
    let collector = Collector::start();
    let entry = format!(
        "{{type: open-telemetry, interval: 1, metrics: {{endpoint: '{}/v1/metrics', temporality: delta}}}}",
        collector.url()
    );
    let (told, report) = project(&server.url(), &[entry]).report(&["-q"]);
    assert_eq!((told.status, &*told.stderr), (0, ""), "{}", told.text());
    let points = collector.points();
    let of = |name: &str| points.iter().filter(|point| point.metric == name).collect::<Vec<_>>();
    let sum = |points: &[&ReceivedPoint]| points.iter().map(|point| point.value).sum::<f64>();
    for (name, count) in report["aggregate"]["counters"].as_object().unwrap() {
        assert_eq!(Some(sum(&of(name))), count.as_f64(), "{name}");
    }
    assert_eq!(sum(&of("http.client.request.duration")), 40.0);
    let counted: Vec<u64> =
        of("http.client.request.duration").iter().flat_map(|point| &point.buckets.1).copied().collect();
    assert_eq!(counted.iter().sum::<u64>(), 40);
    assert!(points.iter().all(|point| point.delta == (point.kind != "gauge")), "{points:#?}");
    // Each span of time begins where the one before has ended.
    let spans: Vec<(u64, u64)> = of("http.requests").iter().map(|point| point.time).collect();
    assert!(spans.len() >= 2 && spans.iter().zip(&spans[1..]).all(|(a, b)| a.1 == b.0), "{spans:?}");
}

#[test]
#[cfg(unix)]
fn a_run_that_is_stopped_takes_nothing_back() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let collector = Collector::start();
    let script = format!(
        "config:\n  target: {}\n  phases: [{{duration: 60, arrivalRate: 20}}]\n  plugins:\n    publish-metrics:\n      \
        - {{type: open-telemetry, interval: 1, metrics: {{endpoint: '{}/v1/metrics', temporality: delta}}}}\n\
        scenarios:\n  - flow:\n      - get: {{url: /x}}\n",
        server.url(),
        collector.url()
    );
    let project = Project::new(&script);
    let mut command = project.command(&["-q", "-o", "run.json"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Early in a second, of which most is not to come.
    wait_until(&mut child, || server.requests().len() >= 43);
    send(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let points = collector.points();
    let offered: Vec<f64> =
        points.iter().filter(|it| it.metric == "loadgen.arrivals.offered").map(|it| it.value).collect();
    assert!(!offered.is_empty() && offered.iter().all(|users| *users >= 0.0), "{offered:?}");
    let report = std::fs::read_to_string(project.path("run.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(Some(offered.iter().sum()), report["loadgen"]["scheduled"].as_f64(), "{offered:?}");
}
