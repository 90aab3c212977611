//! `publish-metrics`: what arrives where figures are sent, and that a run does not mind where nothing does.

use crate::harness::Project;
use loadgen_testkit::{Act, Collector, RawServer, ReceivedPoint};
use std::collections::BTreeMap;
use std::io::Write;
use std::net::UdpSocket;
use std::process::{Command, Stdio};

/// A script of twenty users, each of whom makes two requests, with these entries of `publish-metrics`.
pub(crate) fn project(target: &str, entries: &[String]) -> Project {
    let entries: String = entries.iter().map(|entry| format!("      - {entry}\n")).collect();
    Project::new(&format!(
        "config:
  target: \"{target}\"
  phases: [{{duration: 1500ms, arrivalCount: 20}}]
  plugins:
    publish-metrics:
{entries}scenarios:
  - name: both
    flow:
      - get: {{url: /a}}
      - get: {{url: /b, name: second}}
"
    ))
}

fn target() -> RawServer {
    RawServer::start(|line| Act::answer(if line.contains("/b") { 404 } else { 200 }, "{}"))
}

/// A socket for datagrams, and its port.
fn agent() -> (UdpSocket, u16) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// All lines that came.
fn lines(socket: &UdpSocket) -> Vec<String> {
    let mut lines = Vec::new();
    let mut bytes = [0; 65536];
    while let Ok(length) = socket.recv(&mut bytes) {
        assert!(length <= 1432, "{length}");
        lines.extend(String::from_utf8(bytes[..length].to_vec()).unwrap().lines().map(str::to_owned));
    }
    lines
}

/// The sum of a counter's lines.
fn sum(lines: &[String], name: &str, end: &str) -> u64 {
    let counts = lines.iter().filter_map(|it| it.strip_prefix(name)?.strip_prefix(':')?.strip_suffix(end));
    counts.map(|count| count.parse::<u64>().unwrap()).sum()
}

#[test]
fn agents_are_told_by_datagrams_what_the_report_says() {
    let server = target();
    let agents = [agent(), agent(), agent()];
    let [statsd, datadog, telegraf] = agents.each_ref().map(|(_, port)| port);
    let project = project(
        &server.url(),
        &[
            format!("{{type: statsd, port: {statsd}, tags: ['team:shop'], interval: 1}}"),
            format!(
                "{{type: datadog, host: localhost, port: {datadog}, prefix: 'x.', excluded: [http], event: {{title: T, tags: [a]}}}}"
            ),
            format!(
                "{{type: influxdb-statsd, port: {telegraf}, tags: ['team:shop', canary], includeOnly: http.co}}"
            ),
        ],
    );
    let (told, report) = project.report(&["-q"]);
    assert_eq!((told.status, &*told.stderr), (0, ""), "{}", told.text());
    let [statsd, datadog, telegraf] = agents.each_ref().map(|(socket, _)| lines(socket));
    let counters = &report["aggregate"]["counters"];
    for (name, count) in counters.as_object().unwrap() {
        let seen = sum(&statsd, &format!("artillery.{name}"), "|c|#team:shop");
        assert_eq!(Some(seen), count.as_u64(), "{name}");
    }
    assert!(statsd.iter().any(|line| line.starts_with("artillery.http.response_time.p95:")), "{statsd:?}");
    assert!(statsd.iter().all(|line| !line.starts_with('_')), "plain StatsD knows no events");

    assert_eq!(sum(&datadog, "x.vusers.created", "|c"), 20);
    assert!(datadog.iter().all(|line| !line.starts_with("x.http")), "{datadog:?}");
    let words = format!("Target: {}", server.url());
    let event =
        |what: &str| format!("_e{{{},{}}}:{what}: T|{words}|p:low|t:info|#a", what.len() + 3, words.len());
    assert_eq!(datadog.first(), Some(&event("Started")));
    assert_eq!(datadog.last(), Some(&event("Finished")));

    let tags = ",team=shop,canary=true";
    assert_eq!(telegraf, [200, 404].map(|code| format!("artillery.http.codes.{code}{tags}:20|c")));
}

/// What was posted to a path, body after body.
fn posted(server: &RawServer, path: &str) -> Vec<String> {
    let start = format!("POST {path}");
    let all = server.requests().into_iter().filter(|request| request.starts_with(&start));
    all.map(|request| request.split_once("\r\n\r\n").unwrap().1.to_owned()).collect()
}

#[test]
fn servers_are_told_by_http_what_the_report_says() {
    let server = target();
    let sink = RawServer::start(|_| Act::answer(200, "{}"));
    let url = sink.url();
    let authority = url.strip_prefix("http://").unwrap();
    let project = project(
        &server.url(),
        &[
            format!(
                "{{type: influxdb, url: '{url}', org: o, bucket: b, token: t, tags: ['my team:the shop'], interval: 1}}"
            ),
            format!("{{type: datadog, apiKey: key, apiHost: '{url}', tags: ['team:shop']}}"),
            format!(
                "{{type: prometheus, pushgateway: 'http://u:p@{authority}/gate/', tags: ['team:shop', 'name:x'], interval: 1}}"
            ),
        ],
    );
    let (told, report) = project.report(&["-q"]);
    assert_eq!((told.status, &*told.stderr), (0, ""), "{}", told.text());
    let counters = report["aggregate"]["counters"].as_object().unwrap();

    let lines: String = posted(&sink, "/api/v2/write?org=o&bucket=b&precision=ms ").concat();
    assert!(lines.lines().count() >= 2, "{lines}");
    let mut seen = BTreeMap::<String, u64>::new();
    for line in lines.lines() {
        let rest = line.strip_prefix("artillery,my\\ team=the\\ shop ").unwrap();
        let (fields, time) = rest.rsplit_once(' ').unwrap();
        assert_eq!(time.len(), 13, "{time}");
        for field in fields.split(',') {
            let (name, value) = field.rsplit_once('=').unwrap();
            if let Some(count) = value.strip_suffix('i') {
                *seen.entry(name.replace("\\ ", " ")).or_default() += count.parse::<u64>().unwrap();
            }
        }
    }
    let expected: BTreeMap<String, u64> =
        counters.iter().map(|(name, count)| (name.clone(), count.as_u64().unwrap())).collect();
    assert_eq!(seen, expected);
    assert!(sink.requests().iter().any(|it| it.to_lowercase().contains("\r\nauthorization: token t\r\n")));

    let series: serde_json::Value = serde_json::from_str(&posted(&sink, "/api/v2/series")[0]).unwrap();
    let of = |name: &str| {
        let series = series["series"].as_array().unwrap();
        series.iter().find(|it| it["metric"] == name).unwrap_or_else(|| panic!("no {name}")).clone()
    };
    let requests = of("artillery.http.requests");
    assert_eq!((&requests["type"], &requests["points"][0]["value"]), (&1.into(), &40.into()));
    assert_eq!((&requests["tags"][0], &requests["interval"]), (&"team:shop".into(), &1.into()));
    assert_eq!(of("artillery.http.response_time.p95")["type"], 3);
    assert_eq!(posted(&sink, "/api/v1/events").len(), 2);

    let pushed = posted(&sink, "/gate/metrics/job/loadgen ");
    let last = pushed.last().unwrap();
    assert!(
        last.contains("artillery_counters{metric=\"http_requests\",name=\"x\",team=\"shop\"} 40\n"),
        "{last}"
    );
    assert!(last.contains("loadgen_run_ended{name=\"x\",team=\"shop\"} 1\n"), "{last}");
    assert!(last.contains("name=\"/a\",method=\"GET\",team=\"shop\"} 20\n"), "{last}");
    assert!(pushed.len() >= 2, "{}", pushed.len());
    assert!(sink.requests().iter().any(|it| it.to_lowercase().contains("\r\nauthorization: basic dtpw\r\n")));
    let mut promtool = Command::new("promtool");
    let mut promtool =
        promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    promtool.stdin.take().unwrap().write_all(last.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_collector_gets_histograms_and_the_reports_figures() {
    let server = target();
    let collector = Collector::start();
    let project = project(
        &server.url(),
        &[format!(
            "{{type: open-telemetry, serviceName: shop-load, interval: 1, metrics: {{endpoint: '{}/v1/metrics', attributes: {{stage: test}}, exclude: [vusers.created]}}}}",
            collector.url()
        )],
    );
    let (told, report) = project.report(&["-q"]);
    assert_eq!((told.status, &*told.stderr), (0, ""), "{}", told.text());
    let points = collector.points();
    let last = points.iter().map(|point| point.time.1).max().unwrap();
    let last: Vec<&ReceivedPoint> = points.iter().filter(|point| point.time.1 == last).collect();
    let of = |name: &str| last.iter().filter(|point| point.metric == name).copied().collect::<Vec<_>>();
    for point in &points {
        assert_eq!((&*point.service, &*point.attributes["stage"]), ("shop-load", "test"), "{point:?}");
        assert!(
            point.time.0 <= point.time.1 && point.time.0 == points[0].time.0,
            "all since the run's start"
        );
    }
    let duration = of("http.client.request.duration");
    assert_eq!(duration.len(), 2);
    for point in duration {
        assert_eq!((point.kind, &*point.unit, point.value), ("histogram", "s", 20.0));
        assert_eq!(point.buckets.1.len(), point.buckets.0.len() + 1);
        assert_eq!(point.buckets.1.iter().sum::<u64>(), 20);
        let attributes = &point.attributes;
        assert_eq!(attributes["http.request.method"], "GET");
        assert_eq!(attributes["server.address"], "127.0.0.1");
        assert_eq!(attributes["server.port"], server.address().port().to_string());
        assert_eq!(attributes["loadgen.scenario"], "both");
    }
    let codes: f64 = of("loadgen.http.responses").iter().map(|point| point.value).sum();
    assert_eq!(codes, 40.0);
    for (name, count) in report["aggregate"]["counters"].as_object().unwrap() {
        let told: Vec<f64> = of(name).iter().map(|point| point.value).collect();
        let expected = count.as_f64().filter(|_| name != "vusers.created");
        assert_eq!(told, Vec::from_iter(expected), "{name}");
    }
    assert_eq!(of("http.response_time.p95")[0].unit, "ms");
    assert_eq!(of("loadgen.run.ended")[0].value, 1.0);
}

#[test]
fn a_sink_that_is_down_refuses_or_hangs_costs_a_warning_and_no_secret_is_shown() {
    let server = target();
    let refuses = RawServer::start(|line| {
        // The user and password as they are sent.
        Act::answer(401, &format!("you said sesame-x, which is wrong: {line} YWRhOnNlc2FtZS1wYXNz"))
    });
    let hangs = RawServer::start(|_| Act::Silence);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let project = project(
        &server.url(),
        &[
            format!("{{type: prometheus, pushgateway: 'http://{nobody}/sesame', interval: 1}}"),
            format!(
                "{{type: prometheus-remote-write, url: '{}/sesame-0123456789?x=sesame', headers: {{x: sesame-x}}, interval: 1}}",
                refuses.url().replace("://", "://ada:sesame-pass@")
            ),
            format!("{{type: influxdb, url: '{}/write?token=sesame'}}", hangs.url()),
            format!(
                "{{type: open-telemetry, traces: {{endpoint: 'http://{nobody}/sesame', headers: {{x: sesame}}}}}}"
            ),
        ],
    );
    let (told, report) = project.report(&["-q"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(report["aggregate"]["counters"]["http.requests"], 40);
    assert!(!told.text().contains("sesame") && !told.text().contains("YWRh"), "{}", told.text());
    assert!(!report.to_string().contains("sesame"), "{report}");
    let warnings = |place: &str| told.stderr.lines().filter(|line| line.contains(place)).collect::<Vec<_>>();
    let pushed = warnings("the Pushgateway at");
    assert_eq!(pushed.len(), 2, "{}", told.stderr);
    assert!(
        pushed[0].contains("Connection refused") && pushed[0].ends_with("; the run goes on"),
        "{pushed:?}"
    );
    // Each second and the end, unless the machine is slow: then at once what waited.
    let all = pushed[1].split_once("did not take figures ").unwrap().1.strip_suffix(" times").unwrap();
    let (lost, of) = all.split_once(" of ").unwrap();
    assert!(lost == of && of.parse::<u64>().unwrap() >= 2, "{pushed:?}");
    let written = warnings(&refuses.url());
    assert_eq!(written.len(), 2, "{}", told.stderr);
    assert!(written[0].contains("status 401: you said ***, which is wrong"), "{written:?}");
    assert!(
        warnings(&hangs.url()).iter().any(|line| line.ends_with("did not take figures 1 of 1 time")),
        "{}",
        told.stderr
    );
    let spans = warnings("spans for");
    assert_eq!(spans.len(), 2, "{}", told.stderr);
    assert!(spans[1].contains("60 of 60 spans"), "{spans:?}");
}

#[test]
fn what_cannot_be_sent_at_all_is_told_before_any_load() {
    let server = target();
    let url = server.url();
    for (entry, why) in [
        (
            format!("{{type: influxdb, url: '{url}/w', headers: {{\"a b\": c}}}}"),
            "the header `a b` cannot be sent",
        ),
        (format!("{{type: prometheus, pushgateway: '{url}', ca: nosuch.pem}}"), "cannot read nosuch.pem"),
    ] {
        let told = project(&url, &[entry]).run(&["-q"]);
        assert_eq!(told.status, 2, "{}", told.text());
        assert!(told.stderr.contains(why), "{}", told.stderr);
    }
    assert!(server.requests().is_empty());
}
