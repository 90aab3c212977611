//! The spans of a request and of what is done within it, without a collector.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use opentelemetry::trace::{SpanId, SpanKind, Status, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor};

use super::traces::WithTracer;
use super::{Answered, Outgoing, Query, ServerSpan, TraceIds, call, query};
use crate::metrics::MethodName;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Kept {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

struct Status404;

impl Answered for Status404 {
    fn status(&self) -> u16 {
        404
    }
}

fn tracer(kept: &Kept) -> SdkTracer {
    SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOff)))
        .with_span_processor(kept.clone())
        .build()
        .tracer("test")
}

fn serve(tracer: &SdkTracer, method: &str, traceparent: Option<&str>) -> ServerSpan {
    let mut request = Request::builder().method(method).uri("/users/7?a=b");
    if let Some(traceparent) = traceparent {
        request = request.header("traceparent", traceparent);
    }
    let request = request.body(Body::empty()).unwrap();
    let base = Context::new().with_value(WithTracer(tracer.clone()));
    ServerSpan::start(tracer, &base, &request, MethodName::of(request.method()), Some("/users/{id}"))
}

/// What `name: value` pairs a span has.
fn attributes(span: &SpanData) -> Vec<String> {
    span.attributes.iter().map(|KeyValue { key, value, .. }| format!("{key}: {value}")).collect()
}

const URL: &str = "http://me:secret@127.0.0.1:8081/users/7";

#[tokio::test]
async fn a_call_is_a_child_and_carries_the_trace_on() {
    let kept = Kept::default();
    let server = serve(&tracer(&kept), "GET", Some(PARENT));
    let outgoing = Outgoing { method: "GET", url: URL, template: "/users/{id}", resent: 1 };
    let entered = server.enter();
    let ids = TraceIds::current().unwrap();
    assert_eq!(format!("{:032x}", ids.trace), TRACE);
    // Polled where the server span is current, as a handler is.
    let sending = call(&outgoing, |headers: HeaderMap| async move {
        let traceparent = headers["traceparent"].to_str().unwrap().to_owned();
        let inner = TraceIds::current().unwrap();
        assert_eq!(traceparent, format!("00-{TRACE}-{:016x}-01", inner.span));
        assert_ne!(inner.span, ids.span);
        Ok::<_, std::fmt::Error>(Status404)
    });
    let sent = futures_now(sending);
    drop(entered);
    assert!(sent.is_ok());
    server.end(Some(200));
    assert_eq!(TraceIds::current(), None);

    let spans = kept.0.lock().unwrap();
    let [called, served] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!((&*called.name, called.span_kind.clone()), ("GET /users/{id}", SpanKind::Client));
    assert_eq!(called.parent_span_id, served.span_context.span_id());
    assert_eq!(called.status, Status::error(""));
    assert_eq!(
        attributes(called),
        [
            "http.request.method: GET",
            "url.template: /users/{id}",
            "server.address: 127.0.0.1",
            "server.port: 8081",
            "url.full: http://127.0.0.1:8081/users/7",
            "http.request.resend_count: 1",
            "http.response.status_code: 404",
            "error.type: 404",
        ]
    );
    assert_eq!(served.parent_span_id, SpanId::from_hex("b7ad6b7169203331").unwrap());
    assert_eq!(served.status, Status::Unset);
    assert_eq!(
        attributes(served),
        [
            "http.request.method: GET",
            "http.route: /users/{id}",
            "url.scheme: http",
            "url.path: /users/7",
            "url.query: a=b",
            "network.protocol.version: 1.1",
            "http.response.status_code: 200",
        ]
    );
}

#[tokio::test]
async fn a_query_that_fails_says_so() {
    const USER: Query = Query { summary: "SELECT users", text: "SELECT name FROM users WHERE id = $1" };
    let kept = Kept::default();
    let server = serve(&tracer(&kept), "BREW", Some(PARENT));
    let entered = server.enter();
    let ran = futures_now(query(USER, async { Err::<(), _>(std::fmt::Error) }));
    drop(entered);
    assert_eq!(ran, Err(std::fmt::Error));
    server.end(Some(503));

    let spans = kept.0.lock().unwrap();
    let [asked, served] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!((&*asked.name, asked.span_kind.clone()), ("SELECT users", SpanKind::Client));
    assert_eq!(asked.status, Status::error(std::fmt::Error.to_string()));
    assert_eq!(asked.parent_span_id, served.span_context.span_id());
    assert_eq!(
        attributes(asked),
        [
            "db.system.name: postgresql",
            "db.query.summary: SELECT users",
            "db.query.text: SELECT name FROM users WHERE id = $1",
            "error.type: core::fmt::Error",
        ]
    );
    assert_eq!(&*served.name, "HTTP /users/{id}");
    assert_eq!(served.status, Status::error(""));
    assert!(attributes(served).contains(&"http.request.method_original: BREW".to_owned()));
}

/// A trace that is not kept is carried on all the same, so that nobody behind us keeps a part of it.
#[tokio::test]
async fn what_is_not_sampled_is_passed_on_as_such() {
    let kept = Kept::default();
    let tracer = tracer(&kept);
    for traceparent in
        [None, Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"), Some("rubbish")]
    {
        let server = serve(&tracer, "GET", traceparent);
        let outgoing = Outgoing { method: "GET", url: URL, template: "/users/{id}", resent: 0 };
        let entered = server.enter();
        let sent = futures_now(call(&outgoing, |headers| async move {
            assert!(headers["traceparent"].to_str().unwrap().ends_with("-00"), "{headers:?}");
            Err::<Status404, _>(std::fmt::Error)
        }));
        drop(entered);
        assert!(sent.is_err());
        server.end(None);
    }
    assert!(kept.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn without_a_request_nothing_is_added() {
    let outgoing = Outgoing { method: "GET", url: URL, template: "/users/{id}", resent: 0 };
    let sent = call(&outgoing, |headers| async move {
        assert!(headers.is_empty());
        Ok::<_, std::fmt::Error>(Status404)
    });
    assert!(sent.await.is_ok());
    const ANY: Query = Query { summary: "SELECT", text: "SELECT 1" };
    assert_eq!(query(ANY, async { Ok::<_, std::fmt::Error>(1) }).await, Ok(1));
}

/// The result of a future that never waits.
fn futures_now<T>(future: impl Future<Output = T>) -> T {
    use std::task::{Context, Poll, Waker};
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}
