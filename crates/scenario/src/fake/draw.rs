//! Drawing from lists, ranges and patterns.

use rand::Rng;
use rand::rngs::SmallRng;
use std::ops::RangeInclusive;

/// One of a list; empty for an empty list.
pub(super) fn pick<'a>(random: &mut SmallRng, list: &[&'a str]) -> &'a str {
    if list.is_empty() {
        return "";
    }
    list.get(random.random_range(0..list.len())).copied().unwrap_or_default()
}

/// The same as text of its own.
pub(super) fn one(random: &mut SmallRng, list: &[&str]) -> String {
    pick(random, list).to_owned()
}

/// A whole number within a range; its beginning where it is empty.
pub(super) fn whole(random: &mut SmallRng, range: RangeInclusive<u64>) -> u64 {
    if range.is_empty() { *range.start() } else { random.random_range(range) }
}

/// So many of an alphabet's characters.
pub(super) fn characters(random: &mut SmallRng, alphabet: &[char], length: u64) -> String {
    if alphabet.is_empty() {
        return String::new();
    }
    (0..length).filter_map(|_| alphabet.get(random.random_range(0..alphabet.len()))).collect()
}

/// A pattern filled in: `#` is a digit, `!` one from 2 to 9, `^` one from 1 to 9, `?` a capital letter.
pub(super) fn filled(random: &mut SmallRng, pattern: &str) -> String {
    let digit = |random: &mut SmallRng, from: u8| char::from(random.random_range(from..=b'9'));
    pattern
        .chars()
        .map(|c| match c {
            '#' => digit(random, b'0'),
            '^' => digit(random, b'1'),
            '!' => digit(random, b'2'),
            '?' => char::from(random.random_range(b'A'..=b'Z')),
            other => other,
        })
        .collect()
}

/// A number within a range, rounded to so many decimals.
fn rounded(random: &mut SmallRng, (low, high): (f64, f64), decimals: usize) -> f64 {
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let (low, high) = ((low * scale).ceil(), (high * scale).floor());
    if low >= high {
        return low / scale;
    }
    (low + random.random::<f64>() * (high - low + 1.0)).floor().min(high) / scale
}

/// A number within a range with at most so many decimals, as JavaScript prints it.
pub(super) fn decimal(random: &mut SmallRng, range: (f64, f64), decimals: usize) -> String {
    ryu_js::Buffer::new().format(rounded(random, range, decimals.min(15))).to_owned()
}

/// The same with exactly so many.
pub(super) fn fixed(random: &mut SmallRng, range: (f64, f64), decimals: usize) -> String {
    let decimals = decimals.min(15);
    format!("{:.decimals$}", rounded(random, range, decimals))
}

/// The text with a capital at its beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Lower-case letters and digits, with hyphens for all else.
pub(super) fn slug(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    text.chars().map(plain).collect()
}
