//! The fields of a JSON object, taken one by one by name, so that each refusal can name the field at fault.
//!
//! Whoever reads an object takes what it knows and then calls [`Fields::finish`], which refuses what is left: a typing
//! error in a scenario shows at once and is not silently dropped. `null` is a value like any other, and no field here
//! takes it.

use axum::http::StatusCode;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::problem::Problem;

/// A JSON object that is being read.
pub(crate) struct Fields {
    object: Map<String, Value>,
    /// The list and the index of this object in it, where it is nested.
    within: Option<(&'static str, usize)>,
}

impl Fields {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Ok(Self { object, within: None }),
            Ok(_) => {
                let message = "the body must be a JSON object";
                Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not_an_object", message))
            }
            Err(error) => {
                let message = format!("the body is not JSON: {error}");
                Err(Problem::new(StatusCode::BAD_REQUEST, "malformed_json", message))
            }
        }
    }

    /// All of the object, for whoever knows its names only by their values.
    pub(crate) fn into_object(self) -> Map<String, Value> {
        self.object
    }

    /// A text of `1..=max` characters, not all of them blank, and none of them NUL, which databases do not take.
    pub(crate) fn text(&mut self, name: &'static str, max: usize) -> Result<Option<Box<str>>, Problem> {
        let Some(value) = self.object.remove(name) else { return Ok(None) };
        let Value::String(text) = value else { return Err(self.invalid(name, "must be a text")) };
        if text.trim().is_empty() {
            return Err(self.invalid(name, "must not be empty"));
        }
        if text.contains('\0') {
            return Err(self.invalid(name, "must not contain the character NUL"));
        }
        // Bytes first: a character has at least one, so most texts need no counting.
        if text.len() > max && text.chars().count() > max {
            return Err(self.invalid(name, format!("must have at most {max} characters")));
        }
        Ok(Some(text.into()))
    }

    pub(crate) fn uuid(&mut self, name: &'static str) -> Result<Option<Uuid>, Problem> {
        let Some(value) = self.object.remove(name) else { return Ok(None) };
        let uuid = value.as_str().and_then(|text| Uuid::try_parse(text).ok());
        uuid.map(Some).ok_or_else(|| self.invalid(name, "must be a UUID"))
    }

    /// A whole number in `1..=max`; `2.0` is one too, as JSON Schema has it.
    pub(crate) fn positive(&mut self, name: &'static str, max: u32) -> Result<Option<u32>, Problem> {
        let Some(value) = self.object.remove(name) else { return Ok(None) };
        let whole = value.as_f64().filter(|number| number.fract() == 0.0);
        match whole {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole, and in 1..=max"
            )]
            Some(number) if (1.0..=f64::from(max)).contains(&number) => Ok(Some(number as u32)),
            _ => Err(self.invalid(name, format!("must be a whole number from 1 to {max}"))),
        }
    }

    /// Any number; its range is for the caller to check.
    pub(crate) fn number(&mut self, name: &'static str) -> Result<Option<f64>, Problem> {
        let Some(value) = self.object.remove(name) else { return Ok(None) };
        value.as_f64().map(Some).ok_or_else(|| self.invalid(name, "must be a number"))
    }

    /// A list of `1..=max` objects.
    pub(crate) fn objects(&mut self, name: &'static str, max: usize) -> Result<Option<Vec<Self>>, Problem> {
        let Some(value) = self.object.remove(name) else { return Ok(None) };
        let Value::Array(values) = value else { return Err(self.invalid(name, "must be a list")) };
        if !(1..=max).contains(&values.len()) {
            return Err(self.invalid(name, format!("must have from 1 to {max} entries")));
        }
        let object = |(index, value)| match value {
            Value::Object(object) => Ok(Self { object, within: Some((name, index)) }),
            _ => Err(Problem::invalid(format!("{name}[{index}]"), "must be an object")),
        };
        values.into_iter().enumerate().map(object).collect::<Result<_, _>>().map(Some)
    }

    /// Refuses what nobody took.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        let Some(name) = self.object.keys().next() else { return Ok(()) };
        // A name can be as long as the body; its beginning is enough to find it.
        let name: String = name.chars().take(100).collect();
        let problem =
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_field", "there is no such field");
        Err(problem.field(self.path(&name)))
    }

    pub(crate) fn invalid(&self, name: &str, message: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
        Problem::invalid(self.path(name), message)
    }

    /// The value, or the refusal that it is not there.
    pub(crate) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Problem> {
        value.ok_or_else(|| Problem::missing(self.path(name)))
    }

    fn path(&self, name: &str) -> String {
        match self.within {
            Some((list, index)) => format!("{list}[{index}].{name}"),
            None => name.to_owned(),
        }
    }
}
