//! The span of a request that is sent to another service, and the headers that carry the trace on.

use std::fmt;

use axum::http::HeaderMap;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{FutureExt as _, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::HeaderInjector;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use reqwest::Url;

use super::child::child;

/// A request to be sent.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: &'static str,
    pub(crate) url: &'a str,
    /// The path with names instead of ids, such as `/users/{id}`: part of the span's name, which must be the same for
    /// all requests of a kind.
    pub(crate) template: &'static str,
    /// How often this request was sent before: 0 for the first time.
    pub(crate) resent: u32,
}

/// An answer that has a status.
pub(crate) trait Answered {
    fn status(&self) -> u16;
}

impl Answered for reqwest::Response {
    fn status(&self) -> u16 {
        reqwest::Response::status(self).as_u16()
    }
}

/// Sends a request by `send` within a span of its own, if the task works for a request that has one.
///
/// `send` gets the headers that have to go along: `traceparent` and `tracestate`, or none at all; reqwest lets them take
/// the place of those of the same names that were set before. What it returns is returned; an error, and a status of 400
/// and above, make the span one that failed.
///
/// ```text
/// let call = Outgoing { method: "GET", url: &url, template: "/users/{id}", resent: 0 };
/// let answer = trace::call(&call, |headers| client.get(&url).headers(headers).send()).await?;
/// ```
pub(crate) async fn call<T: Answered, E: fmt::Display, F>(
    outgoing: &Outgoing<'_>,
    send: impl FnOnce(HeaderMap) -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    let name = || format!("{} {}", outgoing.method, outgoing.template).into();
    let Some(context) = child(name, SpanKind::Client, |span| describe(outgoing, span)) else {
        return send(HeaderMap::new()).await;
    };
    let mut headers = HeaderMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut HeaderInjector(&mut headers));
    let result = send(headers).with_context(context.clone()).await;
    let span = context.span();
    match &result {
        Ok(answer) => {
            let status = answer.status();
            span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
            if status >= 400 {
                span.set_attribute(KeyValue::new("error.type", status.to_string()));
                span.set_status(Status::error(""));
            }
        }
        Err(error) => {
            span.set_attribute(KeyValue::new("error.type", std::any::type_name::<E>()));
            span.set_status(Status::error(error.to_string()));
        }
    }
    span.end();
    result
}

fn describe(outgoing: &Outgoing<'_>, context: &Context) {
    let span = context.span();
    let Outgoing { method, url, template, resent } = *outgoing;
    span.set_attribute(KeyValue::new("http.request.method", method));
    span.set_attribute(KeyValue::new("url.template", template));
    // What is no URL is refused by whoever sends it.
    if let Ok(mut url) = Url::parse(url) {
        if let Some(host) = url.host_str() {
            span.set_attribute(KeyValue::new("server.address", host.to_owned()));
        }
        if let Some(port) = url.port_or_known_default() {
            span.set_attribute(KeyValue::new("server.port", i64::from(port)));
        }
        // Where neither can be taken away there is none.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        span.set_attribute(KeyValue::new("url.full", String::from(url)));
    }
    if resent > 0 {
        span.set_attribute(KeyValue::new("http.request.resend_count", i64::from(resent)));
    }
}
