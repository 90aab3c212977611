//! `schema`: what editors can know of a script, as a JSON Schema (2020-12) made from the table of keys.
//!
//! It accepts what the parser accepts, but for what the parser warns of: a key that is like none has no effect, and is
//! better seen in the editor. It does not know what values mean together, nor what text says within: that is the
//! compiler's business.

mod form;

use crate::parse::keys::{self, Place, Status};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

/// The JSON Schema of a script.
pub fn schema() -> Value {
    let mut writer = Writer::default();
    let Value::Object(script) = writer.place(&keys::SCRIPT, true, false) else { return Value::Null };
    let mut schema = Map::new();
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".into(), "A loadgen script".into());
    schema.extend(script);
    // Places for YAML anchors have any name.
    schema.insert("additionalProperties".into(), true.into());
    writer.definitions.sort_keys();
    schema.insert("$defs".into(), Value::Object(writer.definitions.into_iter().collect()));
    Value::Object(schema)
}

/// Collects the places that have been met.
#[derive(Default)]
struct Writer {
    definitions: IndexMap<String, Value>,
}

impl Writer {
    /// A place: a map with its keys. In `config`, which is filled before it is read, any value may be a placeholder.
    fn place(&mut self, place: &Place, open: bool, config: bool) -> Value {
        let mut properties = Map::new();
        for key in place.keys {
            let config = config || key.name == "config";
            let mut property = Map::new();
            let about = match (key.status, key.default) {
                (Status::Taken, None) => key.about.to_owned(),
                (Status::Taken, Some(default)) => format!("{} Unless set: {default}.", key.about),
                (Status::Later, _) => format!("Not supported yet. {}", key.about),
                (Status::Idle, _) => format!("No effect. {}", key.about),
            };
            property.insert("description".into(), about.into());
            match key.status {
                Status::Taken => {}
                Status::Later => {
                    property.insert("not".into(), json!({}));
                    properties.insert(key.name.into(), Value::Object(property));
                    continue;
                }
                Status::Idle => {
                    property.insert("deprecated".into(), true.into());
                }
            }
            let examples: Vec<Value> =
                key.examples.iter().filter_map(|it| serde_yaml::from_str(it).ok()).collect();
            if !examples.is_empty() {
                property.insert("examples".into(), examples.into());
            }
            if let Value::Object(form) = self.form(&key.form, config) {
                property.extend(form);
            }
            properties.insert(key.name.into(), Value::Object(property));
        }
        let mut map = Map::new();
        map.insert("description".into(), place.about.into());
        map.insert("type".into(), "object".into());
        map.insert("properties".into(), Value::Object(properties));
        match place.needs {
            [] => {}
            [needed] => {
                map.insert("required".into(), json!([needed]));
            }
            needed => {
                let each = needed.iter().map(|key| json!({"required": [key]}));
                map.insert("anyOf".into(), each.collect());
            }
        }
        if !open {
            map.insert("additionalProperties".into(), false.into());
        }
        Value::Object(map)
    }

    /// A reference to a place, which is defined when it is first met.
    fn reference(&mut self, place: &Place, open: bool, config: bool) -> Value {
        let name = slug(place);
        if !self.definitions.contains_key(&name) {
            // What it is comes later, since places hold each other.
            self.definitions.insert(name.clone(), Value::Null);
            let definition = self.place(place, open, config);
            self.definitions.insert(name.clone(), definition);
        }
        json!({"$ref": format!("#/$defs/{name}")})
    }
}

/// The name of a place as a definition.
fn slug(place: &Place) -> String {
    place.name.strip_prefix("a ").unwrap_or(place.name).replace(' ', "-")
}
