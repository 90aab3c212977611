//! What went wrong: each kind of error with its count, its share, one example and what to do.

use crate::render::layout::{Style, Tone, crop, pad, wrap};
use crate::{Report, number};
use loadgen_metrics::{ErrorKind, ErrorSample};

/// What 5xx answers are called.
pub(crate) const SERVER_ERRORS_NAME: &str = "5xx answers";
/// What to do about them.
const SERVER_ERRORS_HINT: &str = "the target failed: its own log says why";

/// From so many columns on a row says what its share is of.
const WIDE: usize = 70;

/// A line for each kind, the most frequent first; 5xx answers, which count into the error rate, among them.
pub(super) fn section(report: &Report, style: Style) -> Vec<String> {
    let requests: u64 = report.total.series.iter().map(|series| series.requests).sum();
    let mut lines = plainly(report, style);
    let kinds = kinds(report);
    if kinds.is_empty() {
        return lines;
    }
    lines.push(style.paint(Tone::Bad, "  errors"));
    for kind in kinds {
        lines.push(row(&kind.name, kind.count, requests, style.columns()));
        lines.extend(kind.sample.into_iter().flat_map(|sample| example(sample, style)));
        lines.extend(wrap("      hint: ", kind.hint, style.columns()));
    }
    lines
}

/// The kinds alone, a line each of at most `columns`.
pub(super) fn rows(report: &Report, columns: usize) -> Vec<String> {
    let requests: u64 = report.total.series.iter().map(|series| series.requests).sum();
    kinds(report).iter().map(|kind| row(&kind.name, kind.count, requests, columns)).collect()
}

/// A kind of failure, as every view tells it.
pub(crate) struct Kind<'a> {
    /// What people call it.
    pub(crate) name: String,
    /// How often it happened.
    pub(crate) count: u64,
    /// The first one.
    pub(crate) sample: Option<&'a ErrorSample>,
    /// What to do.
    pub(crate) hint: &'static str,
}

/// All of them, the most frequent first.
pub(crate) fn kinds(report: &Report) -> Vec<Kind<'_>> {
    let total = &report.total;
    let errors = total.all_errors().into_iter().map(|(kind, name, tally)| Kind {
        name,
        count: tally.count,
        sample: tally.sample.as_ref(),
        hint: kind.hint(),
    });
    let answers = Kind {
        name: SERVER_ERRORS_NAME.to_owned(),
        count: server_errors(report),
        sample: total.server_error.as_ref(),
        hint: SERVER_ERRORS_HINT,
    };
    let mut kinds: Vec<_> = errors.chain((answers.count > 0).then_some(answers)).collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
    kinds
}

/// How many answers had a status of 500 or more.
fn server_errors(report: &Report) -> u64 {
    let codes = report.total.series.iter().flat_map(|series| &series.codes);
    codes.filter(|(code, _)| **code >= 500).map(|(_, count)| count).sum()
}

/// Says it in one sentence when no request got an answer, or none was sent.
pub(crate) fn unanswered(report: &Report) -> Option<String> {
    let requests: u64 = report.total.series.iter().map(|series| series.requests).sum();
    let responses: u64 = report.total.series.iter().map(|series| series.responses()).sum();
    let target = &report.meta.target;
    if requests == 0 {
        Some("no request was sent".to_owned())
    } else if responses == 0 {
        let errors = report.total.errors.iter();
        let cause = match errors.max_by_key(|(_, tally)| tally.count).map(|(kind, _)| *kind) {
            Some(ErrorKind::ConnectionRefused) => format!("nothing listens at {target}"),
            Some(ErrorKind::TimedOut) => format!("{target} did not answer in time"),
            Some(ErrorKind::NameNotFound) => format!("the host name of {target} has no address"),
            Some(kind) => kind.hint().to_owned(),
            None => "the run ended before one could be".to_owned(),
        };
        Some(format!("no request was answered: {cause}"))
    } else {
        None
    }
}

fn plainly(report: &Report, style: Style) -> Vec<String> {
    let Some(sentence) = unanswered(report) else { return Vec::new() };
    let mut lines = wrap("  ", &sentence, style.columns());
    lines.iter_mut().for_each(|line| *line = style.paint(Tone::Bad, line));
    lines
}

fn row(name: &str, count: u64, requests: u64, columns: usize) -> String {
    let share = share(count, requests).map_or_else(String::new, |it| format!("   {it}"));
    if columns >= WIDE {
        let of = if share.is_empty() { "" } else { " of requests" };
        return format!("    {}{:>10}{share}{of}", pad(name, 34), number::count(count));
    }
    let wide = columns.saturating_sub(25);
    format!("    {}{:>10}{share}", pad(&crop(name, wide), wide), number::count(count))
}

/// The share of all requests. Errors that come before a request is sent may outnumber requests: they have none.
pub(crate) fn share(count: u64, requests: u64) -> Option<String> {
    (requests > 0 && count <= requests).then(|| number::percent(count as f64 / requests as f64 * 100.0))
}

fn example(sample: &ErrorSample, style: Style) -> Vec<String> {
    let mut lines = wrap("      ", &told(sample), style.columns());
    lines.extend(wrap("      read: ", &sample.read, style.columns()));
    lines.extend(sample.trace.map(|trace| format!("      trace: {trace}")));
    lines
}

/// When it happened, and where: `first at 00:01: GET http://… connection refused`.
pub(crate) fn told(sample: &ErrorSample) -> String {
    let at = format!("first at {}:", number::clock(sample.at.second()));
    // Where the script objects to an answer, the words begin with its status.
    let status = match sample.status {
        Some(status) if sample.detail.is_empty() => format!("status {status}"),
        Some(status) if !sample.detail.starts_with("status ") => format!("status {status}:"),
        _ => String::new(),
    };
    let parts = [&at, &sample.method, &sample.url, &status, &sample.detail];
    parts.iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect::<Vec<_>>().join(" ")
}
