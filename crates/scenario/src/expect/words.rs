//! Values as JavaScript's `String()` and `Number()` see them.

use crate::js_string::string_of;
use serde_json::Value;

/// What `String()` makes of a value; `None` is undefined.
pub(super) fn text(value: Option<&Value>) -> String {
    value.map_or_else(|| "undefined".to_owned(), string_of)
}

/// What `Number()` makes of a value; `None` is undefined. What is no number is NaN, which equals nothing.
pub(crate) fn number(value: Option<&Value>) -> f64 {
    match value {
        None | Some(Value::Object(_)) => f64::NAN,
        Some(Value::Null) => 0.0,
        Some(Value::Bool(flag)) => f64::from(u8::from(*flag)),
        Some(Value::Number(number)) => number.as_f64().unwrap_or(f64::NAN),
        Some(Value::String(text)) if text.trim().is_empty() => 0.0,
        Some(Value::String(text)) => text.trim().parse().unwrap_or(f64::NAN),
        Some(list @ Value::Array(_)) => number(Some(&Value::String(text(Some(list))))),
    }
}

/// Whether JavaScript takes a value for true.
pub(super) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_what_javascript_makes_of_them() {
        let cases = [
            (json!(200), "200", 200.0),
            (json!("200"), "200", 200.0),
            (json!(" 7 "), " 7 ", 7.0),
            (json!(""), "", 0.0),
            (json!(null), "null", 0.0),
            (json!(true), "true", 1.0),
            (json!([200]), "200", 200.0),
            (json!([1, null, {"a": 1}]), "1,,[object Object]", f64::NAN),
            (json!({"a": 1}), "[object Object]", f64::NAN),
            (json!("two"), "two", f64::NAN),
        ];
        for (value, as_text, as_number) in cases {
            assert_eq!(text(Some(&value)), as_text);
            let seen = number(Some(&value));
            assert!(seen == as_number || (seen.is_nan() && as_number.is_nan()), "{value}: {seen}");
        }
        assert_eq!(text(None), "undefined");
        assert!(number(None).is_nan());
    }
}
