//! `Threshold`: a bound that a run has to keep, from `ensure`.
//!
//! Says what is asked; judging it against results is the report's.

use std::fmt;

/// A bound on one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The metric and, for a summary, its statistic: `http.response_time.p95`, `vusers.failed`,
    /// `loadgen.error_rate`. The names are those of the JSON report.
    pub metric: String,
    /// How the metric relates to the limit.
    pub bound: Bound,
    /// The limit, in the metric's unit: ms for times, a count for counters, percent for rates.
    pub limit: f64,
}

/// How a metric has to relate to its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
