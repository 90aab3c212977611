//! `Draws`: which of a shape's delays each request gets.
//!
//! Random numbers would make the percentiles of some thousand requests random too. A *round* of `of` requests gets each
//! of the `of` delays in the middle of equal shares instead, once each, in an order that the seed decides: after a round
//! the delays have exactly the shape's percentiles. The order is computed and not kept, so it takes no memory.

use std::collections::VecDeque;

/// Most requests of a round.
pub const MOST_DRAWS: u32 = 10_000_000;

/// Kinds whose requests are counted at a time. One more, and the count of the one that came first begins again.
const MOST_ROUNDS: usize = 64;

/// In which order a round's delays come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    /// Decides on the order.
    pub seed: u64,
    /// Requests of a round, 1 to [`MOST_DRAWS`].
    pub of: u32,
}

impl Draws {
    /// The share of delays (above 0, below 1) in whose middle that of the request `number` (from 0) lies.
    pub fn share(&self, number: u64) -> f64 {
        let of = self.of.max(1);
        // Below `of`, which is 32 bits.
        let place = (number % u64::from(of)) as u32;
        (f64::from(self.place(place, of)) + 0.5) / f64::from(of)
    }

    /// Where `number` stands in the seed's order: a permutation of `0..of`, by a Feistel network over the next power
    /// of four. What falls outside is put through it again; the network being one-to-one, it comes back inside.
    fn place(&self, number: u32, of: u32) -> u32 {
        let bits = (u32::BITS - (of - 1).leading_zeros()).div_ceil(2).max(1);
        let mask = (1_u64 << bits) - 1;
        let mut place = u64::from(number);
        loop {
            let (mut left, mut right) = (place >> bits, place & mask);
            for round in 0..4 {
                (left, right) = (right, left ^ (mixed(right ^ mixed(self.seed ^ round)) & mask));
            }
            place = left << bits | right;
            if place < u64::from(of) {
                return place as u32;
            }
        }
    }
}

/// Spreads every bit over all: the finisher of SplitMix64 (Steele, Lea and Flood, 2014).
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

/// How many requests of each kind there were: for latencies, of each shape and draws.
#[derive(Debug)]
pub(crate) struct Rounds<K> {
    counts: VecDeque<(K, u64)>,
}

impl<K> Default for Rounds<K> {
    fn default() -> Self {
        Self { counts: VecDeque::new() }
    }
}

impl<K: PartialEq> Rounds<K> {
    /// The number of this request among those of the same kind, from 0.
    pub(crate) fn next(&mut self, wanted: K) -> u64 {
        if let Some((_, count)) = self.counts.iter_mut().find(|(known, _)| *known == wanted) {
            *count += 1;
            return *count - 1;
        }
        if self.counts.len() == MOST_ROUNDS {
            self.counts.pop_front();
        }
        self.counts.push_back((wanted, 1));
        0
    }
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_round_has_exactly_the_percentiles_of_its_shape() {
        let shapes = [
            Shape::Uniform { from: ms(0), to: ms(20) },
            Shape::LogNormal { median: ms(5), sigma: 0.5 },
            Shape::LogNormal { median: ms(1), sigma: 2.0 },
        ];
        for shape in shapes {
            for (seed, of) in [(1, 5000), (7, 1000), (u64::MAX, 4096)] {
                let draws = Draws { seed, of };
                let mut delays: Vec<Duration> =
                    (0..u64::from(of)).map(|number| shape.quantile(draws.share(number))).collect();
                delays.sort();
                for (place, delay) in delays.iter().enumerate() {
                    assert_eq!(*delay, shape.quantile((place as f64 + 0.5) / f64::from(of)), "{shape:?}");
                }
                for q in [0.5, 0.95, 0.99, 0.999] {
                    // The analytic percentile lies between two neighbours of the round.
                    let place = (q * f64::from(of)).round() as usize;
                    let analytic = shape.quantile(q);
                    assert!(delays[place - 2] <= analytic && analytic <= delays[place], "{shape:?} {q}");
                }
            }
        }
    }

    #[test]
    fn the_seed_decides_on_the_order_and_rounds_repeat() {
        let order = |seed| {
            let draws = Draws { seed, of: 100 };
            (0..100).map(|number| draws.place(number, 100)).collect::<Vec<_>>()
        };
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
        let rises = order(1).windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((30..70).contains(&rises), "{rises} of 99 pairs rise: that is no random order");
        let draws = Draws { seed: 3, of: 10 };
        assert_eq!(draws.share(4), draws.share(14));
        assert_eq!(Draws { seed: 3, of: 1 }.share(9), 0.5);
        assert_eq!(Draws { seed: 3, of: 0 }.share(9), 0.5);
    }

    proptest! {
        #[test]
        fn each_place_is_taken_once(seed: u64, of in 1_u32..3000) {
            let draws = Draws { seed, of };
            let mut places: Vec<u32> = (0..of).map(|number| draws.place(number, of)).collect();
            places.sort_unstable();
            prop_assert_eq!(places, (0..of).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_largest_round_stays_within_itself() {
        let draws = Draws { seed: 5, of: MOST_DRAWS };
        for number in [0, 1, 4_999_999, MOST_DRAWS - 1] {
            assert!(draws.place(number, MOST_DRAWS) < MOST_DRAWS);
        }
    }

    #[test]
    fn each_shape_is_counted_for_itself_and_their_number_is_bounded() {
        let mut rounds = Rounds::default();
        let shape = |to| Shape::Uniform { from: ms(0), to: ms(to) };
        let draws = Draws { seed: 1, of: 10 };
        assert_eq!((rounds.next((shape(1), draws)), rounds.next((shape(1), draws))), (0, 1));
        assert_eq!(rounds.next((shape(1), Draws { seed: 2, ..draws })), 0);
        for to in 2..1000 {
            assert_eq!(rounds.next((shape(to), draws)), 0);
        }
        assert_eq!(rounds.next((shape(999), draws)), 1);
        assert_eq!(rounds.next((shape(1), draws)), 0, "forgotten");
        assert_eq!(rounds.counts.len(), MOST_ROUNDS);
    }
}
