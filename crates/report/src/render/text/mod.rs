//! The summary that a run ends with, and that `loadgen report` prints again.
//!
//! Its order is that of importance: the verdict and whether it can be trusted, what went wrong, how much was done,
//! how long it took, where, and at what cost. A section that has nothing to say is left out.

pub(crate) mod endpoints;
pub(crate) mod errors;
pub mod expectations;
pub(crate) mod head;
pub mod pieces;
pub(crate) mod totals;

pub use head::wanted_columns;

use super::layout::{Style, wrap};
use crate::Report;
use std::io::{self, Write};

/// Writes the summary, with a line end.
pub fn render(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let sections = [
        head::title(report, style),
        head::verdict(report, style),
        errors::section(report, style),
        expectations::section(report, style),
        totals::amounts(report, style.columns()),
        totals::times(report, style, style.columns()),
        totals::codes(report, style),
        endpoints::section(report, style, style.columns()),
        head::thresholds(report, style),
        totals::resources(report),
        notes(report, style),
        apdex(report).into_iter().collect(),
    ];
    for (index, lines) in sections.iter().filter(|lines| !lines.is_empty()).enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        for line in lines {
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

/// Artillery's line: `Apdex score: 0.97 (excellent)`.
pub fn apdex(report: &Report) -> Option<String> {
    let score = report.total.plugins.apdex.score()?;
    Some(format!("Apdex score: {score} ({})", crate::figures::apdex_rank(score)))
}

/// What is good to know besides.
fn notes(report: &Report, style: Style) -> Vec<String> {
    let note = |warning: crate::Warning| {
        let text = format!("{warning}: {}", warning.fix());
        wrap("  note: ", &text, style.columns())
    };
    report.validity.notes().flat_map(note).collect()
}
