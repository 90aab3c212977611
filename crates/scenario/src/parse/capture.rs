//! `capture` and `match`: what is wanted of an answer; and the default of `strict`.

use crate::diagnostic::Diagnostic;
use crate::document::{Entry, Kind, Node};
use crate::parse::keys::Place;
use crate::parse::{Parser, keys};
use crate::scenario::{Capture, Extract, From, Match};
use crate::source::{Location, Spanned};
use crate::suggest;
use indexmap::IndexMap;

/// Keys that say where a value is found, the one that counts first.
const SOURCES: [&str; 5] = ["json", "xpath", "regexp", "header", "selector"];

impl Parser {
    /// One capture or a list of them.
    pub(super) fn captures(&mut self, node: &Node, path: &str) -> Vec<Capture> {
        let items = self.one_or_many(node, path);
        items.into_iter().filter_map(|(path, item)| self.capture(item, &path)).collect()
    }

    /// One match or a list of them.
    pub(super) fn matches(&mut self, node: &Node, path: &str) -> Vec<Match> {
        let items = self.one_or_many(node, path);
        let parse = |(path, item): (String, &Node)| {
            let (extract, members) = self.extract(item, &path, &keys::MATCH)?;
            Some(Match { extract, value: members.get("value").map(|entry| entry.node.clone()) })
        };
        items.into_iter().filter_map(parse).collect()
    }

    /// `http.defaults.strictCapture`, or that of the older place.
    pub(super) fn strict_capture(&mut self, config: &Node, path: &str) -> Option<bool> {
        let places: [&[&str]; 2] = [&["http", "defaults", "strictCapture"], &["defaults", "strictCapture"]];
        places.iter().find_map(|keys| {
            let node = keys.iter().try_fold(config, |node, key| node.get(key))?;
            self.flag(node, &format!("{path}.{}", keys.join(".")))
        })
    }

    fn one_or_many<'n>(&mut self, node: &'n Node, path: &str) -> Vec<(String, &'n Node)> {
        match &node.kind {
            Kind::List(items) => {
                items.iter().enumerate().map(|(index, item)| (format!("{path}[{index}]"), item)).collect()
            }
            Kind::Map(_) => vec![(path.to_owned(), node)],
            _ => {
                self.wrong_type(node, path, "a map or a list of maps");
                Vec::new()
            }
        }
    }

    fn capture(&mut self, node: &Node, path: &str) -> Option<Capture> {
        let (extract, members) = self.extract(node, path, &keys::CAPTURE)?;
        let Some(name) = members.get("as") else {
            self.problems.push(
                Diagnostic::error(&extract.at, format!("\"{path}.as\" is required"))
                    .hint("capture.as names the variable that keeps the value: `as: id`"),
            );
            return None;
        };
        let name = self.text(&name.node, &format!("{path}.as"))?;
        if name.value.trim().is_empty() {
            let problem = Diagnostic::error(&name.at, format!("\"{path}.as\" is empty"));
            self.problems.push(problem.hint("the name of a variable, or of a part of one: `item.sku`"));
            return None;
        }
        Some(Capture { extract, name })
    }

    /// What captures and matches have in common.
    fn extract<'n>(
        &mut self,
        node: &'n Node,
        path: &str,
        place: &Place,
    ) -> Option<(Extract, &'n IndexMap<String, Entry>)> {
        let before = self.problems.iter().filter(|problem| problem.is_error()).count();
        let members = self.fields(node, path, place)?;
        let at = members.first().map_or(&node.at, |(_, entry)| &entry.key_at).clone();
        self.one_source(members, path);
        let mut text = |key: &str| self.text(&members.get(key)?.node, &format!("{path}.{key}"));
        let from = if let Some(json) = text("json") {
            let multiple =
                members.get("multiple").and_then(|entry| self.flag(&entry.node, &format!("{path}.multiple")));
            From::Json { path: json, multiple }
        } else if members.contains_key("xpath") {
            From::Xpath
        } else if let Some(pattern) = text("regexp") {
            From::Regexp { pattern, flags: text("flags"), group: text("group") }
        } else if let Some(name) = text("header") {
            From::Header(name)
        } else if let Some(selector) = text("selector") {
            From::Selector { selector, index: text("index"), attribute: text("attr").map(|attr| attr.value) }
        } else {
            From::Unsaid
        };
        // As in Artillery, `header` beside them makes it look for them in the headers, where they are not.
        let vain = matches!(from, From::Json { .. } | From::Regexp { .. }) && members.contains_key("header");
        let from = if vain { From::Unsaid } else { from };
        // In quotes it counts as if it were not there.
        let strict = members.get("strict").and_then(|entry| {
            let quoted = matches!(entry.node.kind, Kind::Text(_));
            if quoted {
                let message = format!("\"{path}.strict\" in quotes has no effect");
                let warning = Diagnostic::warning(&entry.node.at, message);
                self.problems.push(warning.hint("write true or false without quotes"));
            }
            self.flag(&entry.node, &format!("{path}.strict")).filter(|_| !quoted)
        });
        self.foundless(&from, &at, path, members);
        let after = self.problems.iter().filter(|problem| problem.is_error()).count();
        (after == before).then_some((Extract { at, from, strict }, members))
    }

    /// Warns of keys that say where a value is found, beside one that counts.
    fn one_source(&mut self, members: &IndexMap<String, Entry>, path: &str) {
        let mut said = SOURCES.iter().filter_map(|key| Some((key, members.get(*key)?)));
        let Some((counts, _)) = said.next() else { return };
        for (vain, entry) in said {
            let message = match (*counts, *vain) {
                ("json" | "regexp", "header") => {
                    format!("`{counts}` beside `header` finds nothing in {path}")
                }
                _ => format!("`{vain}` has no effect beside `{counts}` in {path}"),
            };
            self.problems.push(
                Diagnostic::warning(&entry.key_at, message).hint("a capture finds one thing; write two"),
            );
        }
    }

    /// Warns of what finds nothing, whatever the answer.
    fn foundless(&mut self, from: &From, at: &Location, path: &str, members: &IndexMap<String, Entry>) {
        match from {
            From::Xpath => {
                let at = members.get("xpath").map_or(at, |entry| &entry.key_at);
                let warning = Diagnostic::warning(at, "`xpath` finds nothing: loadgen does not read XML");
                self.problems.push(
                    warning.hint("nor does Artillery without an optional module; `regexp` can read XML"),
                );
            }
            From::Unsaid
                if !SOURCES.iter().any(|source| members.contains_key(*source))
                    && !members
                        .keys()
                        .any(|key| !keys::MATCH.takes(key) && suggest::is_slip(key, SOURCES)) =>
            {
                let message = format!("\"{path}\" does not say what to look for, so that it finds nothing");
                self.problems
                    .push(Diagnostic::warning(at, message).hint("add one of json, regexp, header, selector"));
            }
            _ => {}
        }
    }
}

/// A text where a number may stand too, such as `group` and `index`.
pub(crate) fn as_number<T: std::str::FromStr>(text: &Spanned<String>) -> Option<T> {
    text.value.trim().parse().ok()
}
