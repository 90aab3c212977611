//! How a parameter's value is written: a query has several ways for lists and objects, and some parameters are whole
//! documents.

use super::document::{Document, items, members};
use super::example::{Patterns, of_holder};
use crate::body;
use serde_json::Value;

/// The value of a parameter; one that has a `content` is a document of that type, as text.
pub(super) fn value(document: &Document, parameter: &Value, patterns: &mut Patterns) -> Option<Value> {
    let Some((kind, media)) = parameter.get("content").and_then(|content| members(content).next()) else {
        return of_holder(document, parameter, patterns);
    };
    let value = of_holder(document, media, patterns)?;
    let is_json = body::is_json(kind.split(';').next().unwrap_or("").trim());
    Some(match value {
        // An example may be the text itself.
        Value::String(text) if !is_json || text.starts_with(['{', '[', '"']) => Value::String(text),
        other => Value::String(other.to_string()),
    })
}

/// The pairs of a query; `None` where the document does not say how to write such a value.
pub(super) fn query(name: &str, value: &Value, parameter: &Value) -> Option<Vec<(String, Value)>> {
    let style = parameter.get("style").and_then(Value::as_str).unwrap_or("form");
    let explode = parameter.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    let pairs = match (value, style) {
        (Value::Object(_), "deepObject") => {
            let mut pairs = Vec::new();
            deep(name, value, &mut pairs);
            pairs
        }
        (Value::Object(all), "form") if explode => {
            let written = |value: &Value| plain(value).map_or_else(|| inner(value).into(), |_| value.clone());
            all.iter().map(|(name, value)| (name.clone(), written(value))).collect()
        }
        (Value::Object(_), "form") => vec![(name.to_owned(), Value::from(joined(value, ",")))],
        (Value::Object(_) | Value::Null, _) => Vec::new(),
        (Value::Array(all), _) if all.iter().any(|item| plain(item).is_none()) => Vec::new(),
        (Value::Array(_), style) if !explode => {
            let between = match style {
                "spaceDelimited" => " ",
                "pipeDelimited" => "|",
                _ => ",",
            };
            vec![(name.to_owned(), Value::from(joined(value, between)))]
        }
        _ => vec![(name.to_owned(), value.clone())],
    };
    (!pairs.is_empty()).then_some(pairs)
}

/// As a header or a cookie has it: lists and members with commas.
pub(super) fn text(value: &Value) -> String {
    plain(value).unwrap_or_else(|| joined(value, ","))
}

/// `filter[status]=open&filter[by][name]=ada`
fn deep(name: &str, value: &Value, pairs: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(all) => {
            all.iter().for_each(|(key, value)| deep(&format!("{name}[{key}]"), value, pairs));
        }
        Value::Array(all) if all.iter().any(|item| plain(item).is_none()) => {
            pairs.push((name.to_owned(), Value::from(value.to_string())));
        }
        Value::Null => {}
        _ => pairs.push((name.to_owned(), value.clone())),
    }
}

fn joined(value: &Value, between: &str) -> String {
    let pair = |(name, value): (&String, &Value)| format!("{name}{between}{}", inner(value));
    let list = items(value).iter().map(inner).chain(members(value).map(pair));
    list.collect::<Vec<_>>().join(between)
}

fn inner(value: &Value) -> String {
    plain(value).unwrap_or_else(|| value.to_string())
}

/// The text of a value that is neither a list nor an object.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
