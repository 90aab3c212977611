//! `--scenario-name`: one scenario is run, and the others are never chosen.

use crate::diagnostic::Diagnostic;
use crate::overlay::Choices;
use crate::plan::Scenario;
use crate::scenario;
use crate::source::Location;
use regex::Regex;

/// Leaves a weight to the scenario of that name alone, or to the only one whose name the text matches as a regular
/// expression.
pub(super) fn choose(
    scenarios: &mut [Scenario],
    name: &str,
    said: &scenario::Scenario,
) -> Option<Diagnostic> {
    let names: Vec<Option<&str>> = said.flows.iter().flatten().map(|flow| flow.name.as_deref()).collect();
    let found = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, it)| it.is_some_and(test)).map(|(index, _)| index).collect()
    };
    // As in Artillery, a name is a regular expression too, and fits what it is a part of.
    let regex = Regex::new(name).ok();
    let matching = found(&|it| it == name || regex.as_ref().is_some_and(|regex| regex.is_match(it)));
    let at = Location::start(Choices::SCENARIO);
    let known: Vec<&str> = names.iter().flatten().copied().take(20).collect();
    let known = match known.as_slice() {
        [] => "no scenario of the script has a name".to_owned(),
        known => format!("the script has {}", known.join(", ")),
    };
    match matching.as_slice() {
        [chosen] => {
            for (index, scenario) in scenarios.iter_mut().enumerate() {
                scenario.weight = if index == *chosen { scenario.weight.max(1) } else { 0 };
            }
            None
        }
        [] => Some(Diagnostic::error(&at, format!("no scenario is called `{name}`")).hint(known)),
        several => {
            let message = format!("`{name}` fits {} scenarios, and has to fit one", several.len());
            let hint = if names.contains(&Some(name)) {
                let whole = regex::escape(name);
                format!("it is a regular expression too; `^{whole}$` fits the one that is called just that")
            } else {
                known
            };
            Some(Diagnostic::error(&at, message).hint(hint))
        }
    }
}
