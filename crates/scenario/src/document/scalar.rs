//! What a scalar stands for, as serde gives it. Plain ones are decided by their text: see `plain`.

use crate::document::Kind;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::fmt;

/// A value as serde gives it, without places.
pub(super) enum Raw {
    Scalar(Kind),
    /// Infinite or not a number: JSON has no word for it.
    NotFinite,
    List(Vec<Raw>),
    Map(Vec<(Raw, Raw)>),
}

impl Raw {
    /// Whether it is a number that JSON can hold.
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Raw::Scalar(Kind::Number(_)))
    }
}

/// The kind of a number. JavaScript, where scripts come from, has one sort of number: `1e3` is the integer 1000.
pub(super) fn number(value: f64) -> Raw {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        return Raw::Scalar(Kind::Number(Number::from(value as i64)));
    }
    Number::from_f64(value).map_or(Raw::NotFinite, |number| Raw::Scalar(Kind::Number(number)))
}

/// The text of a key. `1:` and `"1":` are the same key, as they are in JavaScript.
pub(super) fn key(raw: &Raw) -> Option<String> {
    match raw {
        Raw::Scalar(Kind::Text(text)) => Some(text.clone()),
        Raw::Scalar(Kind::Null) => Some("null".to_owned()),
        Raw::Scalar(Kind::Bool(flag)) => Some(flag.to_string()),
        Raw::Scalar(Kind::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Bool(value)))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Number(value.into())))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Number(value.into())))
    }
    fn visit_i128<E: Error>(self, value: i128) -> Result<Raw, E> {
        Ok(number(value as f64))
    }
    fn visit_u128<E: Error>(self, value: u128) -> Result<Raw, E> {
        Ok(number(value as f64))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Raw, E> {
        Ok(number(value))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Text(value.to_owned())))
    }
    fn visit_string<E: Error>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Text(value)))
    }
    fn visit_unit<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Null))
    }
    fn visit_none<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Kind::Null))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(member) = members.next_entry()? {
            map.push(member);
        }
        Ok(Raw::Map(map))
    }
}
