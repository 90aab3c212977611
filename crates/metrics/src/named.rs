//! `NamedErrors`: errors whose names hold text of the script or of a user's variables, such as a URL that is none.
//!
//! The text can be anything, so the number of names is bounded: of each kind the first in alphabetical order are
//! kept, and the rest count as the kind without text. Because "the first of all" does not depend on the order in
//! which they came, merging stays associative and exact.

use crate::{ErrorKind, ErrorSample, ErrorTally};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Texts that are kept of each kind.
const KEPT: usize = 100;
/// Characters that are kept of a text; Artillery cuts the names of its metrics there too.
const LONGEST: usize = 1_000;

/// Errors by kind and text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NamedErrors(BTreeMap<ErrorKind, Texts>);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Texts {
    kept: BTreeMap<String, ErrorTally>,
    others: ErrorTally,
}

impl NamedErrors {
    /// Counts one. `sample` is asked only for the first of its name.
    pub fn count(&mut self, kind: ErrorKind, text: &str, sample: impl FnOnce() -> ErrorSample) {
        let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
        let text = &text[..end];
        let texts = self.0.entry(kind).or_default();
        if !texts.kept.contains_key(text) {
            texts.kept.insert(text.to_owned(), ErrorTally::default());
        }
        if let Some(tally) = texts.kept.get_mut(text) {
            tally.count += 1;
            tally.sample.get_or_insert_with(|| sample().cut());
        }
        texts.cut();
    }

    /// Adds all that `other` holds.
    pub fn merge(&mut self, other: &NamedErrors) {
        for (kind, theirs) in &other.0 {
            let ours = self.0.entry(*kind).or_default();
            for (text, tally) in &theirs.kept {
                ours.kept.entry(text.clone()).or_default().merge(tally);
            }
            ours.others.merge(&theirs.others);
            ours.cut();
        }
    }

    /// Changes the texts and what was counted under them; what gets the same text is added up.
    pub(crate) fn rename(&mut self, text: &dyn Fn(&str) -> String, mut change: impl FnMut(&mut ErrorTally)) {
        for texts in self.0.values_mut() {
            change(&mut texts.others);
            for (name, mut tally) in std::mem::take(&mut texts.kept) {
                change(&mut tally);
                texts.kept.entry(text(&name)).or_default().merge(&tally);
            }
        }
    }

    /// The names that people see, with what was counted; a kind's own name stands for the texts that were not kept.
    pub fn iter(&self) -> impl Iterator<Item = (ErrorKind, String, &ErrorTally)> {
        self.0.iter().flat_map(|(&kind, texts)| {
            let kept = texts.kept.iter().map(move |(text, tally)| (kind, kind.named(text), tally));
            let others = (texts.others.count > 0).then(|| (kind, kind.name().to_owned(), &texts.others));
            kept.chain(others)
        })
    }

    /// All of them together.
    pub fn total(&self) -> u64 {
        self.iter().map(|(_, _, tally)| tally.count).sum()
    }
}

impl Texts {
    /// Gives up what is more than is kept.
    fn cut(&mut self) {
        while self.kept.len() > KEPT
            && let Some((_, tally)) = self.kept.pop_last()
        {
            self.others.merge(&tally);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> ErrorSample {
        ErrorSample::default()
    }

    fn of(texts: &[u16]) -> NamedErrors {
        let mut named = NamedErrors::default();
        texts.iter().for_each(|text| named.count(ErrorKind::InvalidUrl, &text.to_string(), sample));
        named
    }

    #[test]
    fn names_are_those_of_artillery() {
        let mut named = of(&[7, 7]);
        named.count(ErrorKind::InvalidThinkTime, "a while", sample);
        named.count(ErrorKind::InvalidUrl, &"é".repeat(3_000), sample);
        let seen: Vec<_> = named.iter().map(|(_, name, tally)| (name, tally.count)).collect();
        assert_eq!(seen[0], ("Invalid URL - 7".to_owned(), 2));
        assert_eq!(seen[1].0.chars().count(), "Invalid URL - ".len() + LONGEST);
        assert_eq!(seen[2], ("Invalid think time: a while".to_owned(), 1));
        assert_eq!(named.total(), 4);
    }

    proptest! {
        #[test]
        fn the_number_of_names_is_bounded_and_nothing_is_lost(
            a in prop::collection::vec(0u16..400, 0..300),
            b in prop::collection::vec(0u16..400, 0..300),
            c in prop::collection::vec(0u16..400, 0..300),
        ) {
            let sum = |one: &NamedErrors, other: &NamedErrors| {
                let mut sum = one.clone();
                sum.merge(other);
                sum
            };
            let (left, right) = (sum(&sum(&of(&a), &of(&b)), &of(&c)), sum(&of(&a), &sum(&of(&c), &of(&b))));
            prop_assert_eq!(&left, &right);
            prop_assert_eq!(&left, &of(&[a, b, c].concat()));
            prop_assert!(left.iter().count() <= KEPT + 1);
        }
    }
}
