//! Where the time went: a row for each endpoint.

use crate::number::{self, significant};
use crate::render::layout::{Style, Tone, crop_middle};
use crate::statistic::millis;
use crate::{Report, SeriesInfo};
use loadgen_metrics::SeriesStats;

/// No more rows than this; JSON holds them all.
const ROWS: usize = 30;

/// The endpoints in the order of the script. Series that differ only in their scenario are one row.
pub(super) fn section(report: &Report, style: Style) -> Vec<String> {
    let mut rows = rows(report);
    if rows.is_empty() {
        return Vec::new();
    }
    let hidden = rows.len().saturating_sub(ROWS);
    if hidden > 0 {
        // Those with the fewest requests go; the others keep their order.
        let mut amounts: Vec<u64> = rows.iter().map(|(_, stats)| stats.requests).collect();
        amounts.sort_unstable();
        let least = amounts[hidden];
        let mut ties = ROWS - amounts.iter().filter(|&&amount| amount > least).count();
        rows.retain(|(_, stats)| {
            let stays = stats.requests > least || (stats.requests == least && ties > 0);
            ties -= usize::from(stays && stats.requests == least);
            stays
        });
    }
    let mut lines = table(report, &rows, style);
    if hidden > 0 {
        lines.push(format!(
            "  … and {} more, with no more requests each: JSON has them all",
            number::count(hidden as u64)
        ));
    }
    lines
}

/// The endpoints, those with errors first, and then by p99, the slowest first.
pub(super) fn worst(report: &Report, style: Style) -> Vec<String> {
    let mut rows = rows(report);
    rows.sort_by_cached_key(|(_, stats)| {
        (stats.error_requests == 0, std::cmp::Reverse(stats.latency.quantile(0.99)))
    });
    if rows.is_empty() { Vec::new() } else { table(report, &rows, style) }
}

/// The headings, and a line for each row.
fn table(report: &Report, rows: &[(&SeriesInfo, SeriesStats)], style: Style) -> Vec<String> {
    let name = style.columns() - 50;
    let head = format!(
        "  {:<name$}{:>10}{:>8}{:>9}{:>7}{:>7}{:>7}",
        "endpoint (latency in ms)", "requests", "/s", "errors", "p50", "p95", "p99"
    );
    let mut lines = vec![style.paint(Tone::Quiet, &head)];
    let seconds = report.duration().as_secs_f64();
    lines.extend(rows.iter().map(|(info, stats)| row(info, stats, seconds, name)));
    lines
}

/// Each endpoint that was asked, in the order of the script, with what was measured of it.
pub(crate) fn rows(report: &Report) -> Vec<(&SeriesInfo, SeriesStats)> {
    let mut rows: Vec<(&SeriesInfo, SeriesStats)> = Vec::new();
    let same =
        |one: &SeriesInfo, other: &SeriesInfo| one.method == other.method && one.endpoint == other.endpoint;
    for (info, stats) in
        report.meta.series.iter().zip(&report.total.series).filter(|(_, stats)| stats.requests > 0)
    {
        match rows.iter_mut().find(|(seen, _)| same(seen, info)) {
            Some((_, sum)) => sum.merge(stats),
            None => rows.push((info, stats.clone())),
        }
    }
    rows
}

fn row(info: &SeriesInfo, stats: &SeriesStats, seconds: f64, width: usize) -> String {
    let name = crop_middle(&format!("{:<6} {}", info.method, info.endpoint), width.saturating_sub(1));
    let rate = if seconds > 0.0 { stats.requests as f64 / seconds } else { 0.0 };
    let errors = number::percent(stats.error_requests as f64 / stats.requests as f64 * 100.0);
    let quantile = |q| stats.latency.quantile(q).map_or_else(|| "-".to_owned(), |it| significant(millis(it)));
    format!(
        "  {name:<width$}{:>10}{:>8}{errors:>9}{:>7}{:>7}{:>7}",
        number::count(stats.requests),
        significant(rate),
        quantile(0.5),
        quantile(0.95),
        quantile(0.99),
    )
}
