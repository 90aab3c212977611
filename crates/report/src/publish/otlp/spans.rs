//! Requests as OTLP's spans.

use super::{attribute, resource, scope, server, text, texts};
use loadgen_metrics::{SpanId, TraceId};
use loadgen_scenario::publish::Resource;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;

/// A request that has ended, as a span tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestSpan {
    /// The trace that it begins.
    pub trace: TraceId,
    /// What the target was told of it.
    pub id: SpanId,
    /// What it is called.
    pub name: String,
    /// When it was sent, in nanoseconds since 1970.
    pub from: u64,
    /// When it had ended, likewise.
    pub to: u64,
    /// Its method.
    pub method: String,
    /// Its URL, without a user's name and password.
    pub url: String,
    /// The status of its answer, where one came.
    pub status: Option<u16>,
    /// Why it failed, where it did.
    pub error: Option<String>,
    /// Whose request it is.
    pub scenario: String,
    /// What its series is called.
    pub request: String,
}

/// Spans for `/v1/traces`. `attributes` are those of all of them.
pub fn body(spans: &[RequestSpan], of: &Resource, attributes: &[(String, String)]) -> Vec<u8> {
    let attributes = texts(attributes);
    let spans = spans.iter().map(|request| span(request, &attributes)).collect();
    let scope = ScopeSpans { scope: scope("loadgen"), spans, ..ScopeSpans::default() };
    let all = ResourceSpans { resource: resource(of), scope_spans: vec![scope], ..ResourceSpans::default() };
    ExportTraceServiceRequest { resource_spans: vec![all] }.encode_to_vec()
}

fn span(request: &RequestSpan, common: &[KeyValue]) -> Span {
    let mut attributes = vec![
        text("http.request.method", &request.method),
        text("url.full", &request.url),
        text("loadgen.scenario", &request.scenario),
        text("loadgen.request.name", &request.request),
    ];
    attributes.extend(server(&request.url));
    if let Some(status) = request.status {
        attributes.push(attribute("http.response.status_code", Value::IntValue(status.into())));
    }
    // By the conventions, a status of 400 or more is an error to a client.
    let error = request
        .error
        .clone()
        .or_else(|| request.status.filter(|status| *status >= 400).map(|status| status.to_string()));
    let mut status = Status::default();
    if let Some(error) = &error {
        attributes.push(text("error.type", error));
        status.code = StatusCode::Error as i32;
    }
    attributes.extend_from_slice(common);
    Span {
        trace_id: request.trace.0.to_vec(),
        span_id: request.id.0.to_vec(),
        name: request.name.clone(),
        kind: SpanKind::Client as i32,
        start_time_unix_nano: request.from,
        end_time_unix_nano: request.to.max(request.from),
        attributes,
        status: Some(status),
        // Sampled.
        flags: 1,
        ..Span::default()
    }
}
