//! A value that fits a schema: its example if it has one, else something plausible. Where a service is likely to want
//! a new value each time (names, addresses of e-mail, ids), it is a random one.

use super::document::{Document, items, members};
use serde_json::{Map, Value};

/// Members and items of one example, at most: schemas can be as good as endless.
const MOST: usize = 500;
/// Values within values, at most.
const DEEPEST: usize = 12;

/// Makes one example.
pub(crate) struct Maker<'a> {
    document: &'a Document,
    /// References on the way here: one that comes again is a cycle.
    stack: Vec<String>,
    left: usize,
}

/// The example that stands beside a schema (of a parameter, of a media type), or in it, or one made up for it.
pub(crate) fn of_holder(document: &Document, holder: &Value) -> Option<Value> {
    shown(document, holder).or_else(|| Maker::new(document).make(holder.get("schema")?, ""))
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
    pub(crate) fn new(document: &'a Document) -> Self {
        Maker { document, stack: Vec::new(), left: MOST }
    }

    /// A value for the schema; `name` is that of the member. `None` where there is no end to it.
    pub(crate) fn make(&mut self, schema: &'a Value, name: &str) -> Option<Value> {
        let (schema, reference) = self.document.resolve(schema);
        if schema.is_null() || self.left == 0 || self.stack.len() >= DEEPEST {
            return None;
        }
        self.left -= 1;
        if let Some(given) = given(schema) {
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
            "array" => {
                let item = schema.get("items").and_then(|items| self.make(items, name));
                Some(Value::Array(item.into_iter().collect()))
            }
            "integer" => Some(number(schema, 1.0).map_or(Value::from(1), |it| Value::from(it as i64))),
            "number" => number(schema, 1.5).and_then(serde_json::Number::from_f64).map(Value::Number),
            "boolean" => Some(true.into()),
            "null" => Some(Value::Null),
            _ => Some(text(schema, name).into()),
        }
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

fn number(schema: &Value, usual: f64) -> Option<f64> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let least = bound("minimum").or(bound("exclusiveMinimum").map(|least| least + 1.0));
    let most = bound("maximum").or(bound("exclusiveMaximum").map(|most| most - 1.0));
    let number = least.map_or(usual, |least| least.max(usual.min(least.abs())));
    let number = most.map_or(number, |most| number.min(most));
    match bound("multipleOf").filter(|step| *step > 0.0) {
        Some(step) => Some((number / step).ceil() * step),
        None => Some(number),
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
