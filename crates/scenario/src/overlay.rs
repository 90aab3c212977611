//! `Choices`: what the command line and the environment say about a run, laid over the script.
//!
//! The order and the rules are Artillery's: the environment is merged into `config` (lists entry by entry), `-t` sets
//! the target, `-k` turns certificate checks off, `--overrides` is merged over all of it (lists replaced), `-v` is
//! assigned into the variables. Then the placeholders in `config` are filled (`settle`).

mod settle;

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Entry, Kind, Node};
use crate::files::Files;
use crate::names::Known;
use crate::source::{Location, Source};
use crate::suggest;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::BTreeMap;

/// What is chosen for a run, beside the script.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// `-e`: one of `config.environments`.
    pub environment: Option<String>,
    /// `-t`: the target, instead of `config.target`.
    pub target: Option<String>,
    /// `-v`: a JSON object of variables.
    pub variables: Option<Source>,
    /// `--overrides`: a JSON object that is merged over the script.
    pub overrides: Option<Source>,
    /// More scripts, `--input` and `--config`: the parts of each are laid over those before it.
    pub inputs: Vec<Source>,
    /// `-p`: the data file, where the script has just one.
    pub payload: Option<String>,
    /// `--solo`: one user, whatever the phases say.
    pub solo: bool,
    /// `--scenario-name`: the one scenario that is run, by its name or a regular expression for it.
    pub scenario: Option<String>,
    /// The files that the script names.
    pub files: Files,
    /// `-k`: certificates are not checked.
    pub insecure: bool,
    /// No text of the scenarios holds placeholders: `{{` is sent as it stands.
    pub literal: bool,
    /// All requests go by HTTP/2, whether the target agrees or not.
    pub http2: bool,
    /// In phases of `users` counted loops end with the phase, too.
    pub timed: bool,
    /// `$env`: the environment of the process.
    pub process_env: BTreeMap<String, String>,
    /// `$scenarioFile`: the script's absolute path.
    pub scenario_file: String,
    /// `$dirname`: the folder of the script's path as it was given, `.` where it names none.
    pub dirname: String,
    /// `$testId`.
    pub test_id: String,
    /// Seed of the random functions in `config`, which are drawn once for a run.
    pub seed: u64,
    /// What random dates are relative to, in milliseconds since 1970 (UTC).
    pub now: i64,
}

impl Choices {
    /// The name under which diagnostics speak of `-t`.
    pub const TARGET: &'static str = "--target";
    /// The name under which diagnostics speak of `-p`.
    pub const PAYLOAD: &'static str = "--payload";
    /// The name under which diagnostics speak of `--scenario-name`.
    pub const SCENARIO: &'static str = "--scenario-name";

    /// What placeholders can name anywhere in a script.
    pub(crate) fn known(&self) -> IndexMap<String, Known> {
        let text = |text: &str| Known::Fixed(Some(Value::String(text.to_owned())));
        IndexMap::from([
            ("$env".to_owned(), Known::Environment),
            ("$processEnvironment".to_owned(), Known::Environment),
            ("$environment".to_owned(), self.environment.as_deref().map_or(Known::Fixed(None), text)),
            ("$testId".to_owned(), text(&self.test_id)),
            ("$dirname".to_owned(), text(&self.dirname)),
            ("$scenarioFile".to_owned(), text(&self.scenario_file)),
        ])
    }
}

/// Lays the choices over a script.
pub(crate) fn overlay(document: &mut Document, choices: &Choices) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let root = &mut document.root;
    // Neither is a script; parsing says so.
    if !matches!(root.kind, Kind::Map(_)) {
        return problems;
    }
    if let Some(name) = &choices.environment {
        environment(root, name, &mut problems);
    }
    if let Some(target) = &choices.target {
        let at = Location {
            length: u32::try_from(target.chars().count()).unwrap_or(1),
            ..Location::start(Choices::TARGET)
        };
        let node = Node::new(Kind::Text(target.clone()), at);
        root.change("config", |config| config.change("target", |target| *target = node));
    }
    if let Some(path) = &choices.payload {
        problems.extend(payload(root, path));
    }
    if choices.insecure {
        root.change("config", |config| {
            config.change("tls", |tls| {
                tls.change("rejectUnauthorized", |reject| reject.kind = Kind::Bool(false));
            });
        });
    }
    if let Some(overrides) = &choices.overrides {
        match Document::read_json_object(overrides) {
            Ok(overrides) => merge(root, overrides.root, Lists::Replaced),
            Err(failed) => problems.extend(failed),
        }
    }
    let mut assigned = IndexMap::new();
    if let Some(variables) = &choices.variables {
        match Document::read_json_object(variables) {
            Ok(Document { root: Node { kind: Kind::Map(members), .. } }) => assigned = members,
            Ok(_) => {}
            Err(failed) => problems.extend(failed),
        }
    }
    if !assigned.is_empty() {
        root.change("config", |config| {
            config.change("variables", |node| {
                let mut variables = node.as_map().cloned().unwrap_or_default();
                variables.extend(assigned.iter().map(|(key, entry)| (key.clone(), entry.clone())));
                node.kind = Kind::Map(variables);
            });
        });
    }
    problems.extend(settle::settle(root, choices, &assigned));
    problems
}

/// Lays a second script over the first: maps key by key, lists entry by entry.
pub(crate) fn lay_over(document: &mut Document, config: Document) {
    merge(&mut document.root, config.root, Lists::EntryByEntry);
}

/// Puts the path of `-p` into `config.payload`, where that is one map and no list.
fn payload(root: &mut Node, path: &str) -> Option<Diagnostic> {
    let at = Location::start(Choices::PAYLOAD);
    let single = root.get("config").and_then(|config| config.get("payload"));
    match single.map(|payload| &payload.kind) {
        Some(Kind::Map(_)) => {
            let text = Node::new(Kind::Text(path.to_owned()), at);
            root.change("config", |config| {
                config.change("payload", |payload| payload.change("path", |node| *node = text));
            });
            None
        }
        Some(_) => Some(
            Diagnostic::warning(&at, "--payload has no effect: \"config.payload\" is a list of files")
                .hint("change the path in the script, or leave one entry, without its `-`"),
        ),
        None => Some(
            Diagnostic::warning(&at, "--payload has no effect: the script has no \"config.payload\"")
                .hint("add `payload: {fields: [name, age]}` to config"),
        ),
    }
}

/// Merges an environment into `config`, and takes it from the list of environments: what is left there is not used.
fn environment(root: &mut Node, name: &str, problems: &mut Vec<Diagnostic>) {
    let at = root.at.clone();
    let environments = match &mut root.kind {
        Kind::Map(members) => members
            .get_mut("config")
            .and_then(|entry| if let Kind::Map(config) = &mut entry.node.kind { Some(config) } else { None })
            .and_then(|config| config.get_mut("environments")),
        _ => None,
    };
    let place = environments.as_ref().map_or(&at, |entry| &entry.key_at).clone();
    let chosen = environments.and_then(|entry| match &mut entry.node.kind {
        Kind::Map(environments) => {
            let question = suggest::question(name, environments.keys().map(String::as_str));
            // One that is neither a map nor empty stays, for parsing to complain about.
            match environments.get(name).map(|entry| &entry.node.kind) {
                Some(Kind::Map(_) | Kind::Null) => {
                    environments.shift_remove(name).map(|entry| Ok(Some(entry)))
                }
                Some(_) => Some(Ok(None)),
                None => Some(Err(question)),
            }
        }
        _ => None,
    });
    match chosen {
        Some(Ok(None)) => {}
        // Nothing merged over something leaves it alone, as in lodash.
        Some(Ok(Some(entry))) if entry.node.as_map().is_none_or(IndexMap::is_empty) => {
            let warning = Diagnostic::warning(&entry.key_at, format!("the environment {name} is empty"));
            problems.push(warning.hint("the run goes on with config as it stands"));
        }
        Some(Ok(Some(entry))) => {
            root.change("config", |config| merge(config, entry.node, Lists::EntryByEntry));
        }
        other => {
            let message = format!("environment {name} is set but is not defined in the script");
            let notice = format!("WARNING: {message}");
            let warning = Diagnostic::warning(&place, message)
                .notice(notice)
                .hint("-e takes a name from config.environments; the run goes on without it");
            problems.push(Diagnostic { label: other.and_then(Result::err).flatten(), ..warning });
        }
    }
}

/// What becomes of a list that is merged over a list.
#[derive(Clone, Copy, PartialEq)]
enum Lists {
    /// lodash's `merge`: the first entries are merged, further ones stay.
    EntryByEntry,
    /// The new list takes the old one's place.
    Replaced,
}

/// Merges a value over another. Maps are merged key by key; anything else is replaced.
fn merge(into: &mut Node, from: Node, lists: Lists) {
    match (&mut into.kind, from.kind) {
        (Kind::Map(into), Kind::Map(from)) => {
            for (key, entry) in from {
                match into.get_mut(&key) {
                    Some(old) => {
                        let replaced = !same_shape(&old.node.kind, &entry.node.kind);
                        if replaced {
                            old.key_at = entry.key_at;
                        }
                        merge(&mut old.node, entry.node, lists);
                    }
                    None => {
                        into.insert(key, Entry { anchored: false, ..entry });
                    }
                }
            }
        }
        (Kind::List(into), Kind::List(from)) if lists == Lists::EntryByEntry => {
            for (index, node) in from.into_iter().enumerate() {
                match into.get_mut(index) {
                    Some(old) => merge(old, node, lists),
                    None => into.push(node),
                }
            }
        }
        (_, kind) => {
            into.kind = kind;
            into.at = from.at;
        }
    }
}

fn same_shape(one: &Kind, other: &Kind) -> bool {
    matches!((one, other), (Kind::Map(_), Kind::Map(_)) | (Kind::List(_), Kind::List(_)))
}
