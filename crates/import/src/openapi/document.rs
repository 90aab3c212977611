//! The document as a tree of JSON, whatever it was written in, and its local references.

use crate::error::ImportError;
use crate::kind::Kind;
use serde_json::{Map, Value};

/// References that lead to references, at most.
const LONGEST_CHAIN: usize = 20;

/// An OpenAPI document.
pub(crate) struct Document {
    pub(crate) root: Value,
}

impl Document {
    /// Reads JSON or YAML and looks at the version.
    pub(crate) fn read(text: &str) -> Result<Document, ImportError> {
        let root = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) if text.trim_start().starts_with('{') => {
                return Err(ImportError::not(Kind::OpenApi, format!("it is not JSON ({error})"), text));
            }
            Err(_) => {
                let mut value: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| {
                    ImportError::not(Kind::OpenApi, format!("it is neither JSON nor YAML ({error})"), text)
                })?;
                // What cannot be merged stays as it is, and is not looked at.
                let _ = value.apply_merge();
                to_json(value)
            }
        };
        let version = |key: &str| match root.get(key) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        match (version("openapi"), version("swagger")) {
            (Some(version), _) if version.starts_with("3.") || version == "3" => {}
            (Some(version), _) | (None, Some(version)) => {
                let refused =
                    ImportError::new(format!("OpenAPI {version} is not understood; 3.0 and 3.1 are"));
                return Err(refused.with_hint(if version.starts_with('2') {
                    "convert it first: npx swagger2openapi FILE, or in https://editor.swagger.io"
                } else {
                    "an OpenAPI 3 document begins with `openapi: 3.0.3` or the like"
                }));
            }
            (None, None) => return Err(ImportError::not(Kind::OpenApi, "it has no `openapi: 3…`", text)),
        }
        Ok(Document { root })
    }

    /// What a value stands for: itself, or what its local `$ref` leads to. Also the reference, for telling cycles.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> (&'a Value, Option<&'a str>) {
        let mut value = value;
        let mut last = None;
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return (value, last) };
            let Some(found) = self.find(reference) else { return (&Value::Null, last) };
            (value, last) = (found, Some(reference));
        }
        (&Value::Null, last)
    }

    /// A member of a value, resolved.
    pub(crate) fn get<'a>(&'a self, value: &'a Value, key: &str) -> &'a Value {
        value.get(key).map_or(&Value::Null, |member| self.resolve(member).0)
    }

    /// `#/components/schemas/User`
    fn find(&self, reference: &str) -> Option<&Value> {
        let pointer = crate::url::decode(reference.strip_prefix('#')?);
        self.root.pointer(&pointer)
    }

    /// References to other documents, which are not fetched.
    pub(crate) fn has_foreign_references(&self) -> bool {
        fn look(value: &Value) -> bool {
            match value {
                Value::Object(members) => members.iter().any(|(key, value)| match value {
                    Value::String(text) => key == "$ref" && !text.starts_with('#'),
                    value => look(value),
                }),
                Value::Array(items) => items.iter().any(look),
                _ => false,
            }
        }
        look(&self.root)
    }
}

/// The members of a map; none for anything else.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The items of a list; none for anything else.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// YAML as JSON: keys such as `200` become text, tags go.
fn to_json(value: serde_yaml::Value) -> Value {
    use serde_yaml::Value as Yaml;
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => flag.into(),
        Yaml::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => number.into(),
            (_, Some(number), _) => number.into(),
            (_, _, number) => {
                number.and_then(serde_json::Number::from_f64).map_or(Value::Null, Value::Number)
            }
        },
        Yaml::String(text) => text.into(),
        Yaml::Sequence(items) => items.into_iter().map(to_json).collect(),
        Yaml::Mapping(members) => {
            let key = |key: Yaml| match to_json(key) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            Value::Object(members.into_iter().map(|(name, value)| (key(name), to_json(value))).collect())
        }
        Yaml::Tagged(tagged) => to_json(tagged.value),
    }
}
