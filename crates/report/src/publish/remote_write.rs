//! Prometheus' remote-write protocol, version 1: protobuf in one block of Snappy.
//!
//! The messages are those of Prometheus' `remote.proto` and `types.proto`, as far as they are sent.

use crate::exposition::{Exposition, Labels};
use prometheus::proto::{self, MetricType};
use prost::Message;

/// What a request says of its body.
pub const HEADERS: [(&str, &str); 3] = [
    ("content-type", "application/x-protobuf"),
    ("content-encoding", "snappy"),
    ("x-prometheus-remote-write-version", "0.1.0"),
];

#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
    #[prost(message, repeated, tag = "3")]
    metadata: Vec<MetricMetadata>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    /// In the order of their names.
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    /// Milliseconds since 1970.
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

#[derive(Clone, PartialEq, Message)]
struct MetricMetadata {
    /// 1 for a counter, 2 for a gauge, 3 for a histogram.
    #[prost(int32, tag = "1")]
    kind: i32,
    #[prost(string, tag = "2")]
    family: String,
    #[prost(string, tag = "4")]
    help: String,
}

/// All samples of a run so far, as of a moment in milliseconds since 1970.
pub fn body(exposition: &Exposition, labels: &Labels, at: u64) -> Vec<u8> {
    let families = exposition.families(labels);
    let mut request = WriteRequest::default();
    for family in families.iter() {
        let kind = match family.get_field_type() {
            MetricType::COUNTER => 1,
            MetricType::HISTOGRAM => 3,
            _ => 2,
        };
        let name = family.name();
        request.metadata.push(MetricMetadata {
            kind,
            family: name.to_owned(),
            help: family.help().to_owned(),
        });
        for metric in family.get_metric() {
            let mut add = |suffix: &str, more: Option<String>, value: f64| {
                request.timeseries.push(series(&format!("{name}{suffix}"), metric, more, value, at));
            };
            match family.get_field_type() {
                MetricType::COUNTER => add("", None, metric.get_counter().get_value()),
                MetricType::HISTOGRAM => {
                    let histogram = metric.get_histogram();
                    for bucket in histogram.get_bucket() {
                        let below = bucket.cumulative_count() as f64;
                        add("_bucket", Some(bucket.upper_bound().to_string()), below);
                    }
                    add("_bucket", Some("+Inf".to_owned()), histogram.get_sample_count() as f64);
                    add("_sum", None, histogram.get_sample_sum());
                    add("_count", None, histogram.get_sample_count() as f64);
                }
                _ => add("", None, metric.get_gauge().get_value()),
            }
        }
    }
    // It fails for bodies of 4 GiB alone.
    snap::raw::Encoder::new().compress_vec(&request.encode_to_vec()).unwrap_or_default()
}

fn series(name: &str, metric: &proto::Metric, bound: Option<String>, value: f64, at: u64) -> TimeSeries {
    let label = |name: &str, value: &str| Label { name: name.to_owned(), value: value.to_owned() };
    // An empty label is none.
    let own = metric.get_label().iter().filter(|pair| !pair.value().is_empty());
    let mut labels: Vec<Label> = own.map(|pair| label(pair.name(), pair.value())).collect();
    labels.push(label("__name__", name));
    labels.extend(bound.map(|bound| label("le", &bound)));
    labels.sort();
    TimeSeries { labels, samples: vec![Sample { value, timestamp: at as i64 }] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Meta;
    use std::collections::BTreeSet;

    #[test]
    fn series_are_unique_and_their_labels_in_order() {
        let meta = Meta { scenarios: vec!["a".into()], ..Meta::default() };
        let labels = Labels::of(&[("team".into(), "shop".into())]);
        let body = body(&Exposition::new(&meta), &labels, 1234);
        let request =
            WriteRequest::decode(&*snap::raw::Decoder::new().decompress_vec(&body).unwrap()).unwrap();
        let mut seen = BTreeSet::new();
        for series in &request.timeseries {
            assert!(series.labels.is_sorted_by(|a, b| a.name < b.name), "{series:?}");
            assert!(seen.insert(series.labels.clone()), "{series:?}");
            assert!(series.labels.iter().any(|it| it.name == "team" && it.value == "shop"), "{series:?}");
            assert_eq!(series.samples[0].timestamp, 1234);
        }
        let buckets =
            |it: &&Vec<Label>| it.iter().any(|it| it.value == "loadgen_vuser_session_seconds_bucket");
        assert_eq!(seen.iter().filter(buckets).count(), 21);
        assert!(
            request.metadata.iter().any(|it| it.family == "loadgen_vuser_session_seconds" && it.kind == 3)
        );
    }
}
