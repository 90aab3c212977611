//! The schema of a value, by its form.

use super::Writer;
use crate::duration;
use crate::parse::fields::{MAX_COUNT, MAX_RATE};
use crate::parse::keys::{self, Form};
use serde_json::{Value, json};

/// A number as text, blanks around it included.
const NUMBER: &str = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$";
/// A whole number as text.
const WHOLE: &str = r"^\s*\+?\d+(\.0*)?([eE]\+?\d+)?\s*$";
/// A span of time as text: a number and perhaps a unit.
const SPAN: &str = r"^\s*\+?(\d+\.?\d*|\.\d+)\s*[a-zA-Z]*\s*$";
/// Text that is filled before it is read.
const PLACEHOLDER: &str = r"\{\{";

impl Writer {
    /// A value. In `config` any may be a placeholder.
    pub(super) fn form(&mut self, form: &Form, config: bool) -> Value {
        // A pattern says nothing of what is no text, nor a bound of what is no number.
        let text =
            |pattern: &str| if config { format!("{pattern}|{PLACEHOLDER}") } else { pattern.to_owned() };
        match form {
            Form::Text => json!({"type": ["string", "number", "boolean"]}),
            Form::OnlyText => json!({"type": "string"}),
            Form::Number => json!({"type": ["number", "string"], "pattern": text(NUMBER)}),
            Form::Rate => {
                json!({"type": ["number", "string"], "minimum": 0, "maximum": MAX_RATE, "pattern": text(NUMBER)})
            }
            Form::Count => {
                json!({"type": ["integer", "string"], "minimum": 0, "maximum": MAX_COUNT, "pattern": text(WHOLE)})
            }
            Form::Share => json!({
                "type": ["number", "string"], "minimum": 0,
            }),
            Form::Span => json!({
                "type": ["number", "string"], "minimum": 0, "maximum": duration::LONGEST.as_secs(),
                "pattern": text(SPAN),
            }),
            Form::Flag => json!({"type": ["boolean", "string"], "pattern": text("^(true|false)$")}),
            Form::NumberOrText => json!({"type": ["number", "string"]}),
            Form::Expression => json!({"type": "string"}),
            Form::OneOf(words) => {
                let flags = [("true", true), ("false", false)];
                let flags =
                    flags.iter().filter(|(word, _)| words.contains(word)).map(|(_, flag)| Value::Bool(*flag));
                let allowed: Vec<Value> = words.iter().map(|word| Value::from(*word)).chain(flags).collect();
                perhaps_placeholder(json!({"enum": allowed}), config)
            }
            Form::Any => json!({}),
            Form::Null => json!({"type": "null"}),
            Form::Switch => json!({"type": ["boolean", "null"]}),
            Form::Scalar => json!({"type": ["string", "number", "boolean"]}),
            Form::List(item) => {
                let list = json!({"type": "array", "items": self.form(item, config)});
                perhaps_placeholder(list, config)
            }
            Form::Map(value) => {
                let map = json!({"type": "object", "additionalProperties": self.form(value, config)});
                perhaps_placeholder(map, config)
            }
            Form::OneOrMany(item) => {
                let item = self.form(item, config);
                json!({"anyOf": [item, {"type": "array", "items": item}]})
            }
            Form::Either(forms) => {
                let each: Vec<Value> = forms.iter().map(|form| self.form(form, config)).collect();
                json!({"anyOf": each})
            }
            Form::Place(place) => {
                let place = self.reference(place, false, config);
                perhaps_placeholder(place, config)
            }
            Form::Open(place) => {
                let place = self.reference(place, true, config);
                perhaps_placeholder(place, config)
            }
            Form::Steps => {
                self.step();
                json!({"type": "array", "items": {"$ref": "#/$defs/step"}})
            }
        }
    }

    /// A step: one key, or those of a step that has more.
    fn step(&mut self) {
        let name = "step";
        if self.definitions.contains_key(name) {
            return;
        }
        self.definitions.insert(name.to_owned(), Value::Null);
        let mut step = self.place(&keys::STEP, false, false);
        let mut kinds = vec![json!({"minProperties": 1, "maxProperties": 1})];
        for place in [&keys::LOOP, &keys::PARALLEL, &keys::THINK] {
            let more = self.place(place, false, false);
            if let (Some(all), Some(Value::Object(more))) =
                (step["properties"].as_object_mut(), more.get("properties").cloned())
            {
                more.into_iter().for_each(|(key, property)| {
                    all.entry(key).or_insert(property);
                });
            }
            let names: Vec<&str> = place.known().collect();
            kinds.push(json!({"required": place.needs, "propertyNames": {"enum": names}}));
        }
        step["anyOf"] = kinds.into();
        self.definitions.insert(name.to_owned(), step);
    }
}

fn perhaps_placeholder(schema: Value, config: bool) -> Value {
    if !config {
        return schema;
    }
    json!({"anyOf": [schema, {"type": "string", "pattern": PLACEHOLDER}]})
}
