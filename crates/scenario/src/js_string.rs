//! `string_of`: JavaScript's `String(value)`.

use crate::js;
use serde_json::Value;

/// The value as JavaScript's `String(…)` has it, which forms, cookies and headers are made of: a list is its items
/// with commas between them, null in it nothing; an object is `[object Object]`.
pub fn string_of(value: &Value) -> String {
    match value {
        Value::Object(_) => "[object Object]".to_owned(),
        Value::Array(items) => {
            let item = |item: &Value| if item.is_null() { String::new() } else { string_of(item) };
            items.iter().map(item).collect::<Vec<_>>().join(",")
        }
        value => {
            let mut text = String::new();
            js::text(value, &mut text);
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_become_text_as_in_javascript() {
        let cases = [
            (json!("x"), "x"),
            (json!(1.0), "1"),
            (json!(null), "null"),
            (json!([1, null, ["a", true], {"b": 1}]), "1,,a,true,[object Object]"),
            (json!({"a": 1}), "[object Object]"),
        ];
        for (value, wanted) in cases {
            assert_eq!(string_of(&value), wanted);
        }
    }
}
