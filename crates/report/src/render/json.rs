//! The JSON report: Artillery's layout, and beside it the `loadgen` object from which everything can be shown again.
//!
//! The numbers are milliseconds to the microsecond; Artillery rounds to whole ones. `histograms` repeats `summaries`,
//! as there. The text is written as it is made: that of a long run is far larger than the report that it is made of.

use crate::Report;
use crate::period::beginning;
use crate::stats::{Names, Stats};
use loadgen_metrics::Moment;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// Writes the whole file, with a line end. A report that was read back has no periods to write.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let started_at = report.meta.started_at;
    let whole = Stats::of(&report.figures(), &mut Names::default());
    let document = Document {
        aggregate: Entry {
            stats: &whole,
            active: report.total.active,
            started_at,
            period: report.periods.last().map_or(beginning(started_at), |period| period.start),
        },
        intermediate: report
            .periods
            .iter()
            .map(|it| Entry { stats: &it.stats, active: it.active, started_at, period: it.start.to_string() })
            .collect(),
        loadgen: report,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<'a> {
    aggregate: Entry<'a, u64>,
    intermediate: Vec<Entry<'a, String>>,
    loadgen: &'a Report,
}

/// One span of time in Artillery's layout.
struct Entry<'a, P> {
    stats: &'a Stats,
    active: Option<(Moment, Moment)>,
    started_at: u64,
    /// The beginning of a period: text for a part of the run, and for the whole run the last one as a number.
    period: P,
}

impl<P: Serialize> Serialize for Entry<'_, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Stats { counters, rates, summaries } = self.stats;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("counters", counters)?;
        map.serialize_entry("rates", rates)?;
        if let Some((first, last)) = self.active {
            let wall = |moment: Moment| self.started_at + moment.as_nanos() / 1_000_000;
            let kinds: &[&str] = if summaries.is_empty() { &["Counter"] } else { &["Counter", "Histogram"] };
            for kind in kinds.iter().chain(&["Metric"]) {
                map.serialize_entry(&format!("first{kind}At"), &wall(first))?;
                map.serialize_entry(&format!("last{kind}At"), &wall(last))?;
            }
        }
        // Where nothing was measured there is no period either.
        if self.active.is_some() || !counters.is_empty() {
            map.serialize_entry("period", &self.period)?;
        }
        map.serialize_entry("summaries", summaries)?;
        map.serialize_entry("histograms", summaries)?;
        map.end()
    }
}
