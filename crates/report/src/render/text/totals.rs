//! How much was done, how long it took, with which answers and at what cost.

use crate::number::{self, significant};
use crate::render::layout::{Style, Tone, columns, fill};
use crate::statistic::millis;
use crate::{Report, resources};
use loadgen_metrics::Histogram;
use std::collections::BTreeMap;

/// Bytes have room beside the requests from so many columns on.
const WIDE: usize = 76;

/// Requests, users and bytes; in few columns, bytes are a line of their own.
pub(super) fn amounts(report: &Report, columns: usize) -> Vec<String> {
    let (total, users) = (&report.total, report.total.users());
    let all = total.requests();
    let seconds = report.duration().as_secs_f64();
    let rate = |amount: u64| if seconds > 0.0 { amount as f64 / seconds } else { 0.0 };
    let arrivals = arrivals(report);
    let per_second = |amount| format!("{}/s", significant(rate(amount)));
    let traffic = |amount| format!("{}/s", number::bytes(rate(amount)));
    let count = number::count;
    let requests = format!("{:<11}{}", count(all.requests), per_second(all.requests));
    let bytes = format!("{} in, {} out", traffic(all.bytes_in), traffic(all.bytes_out));
    let mut user_line = format!(
        "  users        {} created  {} completed  {} failed  {} skipped",
        count(users.created),
        count(users.completed),
        count(users.failed),
        count(total.skipped),
    );
    if users.interrupted > 0 {
        user_line.push_str(&format!("  {} interrupted", count(users.interrupted)));
    }
    let error_rate = format!("  error rate   {}", number::percent(total.error_rate() * 100.0));
    let arrivals = format!("  arrivals     {arrivals}");
    if columns >= WIDE {
        let requests = format!("  requests     {requests:<25} bytes     {bytes}");
        return vec![requests, error_rate, arrivals, user_line];
    }
    let requests = format!("  requests     {requests}");
    vec![requests, error_rate, arrivals, user_line, format!("  bytes        {bytes}")]
}

/// Users that were due and users that came: `120 offered  120 achieved  (100.00 %)`.
pub(crate) fn arrivals(report: &Report) -> String {
    match report.scheduled {
        0 if report.meta.most_users() > 0 => "no rate offered: the load was closed".to_owned(),
        0 => "none offered".to_owned(),
        scheduled => {
            let (total, users) = (&report.total, report.total.users());
            let achieved = (users.created + total.skipped).saturating_sub(report.passes);
            let share = number::percent(achieved as f64 / scheduled as f64 * 100.0);
            format!("{} offered  {} achieved  ({share})", number::count(scheduled), number::count(achieved))
        }
    }
}

/// The columns of [`times`] with their widths.
const PERCENTILES: [&str; 5] = ["p50", "p95", "p99", "p99.9", "max"];
const WIDTHS: [usize; 6] = [9, 9, 9, 9, 9, 20];
/// What the last of them is; it is the first to be left out, and after it p99.9, p50 and the maximum.
const SPAN: usize = 5;
const SPARED: [usize; 4] = [SPAN, 3, 0, 4];

/// Latency, response time and schedule lag by percentiles, in lines of at most `width`.
pub(super) fn times(report: &Report, style: Style, width: usize) -> Vec<String> {
    let all = report.total.requests();
    let rows = [
        ("latency", &all.latency, "due → done"),
        ("response time", &all.response_time(), "sent → first byte"),
        ("schedule lag", &report.total.schedule_lag, "generator's own"),
    ];
    let shown = columns(&WIDTHS, &SPARED, width.saturating_sub(15));
    let line = |name: &str, cells: [String; 5], span: String| {
        let cell = |&index: &usize| cells.get(index).map_or(span.clone(), |cell| format!("{cell:>9}"));
        format!("  {name:<13}{}", shown.iter().map(cell).collect::<String>())
    };
    let lines: Vec<_> = rows
        .into_iter()
        .filter_map(|(name, histogram, span)| {
            Some(line(name, cells(histogram)?, format!("   {}", style.paint(Tone::Quiet, span))))
        })
        .collect();
    if lines.is_empty() {
        return lines;
    }
    let name = if shown.contains(&SPAN) { "" } else { "in ms" };
    let head = line(name, PERCENTILES.map(str::to_owned), "   (ms)".to_owned());
    std::iter::once(style.paint(Tone::Quiet, &head)).chain(lines).collect()
}

/// The percentiles and the maximum; `None` where there is no value.
fn cells(histogram: &Histogram) -> Option<[String; 5]> {
    let [p50, p95, p99, p999] = [0.5, 0.95, 0.99, 0.999].map(|q| histogram.quantile(q));
    let text = |value| significant(millis(value));
    Some([text(p50?), text(p95?), text(p99?), text(p999?), text(histogram.max()?)])
}

/// Status codes with their counts.
pub(super) fn codes(report: &Report, style: Style) -> Vec<String> {
    let counts = counts_of_codes(report);
    let codes: Vec<_> =
        counts.iter().map(|(code, count)| format!("{code} ×{}", number::count(*count))).collect();
    fill("  status       ", codes.iter().map(String::as_str), "   ", style.columns())
}

/// How often each status code came, redirects that were followed among them.
pub(crate) fn counts_of_codes(report: &Report) -> BTreeMap<u16, u64> {
    let mut counts: BTreeMap<u16, u64> = BTreeMap::new();
    for (code, count) in
        report.total.series.iter().flat_map(|series| series.codes.iter().chain(&series.followed))
    {
        *counts.entry(*code).or_default() += count;
    }
    counts
}

/// CPU and memory of the generator and, where known, of the target.
pub(super) fn resources(report: &Report) -> Vec<String> {
    let side = |name: &str, usage: Option<resources::Usage>| {
        let (cpu, memory) = resources::words(usage?);
        Some(format!("{name}  cpu {cpu}  mem {memory}"))
    };
    let sides: Vec<_> = [
        side("generator", resources::generator(&report.resources)),
        side("target", resources::target(&report.resources)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut lines = if sides.is_empty() { Vec::new() } else { vec![format!("  {}", sides.join("     "))] };
    lines.extend(resources::metrics(&report.resources).into_iter().map(|(name, mean, most)| {
        format!("  {name}  mean {}  max {}", significant(mean), significant(most))
    }));
    lines
}
