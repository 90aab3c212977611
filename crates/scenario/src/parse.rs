//! `parse`: a document becomes a `Scenario`, and every problem is told at once.
//!
//! Checks keys, types and what a key needs beside it. What values mean together is the compiler's business. One
//! file per part of a script; the keys of each place are in `keys`.

pub(crate) mod capture;
mod config;
mod csv;
mod ensure;
pub(crate) mod fields;
mod flow;
pub(crate) mod keys;
mod library;
mod monitor;
mod options;
mod payload;
mod plugins;
mod publish;
mod request;
mod slack;
mod timeouts;
mod tls;

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Kind, Node};
use crate::scenario::{Config, Scenario};

/// Reads what a script says, as far as it can be read, and all that is wrong with it.
pub fn parse(document: &Document) -> (Scenario, Vec<Diagnostic>) {
    let mut parser = Parser::default();
    let root = &document.root;
    let mut scenario =
        Scenario { at: root.at.clone(), config: Config::default(), before: None, after: None, flows: None };
    match &root.kind {
        Kind::Map(members) => {
            scenario.at = members.first().map_or(&root.at, |(_, entry)| &entry.key_at).clone();
            parser.fields(root, "", &keys::SCRIPT);
            if let Some(entry) = members.get("config") {
                scenario.config = parser.config(&entry.node, "config");
                scenario.config.at = Some(entry.key_at.clone());
                parser.environments(&entry.node);
                let phases = scenario.config.phases.as_deref().unwrap_or_default();
                parser.closed = !phases.is_empty() && phases.iter().all(|phase| phase.users.is_some());
                parser.expects = scenario.config.plugins.iter().any(|plugin| plugin.value == "expect");
            }
            if let Some(entry) = members.get("before") {
                scenario.before = parser.hook(&entry.node, "before");
            }
            if let Some(entry) = members.get("after") {
                scenario.after = parser.hook(&entry.node, "after");
            }
            if let Some(entry) = members.get("scenarios") {
                scenario.flows = parser.flows(&entry.node);
            }
        }
        Kind::Null => {
            let problem =
                Diagnostic::error(&root.at, "the script is empty: it has no `config` and no `scenarios`");
            let hint = "`config:` with a `target:`, and `scenarios:` with a list of flows";
            parser.problems.push(problem.hint(hint));
            scenario.flows = Some(Vec::new());
        }
        _ => parser.wrong_type(root, "the script", "a map with `config` and `scenarios`"),
    }
    (scenario, parser.problems)
}

/// Collects problems while a document is read.
#[derive(Default)]
pub(crate) struct Parser {
    problems: Vec<Diagnostic>,
    /// Whether text with placeholders passes for any value, as in an environment that is not chosen.
    lenient: bool,
    /// Whether the script turns the `expect` plugin on.
    expects: bool,
    /// Whether all phases are closed loops, which end loops that have no count.
    closed: bool,
}

impl Parser {
    fn wrong_type(&mut self, node: &Node, path: &str, wanted: &str) {
        if self.lenient && matches!(&node.kind, Kind::Text(text) if text.contains("{{")) {
            return;
        }
        let problem = match &node.kind {
            Kind::Text(text) if text.contains("{{") => {
                let text: String = text.chars().take(80).collect();
                Diagnostic::error(&node.at, format!("\"{path}\" must be {wanted}, and `{text}` is not known here"))
                    .hint("known before the run are $env, $environment, $testId, $dirname, $scenarioFile and what -v sets")
            }
            Kind::Text(text) => {
                let text: String = text.chars().take(80).collect();
                Diagnostic::error(&node.at, format!("\"{path}\" must be {wanted}, not `{text}`"))
            }
            _ => Diagnostic::error(&node.at, format!("\"{path}\" must be {wanted}, not {}", node.describe())),
        };
        let problem = match (&problem.hint, wanted, &node.kind) {
            (None, "a list", Kind::Map(_)) => {
                problem.hint("each entry of a list begins with a `- ` of its own")
            }
            (None, "a number", Kind::Text(_)) => problem.hint("digits alone, such as 10 or 0.5"),
            (None, "a map", Kind::Text(_)) => problem.hint("a map is lines of `key: value`, indented below"),
            _ => problem,
        };
        self.problems.push(problem);
    }
}
