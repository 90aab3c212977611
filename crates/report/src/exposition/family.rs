//! `Families`: samples by metric, as the `prometheus` crate's encoder takes them.

use super::buckets::Buckets;
use super::labels::{Labels, metric_name};
use super::metric::{Kind, Metric};
use prometheus::TextEncoder;
use prometheus::proto::{self, MetricFamily, MetricType};

/// Samples by metric. A metric without samples is left out.
#[derive(Debug, Default)]
pub(crate) struct Families {
    all: Vec<MetricFamily>,
    /// On each sample.
    labels: Labels,
}

/// What a sample holds.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    /// Of a counter or a gauge.
    Number(f64),
    /// Of a histogram.
    Buckets(&'a Buckets),
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Value::Number(count as f64)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(is_so: bool) -> Self {
        Value::Number(if is_so { 1.0 } else { 0.0 })
    }
}

impl<'a> From<&'a Buckets> for Value<'a> {
    fn from(buckets: &'a Buckets) -> Self {
        Value::Buckets(buckets)
    }
}

impl Families {
    /// None yet; all samples are to bear these labels.
    pub(super) fn with(labels: &Labels) -> Self {
        Families { all: Vec::new(), labels: labels.clone() }
    }

    /// Adds a metric: for each sample the values of its labels, in the metric's order, and its number.
    pub(super) fn add<'a, L, V>(&mut self, metric: &Metric, samples: impl IntoIterator<Item = (L, V)>)
    where
        L: AsRef<[&'a str]>,
        V: Into<Value<'a>>,
    {
        let samples = samples.into_iter();
        let samples: Vec<_> =
            samples.map(|(labels, value)| self.sample(metric, labels.as_ref(), value.into())).collect();
        if samples.is_empty() {
            return;
        }
        let mut family = MetricFamily::default();
        family.set_name(metric.name.to_owned());
        family.set_help(metric.help.to_owned());
        family.set_field_type(match metric.kind {
            Kind::Counter => MetricType::COUNTER,
            Kind::Gauge | Kind::Flag => MetricType::GAUGE,
            Kind::Histogram => MetricType::HISTOGRAM,
        });
        family.set_metric(samples);
        self.all.push(family);
    }

    /// Adds a metric that has a single number.
    pub(super) fn one<'a>(&mut self, metric: &Metric, value: impl Into<Value<'a>>) {
        self.add(metric, [([], value)]);
    }

    /// Prometheus' text format.
    pub(crate) fn text(&self) -> String {
        // The encoder refuses families that have no name or no samples, and there is none.
        TextEncoder::new().encode_to_string(&self.all).unwrap_or_default()
    }

    /// Adds a gauge that is none of ours: its samples differ in the label `metric`.
    pub(crate) fn foreign(&mut self, name: &str, help: &str, samples: impl Iterator<Item = (String, f64)>) {
        let samples: Vec<_> = samples
            .map(|(key, value)| {
                let mut sample = proto::Metric::from_label(self.labelled(&["metric"], &[&key]));
                sample.set_gauge(gauge(value));
                sample
            })
            .collect();
        if samples.is_empty() {
            return;
        }
        let mut family = MetricFamily::default();
        family.set_name(metric_name(name));
        family.set_help(help.to_owned());
        family.set_field_type(MetricType::GAUGE);
        family.set_metric(samples);
        self.all.push(family);
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &MetricFamily> {
        self.all.iter()
    }

    fn labelled(&self, names: &[&str], values: &[&str]) -> Vec<proto::LabelPair> {
        let own = names.iter().zip(values).map(|(name, value)| pair(name, value));
        let all = self.labels.iter().filter(|(name, _)| !names.contains(name));
        own.chain(all.map(|(name, value)| pair(name, value))).collect()
    }

    fn sample(&self, metric: &Metric, labels: &[&str], value: Value<'_>) -> proto::Metric {
        let mut sample = proto::Metric::from_label(self.labelled(metric.labels, labels));
        match value {
            Value::Buckets(buckets) => sample.set_histogram(buckets.proto()),
            Value::Number(number) if metric.kind == Kind::Counter => {
                let mut counter = proto::Counter::default();
                counter.set_value(number);
                sample.set_counter(counter);
            }
            Value::Number(number) => sample.set_gauge(gauge(number)),
        }
        sample
    }
}

fn gauge(number: f64) -> proto::Gauge {
    let mut gauge = proto::Gauge::default();
    gauge.set_value(number);
    gauge
}

fn pair(name: &str, value: &str) -> proto::LabelPair {
    let mut pair = proto::LabelPair::default();
    pair.set_name(name.to_owned());
    pair.set_value(value.to_owned());
    pair
}
