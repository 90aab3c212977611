//! The statistics of a summary, by the names that JSON and thresholds use, in milliseconds.

use loadgen_metrics::Histogram;
use std::time::Duration;

/// The names, in Artillery's order.
pub(crate) const NAMES: [&str; 11] =
    ["min", "max", "count", "mean", "p50", "median", "p75", "p90", "p95", "p99", "p999"];

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
}
