//! `Buckets`: durations counted below fixed bounds, as Prometheus keeps a histogram.
//!
//! Seconds are added up one by one, so that what is kept is small and a scrape need not walk over HDR histograms. A value
//! counts where the report has it: below or at a bound if the value that the report would tell is.

use loadgen_metrics::Histogram;
use prometheus::proto;
use std::time::Duration;

/// Upper bounds in microseconds: from a generator's own lateness to users who think for a minute.
pub(super) const BOUNDS: [u64; 20] = [
    25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
];

/// Durations counted below [`BOUNDS`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Buckets {
    /// How many lie between a bound and the one before it; the last above all.
    counts: [u64; BOUNDS.len() + 1],
    /// Of all durations, in seconds.
    sum: f64,
}

impl Buckets {
    /// Adds all values of a histogram.
    pub(super) fn add(&mut self, histogram: &Histogram) {
        let mut bucket = 0;
        for (value, count) in histogram.values() {
            // Values come in ascending order.
            while BOUNDS.get(bucket).is_some_and(|bound| value > Duration::from_micros(*bound)) {
                bucket += 1;
            }
            self.counts[bucket] += count;
        }
        self.sum += histogram.mean().map_or(0.0, |mean| mean.as_secs_f64() * histogram.count() as f64);
    }

    /// As Prometheus has it: each bucket holds those below it too.
    pub(super) fn proto(&self) -> proto::Histogram {
        let mut below = 0;
        let bucket = |(bound, count): (&u64, &u64)| {
            below += count;
            let mut bucket = proto::Bucket::default();
            bucket.set_upper_bound(*bound as f64 / 1e6);
            bucket.set_cumulative_count(below);
            bucket
        };
        let buckets = BOUNDS.iter().zip(&self.counts).map(bucket).collect();
        let mut histogram = proto::Histogram::default();
        histogram.set_bucket(buckets);
        histogram.set_sample_count(self.counts.iter().sum());
        histogram.set_sample_sum(self.sum);
        histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(micros: &[u64]) -> Histogram {
        let mut histogram = Histogram::new();
        micros.iter().for_each(|it| histogram.record(Duration::from_micros(*it)));
        histogram
    }

    /// The bucket that a value lies in.
    fn bucket(seconds: f64) -> usize {
        BOUNDS.iter().take_while(|bound| seconds > **bound as f64 / 1e6).count()
    }

    /// `histogram_quantile` as Prometheus works it out.
    fn histogram_quantile(q: f64, histogram: &proto::Histogram) -> f64 {
        let rank = q * histogram.get_sample_count() as f64;
        let (mut lower, mut before) = (0.0, 0.0);
        for bucket in histogram.get_bucket() {
            let count = bucket.cumulative_count() as f64;
            if count >= rank && count > before {
                return lower + (bucket.upper_bound() - lower) * (rank - before) / (count - before);
            }
            (lower, before) = (bucket.upper_bound(), count);
        }
        lower
    }

    #[test]
    fn values_count_below_the_bound_that_they_are_at() {
        let mut buckets = Buckets::default();
        buckets.add(&of(&[0, 25, 26, 1_000, 90_000_000]));
        buckets.add(&of(&[26]));
        assert_eq!(buckets.counts[..3], [2, 2, 0]);
        assert_eq!((buckets.counts[5], buckets.counts[BOUNDS.len()]), (1, 1));
        let proto = buckets.proto();
        assert_eq!(proto.get_sample_count(), 6);
        assert!((proto.get_sample_sum() / 90.001_077 - 1.0).abs() < 0.001, "{}", proto.get_sample_sum());
        let below: Vec<u64> = proto.get_bucket().iter().map(|it| it.cumulative_count()).collect();
        assert_eq!((below[0], below[1], below[5], below[19]), (2, 4, 5, 5));
    }

    proptest! {
        #[test]
        fn a_quantile_lies_in_the_bucket_that_the_reports_lies_in(
            seconds in proptest::collection::vec(proptest::collection::vec(1_u64..59_000_000, 1..60), 1..5),
            q in 0.001_f64..1.0,
        ) {
            let (mut buckets, mut whole) = (Buckets::default(), Histogram::new());
            for second in &seconds {
                buckets.add(&of(second));
                whole.merge(&of(second));
            }
            let proto = buckets.proto();
            prop_assert_eq!(proto.get_sample_count(), whole.count());
            let told = whole.quantile(q).unwrap().as_secs_f64();
            let seen = histogram_quantile(q, &proto);
            // The rank of one is a whole number, that of the other is not: they may lie on two sides of a bound.
            let n = whole.count() as f64;
            let near = [(q - 1.0 / n).max(0.0), (q + 1.0 / n).min(1.0)].map(|q| bucket(whole.quantile(q).unwrap().as_secs_f64()));
            prop_assert!((near[0]..=near[1]).contains(&bucket(seen)), "{} {} {:?}", told, seen, near);
            let mean = whole.mean().unwrap().as_secs_f64() * n;
            prop_assert!((proto.get_sample_sum() / mean - 1.0).abs() < 1e-6);
        }
    }
}
