//! The top of the summary: what ran, the verdict, and whether it can be trusted. And the thresholds one by one.

use super::expectations;
use crate::render::layout::{Style, Tone, crop, crop_middle, crop_start, pad, width, wrap};
use crate::validity::State;
use crate::{About, Check, Report, number};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// `loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)`, and a line with the rest.
pub(super) fn title(report: &Report, style: Style) -> Vec<String> {
    let meta = &report.meta;
    let name = format!("loadgen {}   ", meta.version);
    let builtin = if meta.target_is_builtin { " (builtin)" } else { "" };
    let to = format!(" → {}{builtin}", meta.target);
    let room = style.columns().saturating_sub(width(&name) + width(&to));
    // A script's path says most at its end; a target so long that nothing is left for the path is cropped itself.
    let script = crop_start(&meta.script, room.max(12));
    let first = crop(&format!("{name}{script}{to}"), style.columns());

    let mut rest: Vec<String> = Vec::new();
    rest.extend(date(meta.started_at));
    rest.push(number::seconds(report.duration()));
    rest.push(format!("{} {}", meta.shards, if meta.shards == 1 { "shard" } else { "shards" }));
    rest.push(format!("seed {}", meta.seed));
    rest.extend(meta.environment.as_ref().map(|name| format!("environment {name}")));
    vec![first, format!("  {}", rest.join("   "))]
}

/// The verdict and the validity side by side, then what is behind them.
pub(super) fn verdict(report: &Report, style: Style) -> Vec<String> {
    let columns = style.columns();
    let unmet = expectations::unmet(report);
    let (word, tone) = word(report);
    let state = report.validity.state;
    let mut lines = vec![format!(
        "  {}  {}   {:<32}run {}",
        style.paint(Tone::Strong, "VERDICT"),
        style.paint(tone, word),
        report.verdict.in_words(),
        style.paint(tone_of(state), &state.to_string().to_uppercase()),
    )];
    lines.extend(stopped(report).iter().flat_map(|sentence| wrap("  ", sentence, columns)));
    let told = |mark, check: &Check| wrap(mark, &check.breach_in_words(&report.meta), columns);
    lines.extend(report.verdict.missed().flat_map(|check| told("  ✗ ", check)));
    lines.extend(report.verdict.forgiven().flat_map(|check| told("  ○ optional: ", check)));
    lines.extend(unmet.iter().flat_map(|unmet| wrap("  ✗ ", unmet, columns)));
    for reason in report.validity.reasons() {
        lines.extend(wrap("  ! ", &reason.to_string(), columns));
        lines.extend(wrap("    fix: ", reason.fix(), columns));
    }
    lines
}

/// The verdict in a word.
pub(crate) fn word(report: &Report) -> (&'static str, Tone) {
    match (&report.verdict.checks[..], report.verdict.pass()) {
        (_, true) if expectations::unmet(report).is_some() => ("FAIL", Tone::Bad),
        ([], _) => ("none", Tone::Strong),
        (_, true) => ("pass", Tone::Good),
        (_, false) => ("FAIL", Tone::Bad),
    }
}

/// That a run was stopped, in a sentence.
pub(crate) fn stopped(report: &Report) -> Option<String> {
    let signal = report.stopped.as_ref()?;
    let (ended, planned) = (report.duration().as_secs(), report.meta.planned().as_secs());
    let times = format!("{} of {}", number::clock(ended), number::clock(planned));
    Some(format!("stopped by {signal} after {times}: the figures are of what ran until then"))
}

/// Columns of what is wanted, with the gap to what was seen: 16, and more where a limit has many digits.
pub fn wanted_columns(checks: &[Check]) -> usize {
    checks.iter().map(|check| width(&check.wanted()) + 2).fold(16, usize::max)
}

/// Each threshold and condition with what was wanted and what was seen.
pub(super) fn thresholds(report: &Report, style: Style) -> Vec<String> {
    let checks = &report.verdict.checks;
    if checks.is_empty() {
        return Vec::new();
    }
    let wanted = wanted_columns(checks);
    let name = style.columns().saturating_sub(20 + wanted);
    let row = |check: &Check| {
        let mark = match (check.pass, check.strict) {
            (true, _) => style.paint(Tone::Good, "✓"),
            (false, true) => style.paint(Tone::Bad, "✗"),
            (false, false) => style.paint(Tone::Doubtful, "○"),
        };
        let what = pad(&crop_middle(&check.name(), name), name);
        format!("  {mark} {what} {}{}", pad(&check.wanted(), wanted), check.seen_in_words())
    };
    let conditions = checks.iter().any(|check| matches!(check.about, About::Condition { .. }));
    let title = if conditions { "thresholds and conditions" } else { "thresholds" };
    let head = format!("  {title:<0$} {1:<wanted$}seen", name + 2, "wanted");
    std::iter::once(style.paint(Tone::Quiet, &head)).chain(checks.iter().map(row)).collect()
}

pub(crate) fn tone_of(state: State) -> Tone {
    match state {
        State::Valid => Tone::Good,
        State::Degraded => Tone::Doubtful,
        State::Invalid => Tone::Bad,
    }
}

/// A date such as `2026-08-01T12:00:00Z`, of milliseconds since 1970; nothing where there is no such date.
pub(crate) fn date(millis: u64) -> Option<String> {
    let seconds = i64::try_from(millis / 1000).ok()?;
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}
