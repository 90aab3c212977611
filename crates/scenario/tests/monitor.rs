//! `config.monitor`: where the target tells of itself.
#![allow(clippy::unwrap_used, reason = "tests may")]

mod common;

use common::{FLOW, plan, told};
use loadgen_scenario::plan::monitor::{Metric, Monitor};

fn script(monitor: &str) -> String {
    format!("config:\n  target: http://x\n  monitor: {monitor}\n{FLOW}")
}

#[test]
fn an_address_alone_and_metrics_by_name_and_label() {
    let monitor = |monitor| plan(&script(monitor)).monitor;
    let url = |url: &str| Some(Monitor { url: url.into(), metrics: Vec::new() });
    assert_eq!(monitor("http://h:9100/metrics"), url("http://h:9100/metrics"));
    assert_eq!(monitor("/metrics"), url("/metrics"));
    assert_eq!(monitor("{url: /metrics}"), url("/metrics"));
    assert_eq!(monitor("null"), None);
    let metric = |name: &str, metric: &str, labels: &[(&str, &str)]| Metric {
        name: name.into(),
        metric: metric.into(),
        labels: labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
    };
    let seen = monitor(
        "{url: /m, metrics: [queue, {metric: http_requests_total, name: errors, labels: {status: 500, method: GET}}]}",
    );
    let labels = [("status", "500"), ("method", "GET")];
    let wanted = vec![metric("queue", "queue", &[]), metric("errors", "http_requests_total", &labels)];
    assert_eq!(seen.unwrap().metrics, wanted);
    assert_eq!(monitor("{url: /m, metrics: queue}").unwrap().metrics, [metric("queue", "queue", &[])]);
}

#[test]
fn what_is_wrong_is_told() {
    let lines = |monitor: &str| {
        let told = told(&script(monitor));
        told.lines()
            .filter(|line| line.starts_with("error") || line.contains("hint"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let all: Vec<String> = [
        "h:9100",
        "true",
        "{metrics: [a]}",
        "{url: /m, metric: [a]}",
        "{url: /m, metrics: ['a{b=\"c\"}', 7, {name: a}]}",
        "{url: /m, metrics: [a, {metric: b, name: a}]}",
        "{url: /m, metrics: [a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u]}",
    ]
    .iter()
    .map(|monitor| lines(monitor))
    .collect();
    insta::assert_snapshot!(all.join("\n\n"), @r##"
    error: "config.monitor" is no http or https URL
       = hint: such as http://127.0.0.1:9100/metrics, or /metrics on the target

    error: "config.monitor" must be a URL, or a map with `url` and `metrics`, not true or false

    error: "config.monitor" has no `url`
       = hint: such as: monitor: {url: "http://127.0.0.1:9100/metrics"}

    error: unknown key `metric` in config.monitor
       = hint: config.monitor takes url, metrics

    error: "config.monitor.metrics[0]" is no name of a metric: `a{b="c"}`
       = hint: the name alone, as in http_requests_total; labels go under `labels`
    error: "config.monitor.metrics[1]" must be a map, not a number
    error: "config.monitor.metrics[2]" has no `metric`
       = hint: such as {metric: http_requests_total, labels: {status: 500}}

    error: two metrics are called `a`
       = hint: give one of them a `name` of its own

    error: "config.monitor.metrics" has 21 entries, more than 20
       = hint: each is kept once a second; Prometheus is the place for more
    "##);
}
