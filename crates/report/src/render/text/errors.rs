//! What went wrong: each kind of error with its count, its share, one example and what to do.

use crate::render::layout::{Style, Tone, wrap};
use crate::{Report, number};
use loadgen_metrics::{ErrorKind, ErrorTally};

/// A line for each kind, the most frequent first; 5xx answers, which count into the error rate, among them.
pub(super) fn section(report: &Report, style: Style) -> Vec<String> {
    let total = &report.total;
    let requests: u64 = total.series.iter().map(|series| series.requests).sum();
    let mut lines = plainly(report, style, requests);
    let kinds = total.all_errors();
    let server_errors: u64 = total
        .series
        .iter()
        .flat_map(|series| &series.codes)
        .filter(|(code, _)| **code >= 500)
        .map(|(_, count)| count)
        .sum();
    if kinds.is_empty() && server_errors == 0 {
        return lines;
    }
    lines.push(style.paint(Tone::Bad, "  errors"));
    for (kind, name, tally) in kinds {
        lines.push(row(&name, tally.count, requests));
        lines.extend(example(tally, style));
        lines.extend(wrap("      hint: ", kind.hint(), style.columns()));
    }
    if server_errors > 0 {
        lines.push(row("5xx answers", server_errors, requests));
        lines.extend(wrap("      hint: ", "the target failed: its own log says why", style.columns()));
    }
    lines
}

/// Says it in one sentence when no request got an answer, or none was sent.
fn plainly(report: &Report, style: Style, requests: u64) -> Vec<String> {
    let responses: u64 = report.total.series.iter().map(|series| series.responses()).sum();
    let target = &report.meta.target;
    let sentence = if requests == 0 {
        "no request was sent".to_owned()
    } else if responses == 0 {
        let errors = report.total.errors.iter();
        let cause = match errors.max_by_key(|(_, tally)| tally.count).map(|(kind, _)| *kind) {
            Some(ErrorKind::ConnectionRefused) => format!("nothing listens at {target}"),
            Some(ErrorKind::TimedOut) => format!("{target} did not answer in time"),
            Some(ErrorKind::NameNotFound) => format!("the host name of {target} has no address"),
            Some(kind) => kind.hint().to_owned(),
            None => "the run ended before one could be".to_owned(),
        };
        format!("no request was answered: {cause}")
    } else {
        return Vec::new();
    };
    let mut lines = wrap("  ", &sentence, style.columns());
    lines.iter_mut().for_each(|line| *line = style.paint(Tone::Bad, line));
    lines
}

fn row(name: &str, count: u64, requests: u64) -> String {
    // Errors that come before a request is sent may outnumber requests: they have no share of them.
    let share = match requests {
        0 => String::new(),
        _ if count > requests => String::new(),
        _ => format!("   {} of requests", number::percent(count as f64 / requests as f64 * 100.0)),
    };
    format!("    {name:<34}{:>10}{share}", number::count(count))
}

fn example(tally: &ErrorTally, style: Style) -> Vec<String> {
    let Some(sample) = &tally.sample else { return Vec::new() };
    let at = format!("first at {}:", number::clock(sample.at.second()));
    // Where the script objects to an answer, the words begin with its status.
    let status = match sample.status {
        Some(status) if !sample.detail.starts_with("status ") => format!("status {status}:"),
        _ => String::new(),
    };
    let parts = [&at, &sample.method, &sample.url, &status, &sample.detail];
    let text =
        parts.iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect::<Vec<_>>().join(" ");
    let mut lines = wrap("      ", &text, style.columns());
    lines.extend(wrap("      read: ", &sample.read, style.columns()));
    lines.extend(sample.trace.map(|trace| format!("      trace: {trace}")));
    lines
}
