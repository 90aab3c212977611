//! `Yaml`: a tree of what is to be written, with comments, and how it becomes text.
//!
//! No library writes comments, and comments are half of what a first script is for. The one promise is that any text
//! comes back from a YAML reader, 1.1 or 1.2, as it was.

use serde_json::Value;
use std::fmt::Write;

/// Comments are wrapped at this column.
const WIDTH: usize = 118;

/// A value to be written.
#[derive(Clone, Debug)]
pub(crate) enum Yaml {
    /// A number or a flag, as it stands.
    Bare(String),
    /// A short name: without quotes where that is safe.
    Word(String),
    /// Text: in quotes, or as a block where it has lines.
    Text(String),
    /// A list.
    List(Vec<Entry>),
    /// A map.
    Map(Vec<Entry>),
}

/// A member of a map, or an item of a list (which has no key).
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    above: Vec<String>,
    gap: bool,
    key: String,
    value: Yaml,
    beside: Option<String>,
}

impl Entry {
    /// A member of a map.
    pub(crate) fn new(key: impl Into<String>, value: Yaml) -> Self {
        Entry { above: Vec::new(), gap: false, key: key.into(), value, beside: None }
    }

    /// An item of a list.
    pub(crate) fn item(value: Yaml) -> Self {
        Entry::new("", value)
    }

    /// With a comment on lines of its own above it.
    pub(crate) fn above(mut self, comment: impl Into<String>) -> Self {
        self.above.push(comment.into());
        self
    }

    /// With a comment at the end of its first line, if there is one.
    pub(crate) fn beside(mut self, comment: Option<impl Into<String>>) -> Self {
        self.beside = comment.map(Into::into);
        self
    }

    /// With an empty line before it.
    pub(crate) fn gap(mut self) -> Self {
        self.gap = true;
        self
    }
}

impl Yaml {
    /// A number.
    pub(crate) fn number(number: u64) -> Self {
        Yaml::Bare(number.to_string())
    }

    /// JSON, with a comment beside each text for which there is one.
    pub(crate) fn json(value: &Value, remark: &dyn Fn(&str, &str) -> Option<String>) -> Self {
        match value {
            Value::Null => Yaml::Bare("null".into()),
            Value::Bool(flag) => Yaml::Bare(flag.to_string()),
            Value::Number(number) => Yaml::Bare(number.to_string()),
            Value::String(text) => Yaml::Text(text.clone()),
            Value::Array(items) => {
                Yaml::List(items.iter().map(|item| Entry::item(Yaml::json(item, remark))).collect())
            }
            Value::Object(members) => {
                let entry = |(key, value): (&String, &Value)| {
                    let remark_here = value.as_str().and_then(|text| remark(key, text));
                    Entry::new(key, Yaml::json(value, remark)).beside(remark_here)
                };
                Yaml::Map(members.iter().map(entry).collect())
            }
        }
    }

    /// The whole document.
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        self.block(0, &mut out);
        out
    }

    /// A map or a list, each entry on a line of its own; or a scalar alone.
    fn block(&self, indent: usize, out: &mut String) {
        match self {
            Yaml::List(entries) if !entries.is_empty() => {
                for entry in entries {
                    // The comments of an item's first member stand above the dash.
                    let mut inner = String::new();
                    if let Yaml::Map(members) = &entry.value
                        && let [first, ..] = members.as_slice()
                    {
                        entry.head(indent, out);
                        comments(&first.above, indent, out);
                        let mut members = members.clone();
                        if let Some(first) = members.first_mut() {
                            first.above.clear();
                            first.gap = false;
                        }
                        Yaml::Map(members).block(indent + 2, &mut inner);
                        let _ = write!(out, "{:indent$}- {}", "", inner.trim_start());
                    } else {
                        entry.head(indent, out);
                        let _ = write!(out, "{:indent$}-", "");
                        entry.tail(indent, out);
                    }
                }
            }
            Yaml::Map(entries) if !entries.is_empty() => {
                for entry in entries {
                    entry.head(indent, out);
                    let _ = write!(out, "{:indent$}{}:", "", key(&entry.key));
                    entry.tail(indent, out);
                }
            }
            scalar => {
                let _ = writeln!(out, "{}", scalar.scalar(indent));
            }
        }
    }

    fn scalar(&self, indent: usize) -> String {
        match self {
            Yaml::Bare(text) => text.clone(),
            Yaml::Word(text) if is_plain(text, " ") => text.clone(),
            Yaml::Word(text) => quoted(text),
            Yaml::Text(text) => lines(text, indent + 2).unwrap_or_else(|| quoted(text)),
            Yaml::List(_) => "[]".into(),
            Yaml::Map(_) => "{}".into(),
        }
    }
}

impl Entry {
    fn head(&self, indent: usize, out: &mut String) {
        if self.gap && !out.is_empty() {
            out.push('\n');
        }
        comments(&self.above, indent, out);
    }

    /// What follows the colon or the dash, to the end of the value.
    fn tail(&self, indent: usize, out: &mut String) {
        let beside = self.beside.as_ref().map(|comment| format!(" # {}", one_line(comment)));
        let beside = beside.unwrap_or_default();
        match &self.value {
            Yaml::List(entries) | Yaml::Map(entries) if !entries.is_empty() => {
                let _ = writeln!(out, "{beside}");
                self.value.block(indent + 2, out);
            }
            value => {
                let text = value.scalar(indent);
                // A comment stands at the end of the first line, before the lines of a block.
                match text.split_once('\n') {
                    Some((first, rest)) => {
                        let _ = writeln!(out, " {first}{beside}\n{rest}");
                    }
                    None => {
                        let _ = writeln!(out, " {text}{beside}");
                    }
                }
            }
        }
    }
}

/// A comment on lines of its own, wrapped.
pub(crate) fn comments(comments: &[String], indent: usize, out: &mut String) {
    for comment in comments {
        let hanging = if comment.starts_with("- ") { "  " } else { "" };
        let mut line = String::new();
        for word in one_line(comment).split(' ') {
            let columns = line.chars().count() + word.chars().count() + indent + 3;
            if columns > WIDTH && !line.trim().is_empty() {
                let _ = writeln!(out, "{:indent$}# {}", "", line.trim_end());
                line = hanging.to_owned();
            }
            line.push_str(word);
            line.push(' ');
        }
        let _ = writeln!(out, "{}", format!("{:indent$}# {}", "", line.trim_end()).trim_end());
    }
}

/// Comments end at the end of their line, so they have no other line in them, nor what some readers take for one.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_printable(c) && c != '\u{feff}' { c } else { ' ' }).collect()
}

fn key(name: &str) -> String {
    if is_plain(name, ".") { name.to_owned() } else { quoted(name) }
}

/// Whether a text needs no quotes. Stricter than YAML, for the sake of readers of all versions.
fn is_plain(text: &str, also: &str) -> bool {
    const RESERVED: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c) || also.contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(fits)
        && !text.ends_with(' ')
        && text.len() <= 100
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

/// A text of several lines as a literal block, where that keeps each of its characters.
fn lines(text: &str, indent: usize) -> Option<String> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let printable = |c: char| c == '\n' || (is_printable(c) && c != '\u{feff}');
    let fits = body.contains('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\n'])
        && text.chars().all(printable)
        && !body.lines().any(|line| line.ends_with(' '));
    fits.then(|| {
        let mut block = if text.ends_with('\n') { "|".to_owned() } else { "|-".to_owned() };
        for line in body.split('\n') {
            let indent = if line.is_empty() { 0 } else { indent };
            let _ = write!(block, "\n{:indent$}{line}", "");
        }
        block
    })
}

/// A text in double quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) && c != '\u{feff}' => out.push(c),
            c => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}
