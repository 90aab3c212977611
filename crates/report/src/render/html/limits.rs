//! Which thresholds stand in which chart: those on what it draws, of the whole run and in its unit.
//!
//! All others have no line anywhere: the error rate is a share where the chart of errors counts, totals only add up, and
//! thresholds on single endpoints or classes of status codes are on parts of what is drawn.

use super::chart::Limit;
use crate::number::Unit;
use crate::{About, Report, figures};

/// The limits on statistics of the durations that are called `summary`, such as `http.latency`, in ms.
pub(super) fn of_durations(report: &Report, summary: &str) -> Vec<Limit> {
    let statistic = |metric: &str| {
        let (of, statistic) = metric.rsplit_once('.')?;
        (of == summary && figures::unit(metric) == Unit::Millis).then(|| statistic.to_owned())
    };
    limits(report, statistic)
}

/// The limits on the requests of each second.
pub(super) fn of_request_rate(report: &Report) -> Vec<Limit> {
    limits(report, |metric| (metric == figures::REQUEST_RATE).then(|| "request rate".to_owned()))
}

/// The limits on those metrics that have a `name` in the chart.
fn limits(report: &Report, name: impl Fn(&str) -> Option<String>) -> Vec<Limit> {
    let limit = |check: &crate::Check| {
        let About::Threshold { metric, limit, seen, .. } = &check.about else { return None };
        let missed = seen.is_some() && !check.pass;
        Some(Limit { value: *limit, of: name(metric)?, wanted: check.wanted(), missed })
    };
    report.verdict.checks.iter().filter_map(limit).collect()
}
