//! Where the time went: a row for each endpoint.

use crate::number::{self, significant};
use crate::render::layout::{Style, Tone, columns, crop_middle, pad};
use crate::statistic::millis;
use crate::{Report, SeriesInfo};
use loadgen_metrics::SeriesStats;

/// No more rows than this; JSON holds them all.
const ROWS: usize = 30;

/// A column: its heading, its width with the gap before it, and what it says of an endpoint in a run of so many seconds.
type Column = (&'static str, usize, fn(&SeriesStats, f64) -> String);

const COLUMNS: [Column; 6] = [
    ("requests", 10, |stats, _| number::count(stats.requests)),
    ("/s", 8, |stats, seconds| {
        significant(if seconds > 0.0 { stats.requests as f64 / seconds } else { 0.0 })
    }),
    ("errors", 9, |stats, _| number::percent(stats.error_requests as f64 / stats.requests as f64 * 100.0)),
    ("p50", 7, |stats, _| quantile(stats, 0.5)),
    ("p95", 7, |stats, _| quantile(stats, 0.95)),
    ("p99", 7, |stats, _| quantile(stats, 0.99)),
];
/// Those that are left out where names would have less room than [`NAME`], in that order: /s, p50, p95.
const SPARED: [usize; 3] = [1, 3, 4];
/// Columns that a name should have.
const NAME: usize = 16;
/// What the names are headed by, and where that is too long.
const HEADINGS: [&str; 2] = ["endpoint (latency in ms)", "endpoint (ms)"];

/// The endpoints in the order of the script, in lines of at most `width`. Series that differ only in their scenario are one
/// row.
pub(super) fn section(report: &Report, style: Style, width: usize) -> Vec<String> {
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
    let mut lines = table(report, &rows, style, width);
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
    if rows.is_empty() { Vec::new() } else { table(report, &rows, style, style.width) }
}

/// The headings, and a line for each row.
fn table(report: &Report, rows: &[(&SeriesInfo, SeriesStats)], style: Style, width: usize) -> Vec<String> {
    let widths = COLUMNS.map(|(_, width, _)| width);
    let shown: Vec<Column> = columns(&widths, &SPARED, width.saturating_sub(2 + NAME))
        .into_iter()
        .map(|index| COLUMNS[index])
        .collect();
    let name = width.saturating_sub(2 + shown.iter().map(|(_, width, _)| width).sum::<usize>());
    let [roomy, narrow] = HEADINGS;
    let is_roomy = name >= roomy.len();
    let heading = if is_roomy { roomy } else { narrow };
    let titles: String = shown.iter().map(|(title, width, _)| format!("{title:>width$}")).collect();
    // A heading that is longer than the names may be takes of the gap behind it.
    let titles = titles.get(heading.len().saturating_sub(name).min(1)..).unwrap_or_default();
    let mut lines = vec![style.paint(Tone::Quiet, &format!("  {heading:<name$}{titles}"))];
    let seconds = report.duration().as_secs_f64();
    lines.extend(rows.iter().map(|(info, stats)| {
        let method = if is_roomy { format!("{:<6}", info.method) } else { info.method.clone() };
        let cells = shown.iter().map(|(_, width, cell)| format!("{:>width$}", cell(stats, seconds)));
        let text = crop_middle(&format!("{method} {}", info.endpoint), name.saturating_sub(1));
        format!("  {}{}", pad(&text, name), cells.collect::<String>())
    }));
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

fn quantile(stats: &SeriesStats, q: f64) -> String {
    stats.latency.quantile(q).map_or_else(|| "-".to_owned(), |it| significant(millis(it)))
}
