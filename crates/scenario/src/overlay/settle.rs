//! Fills the placeholders in `config` that are known before the run, so that `"{{ $env.USERS }}"` can be a number.
//!
//! Left alone: default headers, which are rendered for each request (Artillery renders them here, too early), and
//! text with variables of a user outside `variables`. Within `variables` such a placeholder is undefined, as in
//! Artillery: they are filled once, before there are users. Environments that were not chosen are not touched.

use crate::diagnostic::Diagnostic;
use crate::document::{Entry, Kind, Node};
use crate::names::{Known, Names, Note};
use crate::overlay::Choices;
use crate::plan::Slot;
use crate::template::{Scope, Segment, Template, call_of};
use indexmap::IndexMap;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde_json::Value;

/// Fills the placeholders. `assigned` are the variables of `-v`, which `config` may use.
pub(super) fn settle(
    root: &mut Node,
    choices: &Choices,
    assigned: &IndexMap<String, Entry>,
) -> Vec<Diagnostic> {
    let mut known = choices.known();
    known
        .extend(assigned.iter().map(|(key, entry)| (key.clone(), Known::Fixed(Some(entry.node.to_value())))));
    let mut settler = Settler {
        names: Names::new(known, choices.process_env.clone()),
        scope: Early { random: SmallRng::seed_from_u64(choices.seed) },
        problems: Vec::new(),
        lone: false,
    };
    let Kind::Map(members) = &mut root.kind else { return Vec::new() };
    let Some(config) = members.get_mut("config") else { return Vec::new() };
    let Kind::Map(config) = &mut config.node.kind else { return Vec::new() };
    let mut gone = Vec::new();
    for (key, entry) in config.iter_mut() {
        settler.lone = key == "variables";
        let kept = match key.as_str() {
            "environments" | "defaults" => true,
            "http" => settler.node(&mut entry.node, &["defaults"]),
            _ => settler.node(&mut entry.node, &[]),
        };
        if !kept {
            gone.push(key.clone());
        }
    }
    config.retain(|key, _| !gone.contains(key));
    settler.problems
}

struct Settler {
    names: Names,
    scope: Early,
    problems: Vec<Diagnostic>,
    /// Whether what only users know is undefined here, rather than left for them.
    lone: bool,
}

/// There are no users yet.
struct Early {
    random: SmallRng,
}

impl Scope for Early {
    fn value(&self, _: Slot) -> Option<&Value> {
        None
    }
    fn random(&mut self) -> &mut SmallRng {
        &mut self.random
    }
}

impl Settler {
    /// Fills a value. False where it turns out undefined, which is as if it were not there.
    fn node(&mut self, node: &mut Node, but: &[&str]) -> bool {
        match &mut node.kind {
            Kind::Text(text) if text.contains("{{") => {
                let text = std::mem::take(text);
                match self.text(&text, node) {
                    Filled::Value(value) => *node = Node::from_value(&value, &node.at),
                    Filled::Open => node.kind = Kind::Text(text),
                    Filled::Undefined => return false,
                }
            }
            Kind::List(items) => {
                for item in items {
                    if !self.node(item, &[]) {
                        item.kind = Kind::Null;
                    }
                }
            }
            Kind::Map(members) => {
                members.retain(|key, entry| but.contains(&key.as_str()) || self.node(&mut entry.node, &[]));
            }
            _ => {}
        }
        true
    }

    fn text(&mut self, text: &str, node: &Node) -> Filled {
        self.names.forget_seen();
        let template = match Template::compile(text, &mut self.names) {
            Ok(template) => template,
            Err(error) => {
                self.problems.push(error.diagnostic(&node.at));
                // Said once: the text itself would be complained about again.
                return Filled::Undefined;
            }
        };
        let notes = self.names.take_notes();
        if !self.lone && notes.iter().any(|note| matches!(note, Note::Unset { .. })) {
            return Filled::Open;
        }
        self.problems.extend(notes.iter().map(|note| match note {
            Note::Unset { name, .. } if call_of(name).is_none() => {
                let message = format!("`{name}` is not known before the run, and undefined in here");
                Diagnostic::warning(&node.at, message)
                    .hint("config.variables may use $env, $environment and what -v sets, but not one another")
            }
            note => note.diagnostic(&node.at),
        }));
        if let [Segment::Known(None)] = template.segments.as_slice() {
            return Filled::Undefined;
        }
        match template.evaluate(&mut self.scope) {
            Some(value) => Filled::Value(value.into_owned()),
            None => Filled::Undefined,
        }
    }
}

/// What became of a text.
enum Filled {
    /// Its value.
    Value(Value),
    /// It names variables of a user, and stays as it is.
    Open,
    /// Nothing.
    Undefined,
}
