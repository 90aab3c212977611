//! How numbers look: three significant digits, thousands separated, units always.
//!
//! One place, so that the summary, the progress line and a threshold's sentence never show the same value in two
//! ways. Where digits are cut, nothing that is not zero is shown as zero.

use std::time::Duration;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Milliseconds.
    Millis,
    /// Of a hundred.
    Percent,
    /// Things each second.
    PerSecond,
    /// Bytes, in decimal multiples.
    Bytes,
}

/// A measured value with its unit: `0.412 ms`, `1,040/s`, `0.00 %`, `2.10 MB`, `12,480`.
pub fn measured(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Count => plain(value),
        Unit::Millis => format!("{} ms", significant(value)),
        Unit::Percent => percent(value),
        Unit::PerSecond => format!("{}/s", significant(value)),
        Unit::Bytes => bytes(value),
    }
}

/// A value that a person chose, with its unit, in the digits that it was given: `100 ms`, `0.1 %`.
pub fn chosen(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Count => plain(value),
        Unit::Millis => format!("{} ms", plain(value)),
        Unit::Percent => format!("{} %", plain(value)),
        Unit::PerSecond => format!("{}/s", plain(value)),
        Unit::Bytes => bytes(value),
    }
}

/// Three significant digits, at most three decimals, thousands separated: `14.2`, `0.041`, `1,040`.
pub fn significant(value: f64) -> String {
    if value > 0.0 && value < 0.0005 {
        return "<0.001".to_owned();
    }
    let size = value.abs();
    // The bounds are those from which rounding would carry into one more digit before the point.
    let decimals = match size {
        0.0 => 0,
        _ if size >= 99.95 => 0,
        _ if size >= 9.995 => 1,
        _ if size >= 0.9995 => 2,
        _ => 3,
    };
    separated(&format!("{value:.decimals$}"))
}

/// A share of a hundred with two decimals: `0.00 %`, `<0.01 %`, `12.50 %`.
pub fn percent(value: f64) -> String {
    if value > 0.0 && value < 0.005 {
        return "<0.01 %".to_owned();
    }
    // 99.999 % is not all of it.
    let value = if value < 100.0 { value.min(99.99) } else { value };
    format!("{value:.2} %")
}

/// A number of things: `12,480`.
pub fn count(value: u64) -> String {
    separated(&value.to_string())
}

/// Bytes in decimal multiples: `512 B`, `2.10 MB`.
pub fn bytes(value: f64) -> String {
    let mut rest = value;
    for unit in ["B", "kB", "MB", "GB"] {
        if rest < 999.5 {
            let digits = if unit == "B" { format!("{rest:.0}") } else { significant(rest) };
            return format!("{digits} {unit}");
        }
        rest /= 1000.0;
    }
    format!("{} TB", significant(rest))
}

/// A point in a run: `00:42`, `1:02:03`.
pub fn clock(second: u64) -> String {
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    match hours {
        0 => format!("{minutes:02}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// How long something took: `0.250 s`, `12.0 s`, `630 s`.
pub fn seconds(duration: Duration) -> String {
    format!("{} s", significant(duration.as_secs_f64()))
}

/// The shortest form of a number, thousands separated: `100`, `0.1`, `1,234.5`.
pub fn plain(value: f64) -> String {
    separated(&format!("{value}"))
}

/// The value to that many decimals. JSON brings such a value back exactly.
pub(crate) fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale
}

/// Puts commas between the thousands of the digits before the point.
fn separated(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = number.find('.').map_or((number, ""), |point| number.split_at(point));
    let mut result = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            result.push(',');
        }
        result.push(digit);
    }
    result + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_significant_digits() {
        let table = [
            (0.0, "0"),
            (0.0004, "<0.001"),
            (0.0005, "0.001"),
            (0.041, "0.041"),
            (0.412, "0.412"),
            (0.9994, "0.999"),
            (0.9996, "1.00"),
            (1.0, "1.00"),
            (1.306, "1.31"),
            (9.996, "10.0"),
            (14.23, "14.2"),
            (99.96, "100"),
            (240.0, "240"),
            (1040.2, "1,040"),
            (1_234_567.0, "1,234,567"),
        ];
        for (value, text) in table {
            assert_eq!(significant(value), text, "{value}");
        }
    }

    #[test]
    fn percent_has_two_decimals_and_hides_nothing() {
        let table =
            [(0.0, "0.00 %"), (0.001, "<0.01 %"), (0.1, "0.10 %"), (99.9999, "99.99 %"), (100.0, "100.00 %")];
        for (value, text) in table {
            assert_eq!(percent(value), text, "{value}");
        }
    }

    #[test]
    fn bytes_are_decimal() {
        let table = [
            (0.0, "0 B"),
            (999.0, "999 B"),
            (1000.0, "1.00 kB"),
            (38_200_000.0, "38.2 MB"),
            (999_700.0, "1.00 MB"),
            (5e12, "5.00 TB"),
            (5e15, "5,000 TB"),
        ];
        for (value, text) in table {
            assert_eq!(bytes(value), text, "{value}");
        }
    }

    #[test]
    fn units_are_always_there() {
        assert_eq!(measured(0.98, Unit::Millis), "0.980 ms");
        assert_eq!(measured(1040.2, Unit::PerSecond), "1,040/s");
        assert_eq!(measured(0.0, Unit::Percent), "0.00 %");
        assert_eq!(measured(12_480.0, Unit::Count), "12,480");
        assert_eq!(chosen(100.0, Unit::Millis), "100 ms");
        assert_eq!(chosen(0.1, Unit::Percent), "0.1 %");
        assert_eq!(chosen(2500.5, Unit::PerSecond), "2,500.5/s");
    }

    #[test]
    fn points_in_time_and_spans() {
        let table = [(0, "00:00"), (42, "00:42"), (61, "01:01"), (3723, "1:02:03"), (36_000, "10:00:00")];
        for (second, text) in table {
            assert_eq!(clock(second), text);
        }
        assert_eq!(seconds(Duration::from_millis(12_040)), "12.0 s");
        assert_eq!(count(1000), "1,000");
        assert_eq!(plain(-1234.5), "-1,234.5");
    }
}
