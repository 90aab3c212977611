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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::keys::{Form, Key};

    /// All places that can be reached from a script.
    fn places() -> Vec<&'static Place> {
        let mut met: Vec<&'static Place> = vec![&keys::SCRIPT];
        let mut next = 0;
        while let Some(place) = met.get(next) {
            for key in place.keys {
                within(&key.form, &mut met);
            }
            next += 1;
        }
        met
    }

    fn within(form: &'static Form, met: &mut Vec<&'static Place>) {
        let mut meet = |place: &'static Place| {
            if !met.iter().any(|it| std::ptr::eq(*it, place)) {
                met.push(place);
            }
        };
        match form {
            Form::Place(place) | Form::Open(place) => meet(place),
            Form::List(item) | Form::Map(item) | Form::OneOrMany(item) => within(item, met),
            Form::Either(forms) => forms.iter().for_each(|form| within(form, met)),
            Form::Steps => {
                [&keys::STEP, &keys::THINK, &keys::LOOP, &keys::PARALLEL].into_iter().for_each(meet);
            }
            _ => {}
        }
    }

    #[test]
    fn each_key_of_the_table_is_in_the_schema() {
        let schema = schema();
        let places = places();
        assert!(places.len() >= 20, "{}", places.len());
        for place in places {
            let steps = [&keys::STEP, &keys::THINK, &keys::LOOP, &keys::PARALLEL];
            let properties = match place {
                place if std::ptr::eq(place, &keys::SCRIPT) => &schema["properties"],
                place if steps.iter().any(|step| std::ptr::eq(*step, place)) => {
                    &schema["$defs"]["step"]["properties"]
                }
                place => &schema["$defs"][slug(place)]["properties"],
            };
            for Key { name, status, about, .. } in place.keys {
                let told = properties[name]["description"].as_str().unwrap_or_default();
                let shared = ["loop", "parallel", "think"].contains(name);
                assert!(
                    told.contains(about) || shared && !told.is_empty(),
                    "{name} in {}: {told}",
                    place.name
                );
                assert_eq!(*status == Status::Later, properties[name].get("not").is_some(), "{name}");
            }
        }
    }

    #[test]
    fn keys_are_told_once_and_in_sentences() {
        for place in places() {
            for (index, key) in place.keys.iter().enumerate() {
                assert!(key.about.ends_with('.'), "{} in {}", key.name, place.name);
                assert!(place.keys[..index].iter().all(|other| other.name != key.name), "{} twice", key.name);
                for example in key.examples {
                    assert!(serde_yaml::from_str::<Value>(example).is_ok(), "{example}");
                }
            }
            assert!(place.needs.iter().all(|needed| place.takes(needed)), "{}", place.name);
        }
    }
}
