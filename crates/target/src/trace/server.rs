//! The span of a request that is answered here.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::{Version, header};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, ContextGuard, KeyValue};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracer;

use crate::metrics::MethodName;

/// A request's span, which ends with [`end`](Self::end).
pub(crate) struct ServerSpan(Context);

impl ServerSpan {
    pub(super) fn start(
        tracer: &SdkTracer,
        base: &Context,
        request: &Request,
        method: MethodName,
        pattern: Option<&'static str>,
    ) -> Self {
        // What another method is called is the client's invention, and belongs in no name.
        let known = method.label() == request.method().as_str();
        let method = if known { method.label() } else { "HTTP" };
        let name: Cow<'static, str> = match pattern {
            Some(pattern) => format!("{method} {pattern}").into(),
            None => method.into(),
        };
        let parent =
            TraceContextPropagator::new().extract_with_context(base, &HeaderExtractor(request.headers()));
        let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Server);
        let mut span = tracer.build_with_context(builder, &parent);
        if span.is_recording() {
            if known {
                span.set_attribute(KeyValue::new("http.request.method", method));
            } else {
                span.set_attribute(KeyValue::new("http.request.method", "_OTHER"));
                let original = request.method().as_str().to_owned();
                span.set_attribute(KeyValue::new("http.request.method_original", original));
            }
            if let Some(pattern) = pattern {
                span.set_attribute(KeyValue::new("http.route", pattern));
            }
            span.set_attribute(KeyValue::new("url.scheme", "http"));
            span.set_attribute(KeyValue::new("url.path", request.uri().path().to_owned()));
            if let Some(query) = request.uri().query() {
                span.set_attribute(KeyValue::new("url.query", query.to_owned()));
            }
            let version = if request.version() == Version::HTTP_2 { "2" } else { "1.1" };
            span.set_attribute(KeyValue::new("network.protocol.version", version));
            let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
            if let Some(agent) = agent {
                span.set_attribute(KeyValue::new("user_agent.original", agent.to_owned()));
            }
        }
        Self(parent.with_span(span))
    }

    /// Makes it the span that the task works in, until the guard is dropped.
    pub(crate) fn enter(&self) -> ContextGuard {
        self.0.clone().attach()
    }

    /// The request is answered; without a status, its client has left.
    pub(crate) fn end(self, status: Option<u16>) {
        let span = self.0.span();
        match status {
            Some(status) => {
                span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
                // A server's span is at fault where the server is.
                if status >= 500 {
                    span.set_attribute(KeyValue::new("error.type", status.to_string()));
                    span.set_status(Status::error(""));
                }
            }
            None => span.set_attribute(KeyValue::new("error.type", "client_left")),
        }
        span.end();
    }
}
