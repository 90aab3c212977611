//! `publish-metrics`: collectors that answer with a success and take only a part of what they are sent.

use crate::publish::project;
use loadgen_testkit::{Act, RawServer};

/// OTLP's answer for so many that were refused, as protobuf: a message in a message.
fn refused(count: u8, why: &str) -> Act {
    let mut partial = vec![0x08, count, 0x12, why.len() as u8];
    partial.extend_from_slice(why.as_bytes());
    let mut answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: ".to_vec();
    answer.extend_from_slice(format!("{}\r\n\r\n", partial.len() + 2).as_bytes());
    answer.extend([0x0a, partial.len() as u8]);
    answer.extend(partial);
    Act::Send(answer)
}

#[test]
fn what_a_collector_refuses_of_a_sending_is_told_once_and_counted() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let partial = RawServer::start(|line| {
        // One of spans: no more may be sent at once.
        if line.contains("/v1/traces") { refused(1, "no room for sesame-key") } else { refused(3, "") }
    });
    let in_json = RawServer::start(|_| {
        Act::answer(
            200,
            "{\"partialSuccess\": {\"rejectedDataPoints\": \"1\", \"errorMessage\": \"too\\n old: sesame-key\"}}",
        )
    });
    let advises = RawServer::start(|_| refused(0, "not so often"));
    let (url, headers) = (partial.url(), "headers: {x: sesame-key}");
    let metrics = |url: &str| {
        format!("{{type: open-telemetry, interval: 1, metrics: {{endpoint: '{url}/v1/metrics', {headers}}}}}")
    };
    let traces = format!(
        "{{type: open-telemetry, interval: 1, metrics: {{endpoint: '{url}/v1/metrics'}}, traces: {{endpoint: '{url}/v1/traces', {headers}}}}}"
    );
    let project = project(&server.url(), &[traces, metrics(&in_json.url()), metrics(&advises.url())]);
    let told = project.run(&["-q"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(!told.text().contains("sesame"), "{}", told.text());
    let posted = |server: &RawServer, path: &str| {
        server.requests().iter().filter(|it| it.starts_with(&format!("POST {path}"))).count()
    };
    let times = |of: &RawServer| {
        let times = posted(of, "/v1/metrics");
        assert!(times >= 2, "{times}");
        format!("{times} of {times} times")
    };
    let (metrics, spans) = (posted(&partial, "/v1/metrics"), posted(&partial, "/v1/traces"));
    let mut expected = [
        format!("warning: OpenTelemetry at {url} refused 3 data points; the run goes on"),
        format!("warning: OpenTelemetry at {url} refused {} data points, {}", 3 * metrics, times(&partial)),
        format!("warning: {url} refused 1 span: no room for ***; the run goes on"),
        format!("warning: {} of 60 spans for {url} were lost: the collector did not take them", spans),
        format!(
            "warning: OpenTelemetry at {} refused 1 data point: too old: ***; the run goes on",
            in_json.url()
        ),
        format!(
            "warning: OpenTelemetry at {} refused {} data points, {}",
            in_json.url(),
            posted(&in_json, "/v1/metrics"),
            times(&in_json)
        ),
        format!("warning: OpenTelemetry at {} took all figures, and says: not so often", advises.url()),
    ];
    let mut lines: Vec<&str> = told.stderr.lines().collect();
    lines.sort_unstable();
    expected.sort();
    assert_eq!(lines, expected);
}
