//! The forms that other programs read: each is read back by a parser of its own, and all tell the same numbers.

use crate::run::*;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
use loadgen_metrics::{ErrorKind, Histogram};
use loadgen_report::render::hdr::Series;
use loadgen_report::render::{csv as table, github, hdr, junit, markdown};
use loadgen_report::{Report, number};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

fn written(render: impl Fn(&mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    render(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A run with a threshold that is kept, one that is missed, one that is optional, and an error.
fn mixed_run() -> Report {
    let mut bad = recorder();
    request(&mut bad, 0, ms(1000), Duration::from_millis(240), failed(ErrorKind::ConnectionRefused));
    let checks = vec![
        below("http.latency.p99", 1000.0),
        below("http.requests", 5.0),
        holds("http.requests < 4 and \"<&%\" != \"\"", false),
    ];
    run(meta(), checks, &[good_second(0), bad.take(), good_second(2)])
}

fn invalid_run() -> Report {
    let mut report = mixed_run();
    report.validity = loadgen_report::Validity {
        state: loadgen_report::State::Invalid,
        warnings: vec![loadgen_report::Warning::LateArrivals { lag_us: 20_000, percentile: 99 }],
    };
    report
}

/// An element's name and attributes, and how deep it stands.
type Element = (usize, String, BTreeMap<String, String>);

/// Reads XML with a parser that refuses what is not well formed.
fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    let (mut depth, mut found) = (0, Vec::new());
    let element = |depth, start: &BytesStart<'_>| {
        let attributes = start.attributes().map(|it| {
            let it = it.unwrap();
            let value =
                quick_xml::escape::unescape(std::str::from_utf8(&it.value).unwrap()).unwrap().into_owned();
            (String::from_utf8(it.key.as_ref().to_vec()).unwrap(), value)
        });
        (depth, String::from_utf8(start.name().as_ref().to_vec()).unwrap(), attributes.collect())
    };
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                found.push(element(depth, &start));
                depth += 1;
            }
            Event::Empty(start) => found.push(element(depth, &start)),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    found
}

fn named<'a>(all: &'a [Element], name: &str) -> Vec<&'a BTreeMap<String, String>> {
    all.iter().filter(|(_, it, _)| it == name).map(|(_, _, attributes)| attributes).collect()
}

#[test]
fn junit_has_a_case_for_each_thing_that_had_to_be_kept() {
    let report = invalid_run();
    let all = elements(&written(|out| junit::render(&report, true, out)));
    let shape: Vec<_> = all.iter().map(|(depth, name, _)| (*depth, name.as_str())).collect();
    assert_eq!(shape[..2], [(0, "testsuites"), (1, "testsuite")]);
    assert_eq!(shape[2], (2, "properties"));
    let root: Vec<_> = named(&all, "testsuites")[0].keys().map(String::as_str).collect();
    assert_eq!(root, ["errors", "failures", "name", "tests", "time"], "no more than schemas know");
    let suite = named(&all, "testsuite")[0];
    let counts =
        ["tests", "failures", "skipped", "disabled", "errors"].map(|it| suite.get(it).map(String::as_str));
    assert_eq!(counts, [Some("4"), Some("2"), Some("1"), None, Some("0")], "{suite:?}");
    assert_eq!(suite["time"], "3.000");
    let names: Vec<_> = named(&all, "testcase").iter().map(|it| it["name"].as_str()).collect();
    let condition = "http.requests < 4 and \"<&%\" != \"\" to hold (opt.)";
    assert_eq!(names, ["http.latency p99 < 1,000 ms", "http.requests < 5", condition, "the run is valid"]);
    let failures = named(&all, "failure");
    let summary = text(&report);
    let told =
        |message: &str| summary.split_whitespace().collect::<String>().contains(&message.replace(' ', ""));
    assert!(failures.iter().all(|it| told(&it["message"])), "{failures:?}\n{summary}");
    assert_eq!(failures[1]["type"], "validity");
    assert!(named(&all, "skipped")[0]["message"].starts_with("optional: "));
    let lenient = elements(&written(|out| junit::render(&report, false, out)));
    assert_eq!(named(&lenient, "testcase").len(), 3, "nobody asked for validity");
}

#[test]
fn what_no_xml_can_hold_is_left_out() {
    let mut report = mixed_run();
    report.meta.script = "a\u{0}b\u{1b}[31m<&>\"'\u{ffff}".to_owned();
    let all = elements(&written(|out| junit::render(&report, true, out)));
    assert!(named(&all, "testsuite")[0]["name"].starts_with("ab"), "{all:?}");
}

#[test]
fn annotations_are_a_line_each() {
    let report = invalid_run();
    let lines = written(|out| github::render(&report, Some("a,b/crud.yml"), true, out));
    insta::assert_snapshot!(lines);
    let lenient = written(|out| github::render(&report, None, false, out));
    assert!(lenient.lines().last().unwrap().starts_with("::warning title=Load test invalid::"), "{lenient}");
    assert_eq!(written(|out| github::render(&good_run(Vec::new()), None, true, out)), "");
}

#[test]
fn the_summary_in_markdown() {
    insta::assert_snapshot!(written(|out| markdown::render(&invalid_run(), out)));
}

#[test]
fn csv_has_the_figures_of_intermediate() {
    let report = good_run(Vec::new());
    let text = written(|out| table::render(&report, out));
    assert_eq!(text.matches("\r\n").count(), text.matches('\n').count());
    let document: Value = serde_json::from_str(&json(&report)).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let periods = document["intermediate"].as_array().unwrap();
    assert_eq!(rows.len(), periods.len());
    assert_eq!((&header[0], &header[1]), ("period start (UTC)", "span (s)"));
    assert_eq!((&rows[0][0], &rows[0][1], &rows[1][1]), ("2026-08-01T12:00:00Z", "6", "6.04"));
    for (row, period) in rows.iter().zip(periods) {
        for (column, cell) in header.iter().zip(row).skip(2) {
            let name = column.split(" (").next().unwrap();
            let summary =
                name.rsplit_once('.').map(|(name, statistic)| &period["summaries"][name][statistic]);
            let seen = [&period["counters"][name], &period["rates"][name], summary.unwrap_or(&Value::Null)];
            let seen = seen.iter().find_map(|it| it.as_f64()).unwrap_or_default();
            assert_eq!(cell.parse::<f64>().unwrap(), seen, "{column}");
        }
    }
    for column in ["http.requests", "http.request_rate (1/s)", "http.latency.p95 (ms)", "http.sent_bytes (B)"]
    {
        assert!(header.iter().any(|it| it == column), "{column} in {header:?}");
    }
    assert_eq!(
        written(|out| table::render(&run(meta(), Vec::new(), &[]), out)),
        "period start (UTC),span (s)\r\n"
    );
}

/// The intervals of a log: from when on, how long, and the histogram.
fn intervals(log: &str) -> Vec<(Duration, Duration, Histogram)> {
    let entries = IntervalLogIterator::new(log.as_bytes()).map(Result::unwrap);
    entries
        .filter_map(|entry| match entry {
            LogEntry::Interval(it) => {
                let histogram = Histogram::from_base64(it.encoded_histogram()).unwrap();
                assert!((it.max() - histogram.max().unwrap().as_secs_f64() * 1e3).abs() < 1e-3, "ms");
                // HdrHistogram's own tools pass over intervals with a tag unless they are told which.
                assert!(it.tag().is_none());
                Some((it.start_timestamp(), it.duration(), histogram))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn the_interval_log_adds_up_to_the_whole_run() {
    let report = good_run(Vec::new());
    let log = written(|out| hdr::log(&report, Series::Latency, out));
    assert!(log.starts_with("#[Histogram log format version 1.3]\n"), "{log}");
    let intervals = intervals(&log);
    let spans: Vec<_> =
        intervals.iter().map(|(from, span, _)| (from.as_millis(), span.as_millis())).collect();
    assert_eq!(spans, [(0, 6000), (6000, 6040)]);
    let mut sum = Histogram::new();
    intervals.iter().for_each(|(_, _, histogram)| sum.merge(histogram));
    assert_eq!(sum, report.total.requests().latency);
}

/// The rows of a table of percentiles: percentile and value.
fn rows(table: &str) -> Vec<(f64, String)> {
    let rows = table.lines().skip(2).filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let mut cells = row.split_whitespace();
        let value = cells.next().unwrap().to_owned();
        (cells.next().unwrap().parse().unwrap(), value)
    })
    .collect()
}

#[test]
fn the_table_of_percentiles_is_as_hdrhistograms() {
    insta::assert_snapshot!(written(|out| hdr::percentiles(&mixed_run(), Series::ResponseTime, out)));
    let nothing = written(|out| hdr::percentiles(&run(meta(), Vec::new(), &[]), Series::Latency, out));
    assert!(nothing.contains("Total count    =            0]"), "{nothing}");
}

#[test]
fn all_forms_tell_the_same_percentiles() {
    let report = good_run(vec![below("http.latency.p99", 1000.0)]);
    let document: Value = serde_json::from_str(&json(&report)).unwrap();
    let markdown = written(|out| markdown::render(&report, out));
    let summary = text(&report);
    let xml = elements(&written(|out| junit::render(&report, false, out)));
    let properties: BTreeMap<_, _> =
        named(&xml, "property").iter().map(|it| (it["name"].clone(), it["value"].clone())).collect();
    for (series, words) in [(Series::Latency, "latency"), (Series::ResponseTime, "response time")] {
        let metric = series.metric();
        let table = rows(&written(|out| hdr::percentiles(&report, series, out)));
        let shown = |text: &str, mark: &str| {
            text.lines().find(|line| line.starts_with(&format!("{mark}{words} "))).unwrap().to_owned()
        };
        let (printed, marked) = (shown(&summary, "  "), shown(&markdown, "| "));
        for (name, quantile) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999), ("max", 1.0)] {
            let value = document["aggregate"]["summaries"][metric][name].as_f64().unwrap();
            assert_eq!(properties[&format!("{metric}.{name}")], value.to_string());
            let rounded = number::significant(value);
            assert!(printed.split_whitespace().any(|it| it == rounded), "{rounded} in {printed}");
            assert!(marked.split_whitespace().any(|it| it == rounded), "{rounded} in {marked}");
            if let Some((_, row)) = table.iter().find(|(at, _)| *at == quantile) {
                assert_eq!(row.parse::<f64>().unwrap(), value, "{metric}.{name} in .hgrm");
            }
        }
        let log = written(|out| hdr::log(&report, series, out));
        let mut sum = Histogram::new();
        for entry in IntervalLogIterator::new(log.as_bytes()) {
            if let LogEntry::Interval(it) = entry.unwrap() {
                sum.merge(&Histogram::from_base64(it.encoded_histogram()).unwrap());
            }
        }
        let p99 = sum.quantile(0.99).unwrap().as_secs_f64() * 1e3;
        let told = document["aggregate"]["summaries"][metric]["p99"].as_f64().unwrap();
        assert!((p99 - told).abs() < 1e-9, "{metric}: {p99} and {told}");
    }
}

type Form<'a> = &'a dyn Fn(&Report, &mut dyn Write) -> io::Result<()>;

#[test]
fn a_report_that_was_read_back_gives_the_same_files() {
    let report = good_run(vec![below("http.latency.p99", 1000.0)]);
    let kept = json(&report);
    let mut again = Report::from_json(&kept).unwrap();
    again.reread_periods(&kept).unwrap();
    let forms: [Form<'_>; 4] = [
        &|report, out| junit::render(report, true, out),
        &|report, out| markdown::render(report, out),
        &|report, out| table::render(report, out),
        &|report, out| hdr::percentiles(report, Series::Latency, out),
    ];
    for form in forms {
        assert_eq!(written(|out| form(&again, out)), written(|out| form(&report, out)));
    }
    // The histograms of the periods are not in it: one interval is the whole run.
    let log = written(|out| hdr::log(&again, Series::Latency, out));
    let intervals = intervals(&log);
    assert_eq!(intervals.len(), 1);
    assert_eq!(intervals[0].2, report.total.requests().latency);
    assert_eq!(intervals[0].1, report.duration());
}

#[test]
fn damaged_periods_are_refused() {
    let report = good_run(Vec::new());
    for damaged in [
        "",
        "[]",
        "{\"intermediate\": 7}",
        "{\"intermediate\": [{}]}",
        "{\"intermediate\": [{\"counters\": {\"a\": -1}, \"rates\": {}, \"summaries\": {}}]}",
    ] {
        assert!(report.clone().reread_periods(damaged).is_err(), "{damaged}");
    }
}
