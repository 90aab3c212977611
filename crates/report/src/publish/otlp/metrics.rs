//! Figures as OTLP's metrics: what Prometheus is shown by the names of the semantic conventions, and the report's figures by
//! the report's names, as Artillery sends them.
//!
//! All that adds up is cumulative from the run's start, as is usual in OTLP, or on demand what came since the last figures
//! that were taken: what is lost on the way costs resolution alone.

use super::super::Totals;
use super::growth::Growth;
use super::servers::Servers;
use super::{attribute, resource, scope, text, texts};
use crate::Meta;
use crate::exposition::{Exposition, Labels, METRICS};
use crate::figures;
use crate::number::Unit;
use loadgen_scenario::plan::Series;
use loadgen_scenario::publish::{Filter, Resource, Temporality};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum,
};
use prometheus::proto::{self, MetricFamily, MetricType};
use prost::Message;
use std::collections::BTreeSet;

const CUMULATIVE: i32 = AggregationTemporality::Cumulative as i32;

/// What is the same for all of a run's requests.
#[derive(Clone, Debug)]
pub struct Sender {
    resource: Resource,
    meter: String,
    /// On all points.
    attributes: Vec<KeyValue>,
    /// On those of requests.
    servers: Servers,
    /// When the run began, in nanoseconds since 1970.
    started: u64,
    filter: Filter,
    /// Where not the run so far is told, but what came since.
    growth: Option<Growth>,
}

impl Sender {
    /// For a run of a plan with these series. `attributes` are those of all points.
    pub fn new(
        meta: &Meta,
        series: &[Series],
        resource: &Resource,
        meter: &str,
        attributes: &[(String, String)],
        filter: &Filter,
    ) -> Self {
        Sender {
            resource: resource.clone(),
            meter: meter.to_owned(),
            attributes: texts(attributes),
            servers: Servers::new(meta, series),
            started: nanos(meta.started_at),
            filter: filter.clone(),
            growth: None,
        }
    }

    /// The same with what adds up as `temporality` wants it.
    pub fn telling(self, temporality: Temporality) -> Self {
        let growth = match temporality {
            Temporality::Cumulative => None,
            Temporality::Delta => Some(Growth::default()),
        };
        Sender { growth, ..self }
    }

    /// What was sent last has been taken.
    pub fn taken(&mut self) {
        self.growth.iter_mut().for_each(Growth::taken);
    }

    /// A run's figures as of a moment in milliseconds since 1970.
    pub fn body(&mut self, exposition: &Exposition, totals: &Totals, at: u64) -> Vec<u8> {
        let at = Moments { started: self.started, at: nanos(at).max(self.started) };
        let families = exposition.families(&Labels::default());
        let mut metrics: Vec<Metric> = families.iter().filter_map(|family| self.family(family, at)).collect();
        // A name is one metric's.
        let ours: BTreeSet<String> = metrics.iter().map(|metric| metric.name.clone()).collect();
        let figures = self.figures(totals, at).into_iter();
        metrics.extend(figures.filter(|figure| !ours.contains(&figure.name)));
        metrics.retain(|metric| self.filter.takes(&metric.name));
        if let Some(growth) = &mut self.growth {
            growth.since_taken(&mut metrics, at.at);
        }
        let scope = ScopeMetrics { scope: scope(&self.meter), metrics, ..ScopeMetrics::default() };
        let all = ResourceMetrics {
            resource: resource(&self.resource),
            scope_metrics: vec![scope],
            ..ResourceMetrics::default()
        };
        ExportMetricsServiceRequest { resource_metrics: vec![all] }.encode_to_vec()
    }

    fn family(&self, family: &MetricFamily, at: Moments) -> Option<Metric> {
        let about = METRICS.iter().find(|metric| metric.name == family.name())?;
        let of_requests = about.labels.contains(&"method");
        let attributes = |sample: &proto::Metric| {
            let own = sample.get_label().iter().map(|pair| semantic(pair.name(), pair.value()));
            let server = if of_requests { self.servers.of(sample) } else { &[] };
            own.chain(server.iter().cloned()).chain(self.attributes.iter().cloned()).collect::<Vec<_>>()
        };
        let samples = family.get_metric();
        let data = match family.get_field_type() {
            MetricType::HISTOGRAM => {
                let points = samples.iter().map(|it| histogram(it.get_histogram(), attributes(it), at));
                Data::Histogram(Histogram {
                    data_points: points.collect(),
                    aggregation_temporality: CUMULATIVE,
                })
            }
            MetricType::COUNTER => {
                let value = |it: &proto::Metric| Number::AsInt(it.get_counter().get_value() as i64);
                sum(samples.iter().map(|it| point(value(it), attributes(it), at)).collect())
            }
            _ => {
                let value = |it: &proto::Metric| Number::AsDouble(it.get_gauge().get_value());
                gauge(samples.iter().map(|it| point(value(it), attributes(it), at)).collect())
            }
        };
        let description = family.help().to_owned();
        Some(Metric {
            name: about.otlp(),
            description,
            unit: about.otlp_unit().to_owned(),
            data: Some(data),
            ..Metric::default()
        })
    }

    /// The report's figures.
    fn figures(&self, totals: &Totals, at: Moments) -> Vec<Metric> {
        let one = |name: String, data: Data| {
            let unit = match figures::unit(&name) {
                Unit::Millis => "ms",
                Unit::Bytes => "By",
                Unit::Percent => "%",
                _ => "1",
            };
            Metric { unit: unit.to_owned(), name, data: Some(data), ..Metric::default() }
        };
        let point = |value| vec![point(value, self.attributes.clone(), at)];
        let counters = totals.counters.iter();
        let counters =
            counters.map(|(name, count)| one(name.clone(), sum(point(Number::AsInt(*count as i64)))));
        let rates = totals.rates.iter();
        let rates = rates.map(|(name, rate)| one(name.clone(), gauge(point(Number::AsDouble(*rate)))));
        let statistics = totals
            .statistics
            .iter()
            .map(|((name, of), value)| one(format!("{name}.{of}"), gauge(point(Number::AsDouble(*value)))));
        counters.chain(rates).chain(statistics).collect()
    }
}

/// The moments of a point, in nanoseconds since 1970.
#[derive(Clone, Copy)]
struct Moments {
    started: u64,
    at: u64,
}

fn nanos(millis: u64) -> u64 {
    millis.saturating_mul(1_000_000)
}

/// A label of ours as the semantic conventions have it.
fn semantic(name: &str, value: &str) -> KeyValue {
    match name {
        "method" => text("http.request.method", value),
        "error" => text("error.type", value),
        "status" => match value.parse() {
            Ok(status) => attribute("http.response.status_code", Value::IntValue(status)),
            Err(_) => text("http.response.status_code", value),
        },
        "name" => text("loadgen.request.name", value),
        name => text(&format!("loadgen.{name}"), value),
    }
}

fn point(value: Number, attributes: Vec<KeyValue>, at: Moments) -> NumberDataPoint {
    NumberDataPoint {
        attributes,
        start_time_unix_nano: at.started,
        time_unix_nano: at.at,
        value: Some(value),
        ..NumberDataPoint::default()
    }
}

fn sum(data_points: Vec<NumberDataPoint>) -> Data {
    Data::Sum(Sum { data_points, aggregation_temporality: CUMULATIVE, is_monotonic: true })
}

fn gauge(data_points: Vec<NumberDataPoint>) -> Data {
    Data::Gauge(Gauge { data_points })
}

fn histogram(of: &proto::Histogram, attributes: Vec<KeyValue>, at: Moments) -> HistogramDataPoint {
    let mut below = 0;
    let mut bucket_counts = Vec::with_capacity(of.get_bucket().len() + 1);
    for bucket in of.get_bucket() {
        bucket_counts.push(bucket.cumulative_count() - below);
        below = bucket.cumulative_count();
    }
    bucket_counts.push(of.get_sample_count() - below);
    HistogramDataPoint {
        attributes,
        start_time_unix_nano: at.started,
        time_unix_nano: at.at,
        count: of.get_sample_count(),
        sum: Some(of.get_sample_sum()),
        bucket_counts,
        explicit_bounds: of.get_bucket().iter().map(proto::Bucket::upper_bound).collect(),
        ..HistogramDataPoint::default()
    }
}
