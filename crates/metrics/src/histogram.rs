//! `Histogram`: durations in an HDR histogram with three significant digits.
//!
//! The unit is the microsecond. An empty histogram takes no memory, so that a plan with a thousand series pays only
//! for those in use. Does not know what it measures: that is the field it stands in.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use serde::{Deserialize, Serialize, de};
use std::fmt;
use std::time::Duration;

/// Longest duration that can be told apart: 2^40 µs, about twelve days. A longer one is recorded as this.
const MAX_MICROS: u64 = 1 << 40;
/// Significant decimal digits kept of each value.
const DIGITS: u8 = 3;

/// Durations from one microsecond to twelve days, to three significant digits.
#[derive(Clone, Default)]
pub struct Histogram {
    /// `None` until the first value.
    inner: Option<Box<hdrhistogram::Histogram<u64>>>,
}

/// Bytes that are not a histogram.
#[derive(Debug, thiserror::Error)]
pub enum HistogramError {
    /// The text is not Base64.
    #[error("not Base64: {0}")]
    Base64(#[from] base64::DecodeError),
    /// The bytes are not a V2 HDR histogram.
    #[error("not a V2 HDR histogram: {0}")]
    Format(String),
}

impl Histogram {
    /// An empty histogram.
    pub const fn new() -> Self {
        Histogram { inner: None }
    }

    /// Adds one value, rounded to the nearest microsecond.
    #[inline]
    pub fn record(&mut self, duration: Duration) {
        // Not by `as_nanos`, whose 128 bits are slow to divide.
        let below = (duration.subsec_nanos() + 500) / 1000;
        let micros =
            duration.as_secs().saturating_mul(1_000_000).saturating_add(below.into()).min(MAX_MICROS);
        let inner = match &mut self.inner {
            Some(inner) => inner,
            None => match fresh() {
                Some(fresh) => self.inner.insert(fresh),
                None => return,
            },
        };
        // A resizing histogram refuses no value up to its limit, and MAX_MICROS is below it.
        let _ = inner.record(micros);
    }

    /// Adds all of `other`'s values.
    pub fn merge(&mut self, other: &Histogram) {
        match (&mut self.inner, &other.inner) {
            (_, None) => {}
            (None, Some(theirs)) => self.inner = Some(theirs.clone()),
            // The same digits on both sides and resizing on: adding cannot fail.
            (Some(ours), Some(theirs)) => drop(ours.add(theirs.as_ref())),
        }
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.inner.as_ref().map_or(0, |inner| inner.len())
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The value below or at which the share `q` (0 to 1) of all values lie; `None` when empty.
    pub fn quantile(&self, q: f64) -> Option<Duration> {
        self.filled().map(|inner| Duration::from_micros(inner.value_at_quantile(q).min(inner.max())))
    }

    /// The smallest value, within the resolution; `None` when empty.
    pub fn min(&self) -> Option<Duration> {
        self.filled().map(|inner| Duration::from_micros(inner.min()))
    }

    /// The largest value, within the resolution; `None` when empty.
    pub fn max(&self) -> Option<Duration> {
        self.filled().map(|inner| Duration::from_micros(inner.max()))
    }

    /// The arithmetic mean; `None` when empty.
    pub fn mean(&self) -> Option<Duration> {
        self.filled().map(|inner| Duration::from_secs_f64(inner.mean() / 1e6))
    }

    /// Its values as quantiles tell them, the smallest first, each with how often it came.
    pub fn values(&self) -> impl Iterator<Item = (Duration, u64)> {
        self.filled().into_iter().flat_map(|inner| {
            inner
                .iter_recorded()
                .map(|it| (Duration::from_micros(it.value_iterated_to()), it.count_at_value()))
        })
    }

    /// The V2 encoding (DEFLATE, then Base64) that HdrHistogram's own tools read; `""` when empty.
    pub fn to_base64(&self) -> String {
        let Some(inner) = self.filled() else { return String::new() };
        let mut bytes = Vec::new();
        match V2DeflateSerializer::new().serialize(inner, &mut bytes) {
            Ok(_) => BASE64.encode(bytes),
            Err(_) => String::new(),
        }
    }

    /// Reads what [`Histogram::to_base64`] wrote.
    pub fn from_base64(text: &str) -> Result<Self, HistogramError> {
        if text.is_empty() {
            return Ok(Histogram::new());
        }
        let bytes = BASE64.decode(text)?;
        let mut inner: hdrhistogram::Histogram<u64> = Deserializer::new()
            .deserialize(&mut bytes.as_slice())
            .map_err(|error| HistogramError::Format(error.to_string()))?;
        inner.auto(true);
        Ok(Histogram { inner: Some(Box::new(inner)) })
    }

    /// The HDR histogram itself, of microseconds, for what writes its formats; `None` when empty.
    pub fn hdr(&self) -> Option<&hdrhistogram::Histogram<u64>> {
        self.filled()
    }

    fn filled(&self) -> Option<&hdrhistogram::Histogram<u64>> {
        self.inner.as_deref().filter(|inner| !inner.is_empty())
    }
}

/// An empty resizing histogram. `None` cannot happen: three digits are within the crate's one to five.
fn fresh() -> Option<Box<hdrhistogram::Histogram<u64>>> {
    hdrhistogram::Histogram::new(DIGITS).ok().map(Box::new)
}

/// Equal when they hold the same values equally often. The crate's own comparison also looks at how much room was
/// allocated, which depends on the order in which values came.
impl PartialEq for Histogram {
    fn eq(&self, other: &Self) -> bool {
        let values = |histogram: &Histogram| {
            histogram.filled().map(|inner| {
                inner
                    .iter_recorded()
                    .map(|it| (it.value_iterated_to(), it.count_at_value()))
                    .collect::<Vec<_>>()
            })
        };
        self.count() == other.count() && values(self) == values(other)
    }
}

/// A failed test that shows thousands of empty buckets helps nobody.
impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} durations", self.count())?;
        match (self.min(), self.quantile(0.5), self.max()) {
            (Some(min), Some(median), Some(max)) => write!(f, ", {min:?} to {max:?}, half up to {median:?}"),
            _ => Ok(()),
        }
    }
}

impl Serialize for Histogram {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Histogram::from_base64(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(micros: &[u64]) -> Histogram {
        let mut histogram = Histogram::new();
        micros.iter().for_each(|&value| histogram.record(Duration::from_micros(value)));
        histogram
    }

    #[test]
    fn an_empty_histogram_has_no_values() {
        let empty = Histogram::new();
        assert_eq!((empty.count(), empty.quantile(0.5), empty.max(), empty.mean()), (0, None, None, None));
        assert_eq!(Histogram::from_base64(&empty.to_base64()).unwrap(), empty);
    }

    #[test]
    fn quantiles_of_one_to_hundred() {
        let histogram = of(&(1..=100).collect::<Vec<_>>());
        assert_eq!(histogram.quantile(0.5), Some(Duration::from_micros(50)));
        assert_eq!(histogram.quantile(0.99), Some(Duration::from_micros(99)));
        assert_eq!(histogram.quantile(1.0), Some(Duration::from_micros(100)));
        assert_eq!(histogram.min(), Some(Duration::from_micros(1)));
        assert_eq!(histogram.mean(), Some(Duration::from_nanos(50_500)));
    }

    #[test]
    fn three_digits_are_kept() {
        let histogram = of(&[123_456_789]);
        let seen = histogram.quantile(0.5).unwrap().as_micros() as f64;
        assert!((seen / 123_456_789.0 - 1.0).abs() < 0.001, "{seen}");
    }

    #[test]
    fn values_come_in_order_as_quantiles_tell_them() {
        let histogram = of(&[123_456_789, 7, 7]);
        let values: Vec<_> = histogram.values().collect();
        assert_eq!(values[0], (Duration::from_micros(7), 2));
        assert_eq!((Some(values[1].0), values[1].1), (histogram.quantile(1.0), 1));
        assert_eq!((values.len(), Histogram::new().values().count()), (2, 0));
    }

    #[test]
    fn nanoseconds_round_to_the_nearest_microsecond_and_ages_are_capped() {
        let mut histogram = Histogram::new();
        histogram.record(Duration::from_nanos(1_499));
        histogram.record(Duration::from_nanos(1_500));
        histogram.record(Duration::MAX);
        assert_eq!(histogram.min(), Some(Duration::from_micros(1)));
        assert_eq!(histogram.quantile(0.5), Some(Duration::from_micros(2)));
        assert!(histogram.max().unwrap() >= Duration::from_micros(MAX_MICROS - (MAX_MICROS >> 9)));
    }

    #[test]
    fn base64_brings_the_same_counts_back() {
        let histogram = of(&[1, 5, 5, 1_000, 77_000, 10_000_000]);
        let mut back = Histogram::from_base64(&histogram.to_base64()).unwrap();
        for q in [0.0, 0.3, 0.5, 0.9, 1.0] {
            assert_eq!(back.quantile(q), histogram.quantile(q));
        }
        back.record(Duration::from_secs(3600));
        assert_eq!(back.count(), 7, "still grows after having been read");
    }

    #[test]
    fn equality_asks_for_the_values_and_not_for_the_room_they_take() {
        let (mut up, mut down) = (of(&[1]), of(&[10_000_000]));
        up.merge(&of(&[10_000_000]));
        down.merge(&of(&[1]));
        assert_eq!(up, down);
        assert_ne!(up, of(&[1, 10_500_000]));
        assert_ne!(up, of(&[1]));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(matches!(Histogram::from_base64("%%%"), Err(HistogramError::Base64(_))));
        assert!(matches!(Histogram::from_base64("aGVsbG8gd29ybGQ="), Err(HistogramError::Format(_))));
    }
}
