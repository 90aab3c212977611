//! A bar of where the time of requests went: lag, dns, tcp, tls, wait, download, and the rest.
//!
//! The order is always the same, and the words beside a bar say the same as its colours.

use crate::number;
use crate::number::significant;
use loadgen_metrics::Parts;
use maud::{Markup, html};

/// The names, in the order of the bar.
const NAMES: [&str; 7] = ["lag", "dns", "tcp", "tls", "wait", "download", "other"];
/// Parts below this share are not named beside a bar.
const NAMED: f64 = 0.05;

/// Parts of a whole, in microseconds.
fn split(parts: &Parts, whole: u64) -> [(&'static str, u64); 7] {
    let other = whole.saturating_sub(parts.sum());
    let values = [parts.lag, parts.dns, parts.tcp, parts.tls, parts.wait, parts.download, other];
    std::array::from_fn(|index| (NAMES[index], values[index]))
}

/// What the colours of bars mean.
pub(super) fn legend() -> Markup {
    html! {
        ul.legend.parts {
            @for (index, name) in NAMES.iter().enumerate() {
                li { svg.swatch width="12" height="12" aria-hidden="true" { rect.{ "p" (index) } width="12" height="12" {} } (name) }
            }
        }
    }
}

/// The bar of one request that took `latency` microseconds, with its parts in milliseconds. `longest` is as wide as the bar
/// can be.
pub(super) fn of_one(parts: &Parts, latency: u64, longest: u64) -> Markup {
    let split = split(parts, latency);
    let shown: Vec<String> = named(&split, latency)
        .map(|(name, value)| format!("{name} {}", significant(value as f64 / 1000.0)))
        .collect();
    bar(&split, longest.max(1), &format!("{} ms", shown.join(", ")))
}

/// The bar of many requests together, with the shares of their parts.
pub(super) fn of_many(parts: &Parts) -> Markup {
    let whole = parts.sum();
    let split = split(parts, whole);
    let shown: Vec<String> = named(&split, whole)
        .map(|(name, value)| format!("{name} {}", number::percent(value as f64 / whole as f64 * 100.0)))
        .collect();
    bar(&split, whole.max(1), &shown.join(", "))
}

/// The parts that are worth a word, the largest first.
fn named<'a>(split: &'a [(&'static str, u64)], whole: u64) -> impl Iterator<Item = (&'static str, u64)> + 'a {
    let mut largest: Vec<_> = split.to_vec();
    largest.sort_by_key(|(_, value)| std::cmp::Reverse(*value));
    let least = (whole as f64 * NAMED).max(1.0);
    largest.into_iter().filter(move |(_, value)| *value as f64 >= least).take(2)
}

fn bar(split: &[(&str, u64)], whole: u64, words: &str) -> Markup {
    let all: Vec<String> = split
        .iter()
        .filter(|(_, value)| *value > 0)
        .map(|(name, value)| format!("{name} {:.1} %", *value as f64 / whole as f64 * 100.0))
        .collect();
    let mut from = 0.0;
    let mut place = |value: u64| {
        let (start, wide) = (from, value as f64 / whole as f64 * 100.0);
        from += wide;
        (number::rounded(start, 2), number::rounded(wide, 2))
    };
    html! {
        svg.bar role="img" width="100%" height="10" {
            title { (all.join(", ")) }
            @for (index, (_, value)) in split.iter().enumerate() {
                @let (start, wide) = place(*value);
                @if wide > 0.0 { rect.{ "p" (index) } x={ (start) "%" } width={ (wide) "%" } height="10" {} }
            }
        }
        span.words { (words) }
    }
}
