//! `load`: all stages, from text to plan.

use crate::compile::compile;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Kind};
use crate::overlay::{Choices, lay_over, overlay};
use crate::parse::parse;
use crate::plan::Plan;
use crate::scenario::Scenario;
use crate::source::Source;
use std::collections::HashSet;

/// More problems than these are counted, not told.
const MOST: usize = 100;

/// A script, ready to run or refused.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The plan; `None` exactly where one of the diagnostics is an error.
    pub plan: Option<Plan>,
    /// What the script says; `None` where it cannot be read at all.
    pub scenario: Option<Scenario>,
    /// All that is wrong or doubtful, in the order of the script, then of `--target`, `--overrides`, `--variables`.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads, overlays, parses and compiles a script.
pub fn load(source: &Source, choices: &Choices) -> Loaded {
    let mut document = match Document::read(source) {
        Ok(document) => document,
        Err(diagnostics) => return Loaded { plan: None, scenario: None, diagnostics },
    };
    for input in &choices.inputs {
        match Document::read(input) {
            Ok(input) if matches!(input.root.kind, Kind::Map(_)) => lay_over(&mut document, input),
            Ok(config) => {
                let message = format!("{} must hold a map, not {}", input.name, config.root.describe());
                let problem = Diagnostic::error(&config.root.at, message);
                return Loaded {
                    plan: None,
                    scenario: None,
                    diagnostics: vec![problem.hint("a file with `config:`")],
                };
            }
            Err(diagnostics) => return Loaded { plan: None, scenario: None, diagnostics },
        }
    }
    let mut diagnostics = overlay(&mut document, choices);
    let (scenario, problems) = parse(&document);
    let whole = !problems.iter().any(Diagnostic::is_error);
    diagnostics.extend(problems);
    // What is no script at all does not lack a target.
    if !matches!(document.root.kind, Kind::Map(_)) {
        return Loaded { plan: None, scenario: None, diagnostics: in_order(diagnostics, source) };
    }
    let (plan, problems) = compile(&scenario, choices);
    // What could not be read is missing here: that nothing sets a variable is doubtful itself, where the script has
    // the name somewhere else.
    diagnostics.extend(problems.into_iter().filter(|problem| {
        whole || problem.unset.as_ref().is_none_or(|name| !named_elsewhere(name, &source.text))
    }));
    without_echoes(&mut diagnostics);
    let plan = plan.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    Loaded { plan, scenario: Some(scenario), diagnostics: in_order(diagnostics, source) }
}

/// Whether a script has a variable's name outside of placeholders.
fn named_elsewhere(variable: &str, script: &str) -> bool {
    let root = variable.split(['.', '[']).next().unwrap_or(variable);
    let outside = script.split("{{").enumerate().map(|(index, part)| match part.split_once("}}") {
        Some((_, outside)) if index > 0 => outside,
        _ => part,
    });
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    outside.into_iter().any(|part| part.split(|letter| !is_word(letter)).any(|word| word == root))
}

/// A key that is misspelt is told once: not also as the one that is missing.
fn without_echoes(diagnostics: &mut Vec<Diagnostic>) {
    let slips: Vec<String> = diagnostics
        .iter()
        .filter(|problem| problem.is_error() && problem.message.starts_with("unknown key"))
        .filter_map(|problem| problem.label.as_deref()?.split('`').nth(1).map(str::to_owned))
        .collect();
    let echo = |problem: &Diagnostic| {
        slips.iter().any(|key| {
            let ends = [format!("\"{key}\" is required"), format!(".{key}\" is required")];
            ends.iter().any(|end| problem.message.ends_with(end))
        })
    };
    diagnostics.retain(|problem| !echo(problem));
}

fn in_order(mut diagnostics: Vec<Diagnostic>, script: &Source) -> Vec<Diagnostic> {
    // An aliased part of a script is checked wherever it is used, and says the same each time.
    let mut seen = HashSet::new();
    diagnostics.retain(|diagnostic| seen.insert((diagnostic.location.clone(), diagnostic.message.clone())));
    let place = |diagnostic: &Diagnostic| match &diagnostic.location {
        Some(at) => {
            let rank = match &*at.source {
                name if name == script.name => 0,
                Choices::TARGET => 1,
                _ => 2,
            };
            (rank, at.source.to_string(), at.line, at.column)
        }
        None => (3, String::new(), 0, 0),
    };
    diagnostics.sort_by_cached_key(place);
    if diagnostics.len() > MOST {
        // Errors first: a cut must not hide the reason why nothing runs.
        diagnostics.sort_by_key(|diagnostic| diagnostic.severity);
        let rest = diagnostics.split_off(MOST);
        let severity = rest.first().map_or(crate::diagnostic::Severity::Warning, |first| first.severity);
        diagnostics.push(Diagnostic {
            severity,
            message: format!("and {} more problems like these", rest.len()),
            location: None,
            label: None,
            hint: None,
            notice: None,
            lacks: None,
            unset: None,
        });
    }
    diagnostics
}
