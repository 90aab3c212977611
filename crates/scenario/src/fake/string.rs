//! `string…`: letters, digits and identifiers.

use super::draw::{characters, whole};
use super::{Entry, Make, Options, plain, with};
use rand::Rng;
use serde_json::Value;
use std::ops::RangeInclusive;
use std::sync::Arc;

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const SYMBOLS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
/// Crockford's alphabet, which ULIDs are written in.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub(super) const FUNCTIONS: &[Entry] = &[
    with("stringAlpha", &["length", "casing", "exclude"], |options| letters(options, "")),
    with("stringAlphanumeric", &["length", "casing", "exclude"], |options| letters(options, DIGITS)),
    with("stringNumeric", &["length", "allowLeadingZeros", "exclude"], numeric),
    with("stringBinary", &["length", "prefix"], |options| prefixed(options, "0b", "01")),
    with("stringOctal", &["length", "prefix"], |options| prefixed(options, "0o", "01234567")),
    with("stringHexadecimal", &["length", "prefix", "casing"], |options| {
        let alphabet = match options.get("casing").and_then(Value::as_str) {
            Some("lower") => "0123456789abcdef",
            Some("upper") => "0123456789ABCDEF",
            _ => "0123456789abcdefABCDEF",
        };
        prefixed(options, "0x", alphabet)
    }),
    with("stringSample", &["length"], |options| {
        of(('!'..='}').filter(|c| *c != '{' && *c != '}').collect(), options.length("length", 10..=10))
    }),
    plain("stringUuid", |random| {
        // Version 4, variant 1.
        let bits = random.random::<u128>() & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
        let hex = format!("{bits:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }),
    with("stringUlid", &[], |options| {
        let millis = u128::try_from(options.now).unwrap_or(0) & 0xffff_ffff_ffff;
        Arc::new(move |random| {
            let bits = millis << 80 | random.random::<u128>() >> 48;
            let digit = |place: u32| char::from(CROCKFORD[(bits >> (place * 5)) as usize & 31]);
            (0..26).rev().map(digit).collect()
        })
    }),
    with("stringNanoid", &["length"], |options| {
        let alphabet = [UPPER, LOWER, DIGITS, "_-"].concat().chars().collect();
        of(alphabet, options.length("length", 21..=21))
    }),
    with("stringSymbol", &["length"], |options| {
        of(SYMBOLS.chars().filter(|c| !matches!(c, '{' | '}')).collect(), options.length("length", 1..=1))
    }),
];

/// So many characters of an alphabet.
fn of(alphabet: Vec<char>, length: RangeInclusive<u64>) -> Make {
    Arc::new(move |random| {
        let length = whole(random, length.clone());
        characters(random, &alphabet, length)
    })
}

/// An alphabet without what `exclude` names: a text or a list of characters.
fn without(options: &Options, alphabet: &str) -> Vec<char> {
    let excluded: String = match options.get("exclude") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    };
    alphabet.chars().filter(|c| !excluded.contains(*c)).collect()
}

fn letters(options: &Options, more: &str) -> Make {
    let letters = match options.get("casing").and_then(Value::as_str) {
        Some("upper") => UPPER.to_owned(),
        Some("lower") => LOWER.to_owned(),
        _ => [UPPER, LOWER].concat(),
    };
    of(without(options, &(letters + more)), options.length("length", 1..=1))
}

fn numeric(options: &Options) -> Make {
    let digits = without(options, DIGITS);
    let zeros = options.flag("allowLeadingZeros").unwrap_or(true);
    let leading: Vec<char> = digits.iter().copied().filter(|digit| zeros || *digit != '0').collect();
    let length = options.length("length", 1..=1);
    Arc::new(move |random| {
        let length = whole(random, length.clone());
        let first = characters(random, &leading, length.min(1));
        first + &characters(random, &digits, length.saturating_sub(1))
    })
}

fn prefixed(options: &Options, prefix: &'static str, alphabet: &str) -> Make {
    let prefix = options.get("prefix").and_then(Value::as_str).unwrap_or(prefix).to_owned();
    let (alphabet, length): (Vec<char>, _) = (alphabet.chars().collect(), options.length("length", 1..=1));
    Arc::new(move |random| {
        let length = whole(random, length.clone());
        prefix.clone() + &characters(random, &alphabet, length)
    })
}
