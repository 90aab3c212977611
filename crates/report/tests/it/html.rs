//! The report as a page: what stands in it, in which order, with which digits, and that nothing from outside gets in as
//! markup.

use crate::run::*;
use loadgen_metrics::{
    ErrorKind, ErrorSample, ErrorTally, Moment, Sample, SeriesId, Setup, Snapshot, TraceId,
};
use loadgen_report::render::{Style, html};
use loadgen_report::{
    Attachment, Meta, PhaseInfo, Point, Quantiles, Report, ResourcePoint, SeriesInfo, Source, Timeline,
};
use std::time::Duration;

fn page(report: &Report) -> String {
    let mut bytes = Vec::new();
    html::render(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// What a browser would be told of it: the page without its style and script.
fn content(page: &str) -> &str {
    let (_, rest) = page.split_once("<main>").unwrap();
    rest.split_once("</main>").unwrap().0
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Keeps a request that took 40 ms, most of it waiting.
fn slow(report: &mut Report, url: &str) {
    let at = |millis: u64| ms(3000 + millis);
    let sample = Sample {
        series: SeriesId(2),
        due: at(0),
        sent: at(1),
        written: Some(at(10)),
        first_byte: Some(at(38)),
        done: at(40),
        setup: Some(Setup { tcp: Some(Duration::from_millis(7)), ..Setup::default() }),
        outcome: answered(200),
        bytes_in: 1,
        bytes_out: 1,
        trace: Some(TraceId([0xab; 16])),
    };
    report.total.slowest.look(&sample, || url.to_owned());
}

/// A run in which a bit of everything went wrong.
fn bad_run() -> Report {
    let mut seconds: Vec<Snapshot> = (0..5).map(good_second).collect();
    let mut recorder = recorder();
    for index in 0..7 {
        let at = ms(5000 + index);
        request(&mut recorder, 1, at, Duration::from_millis(900), answered(503));
        request(&mut recorder, 2, at, Duration::from_millis(20), failed(ErrorKind::ConnectionRefused));
    }
    seconds.push(recorder.take());
    run(meta(), vec![below("http.latency.p99", 3.0), below("loadgen.error_rate", 50.0)], &seconds)
}

#[test]
fn sections_stand_in_the_order_of_importance() {
    let mut report = bad_run();
    report.source = Some(Source { text: "config: {}".to_owned(), command: "loadgen run x.yml".to_owned() });
    let page = page(&report);
    let wanted = [
        "<h1>scenarios/crud.yml</h1>",
        "id=\"verdict\"",
        "id=\"thresholds\"",
        "id=\"figures\"",
        "id=\"latency\"",
        "id=\"throughput\"",
        "id=\"errors\"",
        "id=\"resources\"",
        "id=\"distribution\"",
        "id=\"endpoints\"",
        "id=\"slowest\"",
        "id=\"notes\"",
        "id=\"script\"",
    ];
    let places: Vec<usize> = wanted.map(|part| page.find(part).unwrap_or_else(|| panic!("{part}"))).to_vec();
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.contains("loadgen run x.yml") && page.contains("config: {}"));
    // The worst threshold comes first, and a breach is told in words.
    let table = &page[places[2]..places[3]];
    assert!(table.find("http.latency p99").unwrap() < table.find("loadgen.error_rate").unwrap());
    assert!(page.contains("times the 3 ms allowed"), "{table}");
}

#[test]
fn every_number_of_the_summary_stands_in_the_page_with_the_same_digits() {
    for report in [good_run(vec![below("http.latency.p95", 100.0)]), bad_run()] {
        let page = page(&report);
        let content = content(&page);
        let summary = styled(&report, Style { colour: false, width: 400 });
        let numbers = summary.split_whitespace().map(|word| {
            word.trim_matches(|c: char| !c.is_alphanumeric() && c != '<' && c != '>' && c != '}' && c != '{')
        });
        for number in numbers.filter(|word| word.contains(|c: char| c.is_ascii_digit())) {
            assert!(content.contains(&escaped(number)), "{number} is not in the page of\n{summary}");
        }
    }
}

#[test]
fn every_chart_is_a_picture_with_a_title_and_a_description() {
    let page = page(&bad_run());
    let charts =
        ["latency", "response-time", "requests", "users", "running", "traffic", "errors", "distribution"];
    for chart in charts {
        let start = page
            .find(&format!("<figure class=\"chart\" id=\"c-{chart}\""))
            .unwrap_or_else(|| panic!("{chart}"));
        let figure = &page[start..start + page[start..].find("</figure>").unwrap()];
        assert!(
            figure.contains("role=\"img\"") && figure.contains("<title") && figure.contains("<desc"),
            "{chart}"
        );
        assert!(chart == "distribution" || figure.contains(">Warm-up</div>"), "{chart}");
        assert!(figure.contains("class=\"line l0\" d=\"M"), "{figure}");
    }
    assert!(page.contains(", logarithmic axis"), "0.4 to 900 ms is more than two decades");
    assert!(page.contains("data-values=\"0/s|0/s|0/s|0/s|0/s|7.00/s\""), "5xx answers");
}

#[test]
fn nothing_is_loaded_and_only_the_own_script_runs() {
    let page = page(&good_run(Vec::new()));
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"));
    assert!(!page.contains("connect-src"));
    for part in ["<link", "@import", "url(", "fetch(", "XMLHttp", "src=\"http", " on"] {
        let found = page.match_indices(part).find(|(at, _)| part != " on" || is_handler(&page[at + 3..]));
        assert_eq!(found, None);
    }
}

/// Whether `=` follows the rest of a name: an attribute such as `onload="`.
fn is_handler(rest: &str) -> bool {
    let name = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(0);
    name > 0 && rest[name..].starts_with("=\"")
}

#[test]
fn what_comes_from_outside_is_no_markup() {
    const EVIL: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\n|";
    let mut report = bad_run();
    let evil = || EVIL.to_owned();
    report.meta.script = evil();
    report.meta.target = evil();
    report.meta.environment = Some(evil());
    report.meta.phases[0].name = Some(evil());
    report.meta.series[0].endpoint = evil();
    report.meta.series[1].method = evil();
    report.stopped = Some(evil());
    report.verdict.checks[0].text = evil();
    let sample = ErrorSample { url: evil(), detail: evil(), read: evil(), ..ErrorSample::default() };
    report.total.errors.insert(ErrorKind::TimedOut, ErrorTally { count: 1, sample: Some(sample) });
    slow(&mut report, EVIL);
    report.timeline.points[0].errors.insert(evil(), 3);
    report.source = Some(Source { text: evil(), command: evil() });
    let attached = |media_type: &str| Attachment {
        title: evil(),
        media_type: media_type.to_owned(),
        text: format!("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\">{EVIL}</svg>"),
    };
    report.attachments = ["image/svg+xml", "text/plain", "text/html"].map(attached).to_vec();
    for page in [page(&report), html::live(&report)] {
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "as markup");
        assert!(!page.contains("onload=\"alert"));
        assert!(page.matches("&lt;script&gt;alert").count() > 10);
        assert!(
            page.contains("<img class=\"attached\"") && page.contains("src=\"data:image/svg+xml;base64,")
        );
    }
    assert_eq!(page(&report).matches("<script").count(), 1);
}

#[test]
fn the_slowest_requests_tell_where_their_time_went() {
    let mut report = good_run(Vec::new());
    assert!(page(&report).contains("They were not kept."));
    slow(&mut report, "http://127.0.0.1:41733/users/17");
    let page = page(&report);
    let section = &page[page.find("id=\"slowest\"").unwrap()..page.find("id=\"notes\"").unwrap()];
    for part in [
        "<b>40.0</b>",
        "00:03",
        "/users/{{ userId }}",
        "http://127.0.0.1:41733/users/17",
        "wait 28.0, tcp 7.00 ms",
        &"ab".repeat(16),
        "<title>lag 2.5 %, tcp 17.5 %, wait 70.0 %, download 5.0 %, other 5.0 %</title>",
    ] {
        assert!(section.contains(part), "{part} is not in {section}");
    }
}

#[test]
fn runs_of_nothing_and_of_a_moment_have_pages_too() {
    let nothing = run(meta(), Vec::new(), &[]);
    let text = page(&nothing);
    assert!(
        text.contains("no request was sent")
            && text.contains("No thresholds set")
            && text.contains("No errors.")
    );
    let once = page(&run(meta(), Vec::new(), &[good_second(0)]));
    assert!(once.contains("class=\"dots l0\" d=\"M5000 "), "a single point is a dot in the middle");
    for page in [text, once] {
        let shown = content(&page);
        assert!(!shown.contains("NaN") && !shown.contains("inf%") && !shown.contains(">inf"));
    }
}

#[test]
fn what_a_target_tells_of_itself_has_a_chart_each() {
    let mut report = good_run(Vec::new());
    for (point, value) in report.resources.iter_mut().zip([0.25, 0.5]) {
        point.used.metrics.insert("queue <depth>".to_owned(), value);
    }
    let page = page(&report);
    assert!(
        page.contains("<b>queue &lt;depth&gt;</b>") && page.contains("data-values=\"0.250|0.500|||"),
        "{page}"
    );
    assert!(page.contains("<b>mean 0.375  max 0.500</b>"));
}

#[test]
fn a_gap_is_where_nothing_was_told() {
    let seconds = [good_second(0), good_second(1), Snapshot::default(), good_second(3), good_second(4)];
    let page = page(&run(meta(), Vec::new(), &seconds));
    let chart = &page[page.find("id=\"c-latency\"").unwrap()..];
    let line = chart.split("<path class=\"line l0\" d=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(line.matches('M').count(), 2, "{line}");
}

#[test]
fn a_report_from_elsewhere_does_not_break_the_page() {
    let mut report = bad_run();
    report.ended = Moment::from_nanos(u64::MAX);
    report.timeline.points[5].second = u64::MAX;
    report.meta.phases[1].to = Moment::from_nanos(u64::MAX);
    assert!(page(&report).contains("beyond what the charts over time can show"));
    report.timeline.step = u64::MAX;
    page(&report);
    report.timeline = Timeline::default();
    report.ended = ms(6000);
    assert!(page(&report).contains("What happened along the run was not kept."));
}

#[test]
fn the_live_page_has_the_same_sections_and_can_only_ask_its_own_server() {
    let report = bad_run();
    let (live, ended) = (html::live(&report), page(&report));
    let sections = |page: &str| -> Vec<String> {
        page.split("<section id=\"").skip(1).map(|it| it.split('"').next().unwrap().to_owned()).collect()
    };
    assert_eq!(sections(&live), sections(&ended));
    assert!(live.contains("verdict, so far") && live.contains("00:06") && !ended.contains("so far"));
    assert_eq!(html::ended(&report), content(&ended));
    let shell = html::shell("a & b", "loadgenRefresh();");
    assert!(shell.contains("<title>a &amp; b</title>") && shell.contains("connect-src 'self'"));
    assert!(shell.contains("<main></main>") && shell.contains("<script>loadgenRefresh();</script>"));
    assert_eq!(shell.matches("sha256-").count(), 2);
}

/// An hour with a hundred endpoints.
fn long_run() -> Report {
    let mut report = good_run(vec![below("http.latency.p95", 100.0)]);
    let endpoint = |index: u32| SeriesInfo {
        scenario: 0,
        method: "GET".to_owned(),
        endpoint: format!("/services/{index}/orders/{{{{ orderId }}}}/items"),
    };
    let phase = |index: u64| PhaseInfo {
        name: Some(format!("Phase number {index}")),
        from: ms(index * 360_000),
        to: ms((index + 1) * 360_000),
        arrivals: 36_000,
        users: None,
    };
    let series = report.total.series[0].clone();
    report.meta = Meta {
        series: (0..100).map(endpoint).collect(),
        phases: (0..10).map(phase).collect(),
        ..report.meta
    };
    report.total.series = vec![series; 100];
    report.ended = ms(3_600_000);
    report.resources = (0..3600).map(|second| ResourcePoint { second, used: used(0.31) }).collect();
    let point = |index: u64| {
        let value = |by: f64| (index as f64 * 7.77).sin().abs() * by + 12.345;
        let quantiles =
            Quantiles { p50: value(10.0), p95: value(100.0), p99: value(1000.0), max: value(9000.0) };
        let kinds = [
            "ETIMEDOUT",
            "ECONNREFUSED",
            "ECONNRESET",
            "5xx",
            "EPIPE",
            "ENOTFOUND",
            "Failed capture or match",
        ];
        Point {
            second: index * 10,
            offered: Some(1000 + index),
            created: 1000 + index,
            running: index * 3,
            requests: 10_000 + index,
            bytes_in: 123_456_789 + index * 1000,
            bytes_out: 23_456_789 + index * 1000,
            errors: kinds.iter().map(|kind| ((*kind).to_owned(), index)).collect(),
            latency: Some(quantiles),
            response_time: Some(quantiles),
        }
    };
    report.timeline = Timeline { step: 10, points: (0..360).map(point).collect() };
    report
}

#[test]
fn the_page_of_an_hour_with_a_hundred_endpoints_is_small() {
    let page = page(&long_run());
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    assert!(page.len() > 100_000, "{} bytes", page.len());
}
