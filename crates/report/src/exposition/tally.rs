//! `Tally`: what a run's snapshots add up to for Prometheus. Small whatever the run, and bounded by its series.

use super::buckets::Buckets;
use crate::Meta;
use loadgen_metrics::{SeriesStats, Snapshot, UserCounts};
use std::collections::BTreeMap;

/// What a run's snapshots add up to.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    /// By scenario's name.
    pub(super) users: BTreeMap<String, UserCounts>,
    /// By scenario's name, endpoint and method.
    pub(super) series: BTreeMap<[String; 3], Series>,
    pub(super) skipped: u64,
    pub(super) session: Buckets,
    pub(super) lag: Buckets,
    /// By the name of the part.
    pub(super) parts: [(&'static str, Buckets); 4],
    /// By the name of the kind.
    pub(super) errors: BTreeMap<&'static str, u64>,
    /// Met and unmet.
    pub(super) expectations: (u64, u64),
    /// The labels of each series of the plan; several may share them, as scenarios may share a name.
    labels: Vec<[String; 3]>,
    scenarios: Vec<String>,
}

/// The requests of one series.
#[derive(Clone, Debug, Default)]
pub(super) struct Series {
    pub(super) requests: u64,
    /// By status.
    pub(super) responses: BTreeMap<u16, u64>,
    /// By the name of the kind.
    pub(super) errors: BTreeMap<&'static str, u64>,
    pub(super) unusable: u64,
    pub(super) received: u64,
    pub(super) sent: u64,
    pub(super) latency: Buckets,
    pub(super) response_time: Buckets,
}

impl Tally {
    /// Nothing counted yet: all that will be there for sure is there with 0, so that growth shows from the first.
    pub(super) fn new(meta: &Meta) -> Self {
        let scenario = |index: u32| meta.scenarios.get(index as usize).cloned().unwrap_or_default();
        let labels: Vec<[String; 3]> = meta
            .series
            .iter()
            .map(|it| [scenario(it.scenario), it.endpoint.clone(), it.method.clone()])
            .collect();
        Tally {
            users: meta.scenarios.iter().map(|name| (name.clone(), UserCounts::default())).collect(),
            series: labels.iter().map(|labels| (labels.clone(), Series::default())).collect(),
            skipped: 0,
            session: Buckets::default(),
            lag: Buckets::default(),
            parts: ["dns", "tcp", "tls", "download"].map(|part| (part, Buckets::default())),
            errors: BTreeMap::new(),
            expectations: (0, 0),
            labels,
            scenarios: meta.scenarios.clone(),
        }
    }

    /// Adds what was counted in a span of time. Costs a walk over the values of its histograms.
    pub(super) fn add(&mut self, snapshot: &Snapshot) {
        for (name, users) in self.scenarios.iter().zip(&snapshot.scenarios) {
            self.users.entry(name.clone()).or_default().merge(users);
        }
        for (labels, series) in self.labels.iter().zip(&snapshot.series) {
            if let Some(ours) = self.series.get_mut(labels) {
                ours.add(series);
            }
        }
        self.skipped += snapshot.skipped;
        self.session.add(&snapshot.session_length);
        self.lag.add(&snapshot.schedule_lag);
        let parts = [&snapshot.dns, &snapshot.tcp, &snapshot.tls, &snapshot.download];
        self.parts.iter_mut().zip(parts).for_each(|((_, ours), theirs)| ours.add(theirs));
        for (kind, tally) in &snapshot.errors {
            *self.errors.entry(kind.name()).or_default() += tally.count;
        }
        for (kind, _, tally) in snapshot.named_errors.iter() {
            *self.errors.entry(kind.name()).or_default() += tally.count;
        }
        let (met, unmet) = snapshot.plugins.expected();
        self.expectations = (self.expectations.0 + met, self.expectations.1 + unmet);
    }

    /// Users of all scenarios that are running.
    pub(super) fn active(&self) -> u64 {
        let mut all = UserCounts::default();
        self.users.values().for_each(|users| all.merge(users));
        all.created.saturating_sub(all.completed + all.failed + all.interrupted)
    }
}

impl Series {
    fn add(&mut self, stats: &SeriesStats) {
        self.requests += stats.requests;
        for (code, count) in stats.codes.iter().chain(&stats.followed) {
            *self.responses.entry(*code).or_default() += count;
        }
        for (kind, count) in &stats.errors {
            *self.errors.entry(kind.name()).or_default() += count;
        }
        self.unusable += stats.error_requests;
        self.received += stats.bytes_in;
        self.sent += stats.bytes_out;
        self.latency.add(&stats.latency);
        let aside = stats.followed_time.values().chain(stats.unexpected_time.values());
        stats.response_time.values().chain(aside).for_each(|it| self.response_time.add(it));
    }
}
