//! The statistics of a summary, by the names that JSON and thresholds use, in milliseconds.

use loadgen_metrics::Histogram;
use serde::Serialize;
use std::time::Duration;

/// The names, in Artillery's order.
pub(crate) const NAMES: [&str; 11] =
    ["min", "max", "count", "mean", "p50", "median", "p75", "p90", "p95", "p99", "p999"];

/// What is left of a histogram that is not kept: its statistics, in milliseconds to the microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Statistics {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// How many values there were. At least 1.
    pub count: u64,
    /// The arithmetic mean.
    pub mean: f64,
    /// The 50th percentile.
    pub p50: f64,
    /// The same by its other name, as Artillery has it.
    pub median: f64,
    /// The 75th percentile.
    pub p75: f64,
    /// The 90th percentile.
    pub p90: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The 99.9th percentile.
    pub p999: f64,
}

impl Statistics {
    /// The statistics of a histogram; `None` when it is empty.
    pub fn of(histogram: &Histogram) -> Option<Self> {
        let value = |name| of(histogram, name);
        Some(Statistics {
            min: value("min")?,
            max: value("max")?,
            count: histogram.count(),
            mean: value("mean")?,
            p50: value("p50")?,
            median: value("median")?,
            p75: value("p75")?,
            p90: value("p90")?,
            p95: value("p95")?,
            p99: value("p99")?,
            p999: value("p999")?,
        })
    }
}

/// A duration in milliseconds, to the microsecond.
pub(crate) fn millis(duration: Duration) -> f64 {
    ((duration.as_nanos() + 500) / 1000) as f64 / 1000.0
}

/// One statistic of a histogram: milliseconds, or a number of values for `count`. `None` when there is no such
/// statistic or no value.
pub(crate) fn of(histogram: &Histogram, name: &str) -> Option<f64> {
    let quantile = |q| histogram.quantile(q);
    let duration = match name {
        "count" => return Some(histogram.count() as f64),
        "min" => histogram.min(),
        "max" => histogram.max(),
        "mean" => histogram.mean(),
        "p50" | "median" => quantile(0.5),
        "p75" => quantile(0.75),
        "p90" => quantile(0.9),
        "p95" => quantile(0.95),
        "p99" => quantile(0.99),
        "p999" => quantile(0.999),
        _ => None,
    };
    duration.map(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_its_value() {
        let mut histogram = Histogram::new();
        (1..=1000).for_each(|micros| histogram.record(Duration::from_micros(micros)));
        let seen = NAMES.map(|name| of(&histogram, name).unwrap());
        assert_eq!(seen, [0.001, 1.0, 1000.0, 0.501, 0.5, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]);
        assert_eq!(of(&histogram, "p98"), None);
        assert_eq!(of(&Histogram::new(), "p50"), None);
    }

    #[test]
    fn all_at_once_are_the_same_as_one_by_one() {
        let mut histogram = Histogram::new();
        (1..=1000).for_each(|micros| histogram.record(Duration::from_micros(micros)));
        let json = serde_json::to_value(Statistics::of(&histogram).unwrap()).unwrap();
        let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, NAMES);
        for name in NAMES {
            assert_eq!(json[name].as_f64(), of(&histogram, name), "{name}");
        }
        assert_eq!(Statistics::of(&Histogram::new()), None);
    }
}
