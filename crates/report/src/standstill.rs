//! `Standstill`: seconds in which a generator that was to make load did nothing at all.
//!
//! A generator tells of each second, even of one without any load. One that it does not tell of is one in which it stood
//! still: its machine was busy with something else, or it was suspended.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Seconds that nothing was told of, though users were due in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standstill {
    /// How many. At least 1.
    pub seconds: u64,
    /// The first of them, from 0.
    pub first: u64,
}

impl Standstill {
    /// What there was of it in seconds that nothing was told of. `due` says how many users were due before a second's
    /// beginning.
    pub fn of(untold: Range<u64>, due: impl Fn(u64) -> u64) -> Option<Self> {
        let mut missed = untold.filter(|second| due(*second) < due(second + 1));
        let first = missed.next()?;
        Some(Standstill { seconds: 1 + missed.count() as u64, first })
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Option<Standstill>) -> Standstill {
        other.map_or(self, |other| Standstill {
            seconds: self.seconds + other.seconds,
            first: self.first.min(other.first),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_seconds_in_which_users_were_due_are_missed() {
        // Two users each second, but for a pause of the seconds 3 and 4.
        let due = |second: u64| 2 * second.min(3) + 2 * second.saturating_sub(5);
        let of = |untold| Standstill::of(untold, due).map(|it| (it.seconds, it.first));
        assert_eq!([of(2..2), of(3..5)], [None, None]);
        assert_eq!([of(1..2), of(2..7), of(4..6)], [Some((1, 1)), Some((3, 2)), Some((1, 5))]);
    }

    #[test]
    fn several_are_added_up() {
        let (one, other) = (Standstill { seconds: 2, first: 7 }, Standstill { seconds: 1, first: 3 });
        assert_eq!(one.and(Some(other)), Standstill { seconds: 3, first: 3 });
        assert_eq!(one.and(None), one);
    }
}
