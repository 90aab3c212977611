//! The summary of a period, in Artillery's form: for logs and pipes, where no progress line can be.
//!
//! Not everything is in it: the phases of a request, for one, are left to the JSON report.

use crate::number::{plain, rounded, significant};
use crate::stats::Names;
use crate::{Period, Report, Statistics, Stats, statistic};
use std::io::{self, Write};

/// The columns that a name and its dots take together.
const WIDTH: usize = 80;
/// What is said where nothing was measured.
const NOTHING: &str = "No measurements recorded during this period";

/// Writes the summary of one period. Times are UTC.
pub fn render(period: &Period, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("Metrics for period to: {}{}", time(period.end()), width(period));
    let rule = "-".repeat(title.chars().count());
    writeln!(out, "{rule}\n{title}\n{rule}\n")?;
    let lines = lines(&period.stats);
    if lines.is_empty() {
        writeln!(out, "{NOTHING}")?;
    }
    for line in lines {
        writeln!(out, "{line}")?;
    }
    writeln!(out)
}

/// Writes what the whole run came to, as Artillery ends its output, for whatever reads that. Artillery's own metrics
/// alone: the rest is in the summary that follows.
pub fn whole(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let ended = report.meta.started_at + u64::try_from(report.duration().as_millis()).unwrap_or(0);
    let title = format!("Summary report @ {}", time(ended));
    let rule = "-".repeat(title.chars().count());
    writeln!(out, "{rule}\n{title}\n{rule}\n")?;
    let plugins = &report.meta.plugins;
    let endpoints = format!("{}.", plugins.prefix());
    let own = ["http.latency", "http.schedule_lag", "http.sent_bytes", "loadgen."];
    let stats = Stats::of(&report.figures(), &mut Names::default());
    let mut named = named(&stats);
    let hidden = |name: &str| name.starts_with(&endpoints) && !plugins.endpoints_shown;
    named.retain(|(name, _)| !hidden(name) && !own.iter().any(|prefix| name.starts_with(prefix)));
    if named.is_empty() {
        writeln!(out, "{NOTHING}")?;
    }
    named.iter().flat_map(|(_, lines)| lines).try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out)
}

fn lines(stats: &Stats) -> Vec<String> {
    named(stats).into_iter().flat_map(|(_, lines)| lines).collect()
}

/// The lines of each metric, sorted by its name.
fn named(stats: &Stats) -> Vec<(&str, Vec<String>)> {
    let counters = stats.counters.iter().map(|(name, count)| (name, vec![dotted(name, &count.to_string())]));
    let rates = stats.rates.iter().map(|(name, &rate)| {
        let unit = if name == "http.request_rate" { "/sec" } else { " %" };
        (name, vec![dotted(name, &format!("{}{unit}", plain(rounded(rate, 2))))])
    });
    let summaries = stats.summaries.iter().map(|(name, statistics)| (name, summary(name, statistics)));
    let mut named: Vec<(&str, Vec<String>)> = counters.chain(rates).chain(summaries).collect();
    named.retain(|(name, _)| !name.starts_with("http.phase.") && *name != "loadgen.timeout_rate");
    named.sort_by_key(|(name, _)| *name);
    named
}

/// What Artillery shows of a summary.
fn summary(name: &str, it: &Statistics) -> Vec<String> {
    let shown = [
        ("min", it.min),
        ("max", it.max),
        ("mean", it.mean),
        ("median", it.median),
        ("p95", it.p95),
        ("p99", it.p99),
    ];
    let line = |(statistic, value)| dotted(&format!("  {statistic}"), &significant(value));
    std::iter::once(format!("{name}:")).chain(shown.into_iter().map(line)).collect()
}

/// `name: ........ value`, with at least one dot.
fn dotted(name: &str, value: &str) -> String {
    let room = WIDTH - 3;
    let name = match name.chars().count() {
        length if length > room => name.chars().take(room - 3).chain("...".chars()).collect(),
        _ => name.to_owned(),
    };
    let dots = ".".repeat(WIDTH.saturating_sub(name.chars().count() + 2).max(1));
    format!("{name}: {dots} {value}")
}

fn width(period: &Period) -> String {
    period.active.map_or_else(String::new, |(first, last)| {
        format!(" (width: {}s)", statistic::millis(last.since(first) / 1000))
    })
}

/// The time of day at a moment given in milliseconds since 1970.
fn time(millis: u64) -> String {
    let of_day = millis / 1000 % 86_400;
    format!("{:02}:{:02}:{:02}(+0000)", of_day / 3600, of_day / 60 % 60, of_day % 60)
}
