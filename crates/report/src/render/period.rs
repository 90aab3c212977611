//! The summary of a period, in Artillery's form: for logs and pipes, where no progress line can be.
//!
//! Not everything is in it: the phases of a request, for one, are left to the JSON report.

use crate::figures::Figures;
use crate::number::rounded;
use crate::stats::Names;
use crate::{Period, PluginNames, Report, Statistics, Stats, statistic};
use std::io::{self, Write};
use std::time::Duration;

/// The columns that a name with its colon and its dots take together.
const WIDTH: usize = 79;
/// What is said where nothing was measured.
const NOTHING: &str = "No measurements recorded during this period";

/// Writes the summary of one period. Times are UTC.
pub fn render(period: &Period, plugins: &PluginNames, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("Metrics for period to: {}", time(period.end()));
    let rule = "-".repeat(title.chars().count());
    writeln!(out, "{rule}\n{title}{}\n{rule}\n", width(period))?;
    measured(&period.stats, plugins, out)?;
    writeln!(out, "\n")
}

/// Writes what the whole run came to, as Artillery ends its output, for whatever reads that. Artillery's own metrics
/// alone: the rest is in the summary that follows.
pub fn whole(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let duration = report.duration();
    let ended = report.meta.started_at + u64::try_from(duration.as_millis()).unwrap_or(0);
    // As in a period: a rate over less than a second would make much of a few requests.
    let figures = Figures::of(&report.meta, &report.total, duration.max(Duration::from_secs(1)));
    let stats = Stats::of(&figures, &mut Names::default());
    // Nothing happened in a run of pauses alone; Artillery does not speak of its users then.
    if named(&stats, &report.meta.plugins).next().is_some() {
        writeln!(out, "All VUs finished. Total time: {}\n", in_words(duration.as_secs()))?;
    }
    let title = format!("Summary report @ {}", time(ended));
    let rule = "-".repeat(title.chars().count());
    writeln!(out, "{rule}\n{title}\n{rule}\n")?;
    measured(&stats, &report.meta.plugins, out)
}

/// The metrics, or that there are none.
fn measured(stats: &Stats, plugins: &PluginNames, out: &mut dyn Write) -> io::Result<()> {
    let mut named: Vec<(&str, Vec<String>)> = named(stats, plugins).collect();
    if named.is_empty() {
        return writeln!(out, "{NOTHING}");
    }
    named.sort_by_key(|(name, _)| *name);
    named.iter().flat_map(|(_, lines)| lines).try_for_each(|line| writeln!(out, "{line}"))
}

/// The lines of each metric that Artillery has and shows.
fn named<'a>(stats: &'a Stats, plugins: &PluginNames) -> impl Iterator<Item = (&'a str, Vec<String>)> {
    let counters = stats.counters.iter().map(|(name, count)| (name, vec![dotted(name, &count.to_string())]));
    // Whole numbers there.
    let rates = stats
        .rates
        .iter()
        .map(|(name, &rate)| (name, vec![dotted(name, &format!("{}/sec", rounded(rate, 0)))]));
    let summaries = stats.summaries.iter().map(|(name, statistics)| (name, summary(name, statistics)));
    let own = ["http.latency", "http.phase.", "http.schedule_lag", "http.sent_bytes", "loadgen."];
    let endpoints = (!plugins.endpoints_shown).then(|| format!("{}.", plugins.prefix()));
    let hidden = move |name: &str| endpoints.as_ref().is_some_and(|prefix| name.starts_with(prefix.as_str()));
    let named = counters.chain(rates).chain(summaries);
    named.filter(move |(name, _)| !hidden(name) && !own.iter().any(|prefix| name.starts_with(prefix)))
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
    // A tenth of a millisecond, as there; below one millisecond it would be 0 there, which says nothing.
    let digits = |value: f64| rounded(value, if value < 1.0 { 3 } else { 1 }).to_string();
    let line = |(statistic, value)| dotted(&format!("  {statistic}"), &digits(value));
    std::iter::once(format!("{name}:")).chain(shown.into_iter().map(line)).collect()
}

/// `name: ........ value`; a name that is too long is cut, its colon too.
fn dotted(name: &str, value: &str) -> String {
    let name = format!("{name}:");
    let name = match name.chars().count() {
        length if length > WIDTH => name.chars().take(WIDTH - 3).chain("...".chars()).collect(),
        _ => name,
    };
    format!("{name} {} {value}", ".".repeat(WIDTH - name.chars().count()))
}

/// `1 minute, 5 seconds`.
fn in_words(seconds: u64) -> String {
    let mut words = Vec::new();
    let parts = [("day", seconds / 86_400), ("hour", seconds / 3600 % 24), ("minute", seconds / 60 % 60)];
    for (unit, count) in parts.into_iter().chain([("second", seconds % 60)]) {
        if count > 0 || !words.is_empty() || unit == "second" {
            words.push(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
        }
    }
    words.join(", ")
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
