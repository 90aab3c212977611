//! What a Pushgateway is sent: what Prometheus itself would scrape, and Artillery's three metrics, whose label `metric` has
//! the names of counters, rates and summaries.

use super::Totals;
use crate::exposition::{Exposition, Labels};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;
use std::collections::BTreeMap;

/// Where a job's metrics are pushed to, below the Pushgateway's address: segments of a path, not encoded yet.
pub fn path(job: &str) -> [String; 3] {
    // A slash parts segments there even where it is encoded, and dots lead elsewhere.
    let (key, value) = if job.contains('/') || matches!(job, "." | "..") {
        ("job@base64", BASE64_URL_SAFE.encode(job))
    } else {
        ("job", job.to_owned())
    };
    ["metrics", key, &value].map(str::to_owned)
}

/// Prometheus' text format, whose content type is [`TEXT_FORMAT`](crate::exposition::TEXT_FORMAT).
pub fn text(exposition: &Exposition, totals: &Totals, prefix: &str, labels: &Labels) -> String {
    let mut families = exposition.families(labels);
    let name = |text: &str| text.replace(|c: char| c == '.' || c.is_whitespace(), "_").to_lowercase();
    // Names that differ in what is lost here would be one sample twice, and all would be refused.
    let mut counted = BTreeMap::<String, f64>::new();
    totals.counters.iter().for_each(|(key, count)| *counted.entry(name(key)).or_default() += *count as f64);
    let counters = counted.into_iter();
    families.foreign(&format!("{prefix}_counters"), "What was counted so far, by name.", counters);
    let rates: BTreeMap<_, _> = totals.rates.iter().map(|(key, rate)| (name(key), *rate)).collect();
    let rates = rates.into_iter();
    families.foreign(&format!("{prefix}_rates"), "Rates of the last span of time, by name.", rates);
    let summaries = totals.statistics.iter();
    let summaries = summaries.map(|((key, of), value)| (format!("{}_{of}", name(key)), *value));
    let summaries = summaries.collect::<BTreeMap<_, _>>().into_iter();
    let help = "Durations of the last span of time in milliseconds, by name.";
    families.foreign(&format!("{prefix}_summaries"), help, summaries);
    families.text()
}
