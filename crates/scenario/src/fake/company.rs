//! `company…`.

use super::draw::{one, pick};
use super::person::last;
use super::{Entry, plain};
use fake::locales::{Data, EN};
use rand::Rng;

pub(super) const FUNCTIONS: &[Entry] = &[
    plain("companyName", |random| match random.random_range(0..3) {
        0 => format!("{} {}", last(random), pick(random, EN::COMPANY_SUFFIX)),
        1 => format!("{} - {}", last(random), last(random)),
        _ => format!("{}, {} and {}", last(random), last(random), last(random)),
    }),
    plain("companyCatchPhrase", |random| {
        let (head, middle) =
            (pick(random, EN::COMPANY_BUZZWORD_HEAD), pick(random, EN::COMPANY_BUZZWORD_MIDDLE));
        format!("{head} {middle} {}", pick(random, EN::COMPANY_BUZZWORD_TAIL))
    }),
    plain("companyCatchPhraseAdjective", |random| one(random, EN::COMPANY_BUZZWORD_HEAD)),
    plain("companyCatchPhraseDescriptor", |random| one(random, EN::COMPANY_BUZZWORD_MIDDLE)),
    plain("companyCatchPhraseNoun", |random| one(random, EN::COMPANY_BUZZWORD_TAIL)),
    plain("companyBuzzPhrase", |random| {
        let (verb, adjective) = (pick(random, EN::COMPANY_BS_VERBS), pick(random, EN::COMPANY_BS_ADJ));
        format!("{verb} {adjective} {}", pick(random, EN::COMPANY_BS_NOUNS))
    }),
    plain("companyBuzzAdjective", |random| one(random, EN::COMPANY_BS_ADJ)),
    plain("companyBuzzVerb", |random| one(random, EN::COMPANY_BS_VERBS)),
    plain("companyBuzzNoun", |random| one(random, EN::COMPANY_BS_NOUNS)),
];
