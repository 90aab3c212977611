//! `Readings`: the figures of a span of time, by the names that the report has for them.

use crate::Meta;
use crate::figures::{Figures, is_of_the_whole};
use crate::statistic;
use crate::stats::{Names, Stats};
use loadgen_metrics::Snapshot;
use loadgen_scenario::publish::Filter;
use std::time::Duration;

/// A rate over less than this would make much of the few requests of a run's last moments; the report has the same.
const SHORTEST: Duration = Duration::from_secs(1);

/// The figures of a span of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    /// Its end, in milliseconds since 1970 (UTC).
    pub at: u64,
    stats: Stats,
    filter: Filter,
}

impl Readings {
    /// The figures of what was measured in a span of time that ended at `at`, in milliseconds since 1970; those that the
    /// filter takes. Costs a walk over the histograms.
    pub fn of(meta: &Meta, snapshot: &Snapshot, span: Duration, at: u64, filter: &Filter) -> Self {
        let mut figures = Figures::of(meta, snapshot, span.max(SHORTEST));
        figures.rates.retain(|name, _| !is_of_the_whole(name));
        Readings { at, stats: Stats::of(&figures, &mut Names::default()), filter: filter.clone() }
    }

    /// How often things happened in the span, by name.
    pub fn counters(&self) -> impl Iterator<Item = (&str, u64)> {
        let counters = self.stats.counters.iter().filter(|(name, _)| self.filter.takes(name));
        counters.map(|(name, count)| (name, *count))
    }

    /// Rates by name: per second, or percent.
    pub fn rates(&self) -> impl Iterator<Item = (&str, f64)> {
        let rates = self.stats.rates.iter().filter(|(name, _)| self.filter.takes(name));
        rates.map(|(name, rate)| (name, *rate))
    }

    /// Statistics of durations by the names of both, such as `http.response_time` and `p95`: milliseconds, but for `count`.
    pub fn statistics(&self) -> impl Iterator<Item = (&str, &'static str, f64)> {
        let summaries = self.stats.summaries.iter().filter(|(name, _)| self.filter.takes(name));
        summaries.flat_map(|(name, statistics)| {
            statistic::NAMES.iter().filter_map(move |of| Some((name, *of, statistics.get(of)?)))
        })
    }

    /// Rates and statistics, by name.
    pub fn gauges(&self) -> impl Iterator<Item = (String, f64)> {
        let statistics = self.statistics().map(|(name, of, value)| (format!("{name}.{of}"), value));
        self.rates().map(|(name, rate)| (name.to_owned(), rate)).chain(statistics)
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.counters().next().is_none() && self.gauges().next().is_none()
    }
}
