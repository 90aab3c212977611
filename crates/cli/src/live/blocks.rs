//! The parts of the picture that are lines of text. Most are the summary's own, so that the same thing is never told in
//! other words or digits.

use super::state::State;
use loadgen_engine::Urgency;
use loadgen_report::number::{self, Unit};
use loadgen_report::render::text::{expectations, wanted_columns};
use loadgen_report::render::{crop, crop_middle, pad, width as columns};
use loadgen_report::{About, Check, Report, State as Trust, Verdict};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use std::time::Duration;

/// What a colour stands for. The words say the same without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Good,
    Bad,
    Doubtful,
    Strong,
    Quiet,
}

/// Below this width the verdict's line says the most important first.
const NARROW: u16 = 72;

/// With fewer columns for the names of thresholds, what was wanted is left out.
const NAME: usize = 20;

/// How tones look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Theme {
    /// Whether colours may be used.
    pub(super) colour: bool,
}

impl Theme {
    pub(super) fn of(self, tone: Tone) -> Style {
        let (style, colour) = match tone {
            Tone::Plain => (Style::new(), None),
            Tone::Good => (Style::new(), Some(Color::Green)),
            Tone::Bad => (Style::new().add_modifier(Modifier::BOLD), Some(Color::Red)),
            Tone::Doubtful => (Style::new(), Some(Color::Yellow)),
            Tone::Strong => (Style::new().add_modifier(Modifier::BOLD), None),
            Tone::Quiet => (Style::new().add_modifier(Modifier::DIM), None),
        };
        colour.filter(|_| self.colour).map_or(style, |colour| style.fg(colour))
    }

    fn span(self, tone: Tone, text: impl Into<String>) -> Span<'static> {
        Span::styled(text.into(), self.of(tone))
    }
}

/// Lines of the summary; in a table the first is of headings.
pub(super) fn lines(texts: &[String], heading: Option<Tone>, theme: Theme, width: u16) -> Vec<Line<'static>> {
    let tone = |index: usize| heading.filter(|_| index == 0).unwrap_or(Tone::Plain);
    let line =
        |(index, text): (usize, &String)| Line::from(theme.span(tone(index), crop(text, usize::from(width))));
    texts.iter().enumerate().map(line).collect()
}

/// What tables are called in their headings.
const TABLES: [&str; 5] =
    ["endpoint (latency in ms)", "endpoint (ms)", "thresholds and conditions", "thresholds", "errors"];

/// A table's heading that says how many of its rows are shown. Its columns stay where they are.
pub(super) fn counted(heading: &str, shown: usize, all: usize) -> Option<String> {
    let table = TABLES.iter().find(|table| heading.trim_start().starts_with(**table))?;
    let name = table.split(" (").next().unwrap_or(table);
    let unit = if table.ends_with("ms)") { " (ms)" } else { "" };
    let (before, after) = heading.split_once(table).unwrap_or((heading, ""));
    let gap = after.len() - after.trim_start_matches(' ').len();
    let room = if after.is_empty() { usize::MAX } else { (table.len() + gap).saturating_sub(1) };
    let least = format!("{shown} of {all}");
    let forms = [format!("{name}, {least}{unit}"), format!("{least}{unit}"), least];
    let counted = forms.iter().find(|it| it.len() <= room).unwrap_or(&forms[2]);
    let eaten = counted.len().saturating_sub(table.len()).min(gap);
    let filled = " ".repeat(table.len().saturating_sub(counted.len()));
    Some(format!("{before}{counted}{filled}{}", &after[eaten..]))
}

/// Where the run is, how long it still takes, and what keys do.
pub(super) fn progress(state: &State, urgency: Urgency, theme: Theme, width: u16) -> Line<'static> {
    let progress = &state.progress;
    let times = format!("{}/{}", number::clock(progress.elapsed), number::clock(progress.planned));
    let left = match progress.planned.saturating_sub(progress.elapsed) {
        0 => String::new(),
        left => format!("  {} left", number::clock(left)),
    };
    let width = usize::from(width);
    let room = width.saturating_sub(4 + times.len() + left.len());
    let phase = crop(progress.phase.as_deref().unwrap_or("users finishing"), room.min(20));
    let (hint, tone) = match urgency {
        Urgency::No => ("  q stops", Tone::Quiet),
        Urgency::Gracefully => ("  stopping, q: at once", Tone::Doubtful),
        Urgency::Now => ("  stopping at once", Tone::Doubtful),
    };
    let fixed = 4 + columns(&phase) + times.len() + left.len();
    // Keys can be found out; times cannot.
    let hint = if fixed + hint.len() <= width { hint } else { "" };
    let room = width.saturating_sub(fixed + hint.len() + 2).min(60);
    let mut line =
        vec![theme.span(Tone::Strong, format!("  {phase}")), theme.span(Tone::Plain, format!("  {times}"))];
    // A bar of a few characters shows nothing.
    if room >= 5 {
        let share = (progress.elapsed as f64 / progress.planned.max(1) as f64).min(1.0);
        let done = (share * room as f64) as usize;
        line.push(theme.span(Tone::Plain, format!("  {}", "█".repeat(done))));
        line.push(theme.span(Tone::Quiet, "░".repeat(room - done)));
    }
    line.extend([theme.span(Tone::Plain, left), theme.span(tone, hint)]);
    Line::from(line)
}

/// Where a browser finds the run: an address that is cut is none.
pub(super) fn page(url: &str, width: u16) -> String {
    let line = format!("  live page  {url}");
    if columns(&line) <= usize::from(width) { line } else { url.to_owned() }
}

/// Whether the thresholds that can be judged by now are kept, and whether the figures can be trusted so far.
pub(super) fn verdict(report: &Report, theme: Theme, width: u16) -> Line<'static> {
    let checks: Vec<Check> = report.verdict.checks.iter().filter(|check| !is_open(check)).cloned().collect();
    let open = checks.is_empty() && !report.verdict.checks.is_empty();
    let so_far = Verdict { checks };
    let unmet = expectations::unmet(report);
    let (word, tone) = match (so_far.pass(), so_far.checks.is_empty()) {
        (true, _) if unmet.is_some() => ("FAIL", Tone::Bad),
        (false, _) => ("FAIL", Tone::Bad),
        (true, true) if open => ("open", Tone::Strong),
        (true, true) => ("none", Tone::Strong),
        (true, false) => ("pass", Tone::Good),
    };
    let words = match unmet {
        Some(unmet) if so_far.pass() => unmet,
        _ if open => "nothing measured yet".to_owned(),
        _ => so_far.in_words(),
    };
    let trust = report.validity.state;
    let tone_of_trust = match trust {
        Trust::Valid => Tone::Good,
        Trust::Degraded => Tone::Doubtful,
        Trust::Invalid => Tone::Bad,
    };
    let trust = theme.span(tone_of_trust, trust.to_string().to_uppercase());
    let word = theme.span(tone, word);
    if width < NARROW {
        let mut line = Line::from(vec![Span::raw("  "), word, Span::raw(" so far  run "), trust]);
        // Words that are cut say little; the thresholds stand below.
        if line.width() + 2 + columns(&words) <= usize::from(width) {
            line.push_span(Span::raw(format!("  {words}")));
        }
        return line;
    }
    Line::from(vec![
        Span::raw("  "),
        theme.span(Tone::Strong, "VERDICT so far"),
        Span::raw("  "),
        word,
        Span::raw(format!("   {words:<32}  run ")),
        trust,
    ])
}

/// What keeps the run from being valid, a line each.
pub(super) fn doubts(report: &Report, theme: Theme, width: u16) -> Vec<Line<'static>> {
    let doubt = |text: String| {
        Line::from(theme.span(Tone::Doubtful, crop(&format!("  ! {text}"), usize::from(width))))
    };
    report.validity.reasons().map(|reason| doubt(reason.to_string())).collect()
}

/// The summary's amounts, with what they were in the last second, as far as they fit.
pub(super) fn amounts(state: &State, mut amounts: Vec<String>, width: u16) -> Vec<String> {
    let progress = &state.progress;
    let users = if progress.running == 1 { "user" } else { "users" };
    let p95 = progress.p95.map_or_else(|| "-".to_owned(), |it| number::measured(millis(it), Unit::Millis));
    if let Some(line) = amounts.get_mut(1) {
        *line = format!(
            "{line:<26}now {} requests/s  {} {users}  p95 {p95}",
            number::count(progress.requests),
            number::count(progress.running)
        );
        let failed = state.report.total.users().failed;
        if failed > 0 {
            line.push_str(&format!("  failed {}", number::count(failed)));
        }
    }
    if let (Some(line), Some(offered)) = (amounts.get_mut(2), state.offered) {
        line.push_str(&format!("  now {} of {}/s", number::count(state.started), number::count(offered)));
    }
    amounts.iter().filter_map(|line| fitting(line, width.into())).collect()
}

/// A line without so much of what it tells as does not fit: amounts that are 0 go first, then the last, and failed users
/// only after all others; nothing where only its name would be left.
pub(super) fn fitting(line: &str, width: usize) -> Option<String> {
    let mut parts = parts(line.trim_end());
    let rank = |part: &str| {
        let words: Vec<&str> = part.split_whitespace().collect();
        match words[..] {
            ["0", "completed" | "failed" | "skipped"] => 0,
            [_, "failed"] | ["failed", _] => 2,
            _ => 1,
        }
    };
    while parts.iter().map(|part| columns(part)).sum::<usize>() > width {
        // Of equals, the last.
        let out = (1..parts.len()).rev().min_by_key(|index| rank(parts[*index]))?;
        parts.remove(out);
    }
    (parts.len() > 1).then(|| parts.concat())
}

/// What a line tells, each with the gap before it: two spaces or more are between one thing and the next.
fn parts(line: &str) -> Vec<&str> {
    let (mut parts, mut rest) = (Vec::new(), line);
    loop {
        let gap = rest.len() - rest.trim_start().len();
        let Some(end) = rest[gap..].find("  ") else { break };
        let (part, others) = rest.split_at(gap + end);
        parts.push(part);
        rest = others;
    }
    parts.push(rest);
    parts
}

/// Whether a check cannot be judged yet, since nothing of its metric has been measured.
fn is_open(check: &Check) -> bool {
    matches!(check.about, About::Threshold { seen: None, .. })
}

/// Each threshold and condition with its present state.
pub(super) fn thresholds(report: &Report, theme: Theme, width: u16) -> Vec<Line<'static>> {
    let checks = &report.verdict.checks;
    if checks.is_empty() {
        return Vec::new();
    }
    let width = usize::from(width);
    // Beside the name stand the mark, what was seen (15) and, as it is known to whoever wrote it, only then what was wanted.
    let beside = 20 + wanted_columns(checks);
    let full = width >= NAME + beside;
    let name = width.saturating_sub(if full { beside } else { 20 });
    let wanted = |text: &str| if full { pad(text, beside - 20) } else { String::new() };
    let conditions = checks.iter().any(|check| matches!(check.about, About::Condition { .. }));
    let title = if conditions { "thresholds and conditions" } else { "thresholds" };
    let head = format!("  {:<1$} {2}seen so far", crop(title, name + 2), name + 2, wanted("wanted"));
    let row = |check: &Check| {
        let (mark, tone) = match (is_open(check), check.pass, check.strict) {
            (true, _, _) => ("·", Tone::Quiet),
            (_, true, _) => ("✓", Tone::Good),
            (_, false, true) => ("✗", Tone::Bad),
            (_, false, false) => ("○", Tone::Doubtful),
        };
        let what = pad(&crop_middle(&check.name(), name), name);
        let rest = format!(" {what} {}{}", wanted(&check.wanted()), check.seen_in_words());
        Line::from(vec![
            Span::raw("  "),
            theme.span(tone, mark),
            Span::raw(crop(&rest, width.saturating_sub(3))),
        ])
    };
    let head = Line::from(theme.span(Tone::Quiet, crop(&head, width)));
    // Where not all have room, those that are missed do.
    let mut checks: Vec<&Check> = checks.iter().collect();
    checks.sort_by_key(|check| check.pass || is_open(check));
    std::iter::once(head).chain(checks.into_iter().map(row)).collect()
}

/// What generator and target used in the last second that was measured.
pub(super) fn resources(report: &Report, width: u16) -> Vec<String> {
    let Some(used) = report.resources.last().map(|point| &point.used) else { return Vec::new() };
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let mut lines = vec![format!(
        "  generator  cpu {}  mem {}",
        percent(used.generator_cpu),
        number::bytes(used.generator_memory as f64)
    )];
    let cpu = used.target_cpu.map(|cpu| format!("  cpu {}", percent(cpu)));
    let memory = used.target_memory.map(|memory| format!("  mem {}", number::bytes(memory as f64)));
    let width = usize::from(width);
    if cpu.is_some() || memory.is_some() {
        let target: String = cpu.into_iter().chain(memory).collect();
        let beside = format!("{}     target{target}", lines[0]);
        match beside.len() <= width {
            true => lines[0] = beside,
            false => lines.push(format!("  target   {target}")),
        }
    }
    let shard = format!("     busiest shard {}", percent(used.busiest_shard));
    if lines[0].len() + shard.len() <= width {
        lines[0].push_str(&shard);
    }
    let told: Vec<String> =
        used.metrics.iter().map(|(name, value)| format!("{name} {}", number::significant(*value))).collect();
    lines.extend((!told.is_empty()).then(|| format!("  target says  {}", told.join("   "))));
    lines
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
