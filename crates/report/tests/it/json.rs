//! The JSON report has Artillery's layout and one object more.

use crate::run::*;
use loadgen_report::Report;
use serde_json::Value;
use std::collections::BTreeSet;

fn document(report: &Report) -> Value {
    serde_json::from_str(&json(report)).unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

const STATS: [&str; 11] = [
    "counters",
    "firstCounterAt",
    "firstHistogramAt",
    "firstMetricAt",
    "histograms",
    "lastCounterAt",
    "lastHistogramAt",
    "lastMetricAt",
    "period",
    "rates",
    "summaries",
];

#[test]
fn the_layout_is_artillerys() {
    let document = document(&good_run(vec![below("http.latency.p99", 100.0)]));
    assert_eq!(keys(&document), ["aggregate", "intermediate", "loadgen"]);
    let aggregate = &document["aggregate"];
    assert_eq!(keys(aggregate), STATS);
    assert_eq!(aggregate["summaries"], aggregate["histograms"]);
    for summary in aggregate["summaries"].as_object().unwrap().values() {
        let names = ["count", "max", "mean", "median", "min", "p50", "p75", "p90", "p95", "p99", "p999"];
        assert_eq!(keys(summary), names);
    }
    let intermediate = document["intermediate"].as_array().unwrap();
    assert_eq!(intermediate.len(), 2);
    assert!(intermediate.iter().all(|period| keys(period) == STATS));
    assert_eq!(intermediate[0]["period"], "1785585600000");
    assert_eq!(aggregate["period"], 1_785_585_610_000_u64);
    assert_eq!(aggregate["firstCounterAt"], STARTED_AT);
}

#[test]
fn counters_of_periods_add_up() {
    let document = document(&good_run(Vec::new()));
    let counter = |stats: &Value, name: &str| stats["counters"][name].as_u64().unwrap_or(0);
    let periods = document["intermediate"].as_array().unwrap();
    let names: BTreeSet<&str> = keys(&document["aggregate"]["counters"]).into_iter().collect();
    for name in names {
        let sum: u64 = periods.iter().map(|period| counter(period, name)).sum();
        assert_eq!(sum, counter(&document["aggregate"], name), "{name}");
    }
}

#[test]
fn numbers_are_milliseconds_to_the_microsecond() {
    let document = document(&good_run(Vec::new()));
    let latency = &document["aggregate"]["summaries"]["http.latency"];
    assert_eq!(latency["min"], 0.4);
    assert_eq!(latency["count"], 360);
    assert_eq!(latency["p50"], latency["median"]);
    assert_eq!(document["aggregate"]["rates"]["http.request_rate"], 29.9);
}

#[test]
fn each_figure_of_a_period_stands_in_the_file_once() {
    let document = document(&good_run(Vec::new()));
    let periods = document["intermediate"].as_array().unwrap();
    let rate = |period: &Value| period["rates"]["http.request_rate"].as_f64();
    assert_eq!(periods.iter().map(rate).collect::<Vec<_>>(), [Some(30.0), Some(29.801)], "6 s and 6.04 s");
    assert_eq!(periods[1]["summaries"]["http.latency"]["min"], 0.4);
    assert_eq!(periods[1]["summaries"]["http.latency"]["count"], 180);
    assert_eq!(periods[1]["lastMetricAt"], STARTED_AT + 11_916);
    assert!(periods.iter().all(|it| it["rates"].get("loadgen.availability").is_none()));
    assert!(document["loadgen"].get("periods").is_none());
}

#[test]
fn our_own_object_says_what_it_takes_to_repeat_the_run() {
    let document = document(&good_run(vec![below("http.latency.p99", 100.0)]));
    let own = &document["loadgen"];
    for (name, value) in [("version", "0.1.0"), ("script", "scenarios/crud.yml"), ("script_hash", "c0ffee")] {
        assert_eq!(own[name], value);
    }
    assert_eq!((own["seed"].as_u64(), own["format"].as_u64()), (Some(7), Some(1)));
    assert_eq!(own["validity"]["state"], "valid");
    assert_eq!(own["verdict"][0]["pass"], true);
    assert_eq!(own["verdict"][0]["bound"], "<");
    let histogram = own["total"]["series"][0]["latency"].as_str().unwrap();
    assert!(histogram.starts_with("HISTFAAAA"), "V2, compressed: {histogram}");
}

#[test]
fn a_run_without_anything_has_a_report_too() {
    let document = document(&run(meta(), Vec::new(), &[]));
    assert_eq!(document["aggregate"]["counters"], serde_json::json!({}));
    assert_eq!(keys(&document["aggregate"]), ["counters", "histograms", "rates", "summaries"]);
    assert_eq!(document["intermediate"], serde_json::json!([]));
    let mut printed = Vec::new();
    loadgen_report::render::period::whole(&run(meta(), Vec::new(), &[]), &mut printed).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    assert!(printed.contains("No measurements recorded"), "{printed}");
}
