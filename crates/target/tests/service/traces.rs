//! Spans, as a collector receives them.

use std::time::Duration;

use loadgen_target::{Config, Observation, Server, TraceOptions, Traces};
use loadgen_testkit::{Collector, SpanKind};
use tokio::sync::oneshot;

use crate::harness::{Harness, client, sum};

fn traces(collector: &str, sample: f64) -> Traces {
    let options = TraceOptions {
        collector: collector.to_owned(),
        service: "shop".to_owned(),
        sample,
        client: client(),
    };
    Traces::start(options).unwrap()
}

fn traced(traces: &Traces) -> Config {
    Config {
        observation: Observation { traces: Some(traces.clone()), ..Observation::default() },
        ..Config::default()
    }
}

#[tokio::test]
async fn a_request_continues_the_trace_of_its_client() {
    let collector = Collector::start();
    let traces = traces(&collector.url(), 0.0);
    let target = Harness::with(traced(&traces));
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = target.request("GET", "/users/nobody?x=1").header("traceparent", parent);
    target.send(request.header("tracestate", "a=b")).await.refused(400, "invalid_parameter", "id");
    // Neither says that it is to be traced.
    target.call("GET", "/health").await.is(200);
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    target.send(target.request("GET", "/health").header("traceparent", parent)).await.is(200);
    traces.flush(Duration::from_secs(60)).await;

    let spans = collector.spans();
    let [span] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!(span.name, "GET /users/{id}");
    assert_eq!(span.kind, SpanKind::Server);
    assert_eq!(span.trace, "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(span.parent, "b7ad6b7169203331");
    assert_eq!(span.state, "a=b");
    for (name, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/users/{id}"),
        ("http.response.status_code", "400"),
        ("url.path", "/users/nobody"),
        ("url.query", "x=1"),
    ] {
        assert_eq!(span.attributes[name], value, "{name}");
    }
    assert_eq!(span.service, "shop");
    assert_eq!(sum(&target.metrics().await, "otlp_spans_sent_total", &[]), 1.0);
}

/// What has ended is sent before the server says that it has stopped.
#[tokio::test]
async fn a_shutdown_sends_what_is_left() {
    let collector = Collector::start();
    let server =
        Server::bind("127.0.0.1:0".parse().unwrap(), traced(&traces(&collector.url(), 1.0))).unwrap();
    let url = format!("http://{}/nothing", server.local_addr());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(async { stopped.await.unwrap_or_default() }));
    assert_eq!(client().get(url).send().await.unwrap().status(), 404);
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    let spans = collector.spans();
    let [span] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!((&*span.name, &*span.parent), ("GET", ""));
}

/// Nobody listens at the collector's address: requests are answered all the same, and what is lost is counted.
#[tokio::test]
async fn an_absent_collector_harms_nobody() {
    let absent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", absent.local_addr().unwrap());
    drop(absent);
    let traces = traces(&url, 1.0);
    let target = Harness::with(traced(&traces));
    for _ in 0..3 {
        target.call("GET", "/health").await.is(200);
    }
    traces.flush(Duration::from_secs(60)).await;
    let metrics = target.metrics().await;
    assert_eq!(sum(&metrics, "otlp_spans_dropped_total", &["reason=\"send_failed\""]), 3.0, "{metrics}");
    assert_eq!(sum(&metrics, "otlp_spans_sent_total", &[]), 0.0);
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    let options =
        TraceOptions { collector: "http://a b".into(), service: "x".into(), sample: 1.0, client: client() };
    let error = Traces::start(options).unwrap_err().to_string();
    assert!(error.starts_with("the collector's address cannot be used: "), "{error}");
}
