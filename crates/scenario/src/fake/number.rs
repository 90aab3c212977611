//! `number…` and `datatype…`.

use super::draw::{decimal, whole};
use super::{Entry, Make, Options, with};
use rand::Rng;
use std::sync::Arc;

/// JavaScript's largest whole number that is exact.
const LARGEST: f64 = 9_007_199_254_740_991.0;
const ROMAN: [(u64, &str); 13] = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
];

pub(super) const FUNCTIONS: &[Entry] = &[
    with("numberInt", &["min", "max", "multipleOf"], |options| integer(options, LARGEST, |n| n.to_string())),
    with("numberBigInt", &["min", "max", "multipleOf"], |options| {
        integer(options, 999_999_999_999_999.0, |n| n.to_string())
    }),
    with("numberBinary", &["min", "max"], |options| integer(options, 1.0, |n| format!("{n:b}"))),
    with("numberOctal", &["min", "max"], |options| integer(options, 7.0, |n| format!("{n:o}"))),
    with("numberHex", &["min", "max"], |options| integer(options, 15.0, |n| format!("{n:x}"))),
    with("numberFloat", &["min", "max", "fractionDigits", "multipleOf"], float),
    with("numberRomanNumeral", &["min", "max"], |options| {
        let (min, max) = bounds(options, 1.0, 3999.0);
        let range = min.clamp(1.0, 3999.0) as u64..=max.clamp(1.0, 3999.0) as u64;
        Arc::new(move |random| roman(whole(random, range.clone())))
    }),
    with("datatypeBoolean", &["probability"], |options| {
        let probability = options.number("probability").or(options.lone()).unwrap_or(0.5);
        Arc::new(move |random| (random.random::<f64>() < probability).to_string())
    }),
];

/// `min` and `max`; a number in the place of options is the latter.
fn bounds(options: &Options, min: f64, max: f64) -> (f64, f64) {
    let min = options.number("min").unwrap_or(min);
    (min, options.number("max").or(options.lone()).unwrap_or(max).max(min))
}

fn integer(options: &Options, max: f64, show: fn(i64) -> String) -> Make {
    let (min, max) = bounds(options, 0.0, max);
    let step = options.number("multipleOf").map_or(1, |step| step.max(1.0) as i64);
    // Casts of numbers that are too large stop at the end.
    let (low, high) = ((min / step as f64).ceil() as i64, (max / step as f64).floor() as i64);
    Arc::new(move |random| {
        let drawn = if low < high { random.random_range(low..=high) } else { low };
        show(drawn.saturating_mul(step))
    })
}

fn float(options: &Options) -> Make {
    let (min, max) = bounds(options, 0.0, 1.0);
    let digits = options.number("fractionDigits").map(|digits| digits.clamp(0.0, 15.0) as usize);
    let step = options.number("multipleOf").filter(|step| *step > 0.0);
    Arc::new(move |random| match (digits, step) {
        (Some(digits), _) => decimal(random, (min, max), digits),
        (None, Some(step)) => {
            let steps = ((max - min) / step).floor().max(0.0);
            let drawn = min + (random.random::<f64>() * (steps + 1.0)).floor().min(steps) * step;
            ryu_js::Buffer::new().format(drawn).to_owned()
        }
        (None, None) => ryu_js::Buffer::new().format(min + random.random::<f64>() * (max - min)).to_owned(),
    })
}

fn roman(mut number: u64) -> String {
    let mut text = String::new();
    for (value, letters) in ROMAN {
        while number >= value {
            text.push_str(letters);
            number -= value;
        }
    }
    text
}
