//! `ValueTemplate`: a value in whose texts placeholders may stand, at any depth.
//!
//! Rendered it is a value again; where JSON text is wanted, `JsonTemplate` writes that without this detour.

use crate::document::{Kind, Node};
use crate::names::Names;
use crate::source::Location;
use crate::template::{Scope, Template, TemplateError};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A compiled value.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueTemplate {
    /// As it stands.
    Fixed(Value),
    /// A text with placeholders.
    Text(Template),
    /// A list.
    List(Vec<ValueTemplate>),
    /// An object: its names may have placeholders too.
    Map(Vec<(Template, ValueTemplate)>),
}

impl ValueTemplate {
    /// Compiles a value; texts that cannot be compiled go to `failed`.
    pub(crate) fn compile(
        node: &Node,
        names: &mut Names,
        failed: &mut Vec<(Location, TemplateError)>,
    ) -> ValueTemplate {
        let has_placeholder = |text: &str| text.contains("{{");
        if !any_text(node, &has_placeholder) {
            return ValueTemplate::Fixed(node.to_value());
        }
        let mut text = |text: &str, at: &Location, names: &mut Names| {
            Template::compile(text, names).unwrap_or_else(|error| {
                failed.push((at.clone(), error));
                Template::default()
            })
        };
        match &node.kind {
            Kind::Text(it) => ValueTemplate::Text(text(it, &node.at, names)),
            Kind::List(items) => ValueTemplate::List(
                items.iter().map(|item| ValueTemplate::compile(item, names, failed)).collect(),
            ),
            Kind::Map(members) => {
                let mut pairs = Vec::with_capacity(members.len());
                for (key, entry) in members {
                    let key = text(key, &entry.key_at, names);
                    pairs.push((key, entry));
                }
                let value = |(key, entry): (Template, &crate::document::Entry)| {
                    (key, ValueTemplate::compile(&entry.node, names, failed))
                };
                ValueTemplate::Map(pairs.into_iter().map(value).collect())
            }
            _ => ValueTemplate::Fixed(node.to_value()),
        }
    }

    /// The value; undefined is null in a list and missing from an object.
    pub fn evaluate<S: Scope + ?Sized>(&self, scope: &mut S) -> Option<Value> {
        match self {
            ValueTemplate::Fixed(value) => Some(value.clone()),
            ValueTemplate::Text(template) => template.evaluate(scope).map(Cow::into_owned),
            ValueTemplate::List(items) => Some(Value::Array(
                items.iter().map(|item| item.evaluate(scope).unwrap_or(Value::Null)).collect(),
            )),
            ValueTemplate::Map(members) => {
                let mut object = Map::new();
                for (name, value) in members {
                    let mut key = String::new();
                    name.render_into(scope, &mut key);
                    if let Some(value) = value.evaluate(scope) {
                        object.insert(key, value);
                    }
                }
                Some(Value::Object(object))
            }
        }
    }
}

fn any_text(node: &Node, test: &dyn Fn(&str) -> bool) -> bool {
    match &node.kind {
        Kind::Text(text) => test(text),
        Kind::List(items) => items.iter().any(|item| any_text(item, test)),
        Kind::Map(members) => members.iter().any(|(key, entry)| test(key) || any_text(&entry.node, test)),
        _ => false,
    }
}
