//! The statistics of a summary, by the names that JSON and thresholds use, in milliseconds.

use crate::number::rounded;
use loadgen_metrics::{Histogram, ServerTimes};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The names, in Artillery's order.
pub(crate) const NAMES: [&str; 11] =
    ["min", "max", "count", "mean", "p50", "median", "p75", "p90", "p95", "p99", "p999"];

/// What is left of a histogram that is not kept: its statistics, in milliseconds to the microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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

impl Statistics {
    /// The statistics of what a target says of itself; `None` where it says nothing. As in Artillery, a header without
    /// a total counts as -1.
    pub(crate) fn of_server_times(times: &ServerTimes) -> Option<Self> {
        const UNTOLD: f64 = -1.0;
        let (count, told) = (times.headers(), times.times.count());
        if count == 0 {
            return None;
        }
        let quantile = |q: f64| {
            // The rank of the value, from 1; those without a total are the smallest.
            let rank = ((q * count as f64).ceil() as u64).max(1);
            let among_told = rank.saturating_sub(times.untold) as f64 / told.max(1) as f64;
            match times.times.quantile(among_told) {
                Some(time) if rank > times.untold => millis(time),
                _ => UNTOLD,
            }
        };
        let (least, most) =
            times.range.map_or((UNTOLD, UNTOLD), |(least, most)| (millis(least), millis(most)));
        let mean = times.times.mean().map_or(0.0, millis);
        Some(Statistics {
            min: if times.untold > 0 { UNTOLD } else { least },
            max: most,
            count,
            mean: rounded((mean * told as f64 + UNTOLD * times.untold as f64) / count as f64, 3),
            p50: quantile(0.5),
            median: quantile(0.5),
            p75: quantile(0.75),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
            p999: quantile(0.999),
        })
    }

    /// One of them by its name; `None` where there is no such statistic.
    pub(crate) fn get(&self, name: &str) -> Option<f64> {
        Some(match name {
            "count" => self.count as f64,
            "min" => self.min,
            "max" => self.max,
            "mean" => self.mean,
            "p50" | "median" => self.p50,
            "p75" => self.p75,
            "p90" => self.p90,
            "p95" => self.p95,
            "p99" => self.p99,
            "p999" => self.p999,
            _ => return None,
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
    fn what_a_target_does_not_tell_counts_as_less_than_nothing() {
        let mut times = ServerTimes::default();
        assert_eq!(Statistics::of_server_times(&times), None);
        times.count(None);
        assert_eq!(Statistics::of_server_times(&times).unwrap().max, -1.0);
        times.count(Some(Duration::from_micros(12_500)));
        let seen = Statistics::of_server_times(&times).unwrap();
        assert_eq!((seen.min, seen.max, seen.count, seen.median), (-1.0, 12.5, 2, -1.0));
        // (12.5 - 1) / 2, to three digits
        assert!((seen.mean - 5.75).abs() < 0.01, "{}", seen.mean);
        assert!((seen.p99 - 12.5).abs() < 0.02, "{}", seen.p99);
        assert!(NAMES.iter().all(|name| seen.get(name).is_some()) && seen.get("p98").is_none());
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
