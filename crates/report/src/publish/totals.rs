//! `Totals`: what readings come to over a run: sums of what counts, and the last of what does not.

use super::Readings;
use std::collections::BTreeMap;

/// What readings come to over a run. As many as there are names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// By name.
    pub(crate) counters: BTreeMap<String, u64>,
    /// By name: per second, or percent.
    pub(crate) rates: BTreeMap<String, f64>,
    /// By the names of what was measured and of the statistic: milliseconds, but for `count`.
    pub(crate) statistics: BTreeMap<(String, &'static str), f64>,
}

impl Totals {
    /// Adds the readings of the span that follows.
    pub fn add(&mut self, readings: &Readings) {
        for (name, count) in readings.counters() {
            *self.counters.entry(name.to_owned()).or_default() += count;
        }
        self.rates.extend(readings.rates().map(|(name, rate)| (name.to_owned(), rate)));
        let statistics = readings.statistics();
        self.statistics.extend(statistics.map(|(name, of, value)| ((name.to_owned(), of), value)));
    }
}
