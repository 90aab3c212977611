//! `Options`: what a script says about one function under `config['fake-data']`. `Settings`: about all of them.

use super::Fake;
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
        self.get(key).and_then(Value::as_f64)
    }

    /// The number that stands in the place of options.
    pub(super) fn lone(&self) -> Option<f64> {
        self.value.as_f64()
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
        let length = |value: Option<&Value>| value.and_then(Value::as_f64).map(|it| it.max(0.0) as u64);
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
