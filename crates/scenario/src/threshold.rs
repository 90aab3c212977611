//! `Threshold`: a bound that a run has to keep, from `ensure`. `Requirement`: that, or a condition.
//!
//! Says what is asked; judging it against results is the report's.

use crate::condition::Condition;
use crate::source::Location;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that a run has to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Requirement {
    /// `thresholds` and the legacy forms.
    Threshold(Threshold),
    /// `conditions`.
    Condition(Condition),
}

impl From<Threshold> for Requirement {
    fn from(threshold: Threshold) -> Requirement {
        Requirement::Threshold(threshold)
    }
}

impl From<Condition> for Requirement {
    fn from(condition: Condition) -> Requirement {
        Requirement::Condition(condition)
    }
}

/// Where a requirement stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The name of the text that it is from: the script's, or `--overrides` and the like.
    pub source: String,
    /// The line, from 1.
    pub line: u32,
}

impl From<&Location> for Place {
    fn from(at: &Location) -> Place {
        Place { source: at.source.to_string(), line: at.line }
    }
}

impl Requirement {
    /// Where it stands, if that is known.
    pub fn at(&self) -> Option<&Place> {
        match self {
            Requirement::Threshold(threshold) => threshold.at.as_ref(),
            Requirement::Condition(condition) => condition.at.as_ref(),
        }
    }

    /// Whether a run fails that is not like this.
    pub fn is_strict(&self) -> bool {
        match self {
            Requirement::Threshold(_) => true,
            Requirement::Condition(condition) => condition.strict,
        }
    }

    /// It in Artillery's words: `http.response_time.p95 < 200`, `p95 < 200`, an expression as it is written.
    pub fn text(&self) -> String {
        match self {
            Requirement::Threshold(threshold) => {
                let name = threshold.legacy.as_ref().unwrap_or(&threshold.metric);
                format!("{name} < {}", ryu_js::Buffer::new().format(threshold.limit))
            }
            Requirement::Condition(condition) => condition.expression.clone(),
        }
    }
}

/// A bound on one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// The metric and, for a summary, its statistic: `http.response_time.p95`, `vusers.failed`,
    /// `loadgen.error_rate`. The names are those of the JSON report.
    pub metric: String,
    /// How the metric relates to the limit.
    pub bound: Bound,
    /// The limit, in the metric's unit: ms for times, a count for counters, percent for rates.
    pub limit: f64,
    /// The legacy form that it was written in: `p95`, `maxErrorRate`.
    pub legacy: Option<String>,
    /// Where it stands, if that is known.
    pub at: Option<Place>,
}

/// How a metric has to relate to its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// `<`: `ensure`'s thresholds and its legacy statistics.
    Below,
    /// `<=`: `ensure`'s `maxErrorRate`.
    AtMost,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Bound::Below => "<",
            Bound::AtMost => "≤",
        })
    }
}
