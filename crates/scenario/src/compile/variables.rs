//! The variables of a user: who sets them, and what they hold at the beginning.

use crate::compile::Compiler;
use crate::diagnostic::Diagnostic;
use crate::names::Names;
use crate::plan::{Initial, Slot};
use crate::scenario::{Action, Config, Scenario, Step};
use crate::template;
use serde_json::Value;

/// The counter of a loop that gives it no name.
pub(super) const LOOP_COUNT: &str = "$loopCount";

/// The entry of a loop that gives it no name.
pub(super) const LOOP_ELEMENT: &str = "$loopElement";

/// Gives each variable that anything in the script sets its slot.
pub(super) fn declare(scenario: &Scenario, names: &mut Names) -> Vec<(Slot, Initial)> {
    let mut variables = Vec::new();
    for (name, value) in &scenario.config.variables {
        let slot = names.declare(&name.value);
        match value {
            // One of nothing is nothing.
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) => variables.push((slot, Initial::OneOf(items.clone()))),
            value => variables.push((slot, Initial::Fixed(value.clone()))),
        }
    }
    for steps in [&scenario.before, &scenario.after].into_iter().flatten() {
        declare_steps(steps, names);
    }
    for flow in scenario.flows.iter().flatten() {
        declare_steps(&flow.steps, names);
    }
    variables
}

fn declare_steps(steps: &[Step], names: &mut Names) {
    for step in steps {
        match &step.action {
            Action::Request(request) => {
                for capture in &request.captures {
                    super::capture::declare(&capture.name.value, names);
                }
            }
            Action::Loop { steps, counter, element, .. } => {
                names.declare(counter.as_ref().map_or(LOOP_COUNT, |counter| &counter.value));
                names.declare(element.as_ref().map_or(LOOP_ELEMENT, |element| &element.value));
                declare_steps(steps, names);
            }
            Action::Parallel { steps, .. } => declare_steps(steps, names),
            Action::Think { .. } | Action::Log(_) => {}
        }
    }
}

/// What variables hold when a user starts, `$uuid` among them if it is used.
pub(super) fn initial(mut variables: Vec<(Slot, Initial)>, names: &Names) -> Vec<(Slot, Initial)> {
    if let Some(slot) = names.uuid() {
        variables.push((slot, Initial::Uuid));
    }
    variables
}

impl Compiler {
    /// Warns of variables that name others: alone, their values are used as they stand.
    pub(super) fn settled_variables(&mut self, config: &Config) {
        for (name, value) in &config.variables {
            if matches!(value, Value::String(text) if text.contains("{{") && text.contains("}}")) {
                let message = format!(
                    "the placeholder in the variable `{}` is filled only where text surrounds it",
                    name.value
                );
                let warning = Diagnostic::warning(&name.at, message).hint(
                    "known beforehand are $env, $environment and what -v sets; functions are not called",
                );
                let label = bare_function(value).map(|call| format!("did you mean `{call}`?"));
                self.problems.push(Diagnostic { label, ..warning });
            }
        }
    }
}

/// The call that was meant where a placeholder names a template function without its brackets.
fn bare_function(value: &Value) -> Option<String> {
    let inner = |rest: &'_ str| rest.split_once("}}").and_then(|(inner, _)| template::call_of(inner.trim()));
    value.as_str()?.split("{{").skip(1).find_map(inner)
}
