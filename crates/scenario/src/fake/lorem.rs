//! `lorem…`: text that means nothing.

use super::draw::{capitalised, one, whole};
use super::{Entry, Make, Options, plain, with};
use fake::locales::{Data, EN};
use rand::rngs::SmallRng;
use std::ops::RangeInclusive;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Entry] = &[
    plain("loremWord", |random| one(random, EN::LOREM_WORD)),
    with("loremWords", &["min", "max"], |options| many(options, 3..=3, words)),
    with("loremSlug", &["min", "max"], |options| {
        many(options, 3..=3, |random, count| words(random, count).replace(' ', "-"))
    }),
    with("loremSentence", &["min", "max"], |options| many(options, 3..=10, sentence_of)),
    with("loremSentences", &["min", "max"], |options| many(options, 2..=6, sentences)),
    with("loremLines", &["min", "max"], |options| {
        many(options, 1..=5, |random, count| repeated(random, count, "\n", sentence))
    }),
    with("loremParagraph", &["min", "max"], |options| many(options, 3..=3, sentences)),
    with("loremParagraphs", &["min", "max"], |options| {
        many(options, 3..=3, |random, count| repeated(random, count, "\n", |random| sentences(random, 3)))
    }),
    plain("loremText", |random| {
        let count = whole(random, 1..=4);
        sentences(random, count)
    }),
];

/// Something of which there are so many as the options, or a number in their place, say.
fn many(options: &Options, default: RangeInclusive<u64>, make: fn(&mut SmallRng, u64) -> String) -> Make {
    let count = options.length("count", default);
    Arc::new(move |random| {
        let count = whole(random, count.clone());
        make(random, count)
    })
}

fn repeated(random: &mut SmallRng, count: u64, gap: &str, make: fn(&mut SmallRng) -> String) -> String {
    (0..count).map(|_| make(random)).collect::<Vec<_>>().join(gap)
}

fn words(random: &mut SmallRng, count: u64) -> String {
    repeated(random, count, " ", |random| one(random, EN::LOREM_WORD))
}

fn sentence_of(random: &mut SmallRng, count: u64) -> String {
    format!("{}.", capitalised(&words(random, count)))
}

pub(super) fn sentence(random: &mut SmallRng) -> String {
    let count = whole(random, 3..=10);
    sentence_of(random, count)
}

fn sentences(random: &mut SmallRng, count: u64) -> String {
    repeated(random, count, " ", sentence)
}
