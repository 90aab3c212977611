//! `mode: poisson`: arrivals at random, at a given rate.
//!
//! With N(t) = ∫ a the expected number of arrivals by time t, the gaps between the N of successive arrivals are
//! exponentially distributed with mean 1, whatever the rate does. So arrival k is due when N(t) is the sum of the
//! first k gaps, and t is found as in `arrivals`. A phase has as many arrivals as fit, in the mean D · (from + to) / 2.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// The expected numbers at which successive arrivals are due: an endless, growing sequence, the same for a seed.
#[derive(Clone, Debug)]
pub(crate) struct Gaps {
    random: SmallRng,
    at: f64,
}

impl Gaps {
    pub(crate) fn new(seed: u64) -> Self {
        Gaps { random: SmallRng::seed_from_u64(seed), at: 0.0 }
    }
}

impl Iterator for Gaps {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        // 1 − u is never 0, whose logarithm would be infinite.
        self.at -= (1.0 - self.random.random::<f64>()).ln();
        Some(self.at)
    }
}
