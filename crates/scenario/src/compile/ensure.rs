//! `ensure` becomes thresholds.

use crate::compile::metric;
use crate::diagnostic::Diagnostic;
use crate::scenario::Scenario;
use crate::threshold::{Bound, Threshold};

/// The thresholds in force: as in Artillery, those of a script that lists the plugin `ensure`.
pub(super) fn thresholds(scenario: &Scenario, problems: &mut Vec<Diagnostic>) -> Vec<Threshold> {
    let config = &scenario.config;
    let loaded = config.plugins.iter().any(|plugin| plugin.value == "ensure");
    let Some(ensure) = config.ensure.as_ref().or(config.plugin_ensure.as_ref()) else { return Vec::new() };
    if !loaded {
        if !(ensure.thresholds.is_empty() && ensure.legacy.is_empty()) {
            let warning = Diagnostic::warning(&ensure.at, "the thresholds in `ensure` will not be checked")
                .hint("add `plugins: {ensure: {}}` to config to turn them on");
            problems.push(warning);
        }
        return Vec::new();
    }
    let flows = scenario.flows.iter().flatten().enumerate();
    let names: Vec<String> = flows.map(|(index, flow)| flow.name_or(index)).collect();
    problems.extend(ensure.thresholds.iter().filter_map(|(name, _)| metric::check(name, &names)));
    let below = |metric: String, limit: f64| Threshold { metric, bound: Bound::Below, limit };
    let thresholds = ensure.thresholds.iter().map(|(metric, limit)| below(metric.value.clone(), *limit));
    let legacy = ensure.legacy.iter().map(|(name, limit)| match name.value.as_str() {
        "maxErrorRate" => {
            Threshold { metric: "loadgen.users_failed_rate".to_owned(), bound: Bound::AtMost, limit: *limit }
        }
        statistic => below(format!("http.response_time.{statistic}"), *limit),
    });
    thresholds.chain(legacy).collect()
}
