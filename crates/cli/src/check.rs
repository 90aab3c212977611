//! What `loadgen check` finds in a script: its problems, and its plan if it has one.
//!
//! The names of the fields are those of `--json`, and stay.

mod plot;
mod schedule;
pub(crate) mod text;

use crate::script::Reading;
use loadgen_scenario::condition::Condition;
use loadgen_scenario::threshold::Requirement;
use loadgen_scenario::{Diagnostic, Outline, outline};
use schedule::Schedule;
use serde::Serialize;
use std::path::Path;

/// All that is found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    /// The script's file as it was typed.
    pub(crate) script: String,
    /// Whether it can be run.
    pub(crate) ok: bool,
    /// How many problems are errors.
    pub(crate) errors: usize,
    /// How many are not.
    pub(crate) warnings: usize,
    /// The problems, in the order of the script.
    pub(crate) diagnostics: Vec<Problem>,
    /// What the script asks for that loadgen has not, each once.
    pub(crate) unsupported: Vec<String>,
    /// What would be run; `None` where there are errors.
    pub(crate) plan: Option<Planned>,
}

/// A problem.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    /// `error` or `warning`.
    severity: &'static str,
    message: String,
    /// A file, or an option such as `--overrides`; `None` where it has no place.
    file: Option<String>,
    /// From 1.
    line: Option<u32>,
    /// In characters, from 1.
    column: Option<u32>,
    /// How many characters are meant.
    length: Option<u32>,
    /// What stands beside the marked place, such as `did you mean …?`.
    label: Option<String>,
    hint: Option<String>,
}

/// What would be run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Planned {
    /// `builtin`, or an address.
    pub(crate) target: String,
    #[serde(flatten)]
    pub(crate) schedule: Schedule,
    #[serde(flatten)]
    pub(crate) outline: Outline,
    /// The bounds, such as `http.latency.p99 < 250`.
    pub(crate) thresholds: Vec<String>,
}

impl Finding {
    /// What there is to say of a script that was read.
    pub(crate) fn of(reading: &Reading) -> Finding {
        let loaded = &reading.loaded;
        let errors = reading.errors();
        let mut unsupported: Vec<String> = Vec::new();
        for lack in loaded.diagnostics.iter().filter_map(|diagnostic| diagnostic.lacks.as_ref()) {
            if !unsupported.contains(lack) {
                unsupported.push(lack.clone());
            }
        }
        let plan = loaded.plan.as_ref().zip(loaded.scenario.as_ref()).map(|(plan, said)| Planned {
            target: match &plan.target {
                loadgen_scenario::plan::Target::Builtin => "builtin".to_owned(),
                loadgen_scenario::plan::Target::Address(origin) => origin.to_string(),
            },
            schedule: Schedule::of(&plan.phases),
            outline: outline(said, plan),
            thresholds: plan.thresholds.iter().map(bound).collect(),
        });
        Finding {
            script: reading.source.name.clone(),
            ok: errors == 0,
            errors,
            warnings: loaded.diagnostics.len() - errors,
            diagnostics: loaded.diagnostics.iter().map(Problem::of).collect(),
            unsupported,
            plan,
        }
    }

    /// What there is to say where a file cannot be read.
    pub(crate) fn unreadable(script: &Path, message: String, hint: Option<String>) -> Finding {
        let problem = Problem {
            severity: "error",
            message,
            file: None,
            line: None,
            column: None,
            length: None,
            label: None,
            hint,
        };
        Finding {
            script: script.display().to_string(),
            ok: false,
            errors: 1,
            warnings: 0,
            diagnostics: vec![problem],
            unsupported: Vec::new(),
            plan: None,
        }
    }

    /// The finding for other programs.
    pub(crate) fn json(&self) -> String {
        // Maps have text for keys and numbers are finite: nothing here can fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Problem {
    fn of(diagnostic: &Diagnostic) -> Problem {
        let at = diagnostic.location.as_ref();
        Problem {
            severity: if diagnostic.is_error() { "error" } else { "warning" },
            message: diagnostic.message.clone(),
            file: at.map(|at| at.source.to_string()),
            line: at.map(|at| at.line),
            column: at.map(|at| at.column),
            length: at.map(|at| at.length),
            label: diagnostic.label.clone(),
            hint: diagnostic.hint.clone(),
        }
    }
}

/// A threshold by the metric that it is measured by, a condition as it is written.
fn bound(requirement: &Requirement) -> String {
    match requirement {
        Requirement::Threshold(threshold) => {
            format!("{} {} {}", threshold.metric, threshold.bound, threshold.limit)
        }
        Requirement::Condition(Condition { expression, strict: true, .. }) => expression.clone(),
        Requirement::Condition(Condition { expression, .. }) => format!("{expression} (optional)"),
    }
}
