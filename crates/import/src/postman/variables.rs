//! Postman's variables: `{{name}}` stays what it is, save where a script has another name for it.

use crate::draft::{Draft, Variable};
use regex::Regex;
use serde_json::Value;

/// The names of a collection, and what was met of them.
pub(crate) struct Variables {
    placeholder: Option<Regex>,
    /// Set by the collection, in its order.
    known: Vec<(String, String)>,
    /// Used in a request.
    used: Vec<String>,
    /// Set by a capture.
    pub(crate) captured: Vec<String>,
    /// Without a value, at the beginning of a URL: taken for the target.
    pub(crate) bases: Vec<String>,
    /// Dynamic ones that have no counterpart.
    unknown: Vec<String>,
}

impl Variables {
    /// Those of the collection.
    pub(crate) fn read(collection: &Value) -> Self {
        let mut known: Vec<(String, String)> = Vec::new();
        for variable in collection.get("variable").and_then(Value::as_array).into_iter().flatten() {
            let key = ["key", "id"].iter().find_map(|key| variable.get(*key)?.as_str());
            let Some(key) = key.filter(|_| variable.get("disabled") != Some(&Value::Bool(true))) else {
                continue;
            };
            let value = match variable.get("value") {
                Some(Value::String(text)) => text.clone(),
                None | Some(Value::Null) => String::new(),
                Some(other) => other.to_string(),
            };
            known.retain(|(name, _)| *name != identifier(key));
            known.push((identifier(key), value));
        }
        Variables {
            placeholder: Regex::new(r"\{\{\s*([^{}]+?)\s*\}\}").ok(),
            known,
            used: Vec::new(),
            captured: Vec::new(),
            bases: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// The value that the collection gives to a name, its own placeholders filled in.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let mut value = self.plain(name)?;
        // Values may name others; one that names itself has no end.
        for _ in 0..5 {
            let Some(placeholder) = &self.placeholder else { break };
            let filled = placeholder.replace_all(&value, |found: &regex::Captures<'_>| {
                self.plain(&found[1]).unwrap_or_else(|| found[0].to_owned())
            });
            value = filled.into_owned();
        }
        Some(value)
    }

    fn plain(&self, name: &str) -> Option<String> {
        let name = identifier(name);
        self.known.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }

    /// A text as a script writes it.
    pub(crate) fn text(&mut self, text: &str) -> String {
        let Some(placeholder) = self.placeholder.clone() else { return text.to_owned() };
        let replaced = placeholder.replace_all(text, |found: &regex::Captures<'_>| self.name(&found[1]));
        replaced.into_owned()
    }

    /// All texts in JSON, names of members too.
    pub(crate) fn json(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.json(item)).collect(),
            Value::Object(members) => Value::Object(
                members.iter().map(|(name, value)| (self.text(name), self.json(value))).collect(),
            ),
            other => other.clone(),
        }
    }

    fn name(&mut self, name: &str) -> String {
        let dynamic = match name {
            "$guid" | "$randomUUID" => "$uuid",
            "$randomInt" => "$randomNumber(0, 1000)",
            "$randomAlphaNumeric" => "$randomString(1)",
            "$randomPassword" => "$randomString(15)",
            "$timestamp" => "$randomNumber(1000000000, 2000000000)",
            "$randomEmail" | "$randomExampleEmail" => return "{{ $randomString(10) }}@example.com".into(),
            _ if name.starts_with('$') => "$randomString(10)",
            _ => {
                let name = identifier(name);
                if !self.used.contains(&name) {
                    self.used.push(name.clone());
                }
                return format!("{{{{ {name} }}}}");
            }
        };
        let has_counterpart =
            ["$guid", "$randomUUID", "$randomInt", "$randomAlphaNumeric", "$randomPassword"];
        if !has_counterpart.contains(&name) && !self.unknown.iter().any(|it| it == name) {
            self.unknown.push(name.to_owned());
        }
        format!("{{{{ {dynamic} }}}}")
    }

    /// Declares what was used, and says what has no value.
    pub(crate) fn declare(mut self, draft: &mut Draft) {
        self.bases.sort();
        self.bases.dedup();
        if !self.bases.is_empty() {
            let names: Vec<String> = self.bases.iter().map(|name| format!("{{{{{name}}}}}")).collect();
            let names = names.join(", ");
            draft.target_remark = Some(format!("put the value of {names} here"));
            draft.note(format!("The collection gives no value to {names}: the target stands for it."));
        }
        let mut unset = Vec::new();
        // Values name further variables, which have to be there as well.
        let mut index = 0;
        while let Some(name) = self.used.get(index).cloned() {
            index += 1;
            let known = self.known.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
            let captured = self.captured.contains(&name);
            let value = match known {
                Some(value) => self.text(&value),
                None => String::new(),
            };
            if captured && value.is_empty() {
                continue;
            }
            let remark = value.is_empty().then(|| "not in the collection: put a value here".to_owned());
            if value.is_empty() {
                unset.push(name.clone());
            }
            draft.variables.push(Variable { name, value: value.into(), remark });
        }
        if !unset.is_empty() {
            draft.note(format!(
                "The collection gives no value to {}: see config.variables (in Postman an environment has them).",
                unset.join(", ")
            ));
        }
        if !self.unknown.is_empty() {
            draft.note(format!("Random texts or numbers stand in for {}.", self.unknown.join(", ")));
        }
    }
}

/// A name that a script can use: `base-url` is `base_url`.
pub(crate) fn identifier(name: &str) -> String {
    let name: String =
        name.trim().chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    // `target` is the script's own.
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() || name == "target" {
        return format!("_{name}");
    }
    name
}
