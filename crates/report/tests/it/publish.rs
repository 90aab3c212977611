//! What is sent elsewhere, byte for byte.

use crate::run::*;
use loadgen_metrics::{ErrorKind, Outcome, Snapshot, TraceId};
use loadgen_report::exposition::{Exposition, Labels};
use loadgen_report::publish::{Readings, Totals, datadog, influx, pushgateway, statsd};
use loadgen_report::render::{self, Style};
use loadgen_report::{Builder, End, Meta};
use loadgen_scenario::publish::{Dialect, Event, Filter};
use std::time::Duration;

fn snapshot() -> Snapshot {
    let mut recorder = recorder();
    request(&mut recorder, 0, ms(10), Duration::from_millis(3), Outcome::Answered { status: 200 });
    request(&mut recorder, 2, ms(10), Duration::from_millis(40), Outcome::Answered { status: 503 });
    recorder.take()
}

/// A second's figures, those of these names alone.
fn readings(only: &[&str]) -> Readings {
    let only = only.iter().map(|name| (*name).to_owned()).collect();
    let filter = Filter { only, without: Vec::new(), prefixes: true };
    Readings::of(&meta(), &snapshot(), Duration::from_secs(1), STARTED_AT, &filter)
}

fn tags(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn text(datagrams: &[Vec<u8>]) -> String {
    let texts = datagrams.iter().map(|it| String::from_utf8(it.clone()).unwrap());
    texts.collect::<Vec<_>>().join("\n--\n")
}

#[test]
fn datagrams_of_both_dialects() {
    let readings = readings(&[
        "http.codes",
        "http.request_rate",
        "plugins.metrics-by-endpoint./users/{{ userId }}.codes",
    ]);
    let tags = tags(&[("team", "shop|x"), ("canary", "")]);
    let told = |dialect| text(&statsd::datagrams(&readings, dialect, "artillery.", &tags));
    insta::assert_snapshot!(told(Dialect::Datadog), @r##"
    artillery.http.codes.200:1|c|#team:shop_x,canary
    artillery.http.codes.503:1|c|#team:shop_x,canary
    artillery.plugins.metrics-by-endpoint./users/{{ userId }}.codes.503:1|c|#team:shop_x,canary
    artillery.http.request_rate:2|g|#team:shop_x,canary
    "##);
    insta::assert_snapshot!(told(Dialect::Telegraf), @r##"
    artillery.http.codes.200,team=shop_x,canary=true:1|c
    artillery.http.codes.503,team=shop_x,canary=true:1|c
    artillery.plugins.metrics-by-endpoint./users/{{_userId_}}.codes.503,team=shop_x,canary=true:1|c
    artillery.http.request_rate,team=shop_x,canary=true:2|g
    "##);
}

#[test]
fn datagrams_are_of_whole_lines_and_short() {
    let all = statsd::datagrams(&readings(&[]), Dialect::Datadog, "p.", &tags(&[("long", &"x".repeat(700))]));
    assert!(all.len() > 10 && all.iter().all(|it| it.len() <= 1432));
    assert!(text(&all).lines().all(|line| line == "--" || line.starts_with("p.") && line.ends_with('x')));
    let tag = "y".repeat(5_000);
    let all = statsd::datagrams(&readings(&["http.codes"]), Dialect::Datadog, "", &tags(&[("long", &tag)]));
    assert_eq!(all.len(), 2, "a line that is too long is a datagram all the same");
    assert!(statsd::datagrams(&readings(&["nosuch"]), Dialect::Datadog, "", &[]).is_empty());
}

fn event() -> Event {
    Event {
        title: None,
        text: None,
        priority: "low".into(),
        alert: "info".into(),
        aggregation: Some("nightly".into()),
        source: None,
        tags: vec!["a,b".into()],
    }
}

#[test]
fn events() {
    let line = statsd::event(&event(), "Started: ž", "two\nlines", &tags(&[("team", "shop")]));
    // Lengths are in bytes.
    insta::assert_snapshot!(String::from_utf8(line).unwrap(), @r#"_e{11,10}:Started: ž|two\nlines|k:nightly|p:low|t:info|#team:shop,a_b"#);
    insta::assert_snapshot!(datadog::event(&event(), "Started: x", "text", &tags(&[("team", "shop")])), @r#"{"title":"Started: x","text":"text","priority":"low","alert_type":"info","tags":["team:shop","a,b"],"aggregation_key":"nightly"}"#);
}

#[test]
fn a_line_of_influxdbs() {
    let tags = tags(&[("z z", "1"), ("a", "b=c,d\\"), ("a", "twice"), ("canary", "")]);
    let line =
        influx::line(&readings(&["http.codes", "http.latency", "http.request_rate"]), "my load", &tags);
    insta::assert_snapshot!(line.trim_end(), @r#"my\ load,a=b\=c\,d/,canary=true,z\ z=1 http.codes.200=1i,http.codes.503=1i,http.request_rate=2,http.latency.min=3,http.latency.max=40.031,http.latency.count=2,http.latency.mean=21.509,http.latency.p50=3.001,http.latency.median=3.001,http.latency.p75=40.031,http.latency.p90=40.031,http.latency.p95=40.031,http.latency.p99=40.031,http.latency.p999=40.031 1785585604500"#);
    assert_eq!(influx::line(&readings(&["nosuch"]), "x", &[]), "");
}

#[test]
fn series_of_datadogs_api() {
    let body =
        datadog::series(&readings(&["http.codes", "http.request_rate"]), Duration::from_secs(10), "x.", &[]);
    insta::assert_snapshot!(body.join("\n"), @r#"{"series":[{"metric":"x.http.codes.200","type":1,"points":[{"timestamp":1785585604,"value":1}],"tags":[],"interval":10},{"metric":"x.http.codes.503","type":1,"points":[{"timestamp":1785585604,"value":1}],"tags":[],"interval":10},{"metric":"x.http.request_rate","type":3,"points":[{"timestamp":1785585604,"value":2.0}],"tags":[]}]}"#);
    assert_eq!(datadog::series(&readings(&["nosuch"]), Duration::ZERO, "", &[]), [""; 0]);
}

#[test]
fn series_of_datadogs_api_are_parted_where_they_are_too_long_for_it() {
    let names = |bodies: Vec<String>| -> Vec<String> {
        let values = bodies.iter().map(|body| serde_json::from_str::<serde_json::Value>(body).unwrap());
        let series = values.flat_map(|mut body| body["series"].as_array_mut().map(std::mem::take).unwrap());
        series.map(|series| series["metric"].as_str().unwrap().to_owned()).collect()
    };
    let bodies =
        |tag: &str| datadog::series(&readings(&[]), Duration::from_secs(1), "", &tags(&[("t", tag)]));
    let (short, long) = (bodies("x"), bodies(&"x".repeat(30_000)));
    assert!(short.len() == 1 && long.len() > 1 && long.iter().all(|body| body.len() <= 512_000));
    assert_eq!(names(short), names(long));
}

#[test]
fn what_a_pushgateway_is_sent_adds_up_and_has_no_sample_twice() {
    let mut totals = Totals::default();
    let mut meta: Meta = meta();
    // They differ in what a label of Artillery's does not tell.
    meta.scenarios = vec!["A b".into(), "a.b".into()];
    let mut recorder = recorder();
    recorder.user_created(loadgen_metrics::ScenarioId(0), ms(1));
    recorder.user_created(loadgen_metrics::ScenarioId(1), ms(1));
    let snapshot = recorder.take();
    for _ in 0..2 {
        let filter = Filter::default();
        totals.add(&Readings::of(&meta, &snapshot, Duration::from_secs(1), STARTED_AT, &filter));
    }
    let text = pushgateway::text(&Exposition::new(&meta), &totals, "my-load", &Labels::default());
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("my_load")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r##"
    my_load_counters{metric="vusers_created"} 4
    my_load_counters{metric="vusers_created_by_name_a_b"} 4
    my_load_counters{metric="vusers_failed"} 0
    "##);
}

#[test]
fn the_trace_of_a_failed_sample_is_told() {
    let mut recorder = recorder();
    let example = || loadgen_metrics::ErrorSample {
        trace: Some(TraceId([0xab; 16])),
        method: "GET".into(),
        url: "http://x/".into(),
        ..Default::default()
    };
    recorder.error(ErrorKind::TimedOut, ms(1), example);
    recorder.error(ErrorKind::NameNotFound, ms(2), Default::default);
    let mut builder = Builder::new(meta(), Vec::new());
    builder.observe(0, &recorder.take());
    let report = builder.finish(End { at: ms(2500), scheduled: 0, passes: 0, stopped: None });
    let mut out = Vec::new();
    render::text::render(&report, Style::default(), &mut out).unwrap();
    render::markdown::render(&report, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let told: Vec<&str> =
        text.lines().filter(|line| line.contains("abab") || line.contains("| ENOTFOUND")).collect();
    insta::assert_snapshot!(told.join("\n"), @r##"
          trace: abababababababababababababababab
    | ETIMEDOUT | 1 | first at 00:00: GET http://x/ | no connection or no answer within config.http.timeout (10 s unless set) or its timeouts | `abababababababababababababababab` |
    | ENOTFOUND | 1 | first at 00:00: | the host name has no address: is it spelt right? |  |
    "##);
}
