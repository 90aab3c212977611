//! `PluginCounts`: what the plugins `expect`, `apdex` and `metrics-by-endpoint` count beside the requests themselves.

use crate::bounded::{Bounded, Merge};
use crate::{ErrorKind, ErrorSample, Histogram};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// What plugins count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PluginCounts {
    /// Expectations, by the plan's number of their kind.
    pub expectations: Vec<ExpectationTally>,
    /// Expectations whose kind is known only when rendered, because it holds a header's name.
    pub header_expectations: Bounded<ExpectationTally>,
    /// Answers by how they satisfy.
    pub apdex: ApdexCounts,
    /// Endpoints by names that are known only when rendered; empty where names are known beforehand.
    pub endpoints: Bounded<EndpointStats>,
}

/// How often an expectation was met and was not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExpectationTally {
    /// Answers that met it.
    pub ok: u64,
    /// Answers that did not.
    pub failed: u64,
    /// The first that did not.
    pub sample: Option<ErrorSample>,
}

/// How an answer satisfies, by how long it took (Apdex).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Satisfaction {
    /// At most the threshold.
    Satisfied,
    /// At most four times the threshold.
    Tolerated,
    /// Longer.
    Frustrated,
}

/// Answers by how they satisfy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApdexCounts {
    /// At most the threshold.
    pub satisfied: u64,
    /// At most four times the threshold.
    pub tolerated: u64,
    /// Longer.
    pub frustrated: u64,
}

/// The answers and errors of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointStats {
    /// Answers by status code.
    pub codes: BTreeMap<u16, u64>,
    /// Requests that failed, by kind.
    pub errors: BTreeMap<ErrorKind, u64>,
    /// Request written → first byte.
    pub response_time: Histogram,
    /// What the target says that it took.
    pub server_times: ServerTimes,
}

/// What targets say in `server-timing` that an answer took them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerTimes {
    /// Headers without a total.
    pub untold: u64,
    /// The totals.
    pub times: Histogram,
    /// The smallest and the largest of them, exactly.
    pub range: Option<(Duration, Duration)>,
}

impl PluginCounts {
    /// Adds all that `other` holds.
    pub fn merge(&mut self, other: &PluginCounts) {
        for (index, theirs) in other.expectations.iter().enumerate() {
            self.expectation(index).merge(theirs);
        }
        self.header_expectations.merge(&other.header_expectations);
        self.apdex.merge(&other.apdex);
        self.endpoints.merge(&other.endpoints);
    }

    /// The tally of a kind of expectations.
    pub(crate) fn expectation(&mut self, kind: usize) -> &mut ExpectationTally {
        if self.expectations.len() <= kind {
            self.expectations.resize_with(kind + 1, ExpectationTally::default);
        }
        &mut self.expectations[kind]
    }

    /// Expectations that were met, and that were not.
    pub fn expected(&self) -> (u64, u64) {
        let named = self.header_expectations.iter().map(|(_, tally)| tally);
        let all = self.expectations.iter().chain(named).chain(self.header_expectations.others());
        all.fold((0, 0), |(ok, failed), tally| (ok + tally.ok, failed + tally.failed))
    }
}

impl ExpectationTally {
    /// Counts one. `sample` is asked only for the first that is not met.
    pub(crate) fn count(&mut self, ok: bool, sample: impl FnOnce() -> ErrorSample) {
        if ok {
            self.ok += 1;
        } else {
            self.failed += 1;
            self.sample.get_or_insert_with(|| sample().cut());
        }
    }
}

impl Merge for ExpectationTally {
    fn merge(&mut self, other: &Self) {
        self.ok += other.ok;
        self.failed += other.failed;
        self.sample = match (self.sample.take(), &other.sample) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs.clone())),
            (ours, theirs) => ours.or_else(|| theirs.clone()),
        };
    }
}

impl Satisfaction {
    /// How an answer satisfies that took so long.
    pub fn of(time: Duration, threshold: Duration) -> Satisfaction {
        match time {
            time if time <= threshold => Satisfaction::Satisfied,
            time if time <= threshold.saturating_mul(4) => Satisfaction::Tolerated,
            _ => Satisfaction::Frustrated,
        }
    }
}

impl ApdexCounts {
    pub(crate) fn count(&mut self, satisfaction: Satisfaction) {
        *match satisfaction {
            Satisfaction::Satisfied => &mut self.satisfied,
            Satisfaction::Tolerated => &mut self.tolerated,
            Satisfaction::Frustrated => &mut self.frustrated,
        } += 1;
    }

    fn merge(&mut self, other: &Self) {
        self.satisfied += other.satisfied;
        self.tolerated += other.tolerated;
        self.frustrated += other.frustrated;
    }

    /// All answers.
    pub fn total(&self) -> u64 {
        self.satisfied + self.tolerated + self.frustrated
    }

    /// The score, 0 to 1: the share of answers that satisfy, those tolerated counting half. `None` without answers.
    pub fn score(&self) -> Option<f64> {
        let total = self.total();
        (total > 0).then(|| (self.satisfied as f64 + self.tolerated as f64 / 2.0) / total as f64)
    }
}

impl Merge for EndpointStats {
    fn merge(&mut self, other: &Self) {
        for (code, count) in &other.codes {
            *self.codes.entry(*code).or_default() += count;
        }
        for (kind, count) in &other.errors {
            *self.errors.entry(*kind).or_default() += count;
        }
        self.response_time.merge(&other.response_time);
        self.server_times.merge(&other.server_times);
    }
}

impl ServerTimes {
    /// Counts a header; `None` is one without a total.
    pub fn count(&mut self, time: Option<Duration>) {
        let Some(time) = time else {
            self.untold += 1;
            return;
        };
        self.times.record(time);
        let (least, most) = self.range.unwrap_or((time, time));
        self.range = Some((least.min(time), most.max(time)));
    }

    /// Adds all that `other` holds.
    pub fn merge(&mut self, other: &Self) {
        self.untold += other.untold;
        self.times.merge(&other.times);
        self.range = match (self.range, other.range) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (ours, theirs) => ours.or(theirs),
        };
    }

    /// Headers, with and without a total.
    pub fn headers(&self) -> u64 {
        self.untold + self.times.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_times_the_threshold_is_tolerated() {
        let of = |millis| Satisfaction::of(Duration::from_millis(millis), Duration::from_millis(150));
        let seen = [0, 150, 151, 600, 601].map(of);
        use Satisfaction::*;
        assert_eq!(seen, [Satisfied, Satisfied, Tolerated, Tolerated, Frustrated]);
        let mut counts = ApdexCounts::default();
        assert_eq!(counts.score(), None);
        [Satisfied, Satisfied, Tolerated, Frustrated].into_iter().for_each(|it| counts.count(it));
        // (2 + 1 / 2) / 4
        assert_eq!(counts.score(), Some(0.625));
    }

    #[test]
    fn server_times_keep_their_exact_ends() {
        let mut times = ServerTimes::default();
        [Some(12_500), None, Some(3_001)]
            .into_iter()
            .for_each(|micros| times.count(micros.map(Duration::from_micros)));
        assert_eq!(times.range, Some((Duration::from_micros(3_001), Duration::from_micros(12_500))));
        assert_eq!((times.untold, times.headers()), (1, 3));
    }
}
