//! Amounts of money as whole cents: sums of fractions would not be exact, and a total is compared with a client's.

use serde::{Serialize, Serializer};

/// An amount in cents; in JSON a number of whole units, `12.5` for 1250.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cents(u64);

impl Cents {
    /// The greatest price of one item: a million units.
    pub(crate) const MAX_PRICE: Self = Self(100_000_000);

    /// The amount that a JSON number stands for, if that is neither negative nor finer than a cent.
    pub(crate) fn from_units(units: f64) -> Option<Self> {
        const MOST: f64 = 1e12;
        // In cents. An f64 near MOST is off by 0.02, and a third decimal is a tenth of a cent: between the two.
        const NOISE: f64 = 0.05;
        let cents = units * 100.0;
        let whole = cents.round();
        let exact = (cents - whole).abs() < NOISE;
        let fits = (0.0..=MOST).contains(&units);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within 0..=1e14, and whole"
        )]
        (fits && exact).then_some(Self(whole as u64))
    }

    /// So many cents.
    pub(crate) const fn new(cents: u64) -> Self {
        Self(cents)
    }

    /// How many cents.
    pub(crate) const fn count(self) -> u64 {
        self.0
    }

    pub(crate) fn times(self, quantity: u32) -> Self {
        Self(self.0.saturating_mul(u64::from(quantity)))
    }

    /// In whole units.
    pub(crate) fn units(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a total is at most 5e13 cents, exact up to 9e15")]
        let cents = self.0 as f64;
        cents / 100.0
    }
}

impl std::iter::Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0, |sum, Self(cents)| sum.saturating_add(cents)))
    }
}

impl std::fmt::Display for Cents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Cents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.units())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_of_a_cent_and_no_finer() {
        for (units, expected) in [
            (0.0, Some(0)),
            (-0.0, Some(0)),
            (12.5, Some(1250)),
            (0.29, Some(29)),
            (1_000_000.0, Some(100_000_000)),
            (12.345, None),
            (-0.01, None),
            (1e13, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(Cents::from_units(units), expected.map(Cents), "{units}");
        }
        assert_eq!(Cents(1205).to_string(), "12.05");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cents in 0_u64..=100_000_000_000_000) {
            let text = serde_json::to_string(&Cents(cents)).unwrap();
            prop_assert_eq!(Cents::from_units(text.parse().unwrap()), Some(Cents(cents)));
        }
    }
}
