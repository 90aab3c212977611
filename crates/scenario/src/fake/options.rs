//! `Options`: what a script says about one function under `config['fake-data']`. `Settings`: about all of them.

use super::{Fake, date};
use indexmap::IndexMap;
use serde_json::Value;
use std::ops::RangeInclusive;

/// Longest text that a length can ask for, in characters or words.
const LONGEST: u64 = 1 << 16;

/// The options of all functions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// By the names of functions, without the dollar.
    pub(crate) options: IndexMap<String, Value>,
    /// What dates are relative to, in milliseconds since 1970 (UTC).
    pub(crate) now: i64,
}

impl Settings {
    /// Settles a call of a function, named without the dollar; `None` where there is none of that name.
    pub(crate) fn call(&self, name: &str) -> Option<Fake> {
        let value = self.options.get(name).cloned().unwrap_or_default();
        Fake::new(name, &Options { value, now: self.now })
    }
}

/// A number, also one written as text, as the environment's are.
fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    number.filter(|number| number.is_finite())
}

/// What an option should be and is not.
pub(crate) fn misfit(key: &str, value: &Value) -> Option<&'static str> {
    let (fits, wanted) = match key {
        "min" | "max" | "multipleOf" | "fractionDigits" | "dec" | "precision" | "years" | "days"
        | "width" | "height" | "probability" | "variant" => (number(value).is_some(), "a number"),
        "length" | "count" => (number(value).is_some() || value.is_object(), "a number, or min and max"),
        "from" | "to" | "refDate" => (date::moment(value).is_some(), "a date such as 2026-01-31T12:00:00Z"),
        "abbreviated" | "useFullAddress" | "formatted" | "includeAlpha" | "appendSlash"
        | "allowLeadingZeros" | "includeYear" => (value.is_boolean(), "true or false"),
        "types" => (value.is_array(), "a list"),
        "exclude" => (value.is_array() || value.is_string(), "text or a list"),
        _ => (value.is_string(), "text"),
    };
    (!fits && !value.is_null()).then_some(wanted)
}

/// The options of one function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// What stands in the script; null where nothing does.
    pub(crate) value: Value,
    /// What dates are relative to, in milliseconds since 1970 (UTC): when the script was compiled.
    pub(crate) now: i64,
}

impl Options {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.value.get(key).filter(|value| !value.is_null())
    }

    /// A number among the options.
    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.get(key).and_then(number)
    }

    /// The number that stands in the place of options.
    pub(super) fn lone(&self) -> Option<f64> {
        number(&self.value)
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(Value::as_bool)
    }

    /// A text among the options, or the one that stands in their place.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).or(Some(&self.value)).and_then(Value::as_str).map(str::to_owned)
    }

    /// A length: a number or `{min, max}`, among the options or in their place.
    pub(super) fn length(&self, key: &str, default: RangeInclusive<u64>) -> RangeInclusive<u64> {
        let said = self.get(key).or_else(|| (!self.value.is_null()).then_some(&self.value));
        let length = |value: Option<&Value>| value.and_then(number).map(|it| it.max(0.0) as u64);
        let range = match said {
            Some(Value::Object(members)) => {
                let (min, max) = (length(members.get("min")), length(members.get("max")));
                match (min, max) {
                    (None, None) => default,
                    (min, max) => {
                        let min = min.unwrap_or(*default.start());
                        min..=max.unwrap_or(*default.end()).max(min)
                    }
                }
            }
            value => length(value).map_or(default, |exact| exact..=exact),
        };
        (*range.start()).min(LONGEST)..=(*range.end()).min(LONGEST)
    }
}
