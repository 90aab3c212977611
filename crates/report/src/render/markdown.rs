//! The summary in Markdown (GitHub's, with tables): for a pull request, a wiki, the summary of a CI job.
//!
//! Numbers are as in the summary that is printed: three significant digits, units always.

mod resources;

use super::text::errors::{Kind, kinds, told};
use super::text::{endpoints, expectations, head};
use crate::number::{self, significant};
use crate::statistic::millis;
use crate::{Report, SeriesInfo};
use loadgen_metrics::{Histogram, SeriesStats};
use std::io::{self, Write};

/// Most rows of a table: a job's summary may be a megabyte long.
const ROWS: usize = 100;

/// Writes the document, with a line end.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    title(report, out)?;
    reasons(report, out)?;
    checks(report, out)?;
    amounts(report, out)?;
    times(report, out)?;
    errors(report, out)?;
    unmet(report, out)?;
    endpoints(report, out)?;
    resources::table_of(report, out)
}

fn title(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let meta = &report.meta;
    let failed = !report.verdict.pass() || expectations::unmet(report).is_some();
    let word = match (failed, report.verdict.checks.is_empty()) {
        (true, _) => "❌ failed",
        (false, true) => "finished",
        (false, false) => "✅ passed",
    };
    writeln!(out, "## Load test {word}: {}\n", text(&meta.script))?;
    let mut parts = vec![text(&report.verdict.in_words())];
    parts.extend(expectations::unmet(report));
    parts.push(format!("run **{}**", report.validity.state));
    writeln!(out, "{}\n", parts.join(" · "))?;
    let mut parts = vec![format!("target {}", text(&meta.target))];
    parts.extend(head::date(meta.started_at));
    parts.push(number::seconds(report.duration()));
    parts.push(format!("seed {}", meta.seed));
    parts.extend(meta.environment.as_ref().map(|name| format!("environment {}", text(name))));
    parts.push(format!("loadgen {}", text(&meta.version)));
    writeln!(out, "{}", parts.join(" · "))?;
    match &report.stopped {
        Some(signal) => {
            let (ended, planned) = (report.duration().as_secs(), report.meta.planned().as_secs());
            let times = format!("{} of {}", number::clock(ended), number::clock(planned));
            writeln!(
                out,
                "\nStopped by {} after {times}: the figures are of what ran until then.",
                text(signal)
            )
        }
        None => Ok(()),
    }
}

/// What failed and what spoils the figures, each in a sentence.
fn reasons(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let missed =
        report.verdict.missed().map(|check| format!("❌ {}", text(&check.breach_in_words(&report.meta))));
    let forgiven = report.verdict.forgiven();
    let forgiven =
        forgiven.map(|check| format!("⚪ optional: {}", text(&check.breach_in_words(&report.meta))));
    let invalid = report.validity.reasons();
    let invalid = invalid.map(|it| format!("⚠️ {} (fix: {})", text(&it.to_string()), text(it.fix())));
    for (index, line) in missed.chain(forgiven).chain(invalid).enumerate() {
        let gap = if index == 0 { "\n" } else { "" };
        writeln!(out, "{gap}- {line}")?;
    }
    Ok(())
}

fn checks(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let rows = report.verdict.checks.iter().map(|check| {
        let mark = match (check.pass, check.strict) {
            (true, _) => "✅",
            (false, true) => "❌",
            (false, false) => "⚪",
        };
        [mark.to_owned(), text(&check.name()), text(&check.wanted()), text(&check.seen_in_words())]
    });
    table(["", "check", "wanted", "seen"], ":-:|---|---|---", &rows.collect::<Vec<_>>(), out)
}

fn amounts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (total, users) = (&report.total, report.total.users());
    let all = total.requests();
    let seconds = report.duration().as_secs_f64();
    let rate = if seconds > 0.0 { all.requests as f64 / seconds } else { 0.0 };
    let count = number::count;
    let row = [
        count(all.requests),
        format!("{}/s", significant(rate)),
        number::percent(total.error_rate() * 100.0),
        count(users.created),
        count(users.completed),
        count(users.failed),
        count(total.skipped),
    ];
    let names = ["requests", "rate", "error rate", "users created", "completed", "failed", "skipped"];
    table(names, "--:|--:|--:|--:|--:|--:|--:", &[row], out)
}

fn times(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let all = report.total.requests();
    let rows = [
        ("latency", &all.latency),
        ("response time", &all.response_time()),
        ("schedule lag", &report.total.schedule_lag),
    ];
    let rows = rows.iter().filter(|(_, histogram)| !histogram.is_empty()).map(|(name, it)| {
        let [p50, p95, p99, p999] = [0.5, 0.95, 0.99, 0.999].map(|q| quantile(it, q));
        [
            (*name).to_owned(),
            p50,
            p95,
            p99,
            p999,
            it.max().map_or_else(nothing, |max| significant(millis(max))),
        ]
    });
    table(
        ["(ms)", "p50", "p95", "p99", "p99.9", "max"],
        "---|--:|--:|--:|--:|--:",
        &rows.collect::<Vec<_>>(),
        out,
    )
}

fn errors(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let kinds = kinds(report);
    let row = |kind: &Kind<'_>| {
        let example = kind.sample.map(|sample| text(&told(sample))).unwrap_or_default();
        [text(&kind.name), number::count(kind.count), example, text(kind.hint)]
    };
    let trace = |kind: &Kind<'_>| kind.sample.and_then(|sample| sample.trace);
    if kinds.iter().all(|kind| trace(kind).is_none()) {
        let rows: Vec<_> = kinds.iter().map(row).collect();
        return table(["error", "count", "for example", "hint"], "---|--:|---|---", &rows, out);
    }
    let traced = kinds.iter().map(|kind| {
        let [name, count, example, hint] = row(kind);
        let trace = trace(kind).map(|trace| format!("`{trace}`")).unwrap_or_default();
        [name, count, example, hint, trace]
    });
    table(
        ["error", "count", "for example", "hint", "trace of the first"],
        "---|--:|---|---|---",
        &traced.collect::<Vec<_>>(),
        out,
    )
}

fn unmet(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let rows = expectations::kinds(report).filter(|(_, tally)| tally.failed > 0).map(|(kind, tally)| {
        let example = tally.sample.as_ref().map(|it| format!("{} {}  {}", it.method, it.url, it.detail));
        let of = format!("{} of {}", number::count(tally.failed), number::count(tally.ok + tally.failed));
        [text(kind), of, text(example.unwrap_or_default().trim())]
    });
    table(["expectation", "not met", "for example"], "---|--:|---", &rows.collect::<Vec<_>>(), out)
}

fn endpoints(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let seconds = report.duration().as_secs_f64();
    let row = |(info, stats): (&SeriesInfo, SeriesStats)| {
        let rate = if seconds > 0.0 { stats.requests as f64 / seconds } else { 0.0 };
        [
            text(&format!("{} {}", info.method, info.endpoint)),
            number::count(stats.requests),
            format!("{}/s", significant(rate)),
            number::percent(stats.error_requests as f64 / stats.requests as f64 * 100.0),
            quantile(&stats.latency, 0.5),
            quantile(&stats.latency, 0.95),
            quantile(&stats.latency, 0.99),
        ]
    };
    let names = ["endpoint (latency in ms)", "requests", "rate", "errors", "p50", "p95", "p99"];
    let rows: Vec<_> = endpoints::rows(report).into_iter().map(row).collect();
    table(names, "---|--:|--:|--:|--:|--:|--:", &rows, out)
}

fn quantile(histogram: &Histogram, q: f64) -> String {
    histogram.quantile(q).map_or_else(nothing, |it| significant(millis(it)))
}

fn nothing() -> String {
    "-".to_owned()
}

/// A table with an empty line before it; none where it has no rows.
fn table<const N: usize>(
    names: [&str; N],
    rule: &str,
    rows: &[[String; N]],
    out: &mut dyn Write,
) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| {} |\n|{rule}|", names.join(" | "))?;
    for row in rows.iter().take(ROWS) {
        writeln!(out, "| {} |", row.join(" | "))?;
    }
    match rows.len().saturating_sub(ROWS) {
        0 => Ok(()),
        more => writeln!(out, "\n… and {} more", number::count(more as u64)),
    }
}

/// Text that means nothing to Markdown or HTML, in a single line.
fn text(raw: &str) -> String {
    let mut safe = String::with_capacity(raw.len());
    for char in raw.chars() {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => safe.extend(['\\', char]),
            char if char.is_control() => safe.push(' '),
            char => safe.push(char),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_a_script_names_is_no_markup() {
        assert_eq!(text("a|b\n<img> *x* [y](z)"), "a\\|b &lt;img&gt; \\*x\\* \\[y\\](z)");
        assert_eq!(text("/users/{{ id }}"), "/users/{{ id }}");
    }
}
