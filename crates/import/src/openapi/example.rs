//! A value that fits a schema: its example if it has one, else something plausible. Where a service is likely to want
//! a new value each time (names, addresses of e-mail, ids), it is a random one.

use super::document::{Document, items, members};
use super::number::number;
use indexmap::IndexSet;
use regex::Regex;
use serde_json::{Map, Value};

/// Members and items of one example, at most: schemas can be as good as endless.
const MOST: usize = 500;
/// Bytes of a written example that count as one member.
const BYTES_FOR_ONE: usize = 256;
/// Values within values, at most.
const DEEPEST: usize = 12;
/// Items of one list, at most.
const LONGEST: u64 = 50;

/// Names of members whose made-up texts do not follow the `pattern` of their schema.
pub(crate) type Patterns = IndexSet<String>;

/// Makes one example.
pub(crate) struct Maker<'a> {
    document: &'a Document,
    /// References on the way here: one that comes again is a cycle.
    stack: Vec<String>,
    left: usize,
    patterns: &'a mut Patterns,
}

/// The example that stands beside a schema (of a parameter, of a media type), or in it, or one made up for it.
pub(crate) fn of_holder(document: &Document, holder: &Value, patterns: &mut Patterns) -> Option<Value> {
    let name = holder.get("name").and_then(Value::as_str).unwrap_or("");
    shown(document, holder).or_else(|| Maker::new(document, patterns).make(holder.get("schema")?, name))
}

/// The example that somebody wrote, beside the schema or in it.
pub(crate) fn shown(document: &Document, holder: &Value) -> Option<Value> {
    if let Some(example) = holder.get("example") {
        return Some(example.clone());
    }
    let first = members(holder.get("examples").unwrap_or(&Value::Null)).next();
    let first = first.and_then(|(_, example)| document.resolve(example).0.get("value").cloned());
    first.or_else(|| given(document.get(holder, "schema")))
}

impl<'a> Maker<'a> {
    pub(crate) fn new(document: &'a Document, patterns: &'a mut Patterns) -> Self {
        Maker { document, stack: Vec::new(), left: MOST, patterns }
    }

    /// A value for the schema; `name` is that of the member. `None` where there is no end to it.
    pub(crate) fn make(&mut self, schema: &'a Value, name: &str) -> Option<Value> {
        let (schema, reference) = self.document.resolve(schema);
        if schema.is_null() || self.left == 0 || self.stack.len() >= DEEPEST {
            return None;
        }
        self.left -= 1;
        if let Some(given) = given(schema) {
            // One that is large, in many places, would add up.
            self.left = self.left.saturating_sub(given.to_string().len() / BYTES_FOR_ONE);
            return Some(given);
        }
        let reference = reference.unwrap_or("").to_owned();
        if !reference.is_empty() && self.stack.contains(&reference) {
            return None;
        }
        self.stack.push(reference);
        let made = self.invent(schema, name);
        self.stack.pop();
        made
    }

    fn invent(&mut self, schema: &'a Value, name: &str) -> Option<Value> {
        if let Some(all) = schema.get("allOf") {
            return self.all_of(schema, items(all), name);
        }
        for key in ["oneOf", "anyOf"] {
            let options = schema.get(key).map(items).unwrap_or_default();
            let is_null = |option: &&Value| option.get("type").and_then(Value::as_str) == Some("null");
            if let Some(option) = options.iter().find(|option| !is_null(option)) {
                return self.make(option, name);
            }
        }
        match kind(schema) {
            "object" => Some(self.object(schema)),
            "array" => Some(self.array(schema, name)),
            kind @ ("integer" | "number") => Some(number(schema, kind == "integer")),
            "boolean" => Some(true.into()),
            "null" => Some(Value::Null),
            _ => {
                let text = text(schema, name);
                if !follows_pattern(schema, &text) {
                    self.patterns.insert(if name.is_empty() { "a text" } else { name }.to_owned());
                }
                Some(text.into())
            }
        }
    }

    /// One item, or as many as there have to be; different ones if so asked.
    fn array(&mut self, schema: &'a Value, name: &str) -> Value {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        let count =
            bound("minItems").unwrap_or(1).clamp(1, LONGEST).min(bound("maxItems").unwrap_or(LONGEST));
        let is_set = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let mut made: Vec<Value> = Vec::new();
        let Some(of) = schema.get("items") else { return Value::Array(made) };
        for index in 0..count as usize {
            let Some(item) = self.make(of, name) else { break };
            made.push(if is_set { another(self.document.resolve(of).0, item, index) } else { item });
        }
        Value::Array(made)
    }

    /// The parts laid over each other; the schema's own properties last.
    fn all_of(&mut self, schema: &'a Value, parts: &'a [Value], name: &str) -> Option<Value> {
        let mut whole = Map::new();
        let mut other = None;
        for part in parts {
            match self.make(part, name) {
                Some(Value::Object(members)) => whole.extend(members),
                made => other = other.or(made),
            }
        }
        if schema.get("properties").is_some()
            && let Value::Object(members) = self.object(schema)
        {
            whole.extend(members);
        }
        if whole.is_empty() { other } else { Some(Value::Object(whole)) }
    }

    fn object(&mut self, schema: &'a Value) -> Value {
        let required =
            |name: &str| items(schema.get("required").unwrap_or(&Value::Null)).iter().any(|it| it == name);
        let mut made = Map::new();
        for (name, property) in members(schema.get("properties").unwrap_or(&Value::Null)) {
            let (resolved, _) = self.document.resolve(property);
            let is_answer_only = resolved.get("readOnly") == Some(&Value::Bool(true));
            let is_old = resolved.get("deprecated") == Some(&Value::Bool(true));
            // What is optional and large says little in a first script.
            let is_far = self.stack.len() > 5 && !required(name);
            if is_answer_only || (is_old && !required(name)) || is_far {
                continue;
            }
            if let Some(value) = self.make(property, name) {
                made.insert(name.clone(), value);
            }
        }
        Value::Object(made)
    }
}

/// What the schema itself says.
fn given(schema: &Value) -> Option<Value> {
    for key in ["example", "const", "default"] {
        if let Some(value) = schema.get(key).filter(|value| !value.is_null()) {
            return Some(value.clone());
        }
    }
    ["examples", "enum"].iter().find_map(|key| schema.get(*key).and_then(|list| items(list).first()).cloned())
}

/// The item at an index of a list without any twice: texts are random anyhow.
fn another(schema: &Value, item: Value, index: usize) -> Value {
    let step = schema.get("multipleOf").and_then(Value::as_i64).unwrap_or(1);
    match item.as_i64() {
        _ if schema.get("enum").is_some() => schema["enum"].get(index).cloned().unwrap_or(item),
        Some(number) => number.saturating_add(step.saturating_mul(index as i64)).into(),
        None => item,
    }
}

/// Whether a text follows the schema's `pattern`: a random one hardly ever does.
fn follows_pattern(schema: &Value, text: &str) -> bool {
    let Some(pattern) = schema.get("pattern").and_then(Value::as_str) else { return true };
    !text.contains("{{") && Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// The type; in 3.1 it may be one of several.
pub(crate) fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null")
        }
        _ if schema.get("allOf").is_some() => "object",
        _ if schema.get("properties").is_some() || schema.get("additionalProperties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "string",
    }
}

fn text(schema: &Value, name: &str) -> String {
    match schema.get("format").and_then(Value::as_str).unwrap_or("") {
        "date" => return "2026-01-15".into(),
        "date-time" => return "2026-01-15T12:00:00Z".into(),
        "time" => return "12:00:00Z".into(),
        "duration" => return "P1D".into(),
        "uuid" => return "{{ $uuid }}".into(),
        "email" | "idn-email" => return "{{ $randomString(10) }}@example.com".into(),
        "uri" | "url" | "iri" | "uri-reference" => return "https://example.com/".into(),
        "hostname" => return "example.com".into(),
        "ipv4" => return "192.0.2.1".into(),
        "ipv6" => return "2001:db8::1".into(),
        "byte" => return "bG9hZA==".into(),
        _ => {}
    }
    if name.to_ascii_lowercase().contains("email") {
        return "{{ $randomString(10) }}@example.com".into();
    }
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    let (least, most) = (bound("minLength").unwrap_or(0), bound("maxLength").unwrap_or(u64::MAX));
    let length = 10.clamp(least.min(1_000), most.clamp(least.min(1_000), 1_000));
    format!("{{{{ $randomString({length}) }}}}")
}
