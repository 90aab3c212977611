//! `Bounded`: things counted by a name that is known only while the load runs, such as a URL with its variables
//! filled in.
//!
//! The number of names is bounded: the first in alphabetical order are kept, and the rest count together. Because "the
//! first of all" does not depend on the order in which they came, merging stays associative and commutative.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names that are kept.
pub(crate) const KEPT: usize = 200;
/// Characters that are kept of a name; Artillery cuts the names of its metrics about there too.
const LONGEST: usize = 1_000;

/// What can be added up.
pub trait Merge: Default + PartialEq {
    /// Adds all that `other` holds.
    fn merge(&mut self, other: &Self);
}

/// Things by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bounded<T> {
    kept: BTreeMap<String, T>,
    others: T,
}

impl<T: Merge> Bounded<T> {
    /// Counts something of that name.
    pub fn count(&mut self, name: &str, count: impl FnOnce(&mut T)) {
        let end = name.char_indices().nth(LONGEST).map_or(name.len(), |(end, _)| end);
        let name = &name[..end];
        match self.kept.get_mut(name) {
            Some(one) => count(one),
            None => {
                let mut new = T::default();
                count(&mut new);
                self.kept.insert(name.to_owned(), new);
                self.cut();
            }
        }
    }

    /// The names with what was counted, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.kept.iter().map(|(name, one)| (name.as_str(), one))
    }

    /// What was counted under names that were not kept; `None` where all were.
    pub fn others(&self) -> Option<&T> {
        (self.others != T::default()).then_some(&self.others)
    }

    /// Adds all that `other` holds.
    pub fn merge(&mut self, other: &Self) {
        for (name, theirs) in &other.kept {
            match self.kept.get_mut(name) {
                Some(ours) => ours.merge(theirs),
                None => {
                    let mut new = T::default();
                    new.merge(theirs);
                    self.kept.insert(name.clone(), new);
                }
            }
        }
        self.others.merge(&other.others);
        self.cut();
    }

    /// Changes the names and what was counted under them; what gets the same name is added up.
    pub(crate) fn rename(&mut self, text: &dyn Fn(&str) -> String, mut change: impl FnMut(&mut T)) {
        change(&mut self.others);
        for (name, mut one) in std::mem::take(&mut self.kept) {
            change(&mut one);
            self.kept.entry(text(&name)).or_default().merge(&one);
        }
    }

    /// Gives up what is more than is kept.
    fn cut(&mut self) {
        while self.kept.len() > KEPT
            && let Some((_, one)) = self.kept.pop_last()
        {
            self.others.merge(&one);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Merge for u64 {
        fn merge(&mut self, other: &u64) {
            *self += other;
        }
    }

    fn of(names: &[u16]) -> Bounded<u64> {
        let mut bounded = Bounded::default();
        names.iter().for_each(|name| bounded.count(&name.to_string(), |count| *count += 1));
        bounded
    }

    #[test]
    fn long_names_are_cut() {
        let mut bounded = Bounded::default();
        bounded.count(&"é".repeat(3_000), |count: &mut u64| *count += 1);
        assert_eq!(bounded.iter().next().unwrap().0.chars().count(), LONGEST);
        assert_eq!(bounded.others(), None);
    }

    proptest! {
        #[test]
        fn the_number_of_names_is_bounded_and_nothing_is_lost(
            a in prop::collection::vec(0u16..800, 0..500),
            b in prop::collection::vec(0u16..800, 0..500),
            c in prop::collection::vec(0u16..800, 0..500),
        ) {
            let sum = |one: &Bounded<u64>, other: &Bounded<u64>| {
                let mut sum = one.clone();
                sum.merge(other);
                sum
            };
            let (left, right) = (sum(&sum(&of(&a), &of(&b)), &of(&c)), sum(&of(&a), &sum(&of(&c), &of(&b))));
            prop_assert_eq!(&left, &right);
            let all = [a, b, c].concat();
            prop_assert_eq!(&left, &of(&all));
            prop_assert!(left.iter().count() <= KEPT);
            let total = left.iter().map(|(_, count)| count).sum::<u64>() + left.others().copied().unwrap_or(0);
            prop_assert_eq!(total, all.len() as u64);
        }
    }
}
