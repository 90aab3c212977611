//! The periods of a run as CSV (RFC 4180): a row for each, a column for each figure that any of them has.
//!
//! The figures are those of `intermediate` in the JSON report, in the same digits, under the same names with the unit.

use super::text::head::date;
use crate::figures;
use crate::number::Unit;
use crate::statistic::{Statistics, millis};
use crate::{Period, Report};
use csv::{Terminator, WriterBuilder};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The statistics of a duration, but for the median, which is `p50` once more.
const STATISTICS: [&str; 10] = ["count", "min", "max", "mean", "p50", "p75", "p90", "p95", "p99", "p999"];

/// Writes the header and a row for each period. A counter that a period does not have is 0 there; any other figure is
/// left empty.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let periods = &report.periods;
    let counters = names(periods, |it| it.stats.counters.iter().map(|(name, _)| name).collect());
    let rates = names(periods, |it| it.stats.rates.iter().map(|(name, _)| name).collect());
    let summaries = names(periods, |it| it.stats.summaries.iter().map(|(name, _)| name).collect());

    let mut header = vec!["period start (UTC)".to_owned(), "span (s)".to_owned()];
    header.extend(counters.iter().map(|name| format!("{name}{}", unit(figures::unit(name)))));
    header.extend(rates.iter().map(|name| format!("{name}{}", unit(figures::unit(name)))));
    header.extend(summaries.iter().flat_map(|name| STATISTICS.map(|it| column(name, it))));

    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    writer.write_record(&header)?;
    for period in periods {
        let stats = &period.stats;
        let mut row =
            vec![date(period.start).unwrap_or_default(), (millis(period.span) / 1000.0).to_string()];
        row.extend(counters.iter().map(|name| stats.counters.get(name).unwrap_or(&0).to_string()));
        row.extend(rates.iter().map(|name| stats.rates.get(name).map(f64::to_string).unwrap_or_default()));
        row.extend(summaries.iter().flat_map(|name| cells(stats.summaries.get(name))));
        writer.write_record(&row)?;
    }
    writer.flush()
}

/// All names that any period has, in their order.
fn names<'a>(periods: &'a [Period], of: impl Fn(&'a Period) -> Vec<&'a str>) -> BTreeSet<&'a str> {
    periods.iter().flat_map(of).collect()
}

fn column(summary: &str, statistic: &str) -> String {
    let unit = if statistic == "count" { "" } else { " (ms)" };
    format!("{summary}.{statistic}{unit}")
}

fn cells(statistics: Option<&Statistics>) -> Vec<String> {
    let cell =
        |name: &&str| statistics.and_then(|it| it.get(name)).map(|it| it.to_string()).unwrap_or_default();
    STATISTICS.iter().map(cell).collect()
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "",
        Unit::Millis => " (ms)",
        Unit::Percent => " (%)",
        Unit::PerSecond => " (1/s)",
        Unit::Bytes => " (B)",
    }
}
