//! Spans of time as scripts write them: `5`, `0.5`, `"500ms"`, `"1.5 hours"`.
//!
//! A bare number is seconds, with or without a fraction. (Artillery takes a bare fraction for milliseconds, which
//! nobody means.) Units are those of the JavaScript library `ms`.

use serde_json::Value;
use std::time::Duration;

/// Longest span that is accepted: 366 days.
pub const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// A value that is no span of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// No number, or an unknown unit.
    #[error("`{0}` is not a duration")]
    Syntax(String),
    /// Below zero.
    #[error("`{0}` is negative")]
    Negative(String),
    /// Over [`LONGEST`].
    #[error("`{0}` is longer than a year")]
    TooLong(String),
}

/// Reads a span of time.
///
/// # Errors
/// A value that is neither a number of seconds nor a text such as `"5m"`, or is not within 0 and [`LONGEST`].
pub fn parse(value: &Value) -> Result<Duration, DurationError> {
    match value {
        Value::Number(number) => seconds(number.as_f64().unwrap_or(f64::NAN), &number.to_string()),
        Value::String(text) => {
            let trimmed = text.trim();
            let end = trimmed
                .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')))
                .unwrap_or(trimmed.len());
            let number: f64 = trimmed[..end].parse().map_err(|_| DurationError::Syntax(shown(text)))?;
            let unit = unit(trimmed[end..].trim()).ok_or_else(|| DurationError::Syntax(shown(text)))?;
            seconds(number * unit, text)
        }
        other => Err(DurationError::Syntax(shown(&other.to_string()))),
    }
}

/// Reads the value of a `think` step; the same rules as [`parse`], but a negative one is no wait, as in Artillery.
///
/// # Errors
/// As with [`parse`], the negative ones aside.
pub fn parse_think(value: &Value) -> Result<Duration, DurationError> {
    match parse(value) {
        Err(DurationError::Negative(_)) => Ok(Duration::ZERO),
        parsed => parsed,
    }
}

fn seconds(seconds: f64, text: &str) -> Result<Duration, DurationError> {
    if seconds < 0.0 {
        return Err(DurationError::Negative(shown(text)));
    }
    if seconds > LONGEST.as_secs_f64() {
        return Err(DurationError::TooLong(shown(text)));
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| DurationError::Syntax(shown(text)))
}

/// Seconds in a unit; a year is 365.25 days, as in `ms`.
fn unit(name: &str) -> Option<f64> {
    Some(match name.to_ascii_lowercase().as_str() {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 0.001,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        "y" | "yr" | "yrs" | "year" | "years" => 31_557_600.0,
        _ => return None,
    })
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_seconds_and_units_are_known() {
        let cases = [
            (json!(5), 5_000),
            (json!(0.5), 500),
            (json!(0), 0),
            (json!("0.5"), 500),
            (json!("60"), 60_000),
            (json!("5m"), 300_000),
            (json!("500ms"), 500),
            (json!("0.16s"), 160),
            (json!("1.5 hours"), 5_400_000),
            (json!("10 min"), 600_000),
            (json!("10min"), 600_000),
            (json!("9 seconds"), 9_000),
            (json!(" 2 Days "), 172_800_000),
            (json!(".5s"), 500),
            (json!("1w"), 604_800_000),
            (json!("1 yr"), 31_557_600_000),
        ];
        for (value, millis) in cases {
            assert_eq!(parse(&value), Ok(Duration::from_millis(millis)), "{value}");
            assert_eq!(parse_think(&value), Ok(Duration::from_millis(millis)), "{value}");
        }
    }

    #[test]
    fn other_values_are_refused() {
        for value in [
            json!("a while"),
            json!(""),
            json!("5 parsecs"),
            json!(null),
            json!(true),
            json!("1e3s"),
            json!("--1"),
        ] {
            assert!(matches!(parse(&value), Err(DurationError::Syntax(_))), "{value}");
        }
        assert_eq!(parse(&json!(-1)), Err(DurationError::Negative("-1".into())));
        assert_eq!(parse(&json!("-5m")), Err(DurationError::Negative("-5m".into())));
        assert_eq!(parse(&json!("2y")), Err(DurationError::TooLong("2y".into())));
        assert_eq!(parse(&json!(1e300)), Err(DurationError::TooLong("1e+300".into())));
    }
}
