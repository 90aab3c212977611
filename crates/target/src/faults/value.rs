//! The values in a specification of faults: times, sizes, rates, and the parts between colons.
//!
//! A time has a unit: `200us`, `200ms`, `1.5s`, `2m`. A size is in bytes or has one: `512`, `64KiB`, `1.5MB`. A rate is a
//! number from 0 to 1.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

/// The parts of a value, from the first on, and a message if they do not fit.
pub(super) struct Parts<'a>(std::str::Split<'a, char>);

impl<'a> Parts<'a> {
    pub(super) fn of(value: &'a str) -> Self {
        Self(value.split(':'))
    }

    /// The next part; an empty text if there is none.
    pub(super) fn next(&mut self) -> &'a str {
        self.optional().unwrap_or_default()
    }

    pub(super) fn optional(&mut self) -> Option<&'a str> {
        self.0.next().map(str::trim)
    }

    /// Refuses what is left.
    pub(super) fn end(mut self) -> Result<(), String> {
        match self.0.next() {
            Some(part) => Err(format!("`{part}` is one part too many")),
            None => Ok(()),
        }
    }
}

/// A time of at most `most`.
pub(super) fn time(text: &str, most: Duration) -> Result<Duration, String> {
    let units = [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0)];
    let seconds =
        units.into_iter().find_map(|(unit, seconds)| Some(number(text.strip_suffix(unit)?)? * seconds));
    let Some(seconds) = seconds else {
        return Err(format!("`{}` is no time: write it as 200us, 200ms, 1.5s or 1m", short(text)));
    };
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if time <= most => Ok(time),
        _ => Err(format!("a time is at most {} s here", most.as_secs())),
    }
}

/// A size of 1 to `most` bytes.
pub(super) fn size(text: &str, most: u64) -> Result<u64, String> {
    let units = [
        ("KiB", 1024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("kB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("B", 1.0),
        ("", 1.0),
    ];
    let bytes = units.into_iter().find_map(|(unit, bytes)| Some(number(text.strip_suffix(unit)?)? * bytes));
    match bytes.map(f64::round) {
        None => Err(format!("`{}` is no size: write it as 512, 64KiB or 1.5MB", short(text))),
        Some(bytes) if bytes >= 1.0 && bytes <= most as f64 => Ok(bytes as u64),
        Some(_) => Err(format!("a size is from 1 to {most} bytes here")),
    }
}

/// A share of all requests.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    let rate = number(text).filter(|rate| *rate <= 1.0);
    rate.ok_or_else(|| format!("`{}` is no rate: it is a number from 0 to 1", short(text)))
}

/// A number from 0 to `most`, with or without decimals.
pub(super) fn decimal(text: &str, most: f64) -> Result<f64, String> {
    let number = number(text).filter(|number| *number <= most);
    number.ok_or_else(|| format!("`{}` is no number from 0 to {most}", short(text)))
}

/// A whole number from `least` to `most`.
pub(super) fn whole<T: FromStr + PartialOrd + Copy + Display>(
    text: &str,
    least: T,
    most: T,
) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| least <= *number && *number <= most);
    number.ok_or_else(|| format!("`{}` is no whole number from {least} to {most}", short(text)))
}

/// Digits and one point: neither signs nor exponents, infinities or what is no number.
fn number(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain { text.parse().ok() } else { None }
}

/// The beginning of a text that is quoted in a message.
pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let most = Duration::from_secs(60);
        for (text, micros) in [
            ("0ms", 0),
            ("250us", 250),
            ("1.5ms", 1500),
            ("2s", 2_000_000),
            ("1m", 60_000_000),
            (".5s", 500_000),
        ] {
            assert_eq!(time(text, most), Ok(Duration::from_micros(micros)), "{text}");
        }
        for text in ["", "5", "s", "-1s", "+1s", "1e3s", "infs", "1 s", "1h", "1.2.3s", "200MS", "."] {
            assert!(time(text, most).unwrap_err().contains("is no time"), "{text}");
        }
        for text in ["60.001s", "1.1m", "99999999999999999999s"] {
            assert_eq!(time(text, most).unwrap_err(), "a time is at most 60 s here", "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, bytes) in
            [("1", 1), ("512B", 512), ("1KiB", 1024), ("1.5kB", 1500), ("2MiB", 2 << 20), ("1GiB", 1 << 30)]
        {
            assert_eq!(size(text, 1 << 30), Ok(bytes), "{text}");
        }
        for text in ["", "KiB", "1kib", "-1", "1 MiB", "NaN"] {
            assert!(size(text, 1 << 30).unwrap_err().contains("is no size"), "{text}");
        }
        for text in ["0", "0.1", "1.1GiB", "99999999999999999999999GB"] {
            assert!(size(text, 1 << 30).unwrap_err().contains("from 1 to 1073741824 bytes"), "{text}");
        }
    }

    #[test]
    fn rates_and_numbers() {
        assert_eq!((rate("0"), rate("0.25"), rate("1")), (Ok(0.0), Ok(0.25), Ok(1.0)));
        for text in ["", "1.1", "-0.1", "50%", "nan"] {
            assert!(rate(text).is_err(), "{text}");
        }
        assert_eq!(decimal("2.5", 3.0), Ok(2.5));
        assert!(decimal("3.1", 3.0).is_err());
        assert_eq!(whole("400", 400, 599), Ok(400));
        assert!(whole("600", 400, 599).is_err() && whole("4e2", 400, 599).is_err());
    }
}
