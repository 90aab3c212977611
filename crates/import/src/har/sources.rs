//! What an answer hands out that a later request might need: ids, tokens, hidden fields.

use super::Exchange;
use super::log::Answer;
use crate::body::is_json;
use crate::draft::From;
use crate::noun::singular;
use crate::url;
use regex::Regex;
use serde_json::Value;

/// Values of one answer that are looked at.
const MOST: usize = 20_000;
/// Longest value, in bytes: a token, not a document.
const LONGEST: usize = 4_096;

/// A value in an answer.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) value: String,
    /// Whether it is a number in JSON, and would be one in a request.
    pub(crate) is_number: bool,
    pub(crate) from: From,
    /// The name that it has: a member's, a header's, a field's.
    pub(crate) key: String,
    /// What it is an id of, in the singular, as far as names tell: `user`.
    pub(crate) resource: String,
    /// Whether it is so peculiar that the same value elsewhere must come from here.
    pub(crate) is_peculiar: bool,
    /// How far from the answer's root it is.
    pub(crate) depth: usize,
}

/// The values, those nearest to the root first.
pub(crate) fn sources(exchange: &Exchange) -> Vec<Source> {
    let answer = &exchange.answer;
    let resource = resource_of(&exchange.request.url);
    let mut found = Vec::new();
    headers(answer, &resource, &mut found);
    if is_json(&answer.kind) || answer.text.trim_start().starts_with(['{', '[']) {
        if let Ok(value) = serde_json::from_str::<Value>(&answer.text) {
            let mut walk = Walk { found: &mut found, path: "$".into() };
            walk.value(&value, "", &resource, 0);
        }
    } else if answer.kind == "text/html" {
        hidden(&answer.text, &mut found);
    }
    found.sort_by_key(|source| source.depth);
    found
}

struct Walk<'a> {
    found: &'a mut Vec<Source>,
    path: String,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, key: &str, resource: &str, depth: usize) {
        if self.found.len() >= MOST {
            return;
        }
        let before = self.path.len();
        match value {
            Value::Object(members) => {
                // `{"order": {"id": 7}}`: an id of an order, whatever was asked for. Envelopes say nothing.
                let envelope = ["", "data", "result", "results", "items", "content", "response", "payload"];
                let resource = if envelope.contains(&key) { resource.to_owned() } else { singular(key) };
                for (name, value) in members {
                    if name.contains(['\'', '\\', '{', '}']) {
                        continue;
                    }
                    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                        && !name.starts_with(|c: char| c.is_ascii_digit())
                        && !name.is_empty();
                    let step = if is_plain { format!(".{name}") } else { format!("['{name}']") };
                    self.path.push_str(&step);
                    self.value(value, name, &resource, depth + 1);
                    self.path.truncate(before);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.path.push_str(&format!("[{index}]"));
                    self.value(item, key, resource, depth + 1);
                    self.path.truncate(before);
                }
            }
            Value::String(text) => self.leaf(text, false, key, resource, depth),
            // A fraction is an amount, never an id.
            Value::Number(number) if !number.is_f64() => {
                self.leaf(&number.to_string(), true, key, resource, depth);
            }
            _ => {}
        }
    }

    fn leaf(&mut self, value: &str, is_number: bool, key: &str, resource: &str, depth: usize) {
        let is_peculiar = is_peculiar(value);
        if value.is_empty() || value.len() > LONGEST || !(is_peculiar || is_id(key)) {
            return;
        }
        self.found.push(Source {
            value: value.to_owned(),
            is_number,
            from: From::Json(self.path.clone()),
            key: key.to_owned(),
            resource: resource.to_owned(),
            is_peculiar,
            depth,
        });
    }
}

fn headers(answer: &Answer, resource: &str, found: &mut Vec<Source>) {
    const COMMON: &[&str] =
        &["set-cookie", "date", "etag", "expires", "last-modified", "server-timing", "report-to", "nel"];
    for (name, value) in &answer.headers {
        let name = name.to_ascii_lowercase();
        if COMMON.contains(&name.as_str()) || !is_peculiar(value) || value.len() > LONGEST {
            continue;
        }
        found.push(Source {
            value: value.clone(),
            is_number: false,
            from: From::Header(name.clone()),
            key: name,
            resource: resource.to_owned(),
            is_peculiar: true,
            depth: 0,
        });
    }
}

/// Hidden fields of forms, and the token that frameworks put into a page's head.
fn hidden(html: &str, found: &mut Vec<Source>) {
    let (Ok(tags), Ok(attributes)) = (
        Regex::new(r#"(?is)<(input|meta)\s((?:"[^"]*"|'[^']*'|[^>"'])*)>"#),
        Regex::new(r#"(?is)([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))"#),
    ) else {
        return;
    };
    for tag in tags.captures_iter(html).take(1_000) {
        let attribute = |wanted: &str| {
            attributes.captures_iter(&tag[2]).find_map(|it| {
                let value = it.get(2).or(it.get(3)).or(it.get(4)).map(|it| it.as_str().to_owned());
                it[1].eq_ignore_ascii_case(wanted).then_some(value).flatten()
            })
        };
        let is_input = tag[1].eq_ignore_ascii_case("input");
        let attr = if is_input { "value" } else { "content" };
        let hidden = !is_input || attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden"));
        let (Some(name), Some(value)) = (attribute("name"), attribute(attr)) else { continue };
        // What HTML writes in another way than it is meant would have to be understood first.
        let is_fine = !name.contains(['"', '\\']) && !value.contains('&') && value.len() <= LONGEST;
        if hidden && is_fine && is_peculiar(&value) {
            let element = if is_input { "input" } else { "meta" };
            found.push(Source {
                value,
                is_number: false,
                from: From::Selector { selector: format!("{element}[name=\"{name}\"]"), attr: attr.into() },
                key: name,
                resource: String::new(),
                is_peculiar: true,
                depth: 0,
            });
        }
    }
}

/// Whether nobody would come across this value twice by chance: long, mixed, and none of the things that mean
/// something by themselves.
pub(crate) fn is_peculiar(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let long_number = digits == value.len() && digits >= 6;
    let mixed = value.len() >= 8 && digits > 0 && letters > 0;
    let opaque = value.len() >= 24 && letters > 0;
    let is_date = value.len() >= 10
        && value.bytes().take(10).enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let is_something = value.contains(char::is_whitespace)
        || value.contains("://")
        || value.contains('@')
        || value.contains(['{', '}', '"', '\'', '<', '>'])
        || is_date
        // A path, a type, a list.
        || value.starts_with('/')
        || value.contains(';');
    (long_number || mixed || opaque) && !is_something
}

/// Whether a member's name says that its value is an id.
pub(crate) fn is_id(key: &str) -> bool {
    let small = key.to_ascii_lowercase();
    ["id", "_id", "uuid", "guid", "slug"].contains(&small.as_str())
        || key.ends_with("Id")
        || key.ends_with("ID")
        || small.ends_with("_id")
}

/// What a URL's path is about, in the singular: `user` for `/api/users/42`.
pub(crate) fn resource_of(url: &str) -> String {
    let path = url::split(url).map_or_else(|| url.to_owned(), |parts| parts.path().to_owned());
    let word = |segment: &&str| {
        !segment.is_empty()
            && !segment.contains("{{")
            && segment.chars().all(|c| c.is_ascii_alphabetic() || "-_".contains(c))
    };
    path.rsplit('/').find(word).map(singular).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_tokens_are_peculiar() {
        for value in [
            "8c5e0f6e-1b1f-4e6e-9c39-4f5d1f1f2d3a",
            "100234",
            "eyJhbGciOi.J9x",
            "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6",
        ] {
            assert!(is_peculiar(value), "{value}");
        }
        for value in [
            "42",
            "pending",
            "2026-01-02T03:04:05Z",
            "https://x/1234567890",
            "a1@example.com",
            "two words 1",
            "/a/12345678",
        ] {
            assert!(!is_peculiar(value), "{value}");
        }
    }

    #[test]
    fn paths_are_about_something() {
        let cases = [
            ("https://x/api/users/42?a=b", "user"),
            ("/categories", "category"),
            ("/boxes/7", "box"),
            ("/status", "status"),
            ("/", ""),
        ];
        for (url, wanted) in cases {
            assert_eq!(resource_of(url), wanted, "{url}");
        }
    }
}
