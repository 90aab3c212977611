//! Postman's variables: `{{name}}` stays what it is, save where a script has another name for it.

use crate::draft::{Draft, Variable};
use indexmap::IndexSet;
use regex::Regex;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Longest value with its placeholders filled in, in bytes: an address, not a document.
pub(super) const LONGEST: usize = 64 << 10;
/// Values within values, at most.
const DEEPEST: usize = 20;
/// Placeholders that are filled in for one value, at most.
const MOST: usize = 1_000;

/// The names of a collection, and what was met of them.
pub(crate) struct Variables {
    placeholder: Option<Regex>,
    /// Set by the collection.
    known: HashMap<String, String>,
    /// Used in a request.
    used: IndexSet<String>,
    /// Set by a capture.
    pub(crate) captured: HashSet<String>,
    /// Without a value, at the beginning of a URL: taken for the target.
    pub(crate) bases: Vec<String>,
    /// Dynamic ones that have no counterpart.
    unknown: IndexSet<String>,
}

impl Variables {
    /// Those of the collection.
    pub(crate) fn read(collection: &Value) -> Self {
        let mut known = HashMap::new();
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
            known.insert(identifier(key), value);
        }
        Variables {
            placeholder: Regex::new(r"\{\{\s*([^{}]+?)\s*\}\}").ok(),
            known,
            used: IndexSet::new(),
            captured: HashSet::new(),
            bases: Vec::new(),
            unknown: IndexSet::new(),
        }
    }

    /// The value that the collection gives to a name, its own placeholders filled in. `None` as well where that has no
    /// end: it names itself, be it in a round about way, or becomes longer than anybody could mean.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let mut filled = String::new();
        self.fill(&identifier(name), &mut Vec::new(), &mut 0, &mut filled)?;
        Some(filled)
    }

    /// Appends the value of a name; `around` are the names whose values this one stands in.
    fn fill<'a>(
        &'a self,
        name: &str,
        around: &mut Vec<&'a str>,
        count: &mut usize,
        out: &mut String,
    ) -> Option<()> {
        let (name, value) = self.known.get_key_value(name)?;
        *count += 1;
        let is_endless = around.len() > DEEPEST || around.contains(&name.as_str());
        if is_endless || *count > MOST || out.len() + value.len() > LONGEST {
            return None;
        }
        around.push(name);
        let mut end = 0;
        for found in self.placeholder.iter().flat_map(|it| it.captures_iter(value)) {
            let (Some(whole), Some(inner)) = (found.get(0), found.get(1)) else { continue };
            out.push_str(&value[end..whole.start()]);
            end = whole.end();
            let inner = identifier(inner.as_str());
            if self.known.contains_key(&inner) {
                self.fill(&inner, around, count, out)?;
            } else {
                out.push_str(whole.as_str());
            }
        }
        out.push_str(&value[end..]);
        around.pop();
        Some(())
    }

    /// A text as a script writes it.
    pub(crate) fn text(&mut self, text: &str) -> String {
        // Lent and put back: a copy would begin with an empty cache, which is slow.
        let Some(placeholder) = self.placeholder.take() else { return text.to_owned() };
        let replaced = placeholder.replace_all(text, |found: &regex::Captures<'_>| self.name(&found[1]));
        let replaced = replaced.into_owned();
        self.placeholder = Some(placeholder);
        replaced
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
                self.used.insert(name.clone());
                return format!("{{{{ {name} }}}}");
            }
        };
        let has_counterpart =
            ["$guid", "$randomUUID", "$randomInt", "$randomAlphaNumeric", "$randomPassword"];
        if !has_counterpart.contains(&name) {
            self.unknown.insert(name.to_owned());
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
        let mut endless = Vec::new();
        // Values name further variables, which have to be there as well.
        let mut index = 0;
        while let Some(name) = self.used.get_index(index).cloned() {
            index += 1;
            let captured = self.captured.contains(&name);
            let is_endless = self.known.contains_key(&name) && self.value(&name).is_none();
            let value = match self.known.get(&name).filter(|_| !is_endless).cloned() {
                Some(value) => self.text(&value),
                None => String::new(),
            };
            if captured && value.is_empty() {
                continue;
            }
            if is_endless {
                let remark = Some("endless in the collection: put a value here".to_owned());
                draft.variables.push(Variable { name: name.clone(), value: value.into(), remark });
                endless.push(name);
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
        if !endless.is_empty() {
            draft.note(format!(
                "Left empty, since they name themselves or have no end: {}, see config.variables.",
                endless.join(", ")
            ));
        }
        if !self.unknown.is_empty() {
            let unknown: Vec<&str> = self.unknown.iter().map(String::as_str).collect();
            draft.note(format!("Random texts or numbers stand in for {}.", unknown.join(", ")));
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
