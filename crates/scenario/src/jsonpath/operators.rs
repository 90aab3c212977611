//! Values and operators as JavaScript has them, as far as paths need them.

use regress::Regex;
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A value of an expression.
#[derive(Clone, Debug)]
pub(super) enum Js<'a> {
    Undefined,
    Value(Cow<'a, Value>),
    Pattern(&'a Regex),
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operator {
    Or,
    And,
    /// `===`.
    Same,
    /// `!==`.
    NotSame,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
}

/// As written, the longer ones first, with how strongly they bind.
const OPERATORS: [(&str, Operator, u8); 15] = [
    ("===", Operator::Same, 3),
    ("!==", Operator::NotSame, 3),
    ("||", Operator::Or, 1),
    ("&&", Operator::And, 2),
    ("==", Operator::Equal, 3),
    ("!=", Operator::NotEqual, 3),
    ("<=", Operator::AtMost, 4),
    (">=", Operator::AtLeast, 4),
    ("<", Operator::Less, 4),
    (">", Operator::Greater, 4),
    ("+", Operator::Plus, 5),
    ("-", Operator::Minus, 5),
    ("*", Operator::Times, 6),
    ("/", Operator::Over, 6),
    ("%", Operator::Modulo, 6),
];

impl Operator {
    /// The operator at the beginning of a text, and its length.
    pub(super) fn at(text: &[char]) -> Option<(Operator, usize)> {
        OPERATORS.iter().find_map(|(written, operator, _)| {
            let length = written.len();
            text.iter().take(length).copied().eq(written.chars()).then_some((*operator, length))
        })
    }

    pub(super) fn strength(self) -> u8 {
        OPERATORS.iter().find(|(_, operator, _)| *operator == self).map_or(0, |(_, _, strength)| *strength)
    }

    /// Its result. `Or` and `And` are not for here: they may leave out their right side.
    pub(super) fn apply<'a>(self, left: &Js<'_>, right: &Js<'_>) -> Js<'a> {
        let numbers = || (left.to_number(), right.to_number());
        match self {
            Operator::Or | Operator::And => Js::Undefined,
            Operator::Same => same(left, right).into(),
            Operator::NotSame => (!same(left, right)).into(),
            Operator::Equal => equal(left, right).into(),
            Operator::NotEqual => (!equal(left, right)).into(),
            Operator::Less => (compare(left, right) == Some(Ordering::Less)).into(),
            Operator::AtMost => matches!(compare(left, right), Some(Ordering::Less | Ordering::Equal)).into(),
            Operator::Greater => (compare(left, right) == Some(Ordering::Greater)).into(),
            Operator::AtLeast => {
                matches!(compare(left, right), Some(Ordering::Greater | Ordering::Equal)).into()
            }
            Operator::Plus if left.is_textual() || right.is_textual() => {
                Js::text(left.to_text() + &right.to_text())
            }
            Operator::Plus => Js::number(numbers().0 + numbers().1),
            Operator::Minus => Js::number(numbers().0 - numbers().1),
            Operator::Times => Js::number(numbers().0 * numbers().1),
            Operator::Over => Js::number(numbers().0 / numbers().1),
            Operator::Modulo => Js::number(numbers().0 % numbers().1),
        }
    }
}

impl From<bool> for Js<'_> {
    fn from(value: bool) -> Self {
        Js::Value(Cow::Owned(value.into()))
    }
}

impl Js<'_> {
    /// A number; one that JSON has no word for is nothing.
    pub(super) fn number(value: f64) -> Self {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() < EXACT {
            return Js::Value(Cow::Owned((value as i64).into()));
        }
        Number::from_f64(value).map_or(Js::Undefined, |number| Js::Value(Cow::Owned(Value::Number(number))))
    }

    pub(super) fn text(text: String) -> Self {
        Js::Value(Cow::Owned(Value::String(text)))
    }

    fn is_textual(&self) -> bool {
        matches!(self, Js::Value(value) if value.is_string() || value.is_array() || value.is_object())
    }

    /// What `typeof` says of it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Js::Undefined => "undefined",
            Js::Pattern(_) => "object",
            Js::Value(value) => match &**value {
                Value::Bool(_) => "boolean",
                Value::Number(_) => "number",
                Value::String(_) => "string",
                Value::Null | Value::Array(_) | Value::Object(_) => "object",
            },
        }
    }

    /// Whether it passes for true.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Js::Undefined => false,
            Js::Pattern(_) => true,
            Js::Value(value) => match &**value {
                Value::Null => false,
                Value::Bool(flag) => *flag,
                Value::Number(number) => number.as_f64() != Some(0.0),
                Value::String(text) => !text.is_empty(),
                Value::Array(_) | Value::Object(_) => true,
            },
        }
    }

    /// As a number; what is none is not a number.
    pub(super) fn to_number(&self) -> f64 {
        let Js::Value(value) = self else { return f64::NAN };
        match &**value {
            Value::Null => 0.0,
            Value::Bool(flag) => f64::from(u8::from(*flag)),
            Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
            Value::String(text) if text.trim().is_empty() => 0.0,
            // Rust would read words such as `nan` and `infinity` too.
            Value::String(text) if text.contains(|c: char| c.is_alphabetic() && c != 'e' && c != 'E') => {
                f64::NAN
            }
            Value::String(text) => text.trim().parse().unwrap_or(f64::NAN),
            Value::Array(_) | Value::Object(_) => f64::NAN,
        }
    }

    /// As text.
    pub(super) fn to_text(&self) -> String {
        match self {
            Js::Undefined => "undefined".to_owned(),
            Js::Pattern(_) => "/(?:)/".to_owned(),
            Js::Value(value) => match &**value {
                Value::Object(_) => "[object Object]".to_owned(),
                value => {
                    let mut text = String::new();
                    crate::js::text(value, &mut text);
                    text
                }
            },
        }
    }
}

/// `===`: same type, same value. Lists and objects are the same only as themselves.
fn same(left: &Js<'_>, right: &Js<'_>) -> bool {
    let (left, right) = match (left, right) {
        (Js::Undefined, Js::Undefined) => return true,
        (Js::Value(left), Js::Value(right)) => (&**left, &**right),
        _ => return false,
    };
    crate::js::strictly_equal(left, right) || (!is_scalar(left) && std::ptr::eq(left, right))
}

fn is_scalar(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// `==`: null is undefined, and different types are compared as numbers.
fn equal(left: &Js<'_>, right: &Js<'_>) -> bool {
    let nothing = |value: &Js<'_>| match value {
        Js::Undefined => true,
        Js::Value(value) => value.is_null(),
        Js::Pattern(_) => false,
    };
    if nothing(left) || nothing(right) {
        return nothing(left) && nothing(right);
    }
    let scalar = |value: &Js<'_>| matches!(value, Js::Value(value) if is_scalar(value));
    let both_text = matches!((left, right), (Js::Value(l), Js::Value(r)) if l.is_string() && r.is_string());
    if !scalar(left) || !scalar(right) || both_text {
        return same(left, right);
    }
    left.to_number() == right.to_number()
}

fn compare(left: &Js<'_>, right: &Js<'_>) -> Option<Ordering> {
    if let (Js::Value(left), Js::Value(right)) = (left, right)
        && let (Value::String(left), Value::String(right)) = (&**left, &**right)
    {
        return Some(left.encode_utf16().cmp(right.encode_utf16()));
    }
    left.to_number().partial_cmp(&right.to_number())
}
