//! What plugins count: endpoints, expectations, Apdex.

use super::{Figures, cut};
use crate::{Meta, Statistics};
use loadgen_metrics::{EndpointStats, ErrorKind, ExpectationTally, ServerTimes, Snapshot};
use std::collections::BTreeMap;

/// The name for endpoints that are too many to be told apart.
const OTHERS: &str = "(other endpoints)";

/// What Artillery calls an Apdex score.
pub fn apdex_rank(score: f64) -> &'static str {
    match score {
        score if score >= 0.94 => "excellent",
        score if score >= 0.85 => "good",
        score if score >= 0.7 => "fair",
        score if score >= 0.49 => "poor",
        _ => "unacceptable",
    }
}

impl<'a> Figures<'a> {
    pub(super) fn endpoints(&mut self, meta: &Meta, snapshot: &'a Snapshot) {
        let prefix = meta.plugins.prefix();
        if meta.plugins.endpoints_rendered {
            let endpoints = &snapshot.plugins.endpoints;
            let others = endpoints.others().map(|stats| (OTHERS, stats));
            for (name, stats) in endpoints.iter().chain(others) {
                self.rendered_endpoint(prefix, name, stats);
            }
            return;
        }
        let mut times: BTreeMap<&str, ServerTimes> = BTreeMap::new();
        for (index, (series, info)) in (0_u32..).zip(snapshot.series.iter().zip(&meta.series)) {
            if meta.plugins.endpoints_left_out.binary_search(&index).is_ok() {
                continue;
            }
            let endpoint = &info.endpoint;
            let aside = |code: &u16| {
                let unexpected =
                    if meta.plugins.endpoints_after_expect { series.unexpected.get(code) } else { None };
                // As in Artillery, an answer that broke off counts here only as an error.
                series.broken.get(code).copied().unwrap_or(0) + unexpected.copied().unwrap_or(0)
            };
            for (code, &count) in &series.codes {
                self.count(format!("{prefix}.{endpoint}.codes.{code}"), count.saturating_sub(aside(code)));
            }
            for (kind, &count) in &series.errors {
                self.endpoint_error(prefix, endpoint, *kind, count);
            }
            if series.codes.iter().any(|(code, &count)| count > aside(code)) {
                let name = format!("{prefix}.response_time.{endpoint}");
                self.summary(&name, series.response_time.values());
                if !meta.plugins.endpoints_after_expect {
                    self.summary(&name, series.unexpected_time.values());
                }
            }
            if series.server_times.headers() > 0 {
                times.entry(endpoint).or_default().merge(&series.server_times);
            }
        }
        for (endpoint, times) in times {
            self.server_times(prefix, endpoint, &times);
        }
    }

    /// An endpoint whose name was known only while the load ran.
    fn rendered_endpoint(&mut self, prefix: &str, name: &str, stats: &'a EndpointStats) {
        for (code, &count) in &stats.codes {
            self.count(format!("{prefix}.{name}.codes.{code}"), count);
        }
        for (kind, &count) in &stats.errors {
            self.endpoint_error(prefix, name, *kind, count);
        }
        self.summary(&format!("{prefix}.response_time.{name}"), [&stats.response_time]);
        self.server_times(prefix, name, &stats.server_times);
    }

    fn endpoint_error(&mut self, prefix: &str, name: &str, kind: ErrorKind, count: u64) {
        if !kind.is_of_script() {
            self.count(format!("{prefix}.{name}.errors.{}", kind.name()), count);
        }
    }

    fn server_times(&mut self, prefix: &str, name: &str, times: &ServerTimes) {
        let statistics = Statistics::of_server_times(times);
        let name = cut(format!("{prefix}.server-timing.{name}"));
        self.told.extend(statistics.map(|statistics| (name, statistics)));
    }

    pub(super) fn expectations(&mut self, meta: &Meta, snapshot: &Snapshot) {
        let plugins = &snapshot.plugins;
        for (kind, tally) in meta.plugins.expectations.iter().zip(&plugins.expectations) {
            self.expectation(kind, tally);
        }
        let others = plugins.header_expectations.others().map(|tally| ("header values equals", tally));
        for (kind, tally) in plugins.header_expectations.iter().chain(others) {
            self.expectation(kind, tally);
        }
    }

    fn expectation(&mut self, kind: &str, tally: &ExpectationTally) {
        for (word, count) in [("ok", tally.ok), ("failed", tally.failed)] {
            self.count(format!("plugins.expect.{word}"), count);
            self.count(format!("plugins.expect.{word}.{kind}"), count);
        }
    }

    pub(super) fn apdex(&mut self, snapshot: &Snapshot) {
        let apdex = &snapshot.plugins.apdex;
        self.apdex = apdex.score();
        if apdex.total() > 0 {
            let counts = [
                ("apdex.satisfied", apdex.satisfied),
                ("apdex.tolerated", apdex.tolerated),
                ("apdex.frustrated", apdex.frustrated),
            ];
            self.counters.extend(counts.map(|(name, count)| (name.to_owned(), count)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_artillery_s() {
        let seen = [1.0, 0.94, 0.93, 0.85, 0.7, 0.49, 0.48, 0.0].map(apdex_rank);
        let wanted =
            ["excellent", "excellent", "good", "good", "fair", "poor", "unacceptable", "unacceptable"];
        assert_eq!(seen, wanted);
    }
}
