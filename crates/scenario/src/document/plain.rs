//! What a plain YAML scalar, one without quotes or tag, stands for. The one place that decides it.
//!
//! The rules are those of Artillery's YAML reader: YAML 1.1 numbers (`010`, `0b1`, `1_000`, `1:30`) and dates, but
//! `yes`, `no`, `on` and `off` are text. A date becomes the text that JavaScript makes of it in JSON.

use crate::document::Kind;
use crate::document::scalar::{self, Raw};
use serde_json::Number;

/// The value of a plain scalar.
pub(super) fn value(text: &str) -> Raw {
    let kind = match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        text => {
            if let Some(number) = decimal(text) {
                return Raw::Scalar(Kind::Number(number));
            }
            if let Some(number) = integer(text).or_else(|| float(text)) {
                return scalar::number(number);
            }
            Kind::Text(date(text).unwrap_or_else(|| text.to_owned()))
        }
    };
    Raw::Scalar(kind)
}

fn split_sign(text: &str) -> (f64, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// A decimal integer as people usually write it: all its digits count, also past those that JavaScript keeps.
fn decimal(text: &str) -> Option<Number> {
    let usual = text.strip_prefix('-').unwrap_or(text).starts_with(|c: char| ('1'..='9').contains(&c));
    let number = text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from));
    number.ok().filter(|_| usual)
}

/// An integer, exact as far as JavaScript's numbers are.
fn integer(text: &str) -> Option<f64> {
    let (sign, digits) = split_sign(text);
    if digits.ends_with('_') || digits.starts_with('_') {
        return None;
    }
    let value = match digits.strip_prefix('0') {
        Some("") => 0.0,
        Some(rest) => {
            let (radix, rest) = match rest.as_bytes().first() {
                Some(b'b') => (2, &rest[1..]),
                Some(b'x') => (16, &rest[1..]),
                Some(b'o') => (8, &rest[1..]),
                _ => (8, rest),
            };
            in_radix(rest, radix)?
        }
        None if digits.contains(':') => sexagesimal(digits)?,
        None => in_radix(digits, 10)?,
    };
    Some(sign * value)
}

fn in_radix(text: &str, radix: u32) -> Option<f64> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    if radix == 10 {
        return digits.parse().ok();
    }
    Some(
        digits
            .chars()
            .filter_map(|c| c.to_digit(radix))
            .fold(0.0, |value, digit| value * f64::from(radix) + f64::from(digit)),
    )
}

/// `1:30` is 90: minutes and seconds, in base 60.
fn sexagesimal(text: &str) -> Option<f64> {
    let mut parts = text.split(':');
    let first = in_radix(parts.next()?, 10)?;
    parts.try_fold(first, |value, part| {
        let fits = matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
        Some(value * 60.0 + part.parse::<f64>().ok().filter(|_| fits)?)
    })
}

/// A number with a fraction or an exponent. Infinity and the like come back as such, for a better message.
fn float(text: &str) -> Option<f64> {
    let (sign, rest) = split_sign(text);
    match rest {
        ".inf" | ".Inf" | ".INF" => return Some(sign * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if text == rest => return Some(f64::NAN),
        _ => {}
    }
    if text.ends_with('_') {
        return None;
    }
    if let Some((whole, fraction)) = rest.split_once('.').filter(|(whole, _)| whole.contains(':')) {
        let fraction: String = fraction.chars().filter(|c| *c != '_').collect();
        let plain =
            whole.starts_with(|c: char| c.is_ascii_digit()) && fraction.chars().all(|c| c.is_ascii_digit());
        let fraction: f64 = format!("0.{fraction}0").parse().ok().filter(|_| plain)?;
        return Some(sign * (sexagesimal(whole)? + fraction));
    }
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '_');
    let whole_fits = match whole.as_bytes() {
        // `.5`, which takes no sign.
        [] => text == rest && fraction.is_some_and(|fraction| !fraction.is_empty()),
        [b'0'] => true,
        [b'1'..=b'9', ..] => digits(whole),
        _ => false,
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = split_sign(exponent).1;
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    });
    if !whole_fits || !exponent_fits || !fraction.is_none_or(digits) {
        return None;
    }
    let number = format!("0{whole}.{}0e{}", fraction.unwrap_or(""), exponent.unwrap_or("0")).replace('_', "");
    number.parse::<f64>().ok().map(|number| sign * number)
}

/// A date or a moment, as `toISOString` writes it.
fn date(text: &str) -> Option<String> {
    let number = |text: &str, most: usize| -> Option<i64> {
        let fits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| fits)
    };
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    let end = text.find(['T', 't', ' ', '\t']).unwrap_or(text.len());
    let (day, time) = text.split_at(end);
    let mut parts = day.split('-');
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || (time.is_empty() && (month.len() != 2 || date.len() != 2))
    {
        return None;
    }
    let days = days_from_civil(number(year, 4)?, number(month, 2)?, number(date, 2)?);
    let millis = if time.is_empty() { 0 } else { time_of_day(time.get(1..)?.trim_start(), number)? };
    Some(iso(days * 86_400_000 + millis))
}

/// Milliseconds from midnight UTC.
fn time_of_day(text: &str, number: impl Fn(&str, usize) -> Option<i64>) -> Option<i64> {
    let end = text.find(['Z', '+', '-', ' ', '\t']).unwrap_or(text.len());
    let (time, zone) = text.split_at(end);
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = time.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || minute.len() != 2 || second.len() != 2 {
        return None;
    }
    let seconds = number(hour, 2)? * 3_600 + number(minute, 2)? * 60 + number(second, 2)?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis: i64 = fraction.chars().chain("000".chars()).take(3).collect::<String>().parse().ok()?;
    let offset = match zone.trim_start() {
        "" | "Z" => 0,
        zone => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let (hours, minutes) = zone.get(1..)?.split_once(':').unwrap_or((zone.get(1..)?, "00"));
            if minutes.len() != 2 || !zone.starts_with(['+', '-']) {
                return None;
            }
            sign * (number(hours, 2)? * 60 + number(minutes, 2)?)
        }
    };
    Some((seconds - offset * 60) * 1_000 + millis)
}

/// Days since 1970-01-01 of a day of the Gregorian calendar. Months and days past their end run over, as they do in
/// JavaScript.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    // Years begin in March, so that the leap day is their last.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn iso(millis: i64) -> String {
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(text: &str) -> Value {
        match value(text) {
            Raw::Scalar(Kind::Null) => Value::Null,
            Raw::Scalar(Kind::Bool(flag)) => flag.into(),
            Raw::Scalar(Kind::Number(number)) => Value::Number(number),
            Raw::Scalar(Kind::Text(text)) => text.into(),
            _ => json!("not finite"),
        }
    }

    #[test]
    fn scalars_are_read_as_yaml_1_1() {
        let cases = [
            ("", Value::Null),
            ("~", Value::Null),
            ("Null", Value::Null),
            ("True", json!(true)),
            ("yes", json!("yes")),
            ("off", json!("off")),
            ("010", json!(8)),
            ("0o17", json!(15)),
            ("018", json!("018")),
            ("0", json!(0)),
            ("-0x1F", json!(-31)),
            ("0b101", json!(5)),
            ("0b12", json!("0b12")),
            ("1_000", json!(1000)),
            ("1_", json!("1_")),
            ("_1", json!("_1")),
            ("+12", json!(12)),
            ("1:30", json!(90)),
            ("1:30:05", json!(5405)),
            ("1:75", json!("1:75")),
            ("1:30.5", json!(90.5)),
            ("1.5e3", json!(1500)),
            ("1e3", json!(1000)),
            ("1.", json!(1)),
            (".5", json!(0.5)),
            ("-.5", json!("-.5")),
            ("1_000.25", json!(1000.25)),
            ("1e", json!("1e")),
            ("e3", json!("e3")),
            (".", json!(".")),
            ("-", json!("-")),
            ("1.2.3", json!("1.2.3")),
            ("127.0.0.1", json!("127.0.0.1")),
            (".inf", json!("not finite")),
            ("-.INF", json!("not finite")),
            (".nan", json!("not finite")),
            ("nan", json!("nan")),
            ("123456789012", json!(123456789012_i64)),
            ("2024-01-02", json!("2024-01-02T00:00:00.000Z")),
            ("2024-1-2", json!("2024-1-2")),
            ("2024-02-30", json!("2024-03-01T00:00:00.000Z")),
            ("2001-12-14t21:59:43.10-05:00", json!("2001-12-15T02:59:43.100Z")),
            ("2001-12-14 21:59:43.1 +5", json!("2001-12-14T16:59:43.100Z")),
            ("1969-12-31T23:59:59Z", json!("1969-12-31T23:59:59.000Z")),
            ("2024-01-02 text", json!("2024-01-02 text")),
            ("2024-01-02-03", json!("2024-01-02-03")),
            ("10s", json!("10s")),
        ];
        for (text, wanted) in cases {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[-+0-9a-fox_:. TZe~é]{0,24}") {
            value(&text);
        }
    }
}
