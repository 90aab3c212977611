//! Reading values out of nodes: one function per type, each of which tells what is wrong.

use crate::diagnostic::Diagnostic;
use crate::document::{Entry, Kind, Node};
use crate::duration;
use crate::parse::Parser;
use crate::parse::keys::{Place, Status};
use crate::source::Spanned;
use crate::suggest;
use indexmap::IndexMap;
use std::time::Duration;

/// Users per second past this are a slip of the finger.
pub(crate) const MAX_RATE: f64 = 10_000_000.0;
/// Whole numbers past this are a slip of the finger.
pub(crate) const MAX_COUNT: u64 = 1_000_000_000_000;

impl Parser {
    /// The members of a map, after telling of keys that the place does not take. `None` where it is no map.
    pub(super) fn fields<'a>(
        &mut self,
        node: &'a Node,
        path: &str,
        place: &Place,
    ) -> Option<&'a IndexMap<String, Entry>> {
        let Kind::Map(members) = &node.kind else {
            self.wrong_type(node, path, "a map");
            return None;
        };
        let top = path.is_empty();
        for (key, entry) in members {
            // Places for YAML anchors: the only keys that may be anything.
            if place.takes(key) || (top && (entry.anchored || key.starts_with("x-"))) {
                continue;
            }
            self.odd_key(key, entry, path, place);
        }
        Some(members)
    }

    fn odd_key(&mut self, key: &str, entry: &Entry, path: &str, place: &Place) {
        let at = &entry.key_at;
        let name = place.name;
        // Steps are many and alike: their messages say which one.
        let within = if path.starts_with("scenarios") { format!("{name} ({path})") } else { name.to_owned() };
        let problem = if place.is(key, Status::Idle) {
            Diagnostic::warning(at, format!("`{key}` has no effect"))
                .hint("it is accepted and changes nothing")
        } else if place.is(key, Status::Later) {
            Diagnostic::error(at, format!("`{key}` is not supported yet in {within}"))
                .lacks(format!("`{key}` in {name}"))
                .hint(format!("{name} takes {}", place.told()))
        } else {
            // A slip of the finger stops the run. Anything else belongs to something else, such as a plugin or a newer
            // Artillery, or was put aside: it is named, and the run goes on as there.
            let shown: String = key.chars().take(80).collect();
            let message = format!("unknown key `{shown}` in {within}");
            let hint = format!("{name} takes {}", place.told());
            let question = suggest::question(key, place.known());
            let problem = match suggest::is_slip(key, place.known()) {
                true => Diagnostic::error(at, message),
                false => Diagnostic::warning(at, message),
            };
            problem.label(question.unwrap_or_else(|| "it has no effect".to_owned())).hint(hint)
        };
        self.problems.push(problem);
    }

    /// The items of a list.
    pub(super) fn list<'a>(&mut self, node: &'a Node, path: &str) -> Option<&'a [Node]> {
        if let Kind::List(items) = &node.kind {
            return Some(items);
        }
        self.wrong_type(node, path, "a list");
        None
    }

    /// Text; a number or a truth value is taken as it is written.
    pub(super) fn text(&mut self, node: &Node, path: &str) -> Option<Spanned<String>> {
        let text = match &node.kind {
            Kind::Text(text) => text.clone(),
            Kind::Number(number) => number.to_string(),
            Kind::Bool(flag) => flag.to_string(),
            _ => {
                self.wrong_type(node, path, "text");
                return None;
            }
        };
        Some(Spanned::new(text, node.at.clone()))
    }

    /// Text that is not empty; as in Artillery, nothing else will do.
    pub(super) fn only_text(&mut self, node: &Node, path: &str) -> Option<Spanned<String>> {
        let text = self.plain_text(node, path)?;
        if text.value.is_empty() {
            self.problems.push(Diagnostic::error(&node.at, format!("\"{path}\" must not be empty")));
            return None;
        }
        Some(text)
    }

    /// Text, perhaps empty; as in Artillery, nothing else will do.
    pub(super) fn plain_text(&mut self, node: &Node, path: &str) -> Option<Spanned<String>> {
        match &node.kind {
            Kind::Text(text) => Some(Spanned::new(text.clone(), node.at.clone())),
            Kind::Number(_) | Kind::Bool(_) => {
                let message = format!("\"{path}\" must be text, not {}", node.describe());
                self.problems.push(Diagnostic::error(&node.at, message).hint("put it in quotes"));
                None
            }
            _ => self.text(node, path),
        }
    }

    /// A finite number, also one written as text.
    pub(super) fn number(&mut self, node: &Node, path: &str) -> Option<f64> {
        let number = match &node.kind {
            Kind::Number(number) => number.as_f64(),
            Kind::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number: &f64| number.is_finite());
        if number.is_none() {
            self.wrong_type(node, path, "a number");
        }
        number
    }

    /// Users per second.
    pub(super) fn rate(&mut self, node: &Node, path: &str) -> Option<f64> {
        let rate = self.number(node, path)?;
        self.within(node, path, rate, MAX_RATE).then_some(rate)
    }

    /// A whole number, not negative.
    pub(super) fn count(&mut self, node: &Node, path: &str) -> Option<u64> {
        let count = self.number(node, path)?;
        if !self.within(node, path, count, MAX_COUNT as f64) {
            return None;
        }
        if count.fract() != 0.0 {
            self.problems
                .push(Diagnostic::error(&node.at, format!("\"{path}\" must be a whole number, not {count}")));
            return None;
        }
        Some(count as u64)
    }

    fn within(&mut self, node: &Node, path: &str, value: f64, most: f64) -> bool {
        let problem = if value < 0.0 {
            format!("\"{path}\" is negative: {value}")
        } else if value > most {
            format!("\"{path}\" is over {most}: {value}")
        } else {
            return true;
        };
        self.problems.push(Diagnostic::error(&node.at, problem));
        false
    }

    /// A span of time.
    pub(super) fn duration(&mut self, node: &Node, path: &str) -> Option<Spanned<Duration>> {
        if self.lenient && matches!(&node.kind, Kind::Text(text) if text.contains("{{")) {
            return None;
        }
        if matches!(&node.kind, Kind::Text(text) if text.contains("{{")) {
            self.wrong_type(node, path, "a duration");
            return None;
        }
        match duration::parse(&node.to_value()) {
            Ok(duration) => Some(Spanned::new(duration, node.at.clone())),
            Err(error) => {
                let problem = Diagnostic::error(&node.at, format!("invalid duration in \"{path}\": {error}"))
                    .hint("seconds as a number, or text such as 500ms, 30s, 5m, 1.5 hours");
                self.problems.push(problem);
                None
            }
        }
    }

    /// True or false, also written as text.
    pub(super) fn flag(&mut self, node: &Node, path: &str) -> Option<bool> {
        match &node.kind {
            Kind::Bool(flag) => Some(*flag),
            Kind::Text(text) if text == "true" => Some(true),
            Kind::Text(text) if text == "false" => Some(false),
            _ => {
                self.wrong_type(node, path, "true or false");
                None
            }
        }
    }

    /// The names and values of a map whose keys are the user's own.
    pub(super) fn pairs(&mut self, node: &Node, path: &str) -> Option<Vec<(Spanned<String>, Node)>> {
        let Kind::Map(members) = &node.kind else {
            self.wrong_type(node, path, "a map of names and values");
            return None;
        };
        let pair = |(key, entry): (&String, &Entry)| {
            (Spanned::new(key.clone(), entry.key_at.clone()), entry.node.clone())
        };
        Some(members.iter().map(pair).collect())
    }
}
