//! `inspect`: a value as Node's console prints it, which is how `log` shows a lone list or object.
//!
//! Two levels deep, in lines of at most 72 characters or so, long lists of short items in columns: the rules of Node's
//! `util.inspect` with its own defaults, for the values that JSON has.

use crate::js;
use serde_json::Value;

/// Levels below the value itself that are shown.
const DEEPEST: usize = 2;
/// Characters of a line.
const WIDEST: usize = 80;
/// Levels that are put into one line.
const COMPACT: usize = 3;
/// Items of a list that are shown.
const MOST: usize = 100;
/// Lists of more items than these are put into columns.
const GROUPED: usize = 6;

/// The value as Node's console prints it: texts as they are, lists and objects in JavaScript's notation.
pub fn inspect(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => Inspector { indentation: 0, deepest: 0 }.value(value, 0),
    }
}

struct Inspector {
    indentation: usize,
    /// The level of the list or object that was begun last.
    deepest: usize,
}

impl Inspector {
    fn value(&mut self, value: &Value, level: usize) -> String {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) if items.is_empty() => "[]".to_owned(),
            Value::Object(members) if members.is_empty() => "{}".to_owned(),
            Value::Array(_) if level > DEEPEST => "[Array]".to_owned(),
            Value::Object(_) if level > DEEPEST => "[Object]".to_owned(),
            Value::Array(items) => {
                self.deepest = level;
                let mut parts: Vec<String> =
                    items.iter().take(MOST).map(|item| self.part(item, level)).collect();
                if let Some(more @ 1..) = items.len().checked_sub(MOST) {
                    parts.push(format!("... {more} more item{}", if more > 1 { "s" } else { "" }));
                }
                let count = parts.len();
                if count > GROUPED {
                    parts = self.columns(parts, items);
                }
                let whole = count == parts.len();
                self.joined(&parts, "[", "]", level, whole)
            }
            Value::Object(members) => {
                self.deepest = level;
                let parts: Vec<String> = members
                    .iter()
                    .map(|(name, member)| format!("{}: {}", key(name), self.part(member, level)))
                    .collect();
                self.joined(&parts, "{", "}", level, true)
            }
            value => {
                let mut text = String::new();
                js::text(value, &mut text);
                text
            }
        }
    }

    fn part(&mut self, value: &Value, level: usize) -> String {
        self.indentation += 2;
        let text = self.value(value, level + 1);
        self.indentation -= 2;
        text
    }

    /// A text in quotes; a long one with a line for each of its own.
    fn text(&self, text: &str) -> String {
        let length = text.encode_utf16().count();
        if length > 16 && length + self.indentation + 4 > WIDEST && text.contains('\n') {
            let lines: Vec<String> = text.split_inclusive('\n').map(quoted).collect();
            return lines.join(&format!(" +\n{}", " ".repeat(self.indentation + 2)));
        }
        quoted(text)
    }

    /// The parts in one line if they fit, else each in its own; `whole` is whether they may be in one.
    fn joined(&self, parts: &[String], open: &str, close: &str, level: usize, whole: bool) -> String {
        let start = parts.len() + self.indentation + open.len() + 10;
        let length = parts.iter().map(|part| width(part)).sum::<usize>() + start + parts.len();
        let shallow = self.deepest.saturating_sub(level) < COMPACT;
        if whole && shallow && length <= WIDEST && !parts.iter().any(|part| part.contains('\n')) {
            return format!("{open} {} {close}", parts.join(", "));
        }
        let indentation = format!("\n{}", " ".repeat(self.indentation));
        let between = format!(",{indentation}  ");
        format!("{open}{indentation}  {}{indentation}{close}", parts.join(&between))
    }

    /// The items of a long list in lines of several, if they are short and alike.
    fn columns(&self, parts: Vec<String>, items: &[Value]) -> Vec<String> {
        const SPACE: usize = 2;
        let shown = if items.len() > MOST { parts.len() - 1 } else { parts.len() };
        let widths: Vec<usize> = parts.iter().take(shown).map(|part| width(part)).collect();
        let longest = widths.iter().copied().max().unwrap_or(0);
        let total: usize = widths.iter().map(|width| width + SPACE).sum();
        let most = longest + SPACE;
        let alike = total as f64 / most as f64 > 5.0 || longest <= 6;
        if most * 3 + self.indentation >= WIDEST || !alike {
            return parts;
        }
        let bias = (most as f64 - total as f64 / parts.len() as f64).max(0.0).sqrt();
        let biased = (most as f64 - 3.0 - bias).max(1.0);
        let ideal = ((2.5 * biased * shown as f64).sqrt() / biased).round() as usize;
        let columns = ideal.min((WIDEST - self.indentation) / most).min(COMPACT * 4).min(15);
        if columns <= 1 {
            return parts;
        }
        let wide: Vec<usize> = (0..columns)
            .map(|column| widths.iter().skip(column).step_by(columns).max().map_or(0, |it| it + SPACE))
            .collect();
        let right = items.iter().take(shown).all(Value::is_number);
        let mut lines = Vec::new();
        for line in parts[..shown].chunks(columns) {
            let mut text = String::new();
            for (column, part) in line.iter().enumerate() {
                let last = column + 1 == line.len();
                let part = if last { part.clone() } else { format!("{part}, ") };
                let wide = if last { wide[column] - SPACE } else { wide[column] };
                let padding = " ".repeat(wide.saturating_sub(width(&part)));
                match (right, last) {
                    (true, _) => text.push_str(&(padding + &part)),
                    (false, true) => text.push_str(&part),
                    (false, false) => text.push_str(&(part + &padding)),
                }
            }
            lines.push(text);
        }
        lines.extend(parts.into_iter().skip(shown));
        lines
    }
}

fn width(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A member's name: in quotes unless it is a plain word.
fn key(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if plain { name.to_owned() } else { quoted(name) }
}

/// A text in the quotes that it needs least escapes for.
fn quoted(text: &str) -> String {
    let quote = if !text.contains('\'') {
        '\''
    } else if !text.contains('"') {
        '"'
    } else if !text.contains('`') && !text.contains("${") {
        '`'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\u{b}' => out.push_str("\\v"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\x{:02X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_look_as_on_node_s_console() {
        let cases = [
            (json!("it's"), "it's"),
            (json!(null), "null"),
            (json!(1.50), "1.5"),
            (
                json!({"a": 1, "b": "it's", "c-d": [1, "x"], "e": {}}),
                "{ a: 1, b: \"it's\", 'c-d': [ 1, 'x' ], e: {} }",
            ),
            (
                json!({"a": {"b": {"c": {"d": 1}}, "l": [[1, [2]]]}}),
                "{ a: { b: { c: [Object] }, l: [ [Array] ] } }",
            ),
            (
                json!({"page": {"number": 1, "size": 4}, "request-id": "req-77", "kinds": ["book", "disc"]}),
                "{\n  page: { number: 1, size: 4 },\n  'request-id': 'req-77',\n  kinds: [ 'book', 'disc' ]\n}",
            ),
            (
                json!([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
                "[\n   1,  2, 3, 4,  5,\n   6,  7, 8, 9, 10,\n  11, 12\n]",
            ),
            (json!(["a\nb", "c\\'\"d"]), "[ 'a\\nb', `c\\\\'\"d` ]"),
        ];
        for (value, wanted) in cases {
            assert_eq!(inspect(&value), wanted);
        }
    }
}
