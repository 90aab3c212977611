//! Ways into values: `a.b[0]['c']`, read and followed as lodash's `get` does.

use crate::template::{Key, Path, Scope};
use serde_json::Value;
use std::borrow::Cow;

/// The parts of a path; the first is the variable's name. Anything can be read; what does not exist is undefined.
pub(super) fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']').unwrap_or(inner.len());
            let key = inner[..end].trim();
            let quoted = ['"', '\''].iter().find_map(|quote| key.strip_prefix(*quote)?.strip_suffix(*quote));
            parts.push(quoted.unwrap_or(key).to_owned());
            rest = inner.get(end + 1..).unwrap_or("");
            rest = rest.strip_prefix('.').unwrap_or(rest);
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            parts.push(rest[..end].trim().to_owned());
            rest = &rest[end..];
            rest = rest.strip_prefix('.').unwrap_or(rest);
        }
    }
    parts
}

/// The keys of a path after its variable.
pub(super) fn keys(parts: &[String]) -> Vec<Key> {
    let index = |part: &String| part.parse().ok().filter(|index: &usize| index.to_string() == *part);
    parts.iter().map(|part| index(part).map_or_else(|| Key::Name(part.as_str().into()), Key::Index)).collect()
}

/// The first part of a path, which names a variable.
pub(crate) fn path_root(text: &str) -> String {
    parts(text).into_iter().next().unwrap_or_default()
}

/// The keys of a path after its first part.
pub(crate) fn path_keys(text: &str) -> Vec<Key> {
    keys(parts(text).get(1..).unwrap_or_default())
}

impl Path {
    /// What stands there; `None` where there is nothing.
    pub(super) fn find<'a, S: Scope + ?Sized>(&self, scope: &'a S) -> Option<Cow<'a, Value>> {
        follow(scope.value(self.slot)?, &self.keys)
    }
}

/// Follows keys into a value.
pub(crate) fn follow<'a>(mut value: &'a Value, keys: &[Key]) -> Option<Cow<'a, Value>> {
    for (place, key) in keys.iter().enumerate() {
        value = match (value, key) {
            (Value::Object(members), Key::Name(name)) => members.get(&**name)?,
            (Value::Object(members), Key::Index(index)) => members.get(&index.to_string())?,
            (Value::Array(items), Key::Index(index)) => items.get(*index)?,
            // The one property that lists and texts have in JavaScript; texts count UTF-16 units there.
            (Value::Array(items), Key::Name(name)) if &**name == "length" && place + 1 == keys.len() => {
                return Some(Cow::Owned(items.len().into()));
            }
            (Value::String(text), Key::Name(name)) if &**name == "length" && place + 1 == keys.len() => {
                return Some(Cow::Owned(text.encode_utf16().count().into()));
            }
            _ => return None,
        };
    }
    Some(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_where_lodash_goes() {
        let value = json!({
            "name": "Ines", "dash-key": "dashed", "lines": ["a", "b"], "pets": [{"kind": "cat"}, {"kind": "dog"}],
            "1": "one",
        });
        let cases = [
            ("user.name", Some(json!("Ines"))),
            ("user['dash-key']", Some(json!("dashed"))),
            ("user.dash-key", Some(json!("dashed"))),
            ("user[\"name\"]", Some(json!("Ines"))),
            ("user.lines[1]", Some(json!("b"))),
            ("user.pets.1.kind", Some(json!("dog"))),
            ("user.pets[0]['kind']", Some(json!("cat"))),
            ("user.pets.length", Some(json!(2))),
            ("user.name.length", Some(json!(4))),
            ("user[1]", Some(json!("one"))),
            ("user.pets[7].kind", None),
            ("user.pets.01", None),
            ("user.name.nope", None),
            ("user.pets[", None),
        ];
        for (path, wanted) in cases {
            let parts = parts(path);
            assert_eq!(parts[0], "user");
            assert_eq!(follow(&value, &keys(&parts[1..])).map(Cow::into_owned), wanted, "{path}");
        }
    }
}
