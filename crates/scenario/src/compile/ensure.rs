//! `ensure` becomes requirements.

use crate::compile::metric::Script;
use crate::compile::{capture, metric};
use crate::condition::{self, Condition};
use crate::diagnostic::Diagnostic;
use crate::overlay::Choices;
use crate::scenario::{Ensure, Scenario};
use crate::source::Spanned;
use crate::threshold::{Bound, Place, Requirement, Threshold};

/// Artillery's switch: set to whatever, the checks are off.
const OFF: &str = "ARTILLERY_DISABLE_ENSURE";

/// The requirements in force: as in Artillery, those of a script that lists the plugin `ensure`.
pub(super) fn thresholds(
    scenario: &Scenario,
    choices: &Choices,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Requirement> {
    let config = &scenario.config;
    let loaded = config.plugins.iter().any(|plugin| plugin.value == "ensure");
    let Some(ensure) = config.ensure.as_ref().or(config.plugin_ensure.as_ref()) else { return Vec::new() };
    let empty = ensure.thresholds.is_empty() && ensure.conditions.is_empty() && ensure.legacy.is_empty();
    if !loaded && !empty {
        let warning = Diagnostic::warning(&ensure.at, "the thresholds in `ensure` will not be checked")
            .hint("add `plugins: {ensure: {}}` to config to turn them on");
        problems.push(warning);
    }
    if loaded && !empty && choices.process_env.contains_key(OFF) {
        let message = format!("the thresholds in `ensure` will not be checked, because {OFF} is set");
        problems.push(Diagnostic::warning(&ensure.at, message).hint("unset it to turn them on"));
        return Vec::new();
    }
    if !loaded {
        return Vec::new();
    }
    let flows = scenario.flows.iter().flatten().enumerate();
    let endpoints = config.plugin_options.endpoints.as_ref().and_then(|options| options.namespace.as_ref());
    let script = Script {
        scenarios: flows.map(|(index, flow)| flow.name_or(index)).collect(),
        endpoints: endpoints
            .filter(|namespace| !namespace.is_empty())
            .map(|namespace| format!("{namespace}.")),
    };
    problems.extend(ensure.thresholds.iter().filter_map(|(name, _)| metric::check(name, &script)));
    problems.extend(ensure.thresholds.iter().filter_map(|(name, limit)| {
        let shown: String = name.value.chars().take(80).collect();
        never(name, *limit, format!("for none at all: `conditions: [{{expression: not ({shown} > 0)}}]`"))
    }));
    let legacy = ensure.legacy.iter().filter(|(name, _)| name.value != "maxErrorRate");
    problems.extend(legacy.filter_map(|(name, limit)| {
        never(name, *limit, "as in Artillery, whole milliseconds count; `thresholds` take fractions".into())
    }));
    ensure.conditions.iter().for_each(|(text, _)| check(text, &script, problems));
    requirements(ensure)
}

fn requirements(ensure: &Ensure) -> Vec<Requirement> {
    let below = |metric: String, limit, name: &Spanned<String>| Threshold {
        metric,
        bound: Bound::Below,
        limit,
        legacy: None,
        at: Some(Place::from(&name.at)),
    };
    let thresholds =
        ensure.thresholds.iter().map(|(metric, limit)| below(metric.value.clone(), *limit, metric).into());
    let conditions = ensure.conditions.iter().map(|(text, strict)| {
        let at = Some(Place::from(&text.at));
        Condition { expression: text.value.clone(), strict: *strict, at }.into()
    });
    let (rates, statistics): (Vec<_>, Vec<_>) =
        ensure.legacy.iter().partition(|(name, _)| name.value == "maxErrorRate");
    let legacy = statistics.into_iter().chain(rates).map(|(name, limit)| {
        let legacy = Some(name.value.clone());
        let threshold = match name.value.as_str() {
            "maxErrorRate" => {
                let metric = "loadgen.users_failed_rate".to_owned();
                Threshold { bound: Bound::AtMost, legacy, ..below(metric, *limit, name) }
            }
            statistic => {
                Threshold { legacy, ..below(format!("http.response_time.{statistic}"), *limit, name) }
            }
        };
        threshold.into()
    });
    thresholds.chain(conditions).chain(legacy).collect()
}

/// A threshold that no run can keep: no metric is negative, and a threshold means less than its number.
fn never(name: &Spanned<String>, limit: f64, hint: String) -> Option<Diagnostic> {
    (limit <= 0.0).then(|| {
        let shown: String = name.value.chars().take(80).collect();
        let message = format!("no run can keep this threshold: `{shown}` would have to be less than {limit}");
        Diagnostic::warning(&name.at, message).hint(hint)
    })
}

/// Tells what is wrong with a condition however the run goes.
fn check(text: &Spanned<String>, script: &Script, problems: &mut Vec<Diagnostic>) {
    let open = script.open().any(|prefix| text.value.contains(prefix));
    let by_name = script.by_name();
    let words: Vec<&str> = by_name.iter().map(String::as_str).collect();
    match condition::variables(&text.value, &words) {
        Ok(variables) => {
            for name in variables {
                let position = text.value.find(&name).map_or(0, |byte| text.value[..byte].chars().count());
                let mut at = capture::within(&text.at, &text.value, position);
                if at.length == 1 {
                    at.length = u32::try_from(name.chars().count()).unwrap_or(1);
                }
                let problem = metric::check(&Spanned::new(name, at), script);
                // What looks like a name may be a piece of one that is known only later.
                problems.extend(problem.filter(|problem| problem.is_error() || !open));
            }
        }
        Err(error) => {
            let at = capture::within(&text.at, &text.value, error.position);
            let message = format!("the condition is no expression: {error}");
            // An endpoint's name, or an error's text, may yet make it one.
            let problem =
                if open { Diagnostic::warning(&at, message) } else { Diagnostic::error(&at, message) };
            problems.push(problem.hint("such as: http.codes.200 > 100 and vusers.failed == 0"));
        }
    }
}
