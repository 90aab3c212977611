//! Expectations (`expect`) that were not met: each kind with its count and an example.

use super::super::layout::{Style, Tone, crop, wrap};
use crate::{Report, number};
use loadgen_metrics::ExpectationTally;

/// How many were not met, in words: `3 of 20 expectations not met`. `None` where all were.
pub fn unmet(report: &Report) -> Option<String> {
    let (met, unmet) = report.expected();
    (unmet > 0)
        .then(|| format!("{} of {} expectations not met", number::count(unmet), number::count(met + unmet)))
}

/// Each kind that the script has, with how often it was met and was not.
pub(crate) fn kinds(report: &Report) -> impl Iterator<Item = (&str, &ExpectationTally)> {
    let plugins = &report.total.plugins;
    let known = report.meta.plugins.expectations.iter().map(String::as_str).zip(&plugins.expectations);
    let others = plugins.header_expectations.others().map(|tally| ("header values equals", tally));
    known.chain(plugins.header_expectations.iter()).chain(others)
}

/// Each kind that was not always met.
pub(super) fn section(report: &Report, style: Style) -> Vec<String> {
    let rows: Vec<_> =
        kinds(report).filter(|(_, tally)| tally.failed > 0).flat_map(|it| kind(it, style)).collect();
    if rows.is_empty() {
        return rows;
    }
    let head = style.paint(Tone::Quiet, "  expectations not met");
    std::iter::once(head).chain(rows).collect()
}

fn kind((kind, tally): (&str, &ExpectationTally), style: Style) -> Vec<String> {
    let all = number::count(tally.ok + tally.failed);
    let mut lines =
        vec![crop(&format!("  ✗ {kind}  {} of {all}", number::count(tally.failed)), style.columns())];
    if let Some(sample) = &tally.sample {
        let shown = format!("{} {}  {}", sample.method, sample.url, sample.detail);
        lines.extend(wrap("    e.g. ", shown.trim(), style.columns()));
        lines.extend(sample.trace.map(|trace| format!("    trace: {trace}")));
    }
    lines
}
