//! The JSON report: Artillery's layout, and beside it the `loadgen` object from which everything can be shown again.
//!
//! The numbers are milliseconds to the microsecond; Artillery rounds to whole ones. `histograms` repeats `summaries`,
//! as there.

use crate::builder::PERIOD;
use crate::figures::Figures;
use crate::number::rounded;
use crate::{Meta, Report, statistic};
use loadgen_metrics::Snapshot;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Writes the whole file, with a line end.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let aggregate = stats(&report.meta, &report.total, &report.figures(), json!(last_period(report)));
    let period = |period: &crate::Period| {
        let start = json!(period.start.to_string());
        stats(&report.meta, &period.snapshot, &period.figures(&report.meta), start)
    };
    let document =
        Document { aggregate, intermediate: report.periods.iter().map(period).collect(), loadgen: report };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<'a> {
    aggregate: Value,
    intermediate: Vec<Value>,
    loadgen: &'a Report,
}

/// One span of time in Artillery's layout. Its `period` is a number for the whole run and text for a part of it.
fn stats(meta: &Meta, snapshot: &Snapshot, figures: &Figures<'_>, period: Value) -> Value {
    let rates: Map<String, Value> =
        figures.rates.iter().map(|(name, &rate)| (name.clone(), json!(rounded(rate, 3)))).collect();
    let summaries: Map<String, Value> =
        figures.summaries.iter().map(|(name, parts)| (name.clone(), summary(&parts.histogram()))).collect();
    let mut stats = Map::new();
    stats.insert("counters".to_owned(), json!(figures.counters));
    stats.insert("rates".to_owned(), Value::Object(rates));
    if let Some((first, last)) = snapshot.active {
        let wall = |moment: loadgen_metrics::Moment| json!(meta.started_at + moment.as_nanos() / 1_000_000);
        let kinds: &[&str] =
            if figures.summaries.is_empty() { &["Counter"] } else { &["Counter", "Histogram"] };
        for kind in kinds.iter().chain(&["Metric"]) {
            stats.insert(format!("first{kind}At"), wall(first));
            stats.insert(format!("last{kind}At"), wall(last));
        }
    }
    stats.insert("period".to_owned(), period);
    stats.insert("summaries".to_owned(), Value::Object(summaries.clone()));
    stats.insert("histograms".to_owned(), Value::Object(summaries));
    Value::Object(stats)
}

fn summary(histogram: &loadgen_metrics::Histogram) -> Value {
    let value = |name: &str| match name {
        "count" => json!(histogram.count()),
        _ => json!(statistic::of(histogram, name)),
    };
    Value::Object(statistic::NAMES.iter().map(|&name| (name.to_owned(), value(name))).collect())
}

/// The beginning of the last period; of the one that the run began in, if nothing was measured at all.
fn last_period(report: &Report) -> u64 {
    let started_at = report.meta.started_at;
    report.periods.last().map_or(started_at - started_at % PERIOD, |period| period.start)
}
