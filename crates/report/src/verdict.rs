//! `Verdict`: all that the script requires, judged.
//!
//! Judging is a pure function of requirements and figures. Whether the figures can be trusted is the validity's; what
//! exit status follows is the command line's.

use crate::check::{About, Check};
use crate::figures::{APDEX, Figures};
use crate::statistic;
use loadgen_scenario::condition::Condition;
use loadgen_scenario::threshold::{Bound, Requirement, Threshold};
use serde::{Deserialize, Serialize};

/// All that the script requires, judged, in its order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Verdict {
    /// One for each threshold and condition.
    pub checks: Vec<Check>,
}

/// Judges the figures of a run.
pub fn judge(requirements: &[Requirement], figures: &Figures<'_>) -> Verdict {
    let check = |requirement: &Requirement| {
        let (pass, about) = match requirement {
            Requirement::Threshold(threshold) => bounded(threshold, figures),
            Requirement::Condition(condition) => held(condition, figures),
        };
        let at = requirement.at().cloned();
        Check { text: requirement.text(), strict: requirement.is_strict(), at, pass, about }
    };
    Verdict { checks: requirements.iter().map(check).collect() }
}

fn bounded(threshold: &Threshold, figures: &Figures<'_>) -> (bool, About) {
    let value = figures.value(&threshold.metric);
    let pass = value.as_ref().is_ok_and(|&value| keeps(threshold, value));
    let about = About::Threshold {
        metric: threshold.metric.clone(),
        bound: threshold.bound,
        limit: threshold.limit,
        missing: value.as_ref().err().map(ToString::to_string),
        seen: value.ok(),
        first_at: None,
    };
    (pass, about)
}

fn held(condition: &Condition, figures: &Figures<'_>) -> (bool, About) {
    // Of a summary only the statistics that the condition names are worked out.
    let text = &condition.expression;
    let named = figures.summaries.keys().filter(|name| text.contains(name.as_str()));
    let statistics = named.flat_map(|name| statistic::NAMES.map(|it| format!("{name}.{it}")));
    let statistics: Vec<(String, f64)> = statistics
        .filter(|metric| text.contains(metric.as_str()))
        .filter_map(|metric| figures.value(&metric).ok().map(|value| (metric, value)))
        .collect();
    let counters = figures.counters.iter().map(|(name, &count)| (name.as_str(), count as f64));
    let rates = figures.rates.iter().map(|(name, &rate)| (name.as_str(), rate));
    let statistics = statistics.iter().map(|(name, value)| (name.as_str(), *value));
    let score = figures.apdex.map(|score| (APDEX, score));
    let judgement = condition.judge(counters.chain(rates).chain(statistics).chain(score));
    (judgement.holds, About::Condition { values: judgement.seen, problem: judgement.problem })
}

/// Whether a value keeps a threshold's bound.
pub(crate) fn keeps(threshold: &Threshold, value: f64) -> bool {
    match threshold.bound {
        Bound::Below => value < threshold.limit,
        Bound::AtMost => value <= threshold.limit,
    }
}

impl Verdict {
    /// Whether nothing that is strict was missed. True where nothing is required.
    pub fn pass(&self) -> bool {
        self.missed().next().is_none()
    }

    /// The checks that failed and are strict.
    pub fn missed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.strict && !check.pass)
    }

    /// The checks that failed and are not strict.
    pub fn forgiven(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.strict && !check.pass)
    }

    /// The verdict in a few words: `3 of 3 thresholds met`, `1 of 4 checks missed`.
    pub fn in_words(&self) -> String {
        let bounds = self.checks.iter().all(|check| matches!(check.about, About::Threshold { .. }));
        let noun = if bounds { "threshold" } else { "check" };
        let plural = if self.checks.len() == 1 { "" } else { "s" };
        let (all, missed, forgiven) = (self.checks.len(), self.missed().count(), self.forgiven().count());
        match (all, missed) {
            (0, _) => "no thresholds set".to_owned(),
            (_, 0) if forgiven > 0 => format!("{} of {all} {noun}{plural} met", all - forgiven),
            (_, 0) => format!("{all} of {all} {noun}{plural} met"),
            _ => format!("{missed} of {all} {noun}{plural} missed"),
        }
    }
}
