//! A real Pushgateway is pushed to by a run, and keeps what its report says.

use crate::harness::fetch;
use crate::publish::project;
use crate::publish_prometheus::Kept;
use loadgen_testkit::{Act, RawServer};
use std::collections::BTreeMap;

/// The samples of a metric by their labels, of those that hold a label.
fn samples(text: &str, metric: &str, label: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(metric)?.strip_prefix('{'));
    let of_label = lines.filter(|line| line.contains(label));
    of_label
        .map(|line| {
            let (labels, value) = line.rsplit_once("} ").unwrap();
            (labels.to_owned(), value.parse().unwrap())
        })
        .collect()
}

#[test]
fn a_real_pushgateway_keeps_what_the_report_says() {
    let gateway = Kept::start("prometheus-pushgateway", &[]);
    let server = RawServer::start(|line| Act::answer(if line.contains("/b") { 404 } else { 200 }, "{}"));
    let entry = |job: &str| {
        format!(
            "{{type: prometheus, pushgateway: '{}', tags: ['team:a shop', canary], {job}interval: 1}}",
            gateway.url
        )
    };
    let jobs = [("", "loadgen"), ("job: 'a b/ü', ", "a b/ü"), ("job: .., ", "..")];
    let project = project(&server.url(), &jobs.map(|(job, _)| entry(job)));
    let (told, report) = project.report(&["-q"]);
    assert_eq!((told.status, &*told.stderr), (0, ""), "{}", told.text());
    let text = fetch(&format!("{}/metrics", gateway.url));
    for (_, job) in jobs {
        let of = |metric: &str| samples(&text, metric, &format!("job=\"{job}\""));
        let counters = of("artillery_counters");
        assert!(
            counters
                .keys()
                .all(|labels| labels.contains("canary=\"true\"") && labels.contains("team=\"a shop\""))
        );
        for (name, count) in report["aggregate"]["counters"].as_object().unwrap() {
            let label = format!("metric=\"{}\"", name.replace(['.', ' '], "_").to_lowercase());
            let seen: Vec<f64> = counters
                .iter()
                .filter(|(labels, _)| labels.contains(&label))
                .map(|(_, value)| *value)
                .collect();
            assert_eq!(seen, Vec::from_iter(count.as_f64()), "{job} {name}: {counters:#?}");
        }
        assert_eq!(of("loadgen_http_requests_total").values().sum::<f64>(), 40.0, "{job}");
        assert_eq!(of("loadgen_http_latency_seconds_count").values().sum::<f64>(), 40.0, "{job}");
        assert_eq!(Vec::from_iter(of("loadgen_run_ended").into_values()), [1.0], "{job}");
        assert_eq!(Vec::from_iter(of("push_failure_time_seconds").into_values()), [0.0], "{job}");
    }
}
