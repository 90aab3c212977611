//! Thresholds as lines in the charts of the page: which are drawn where, and what is said of the others.

use crate::run::*;
use loadgen_report::Report;
use loadgen_report::render::html;

/// The chart of that id, up to the end of its figure.
fn chart(report: &Report, id: &str) -> String {
    let mut bytes = Vec::new();
    html::render(report, &mut bytes).unwrap();
    let page = String::from_utf8(bytes).unwrap().replace("&lt;", "<");
    let from = page.find(&format!("id=\"{id}\"")).unwrap();
    let whole = &page[from..];
    whole[..whole.find("</figure>").unwrap()].to_owned()
}

/// The names at the lines of a chart, from the top.
fn names(report: &Report, id: &str) -> Vec<String> {
    let chart = chart(report, id);
    let names = chart.split("<text class=\"limit").skip(1);
    let names: Vec<String> =
        names.map(|it| it.split_once('>').unwrap().1.split("</text>").next().unwrap().to_owned()).collect();
    assert_eq!(names.len(), chart.matches("<line class=\"limit").count());
    names
}

#[test]
fn each_limit_stands_in_the_chart_of_what_it_is_about() {
    // Latencies are 0.4 to 8 ms, with 0.7 of that until the first byte; there are 30 requests a second.
    let report = good_run(vec![
        below("http.latency.p95", 7.5),
        below("http.latency.p99", 3.0),
        below("http.response_time.median", 4.5),
        below("http.request_rate", 25.0),
        // All of these have no chart of theirs.
        below("http.response_time.2xx.p95", 4.0),
        below("http.latency.count", 5.0),
        below("http.schedule_lag.p95", 4.0),
        below("loadgen.error_rate", 5.0),
        below("http.requests", 5.0),
        below("vusers.failed", 5.0),
        holds("http.latency.p95 < 6", true),
    ]);
    assert_eq!(names(&report, "c-latency"), ["p95 < 7.5 ms", "✗ p99 < 3 ms"]);
    assert_eq!(names(&report, "c-response-time"), ["median < 4.5 ms"]);
    assert_eq!(names(&report, "c-requests"), ["✗ request rate < 25/s"]);
    for id in ["c-users", "c-running", "c-traffic", "c-distribution"] {
        assert_eq!(names(&report, id), Vec::<String>::new(), "{id}");
    }
    assert!(chart(&report, "c-latency").contains(" Limits: p95 < 7.5 ms, p99 < 3 ms (missed).</desc>"));
}

#[test]
fn a_limit_beyond_twice_the_largest_value_is_named_and_leaves_the_axis_alone() {
    let limited = |limit| good_run(vec![below("http.latency.p95", limit)]);
    let ticks = |report: &Report| {
        let chart = chart(report, "c-latency");
        let ticks = chart.split("<text class=\"y\"").skip(1).map(|it| it.split(['>', '<']).nth(1).unwrap());
        ticks.map(str::to_owned).collect::<Vec<_>>()
    };
    let usual = ticks(&good_run(Vec::new()));
    assert_eq!(usual.last().unwrap(), "10 ms");
    assert_eq!(ticks(&limited(16.0)).last().unwrap(), "20 ms");
    assert_eq!(names(&limited(16.0), "c-latency"), ["p95 < 16 ms"]);
    for (limit, name) in [(17.0, "p95 < 17 ms"), (1e9, "p95 < 1,000,000,000 ms"), (-1.0, "✗ p95 < -1 ms")] {
        let far = limited(limit);
        assert_eq!(ticks(&far), usual);
        assert_eq!(names(&far, "c-latency"), Vec::<String>::new());
        let told = chart(&far, "c-latency");
        assert_eq!(told.matches(&format!("due → done, in ms; off the axis: {name}")).count(), 2, "{told}");
    }
}

#[test]
fn response_time_is_unfolded_where_it_has_a_limit() {
    let opened = |report: &Report| {
        let page = html::live(report);
        let details = page.split("<details id=\"d-response-time\"").nth(1).unwrap();
        details.starts_with(" open>")
    };
    assert!(opened(&good_run(vec![below("http.response_time.p95", 4.0)])));
    assert!(!opened(&good_run(vec![below("http.latency.p95", 4.0)])));
}
