//! `Chances`: which requests a rate falls on.
//!
//! Not by throwing dice: of each thousand requests with the same rate and seed exactly so many are hit (to the nearest
//! thousandth; smaller rates have longer rounds), in an order that the seed decides (`Draws`), so that a run can be
//! repeated and its figures foretold.

use std::sync::{Mutex, PoisonError};

use crate::latency::{Draws, MOST_DRAWS, Rounds};

/// Requests of a round, unless the rate is so small that not even one of them would be hit.
const ROUND: u32 = 1000;

/// What a rate is for: each kind has rounds of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Error,
    Reset,
}

#[derive(Default)]
pub(super) struct Chances {
    rounds: Mutex<Rounds<(Kind, u64, u64)>>,
}

impl Chances {
    /// Whether the next request is one of those that `rate` (0 to 1) falls on.
    pub(super) fn falls(&self, kind: Kind, rate: f64, seed: u64) -> bool {
        let number =
            self.rounds.lock().unwrap_or_else(PoisonError::into_inner).next((kind, rate.to_bits(), seed));
        // Another order for each kind: a request is not to suffer both or neither.
        let draws = Draws { seed: seed ^ (kind as u64) << 63, of: round(rate) };
        draws.share(number) < rate
    }
}

fn round(rate: f64) -> u32 {
    let mut of = ROUND;
    while of < MOST_DRAWS && rate > 0.0 && rate * f64::from(of) < 1.0 {
        of *= 10;
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_rates_have_long_rounds() {
        for (rate, of) in [
            (0.0, 1000),
            (1.0, 1000),
            (0.001, 1000),
            (0.0009, 10_000),
            (0.00001, 100_000),
            (1e-12, MOST_DRAWS),
        ] {
            assert_eq!(round(rate), of, "{rate}");
        }
        let chances = Chances::default();
        assert_eq!((0..10_000).filter(|_| chances.falls(Kind::Error, 0.0002, 1)).count(), 2);
    }

    #[test]
    fn exactly_so_many_of_a_thousand() {
        for (rate, hits) in [(0.0, 0), (0.001, 1), (0.25, 250), (0.5, 500), (0.9996, 1000), (1.0, 1000)] {
            let chances = Chances::default();
            for seed in [0, 1, u64::MAX] {
                let seen = (0..1000).filter(|_| chances.falls(Kind::Error, rate, seed)).count();
                assert_eq!(seen, hits, "{rate} {seed}");
            }
        }
    }

    #[test]
    fn the_seed_and_the_kind_decide_on_the_order() {
        let order = |kind, seed| {
            let chances = Chances::default();
            (0..1000).map(|_| chances.falls(kind, 0.5, seed)).collect::<Vec<_>>()
        };
        assert_eq!(order(Kind::Error, 1), order(Kind::Error, 1));
        assert_ne!(order(Kind::Error, 1), order(Kind::Error, 2));
        assert_ne!(order(Kind::Error, 1), order(Kind::Reset, 1));
    }
}
