//! `Seen`: what answers of known latency really took, from the request read to the answer ready.
//!
//! Kept in microseconds to four digits, finer than whoever is compared with it, until somebody asks.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::{LONGEST, Shape};

/// Significant decimal digits of what is kept.
const DIGITS: u8 = 4;

/// What answers took, by shape.
pub(crate) struct Seen {
    /// In the order of [`Shape::NAMES`]. Nothing is allocated before the first answer.
    histograms: [Option<Histogram<u32>>; Shape::NAMES.len()],
}

/// The percentiles of each shape.
#[derive(Debug, PartialEq)]
pub(crate) struct Figures([Percentiles; Shape::NAMES.len()]);

/// The percentiles of what answers took, in ms; all 0 where there was none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
struct Percentiles {
    count: u64,
    p50: f64,
    p95: f64,
    p99: f64,
    p999: f64,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self { histograms: Default::default() }
    }

    pub(crate) fn record(&mut self, shape: Shape, time: Duration) {
        let Some(place) = self.histograms.get_mut(shape.index()) else { return };
        // Twice the longest pause: what took longer still was the machine, and counts as that.
        let most = LONGEST.as_micros() as u64 * 2;
        // The bounds and the digits are those that the crate takes.
        let Some(histogram) = place.as_mut() else {
            *place = Histogram::new_with_bounds(1, most, DIGITS).ok();
            if let Some(first) = place {
                first.saturating_record(micros(time));
            }
            return;
        };
        histogram.saturating_record(micros(time));
    }

    /// The percentiles; counting begins again.
    pub(crate) fn take(&mut self) -> Figures {
        Figures(self.histograms.each_mut().map(|place| {
            let percentiles = place.as_ref().map_or_else(Percentiles::default, Percentiles::of);
            if let Some(histogram) = place {
                histogram.reset();
            }
            percentiles
        }))
    }
}

impl Percentiles {
    fn of(histogram: &Histogram<u32>) -> Self {
        if histogram.is_empty() {
            return Self::default();
        }
        let at = |q| histogram.value_at_quantile(q).min(histogram.max()) as f64 / 1e3;
        Self { count: histogram.len(), p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999) }
    }
}

impl Serialize for Figures {
    /// `{"constant": {"count": 1, "p50": 5.06, ...}, ...}`
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, percentiles) in Shape::NAMES.into_iter().zip(&self.0) {
            map.serialize_entry(name, percentiles)?;
        }
        map.end()
    }
}

/// To the nearest microsecond.
fn micros(time: Duration) -> u64 {
    u64::try_from((time.as_nanos() + 500) / 1000).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_by_shape_and_a_new_beginning() {
        let mut seen = Seen::new();
        let shape = Shape::Constant { delay: Duration::ZERO };
        for number in 1..=1000 {
            seen.record(shape, Duration::from_nanos(number * 10_000 + 400));
        }
        seen.record(Shape::Stall { stall: Duration::ZERO, every: LONGEST }, Duration::MAX);
        let json = serde_json::to_value(seen.take()).unwrap();
        let constant = serde_json::json!({"count": 1000, "p50": 5.0, "p95": 9.5, "p99": 9.9, "p999": 9.99});
        assert_eq!(json["constant"], constant);
        assert_eq!((&json["uniform"]["count"], &json["uniform"]["p50"]), (&0.into(), &0.0.into()));
        assert_eq!(json["stall"]["count"], 1);
        assert!(json["stall"]["p50"].as_f64().unwrap() >= 119_000.0);
        assert_eq!(seen.take(), Figures(Default::default()));
    }

    /// The step at 99 ms is 4 µs.
    #[test]
    fn four_digits_are_kept() {
        let mut seen = Seen::new();
        seen.record(Shape::Constant { delay: Duration::ZERO }, Duration::from_micros(99_001));
        seen.record(Shape::Constant { delay: Duration::ZERO }, Duration::from_micros(99_500));
        let Figures([constant, ..]) = seen.take();
        assert!((constant.p50 - 99.001).abs() < 0.005, "{constant:?}");
    }
}
