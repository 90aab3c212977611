//! Comments in a raw JSON body, which Postman takes out before it sends.

use std::borrow::Cow;

/// The text without `// …` and `/* … */`; those within its strings stay. Line breaks stay as well.
pub(super) fn strip(text: &str) -> Cow<'_, str> {
    if !text.contains("//") && !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => {
                in_string = !in_string;
                1
            }
            // With what it escapes.
            '\\' if in_string => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '/' if !in_string && rest.starts_with("//") => {
                rest = &rest[rest.find(['\n', '\r']).unwrap_or(rest.len())..];
                continue;
            }
            '/' if !in_string && rest.starts_with("/*") => {
                rest = rest[2..].find("*/").map_or("", |end| &rest[2 + end + 2..]);
                continue;
            }
            other => other.len_utf8(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        let cases = [
            ("{\"a\": 1}", "{\"a\": 1}"),
            ("{ // one\r\n\"a\": 1 /* two\n */ }", "{ \r\n\"a\": 1  }"),
            (
                r#"{"u": "http://x", "q": "\"// no", "s": "\\"} // yes"#,
                r#"{"u": "http://x", "q": "\"// no", "s": "\\"} "#,
            ),
            ("{\"a\": {{n}}} //", "{\"a\": {{n}}} "),
            ("1 /* open", "1 "),
            ("\"// \\", "\"// \\"),
        ];
        for (text, wanted) in cases {
            assert_eq!(strip(text), wanted, "{text}");
        }
    }
}
