//! JSON's way to write characters past U+FFFF, a pair of escapes (`\\ud83d\\ude00`), which YAML does not know: each
//! pair becomes the one escape that YAML has for it (`\\U0001F600`).

use std::borrow::Cow;

/// The text with its pairs joined, if it is meant as JSON. Escapes that are no pair stay, for the reader to refuse.
pub(super) fn joined(text: &str) -> Cow<'_, str> {
    let json = text.trim_start().starts_with('{');
    let maybe = text.contains("\\ud") || text.contains("\\uD");
    if !json || !maybe {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(character) = pair(rest) {
            out.push_str(&format!("\\U{:08X}", character as u32));
            rest = &rest[12..];
            continue;
        }
        // An escape that is not ours is left alone, an escaped backslash above all.
        let end = rest.char_indices().nth(2).map_or(rest.len(), |(end, _)| end);
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character whose pair of escapes a text begins with.
fn pair(text: &str) -> Option<char> {
    let unit = |at: usize| u16::from_str_radix(text.get(at..at + 6)?.strip_prefix("\\u")?, 16).ok();
    char::decode_utf16([unit(0)?, unit(6)?]).next()?.ok().filter(|c| *c > '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_become_one_escape_and_nothing_else_changes() {
        let cases = [
            (r#"{"a": "\ud83d\ude00!"}"#, r#"{"a": "\U0001F600!"}"#),
            (r#"{"a": "\\ud83d\ude00"}"#, r#"{"a": "\\ud83d\ude00"}"#),
            (r#"{"a": "\ud83d"}"#, r#"{"a": "\ud83d"}"#),
            (r#"{"a": "\u00e9\ud7ff\ud83d\ud83d\ude00"}"#, r#"{"a": "\u00e9\ud7ff\ud83d\U0001F600"}"#),
            (r"a: '\ud83d\ude00'", r"a: '\ud83d\ude00'"),
            (r#"{"é\ud83d\ud"#, r#"{"é\ud83d\ud"#),
            (r#"{"\ud83dé\u"#, r#"{"\ud83dé\u"#),
        ];
        for (text, wanted) in cases {
            assert_eq!(joined(text), wanted);
        }
    }
}
