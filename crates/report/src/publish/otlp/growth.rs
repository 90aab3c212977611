//! `Growth`: figures that tell of the run so far become those of the time since the last that were taken (delta
//! temporality).

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, HistogramDataPoint, Metric};
use std::collections::HashMap;

/// What has been told of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Growth {
    taken: Told,
    /// What becomes `taken` if it is.
    sent: Told,
}

/// Figures of the run as of a moment, by their metric and attributes.
#[derive(Clone, Debug, Default)]
struct Told {
    numbers: HashMap<Key, i64>,
    histograms: HashMap<Key, HistogramDataPoint>,
    /// In nanoseconds since 1970; 0 for a run of which nothing has been told.
    at: u64,
}

/// A metric's name and a point's attributes, which are in the same order each time.
type Key = (String, String);

fn key(metric: &str, attributes: &[KeyValue]) -> Key {
    (metric.to_owned(), format!("{attributes:?}"))
}

impl Growth {
    /// Takes away what was told before. Figures that go up and down stay as they are.
    pub(super) fn since_taken(&mut self, metrics: &mut [Metric], at: u64) {
        self.sent = Told { at, ..Told::default() };
        for metric in metrics {
            let name = &metric.name;
            match &mut metric.data {
                Some(Data::Sum(sum)) => {
                    sum.aggregation_temporality = AggregationTemporality::Delta as i32;
                    for point in &mut sum.data_points {
                        point.start_time_unix_nano = self.taken.at.max(point.start_time_unix_nano);
                        if let Some(Value::AsInt(number)) = &mut point.value {
                            let key = key(name, &point.attributes);
                            let before = self.taken.numbers.get(&key).copied().unwrap_or(0);
                            self.sent.numbers.insert(key, *number);
                            *number = number.saturating_sub(before).max(0);
                        }
                    }
                }
                Some(Data::Histogram(histogram)) => {
                    histogram.aggregation_temporality = AggregationTemporality::Delta as i32;
                    for point in &mut histogram.data_points {
                        let key = key(name, &point.attributes);
                        self.sent.histograms.insert(key.clone(), point.clone());
                        point.start_time_unix_nano = self.taken.at.max(point.start_time_unix_nano);
                        if let Some(before) = self.taken.histograms.get(&key) {
                            take_away(point, before);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// What was sent last has been taken. Without this the next tells of its time as well.
    pub(super) fn taken(&mut self) {
        self.taken = std::mem::take(&mut self.sent);
    }
}

fn take_away(point: &mut HistogramDataPoint, before: &HistogramDataPoint) {
    point.count = point.count.saturating_sub(before.count);
    // Rounding is not to make time run backwards.
    point.sum = point.sum.map(|sum| (sum - before.sum.unwrap_or(0.0)).max(0.0));
    for (count, before) in point.bucket_counts.iter_mut().zip(&before.bucket_counts) {
        *count = count.saturating_sub(*before);
    }
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;
    use opentelemetry_proto::tonic::metrics::v1::{Gauge, Histogram, NumberDataPoint, Sum};

    /// A counter of two names, a histogram and a gauge, from the start at 5.
    fn metrics(at: u64, [a, b]: [i64; 2], buckets: [u64; 2], sum: f64) -> Vec<Metric> {
        let number = |name, value| NumberDataPoint {
            attributes: vec![text("name", name)],
            start_time_unix_nano: 5,
            time_unix_nano: at,
            value: Some(Value::AsInt(value)),
            ..NumberDataPoint::default()
        };
        let counter =
            Sum { data_points: vec![number("a", a), number("b", b)], is_monotonic: true, ..Sum::default() };
        let point = HistogramDataPoint {
            start_time_unix_nano: 5,
            time_unix_nano: at,
            count: buckets.iter().sum(),
            sum: Some(sum),
            bucket_counts: buckets.to_vec(),
            ..HistogramDataPoint::default()
        };
        let histogram = Histogram { data_points: vec![point], ..Histogram::default() };
        let gauge = Gauge { data_points: vec![number("a", a)] };
        let all = [("c", Data::Sum(counter)), ("h", Data::Histogram(histogram)), ("g", Data::Gauge(gauge))];
        all.map(|(name, data)| Metric { name: name.into(), data: Some(data), ..Metric::default() }).to_vec()
    }

    /// The metrics as they would be if these were all, from that moment on.
    fn expected(
        from: u64,
        at: u64,
        counts: [i64; 2],
        buckets: [u64; 2],
        sum: f64,
        gauge: i64,
    ) -> Vec<Metric> {
        let mut metrics = metrics(at, counts, buckets, sum);
        for metric in &mut metrics {
            match &mut metric.data {
                Some(Data::Sum(sum)) => {
                    sum.aggregation_temporality = 1;
                    sum.data_points.iter_mut().for_each(|point| point.start_time_unix_nano = from);
                }
                Some(Data::Histogram(histogram)) => {
                    histogram.aggregation_temporality = 1;
                    histogram.data_points.iter_mut().for_each(|point| point.start_time_unix_nano = from);
                }
                Some(Data::Gauge(it)) => it.data_points[0].value = Some(Value::AsInt(gauge)),
                _ => {}
            }
        }
        metrics
    }

    #[test]
    fn each_sending_tells_of_the_time_since_the_last_that_was_taken() {
        let mut growth = Growth::default();
        let mut told = |at, counts, buckets, sum| {
            let mut metrics = metrics(at, counts, buckets, sum);
            growth.since_taken(&mut metrics, at);
            // The second is not.
            if at != 20 {
                growth.taken();
            }
            metrics
        };
        assert_eq!(told(10, [3, 0], [1, 2], 0.5), expected(5, 10, [3, 0], [1, 2], 0.5, 3));
        assert_eq!(told(20, [4, 1], [2, 2], 0.75), expected(10, 20, [1, 1], [1, 0], 0.25, 4));
        assert_eq!(told(30, [9, 1], [2, 6], 2.0), expected(10, 30, [6, 1], [1, 4], 1.5, 9));
        assert_eq!(told(40, [9, 2], [2, 6], 2.0), expected(30, 40, [0, 1], [0, 0], 0.0, 9));
    }
}
