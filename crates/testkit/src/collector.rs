//! `Collector`: receives spans and metrics by OTLP over HTTP on loopback, as a real collector does, and keeps them.
//!
//! One thread per connection, blocking: simple, and independent of the code under test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Metric, NumberDataPoint, ResourceMetrics,
};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message as _;

/// A span as it was received.
#[derive(Clone, Debug)]
pub struct ReceivedSpan {
    /// `service.name` of its resource.
    pub service: String,
    /// Its name.
    pub name: String,
    /// `Server`, `Client` and so on.
    pub kind: SpanKind,
    /// The trace's id in hexadecimal digits.
    pub trace: String,
    /// Its id in hexadecimal digits.
    pub id: String,
    /// The id of the span that it is part of; empty for none.
    pub parent: String,
    /// `tracestate`.
    pub state: String,
    /// Whether it failed.
    pub failed: bool,
    /// Its attributes, as texts.
    pub attributes: BTreeMap<String, String>,
    /// When it began and ended, in nanoseconds since 1970.
    pub time: (u64, u64),
}

/// A point of a metric as it was received.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedPoint {
    /// `service.name` of its resource.
    pub service: String,
    /// The metric's name.
    pub metric: String,
    /// The metric's unit.
    pub unit: String,
    /// `sum`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// Its attributes, as texts.
    pub attributes: BTreeMap<String, String>,
    /// Its number; of a histogram, how many values it has.
    pub value: f64,
    /// Whether it tells of the time between its moments alone, and not of all that the service has counted.
    pub delta: bool,
    /// Upper bounds, and the counts between them; empty unless it is a histogram.
    pub buckets: (Vec<f64>, Vec<u64>),
    /// When it began and ended, in nanoseconds since 1970.
    pub time: (u64, u64),
}

/// A collector for as long as the value lives, and a thread that ends with the process.
pub struct Collector {
    address: SocketAddr,
    kept: Kept,
}

type Kept = Arc<Mutex<All>>;

/// What has been received.
#[derive(Default)]
struct All {
    spans: Vec<ReceivedSpan>,
    points: Vec<ReceivedPoint>,
}

impl Collector {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let kept = Kept::default();
        let collector = Self { address, kept: Arc::clone(&kept) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || serve(stream, &kept));
            }
        });
        collector
    }

    /// What a service is to be given: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All spans so far.
    pub fn spans(&self) -> Vec<ReceivedSpan> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).spans.clone()
    }

    /// All points of metrics so far.
    pub fn points(&self) -> Vec<ReceivedPoint> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).points.clone()
    }
}

/// Answers requests until the client goes, or until one is none of OTLP's: the answer to that is 400.
fn serve(stream: TcpStream, kept: &Mutex<All>) {
    let Ok(mut writer) = stream.try_clone() else { return };
    let mut reader = BufReader::new(stream);
    while let Some((head, body)) = read(&mut reader) {
        let taken = head.contains("application/x-protobuf") && take(&head, &body, kept).is_some();
        let status = if taken { "200 OK" } else { "400 Bad Request" };
        if write!(writer, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").is_err() {
            return;
        }
    }
}

/// Keeps what a request holds.
fn take(head: &str, body: &[u8], kept: &Mutex<All>) -> Option<()> {
    let kept = || kept.lock().unwrap_or_else(PoisonError::into_inner);
    if head.starts_with("post /v1/traces ") {
        let request = ExportTraceServiceRequest::decode(body).ok()?;
        kept().spans.extend(request.resource_spans.into_iter().flat_map(received));
    } else if head.starts_with("post /v1/metrics ") {
        let request = ExportMetricsServiceRequest::decode(body).ok()?;
        kept().points.extend(request.resource_metrics.into_iter().flat_map(measured));
    } else {
        return None;
    }
    Some(())
}

/// A request's head in small letters, and its body.
fn read(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let mut body = vec![0; length?.trim().parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some((head, body))
}

fn received(of: ResourceSpans) -> Vec<ReceivedSpan> {
    let resource = texts(of.resource.map(|resource| resource.attributes).unwrap_or_default());
    let service = resource.get("service.name").cloned().unwrap_or_default();
    let spans = of.scope_spans.into_iter().flat_map(|scope| scope.spans);
    spans.map(|span| one(span, service.clone())).collect()
}

fn one(span: Span, service: String) -> ReceivedSpan {
    assert!(span.end_time_unix_nano >= span.start_time_unix_nano, "{span:?}");
    ReceivedSpan {
        service,
        kind: span.kind(),
        failed: span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error),
        name: span.name,
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        state: span.trace_state,
        attributes: texts(span.attributes),
        time: (span.start_time_unix_nano, span.end_time_unix_nano),
    }
}

fn measured(of: ResourceMetrics) -> Vec<ReceivedPoint> {
    let resource = texts(of.resource.map(|resource| resource.attributes).unwrap_or_default());
    let service = resource.get("service.name").cloned().unwrap_or_default();
    let metrics = of.scope_metrics.into_iter().flat_map(|scope| scope.metrics);
    metrics.flat_map(|metric| points(metric, &service)).collect()
}

fn points(metric: Metric, service: &str) -> Vec<ReceivedPoint> {
    let Metric { name, unit, data, .. } = metric;
    let delta = match &data {
        Some(Data::Sum(sum)) => sum.aggregation_temporality() == AggregationTemporality::Delta,
        Some(Data::Histogram(it)) => it.aggregation_temporality() == AggregationTemporality::Delta,
        _ => false,
    };
    let point = |kind, attributes, value, time| ReceivedPoint {
        delta,
        service: service.to_owned(),
        metric: name.clone(),
        unit: unit.clone(),
        kind,
        attributes: texts(attributes),
        value,
        buckets: Default::default(),
        time,
    };
    let number = |kind, it: NumberDataPoint| {
        let value = match it.value {
            Some(Number::AsInt(number)) => number as f64,
            Some(Number::AsDouble(number)) => number,
            None => panic!("{name} has no number"),
        };
        point(kind, it.attributes, value, (it.start_time_unix_nano, it.time_unix_nano))
    };
    match data {
        Some(Data::Sum(sum)) => sum.data_points.into_iter().map(|it| number("sum", it)).collect(),
        Some(Data::Gauge(gauge)) => gauge.data_points.into_iter().map(|it| number("gauge", it)).collect(),
        Some(Data::Histogram(histogram)) => {
            let points = histogram.data_points.into_iter().map(|it| {
                let time = (it.start_time_unix_nano, it.time_unix_nano);
                let buckets = (it.explicit_bounds, it.bucket_counts);
                ReceivedPoint { buckets, ..point("histogram", it.attributes, it.count as f64, time) }
            });
            points.collect()
        }
        other => panic!("{name} is of a kind that nobody here sends: {other:?}"),
    }
}

fn texts(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    let text = |value: Option<AnyValue>| match value.and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    attributes.into_iter().map(|KeyValue { key, value, .. }| (key, text(value))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
