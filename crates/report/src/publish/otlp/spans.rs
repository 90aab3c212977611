//! Virtual users and their requests as OTLP's spans.

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

/// What has ended, as a span tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The user's trace.
    pub trace: TraceId,
    /// Its own id; of a request, what the target was told of it.
    pub id: SpanId,
    /// What it is called.
    pub name: String,
    /// When it began, in nanoseconds since 1970.
    pub from: u64,
    /// When it had ended, likewise.
    pub to: u64,
    /// What the user plays.
    pub scenario: String,
    /// What has ended.
    pub what: What,
}

/// What has ended.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A virtual user.
    User {
        /// In a word.
        outcome: &'static str,
        /// Whether it could not go on.
        failed: bool,
    },
    /// A request of its.
    Request(RequestSpan),
}

/// A request that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestSpan {
    /// The user's span.
    pub parent: SpanId,
    /// Its method.
    pub method: String,
    /// Its URL, without a user's name and password.
    pub url: String,
    /// The status of its answer, where one came.
    pub status: Option<u16>,
    /// Why it failed, where it did.
    pub error: Option<String>,
    /// What its series is called.
    pub request: String,
}

/// Spans for `/v1/traces`. `attributes` are those of all of them.
pub fn body(spans: &[Ended], of: &Resource, attributes: &[(String, String)]) -> Vec<u8> {
    let attributes = texts(attributes);
    let spans = spans.iter().map(|ended| span(ended, &attributes)).collect();
    let scope = ScopeSpans { scope: scope("loadgen"), spans, ..ScopeSpans::default() };
    let all = ResourceSpans { resource: resource(of), scope_spans: vec![scope], ..ResourceSpans::default() };
    ExportTraceServiceRequest { resource_spans: vec![all] }.encode_to_vec()
}

fn span(ended: &Ended, common: &[KeyValue]) -> Span {
    let mut attributes = vec![text("loadgen.scenario", &ended.scenario)];
    let (kind, parent, failed) = match &ended.what {
        What::User { outcome, failed } => {
            attributes.push(text("loadgen.user.outcome", outcome));
            (SpanKind::Internal, Vec::new(), *failed)
        }
        What::Request(request) => {
            let error = request.attributes(&mut attributes);
            (SpanKind::Client, request.parent.0.to_vec(), error)
        }
    };
    attributes.extend_from_slice(common);
    let code = if failed { StatusCode::Error } else { StatusCode::Unset };
    Span {
        trace_id: ended.trace.0.to_vec(),
        span_id: ended.id.0.to_vec(),
        parent_span_id: parent,
        name: ended.name.clone(),
        kind: kind as i32,
        start_time_unix_nano: ended.from,
        end_time_unix_nano: ended.to.max(ended.from),
        attributes,
        status: Some(Status { code: code as i32, ..Status::default() }),
        // Sampled.
        flags: 1,
        ..Span::default()
    }
}

impl RequestSpan {
    /// Adds its attributes, and says whether it is an error to its user.
    fn attributes(&self, attributes: &mut Vec<KeyValue>) -> bool {
        attributes.extend([
            text("http.request.method", &self.method),
            text("url.full", &self.url),
            text("loadgen.request.name", &self.request),
        ]);
        attributes.extend(server(&self.url));
        if let Some(status) = self.status {
            attributes.push(attribute("http.response.status_code", Value::IntValue(status.into())));
        }
        // By the conventions, a status of 400 or more is an error to a client.
        let by_status = self.status.filter(|status| *status >= 400).map(|status| status.to_string());
        let error = self.error.clone().or(by_status);
        attributes.extend(error.iter().map(|error| text("error.type", error)));
        error.is_some()
    }
}
