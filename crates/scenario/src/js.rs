//! Values as JavaScript writes them: numbers, JSON text, text.
//!
//! Everything is written straight into a buffer; nothing is allocated on the way.

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::{Number, Value};
use std::fmt::{self, Write};

/// A buffer that text is written to.
pub(crate) trait Out {
    /// Text that came from outside.
    fn put(&mut self, text: &str);
    /// Text that needs no escaping here.
    fn raw(&mut self, text: &str) {
        self.put(text);
    }
}

impl Out for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

impl Out for Vec<u8> {
    fn put(&mut self, text: &str) {
        self.extend_from_slice(text.as_bytes());
    }
}

/// The inside of a JSON string.
pub(crate) struct Quoted<'a>(pub(crate) &'a mut Vec<u8>);

impl Out for Quoted<'_> {
    fn put(&mut self, text: &str) {
        escape(text, self.0);
    }
    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }
}

/// The text as the inside of a JSON string.
pub(crate) fn escape(text: &str, out: &mut impl Out) {
    let mut done = 0;
    for (index, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.put(&text[done..index]);
        done = index + 1;
        match byte {
            b'"' => out.put("\\\""),
            b'\\' => out.put("\\\\"),
            b'\n' => out.put("\\n"),
            b'\r' => out.put("\\r"),
            b'\t' => out.put("\\t"),
            0x08 => out.put("\\b"),
            0x0c => out.put("\\f"),
            other => {
                let _ = write!(Formatted(out), "\\u{other:04x}");
            }
        }
    }
    out.put(&text[done..]);
}

/// A value as `JSON.stringify` writes it.
pub(crate) fn json(value: &Value, out: &mut impl Out) {
    match value {
        Value::Null => out.put("null"),
        Value::Bool(true) => out.put("true"),
        Value::Bool(false) => out.put("false"),
        Value::Number(value) => number(value, out),
        Value::String(text) => string(text, out),
        Value::Array(items) => {
            out.put("[");
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.put(",");
                }
                json(item, out);
            }
            out.put("]");
        }
        Value::Object(members) => {
            out.put("{");
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.put(",");
                }
                string(key, out);
                out.put(":");
                json(value, out);
            }
            out.put("}");
        }
    }
}

/// A JSON string, quotes included.
pub(crate) fn string(text: &str, out: &mut impl Out) {
    out.put("\"");
    escape(text, out);
    out.put("\"");
}

/// A value within text: text as it stands, anything else as JSON.
pub(crate) fn text(value: &Value, out: &mut impl Out) {
    match value {
        Value::String(text) => out.put(text),
        other => json(other, out),
    }
}

/// A number as JavaScript prints it: `1`, `1e-7`, `1e+21`. Integers keep all their digits.
pub(crate) fn number(value: &Number, out: &mut impl Out) {
    match value.as_f64() {
        Some(float) if value.is_f64() => out.put(ryu_js::Buffer::new().format_finite(float)),
        _ => {
            let _ = write!(Formatted(out), "{value}");
        }
    }
}

/// JavaScript's `===` for values that are no lists and no objects; of those, two are never the same.
pub(crate) fn strictly_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(_) | Value::Object(_), _) => false,
        (left, right) => left == right,
    }
}

/// Random letters and digits.
pub(crate) fn random_text(length: usize, random: &mut SmallRng, out: &mut impl Out) {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut missing = length;
    while missing > 0 {
        let mut chunk = [0_u8; 64];
        let (mut filled, wanted) = (0, missing.min(chunk.len()));
        while filled < wanted {
            let mut bits: u64 = random.random();
            // Ten letters are in 64 bits; a value past the alphabet is thrown away, so that all are equally likely.
            for _ in 0..10 {
                if let Some(letter) = LETTERS.get((bits & 63) as usize)
                    && filled < wanted
                {
                    chunk[filled] = *letter;
                    filled += 1;
                }
                bits >>= 6;
            }
        }
        out.raw(std::str::from_utf8(&chunk[..wanted]).unwrap_or_default());
        missing -= wanted;
    }
}

/// A random integer, both ends included.
pub(crate) fn random_number(min: i64, max: i64, random: &mut SmallRng, out: &mut impl Out) {
    let _ = write!(Formatted(out), "{}", random.random_range(min..=max.max(min)));
}

struct Formatted<'a, O>(&'a mut O);

impl<O: Out> Write for Formatted<'_, O> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.raw(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use serde_json::json;

    #[test]
    fn numbers_are_javascript_s() {
        let cases = [
            (json!(1), "1"),
            (json!(1.5), "1.5"),
            (json!(1e-7), "1e-7"),
            (json!(1e21), "1e+21"),
            (json!(123456789012345680000.0), "123456789012345680000"),
            (json!(u64::MAX), "18446744073709551615"),
            (json!(-3), "-3"),
        ];
        for (value, wanted) in cases {
            let mut out = String::new();
            json(&value, &mut out);
            assert_eq!(out, wanted);
        }
    }

    #[test]
    fn text_inside_json_inside_json_is_escaped_twice() {
        let mut out = Vec::new();
        json(&json!({"a": "\"x\"\n"}), &mut Quoted(&mut out));
        assert_eq!(String::from_utf8(out).unwrap(), r#"{\"a\":\"\\\"x\\\"\\n\"}"#);
    }

    #[test]
    fn random_text_has_its_length_and_alphabet() {
        let mut random = SmallRng::seed_from_u64(7);
        for length in [0, 1, 10, 64, 65, 1_000] {
            let mut out = String::new();
            random_text(length, &mut random, &mut out);
            assert_eq!(out.len(), length);
            assert!(out.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }
}
