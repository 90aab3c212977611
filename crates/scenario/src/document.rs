//! `Document`: a source as a tree of values, each of which knows where it stands.
//!
//! Values come from serde_yaml, which keeps no positions; the positions come from a second, marked reading
//! (`marks`), and the two trees are zipped (`read`). JSON is YAML. Knows nothing of what scripts mean.

mod marks;
mod plain;
mod read;
mod scalar;
mod surrogates;
mod syntax;

use crate::diagnostic::Diagnostic;
use crate::source::{Location, Source};
use indexmap::IndexMap;
use serde_json::{Number, Value};

/// A source, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The whole of it.
    pub root: Node,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// Where it stands.
    pub at: Location,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number; one without a fraction is kept as an integer where it fits.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the source.
    Map(IndexMap<String, Entry>),
}

/// A member of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub key_at: Location,
    /// The value.
    pub node: Node,
    /// Whether a YAML anchor (`&name`) is in the value.
    pub anchored: bool,
}

impl Document {
    /// Longest text that is read, in bytes.
    pub const MAX_BYTES: usize = 10 << 20;

    /// Reads YAML (or JSON) text.
    ///
    /// # Errors
    /// Text that is no YAML, is longer than [`Document::MAX_BYTES`], holds a key twice, is nested too deeply or
    /// grows too large once its aliases are expanded: one diagnostic with its place.
    pub fn read(source: &Source) -> Result<Document, Vec<Diagnostic>> {
        read::yaml(source).map(|root| Document { root }).map_err(|problem| vec![*problem])
    }

    /// Reads the JSON object that an option such as `--overrides` holds.
    ///
    /// # Errors
    /// Text that is not JSON, or JSON that is not an object: one diagnostic with its place.
    pub fn read_json_object(source: &Source) -> Result<Document, Vec<Diagnostic>> {
        read::json_object(source).map(|root| Document { root }).map_err(|problem| vec![*problem])
    }
}

impl Node {
    /// A value at a place.
    pub fn new(kind: Kind, at: Location) -> Node {
        Node { kind, at }
    }

    /// A JSON value as a tree of nodes that all stand at the same place.
    pub fn from_value(value: &Value, at: &Location) -> Node {
        let kind = match value {
            Value::Null => Kind::Null,
            Value::Bool(flag) => Kind::Bool(*flag),
            Value::Number(number) => Kind::Number(number.clone()),
            Value::String(text) => Kind::Text(text.clone()),
            Value::Array(items) => Kind::List(items.iter().map(|item| Node::from_value(item, at)).collect()),
            Value::Object(members) => Kind::Map(
                members
                    .iter()
                    .map(|(key, value)| (key.clone(), Entry::new(Node::from_value(value, at), at.clone())))
                    .collect(),
            ),
        };
        Node::new(kind, at.clone())
    }

    /// The value without its places.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(flag) => Value::Bool(*flag),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => Value::Array(items.iter().map(Node::to_value).collect()),
            Kind::Map(members) => Value::Object(
                members.iter().map(|(key, entry)| (key.clone(), entry.node.to_value())).collect(),
            ),
        }
    }

    /// The map that it is.
    pub fn as_map(&self) -> Option<&IndexMap<String, Entry>> {
        if let Kind::Map(members) = &self.kind { Some(members) } else { None }
    }

    /// The member of that name, if it is a map and has one.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key).map(|entry| &entry.node)
    }

    /// Changes the member of that name, put there (at the same place as the map, with no value) if it is missing.
    /// Something that is no map becomes one.
    pub(crate) fn change(&mut self, key: &str, change: impl FnOnce(&mut Node)) {
        let mut members = match std::mem::replace(&mut self.kind, Kind::Null) {
            Kind::Map(members) => members,
            _ => IndexMap::new(),
        };
        let missing = || Entry::new(Node::new(Kind::Null, self.at.clone()), self.at.clone());
        change(&mut members.entry(key.to_owned()).or_insert_with(missing).node);
        self.kind = Kind::Map(members);
    }

    /// What kind of value it is, in words.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }
}

impl Entry {
    /// A member without an anchor.
    pub fn new(node: Node, key_at: Location) -> Entry {
        Entry { key_at, node, anchored: false }
    }
}
