//! How often a loop runs: `3`, `"3"`, `"2-5"`.

use serde_json::Value;

/// Reads a `count` into the range of the loop's counter, its end not included: `3` is `(0, 3)`, `"2-5"` is `(2, 5)`.
/// Where the end is not past the beginning there are no rounds. (In Artillery `0` means without end; nobody means
/// that.) `None` where the value is no count.
pub fn parse(value: &Value) -> Option<(u64, u64)> {
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(count) => Some((0, count)),
            // 2.5 gives the rounds 0, 1 and 2, as counting up to it does.
            None => number.as_f64().filter(|count| *count >= 0.0).map(|count| (0, count.ceil() as u64)),
        },
        Value::String(text) => {
            let text = text.trim();
            match text.split_once('-') {
                // As in Artillery, a range is one only without blanks around its hyphen.
                Some((from, to)) => Some((from.parse().ok()?, to.parse().ok()?)),
                None => match text.parse() {
                    Ok(count) => Some((0, count)),
                    Err(_) => {
                        let count: f64 = text.parse().ok()?;
                        parse(&Value::from(count))
                    }
                },
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn counts_and_ranges_are_read() {
        let cases = [
            (json!(3), Some((0, 3))),
            (json!(0), Some((0, 0))),
            (json!("3"), Some((0, 3))),
            (json!(" 2-5 "), Some((2, 5))),
            (json!("1 - 5"), None),
            (json!("2.5"), Some((0, 3))),
            (json!("nan"), None),
            (json!("5-1"), Some((5, 1))),
            (json!(2.5), Some((0, 3))),
            (json!(-1), None),
            (json!("-1"), None),
            (json!("text"), None),
            (json!(""), None),
            (json!(null), None),
            (json!([1]), None),
        ];
        for (value, wanted) in cases {
            assert_eq!(parse(&value), wanted, "{value}");
        }
    }
}
