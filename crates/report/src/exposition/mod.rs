//! `Exposition`: a run's figures for Prometheus while it goes on, in its text format.
//!
//! A reader of the stream of snapshots beside the builder: it adds up each second, and is asked for text by whoever is
//! scraped. Who listens where is the caller's.

mod buckets;
mod family;
mod labels;
mod metric;
mod tally;

pub use labels::Labels;
pub use metric::{Kind, METRICS, Metric};
pub use prometheus::TEXT_FORMAT;

use crate::{Meta, Resources, State, Validity, Verdict};
use family::Families;
use loadgen_metrics::Snapshot;
use metric as m;
use std::collections::BTreeMap;
use std::time::Duration;
use tally::Tally;

/// A run's figures for Prometheus. A clone is small: it grows with the plan's series, and not with its requests.
#[derive(Clone, Debug)]
pub struct Exposition {
    meta: Meta,
    tally: Tally,
    elapsed: Duration,
    ended: bool,
    resources: Option<Resources>,
    /// Users that were due; `None` where they cannot be told from those of closed loops.
    offered: Option<u64>,
    validity: Option<State>,
    /// By the text of the threshold.
    thresholds: BTreeMap<String, bool>,
}

impl Exposition {
    /// A run that has not begun.
    pub fn new(meta: &Meta) -> Self {
        Exposition {
            tally: Tally::new(meta),
            meta: meta.clone(),
            elapsed: Duration::ZERO,
            ended: false,
            resources: None,
            offered: None,
            validity: None,
            thresholds: BTreeMap::new(),
        }
    }

    /// Takes what was measured in a second of the run, from 0.
    pub fn observe(&mut self, second: u64, snapshot: &Snapshot) {
        self.tally.add(snapshot);
        self.elapsed = Duration::from_secs(second + 1);
    }

    /// Takes what was used in the last second.
    pub fn resources(&mut self, used: Resources) {
        self.resources = Some(used.rounded());
    }

    /// Takes how many users were due by now.
    pub fn offered(&mut self, users: u64) {
        self.offered = Some(users);
    }

    /// Takes how the run would be judged if it ended now.
    pub fn judged(&mut self, verdict: &Verdict, validity: &Validity) {
        self.validity = Some(validity.state);
        for check in &verdict.checks {
            self.thresholds.insert(check.text.clone(), check.pass);
        }
    }

    /// The run has ended after so long, and no more will come.
    pub fn ended(&mut self, after: Duration) {
        self.elapsed = after;
        self.ended = true;
    }

    /// Prometheus' text format, whose content type is [`TEXT_FORMAT`].
    pub fn render(&self) -> String {
        self.families(&Labels::default()).text()
    }

    /// All samples there are, with these labels besides their own.
    pub(crate) fn families(&self, labels: &Labels) -> Families {
        let mut families = Families::with(labels);
        self.run(&mut families);
        self.users(&mut families);
        self.requests(&mut families);
        self.machine(&mut families);
        families
    }

    fn run(&self, families: &mut Families) {
        let meta = &self.meta;
        families.add(&m::INFO, [([&*meta.script, &*meta.target, &*meta.version], true)]);
        families.one(&m::STARTED, meta.started_at as f64 / 1e3);
        families.one(&m::PLANNED, meta.planned().as_secs_f64());
        families.one(&m::ELAPSED, self.elapsed.as_secs_f64());
        families.one(&m::ENDED, self.ended);
        let current = self.current_phase();
        let phases: Vec<(String, &str)> = (1..)
            .zip(&meta.phases)
            .map(|(number, phase): (u64, _)| (number.to_string(), phase.name.as_deref().unwrap_or_default()))
            .collect();
        let phases = phases.iter().enumerate();
        families.add(
            &m::PHASE,
            phases.map(|(index, (number, name))| ([&**number, name], current == Some(index))),
        );
        let states = [("valid", State::Valid), ("degraded", State::Degraded), ("invalid", State::Invalid)];
        let validity = self.validity.map(|is| states.map(|(name, state)| ([name], is == state)));
        families.add(&m::VALIDITY, validity.into_iter().flatten());
        families.add(&m::THRESHOLDS, self.thresholds.iter().map(|(text, met)| ([&**text], *met)));
    }

    /// Where in the list the phase is that the last whole second began in; before the first, the first.
    fn current_phase(&self) -> Option<usize> {
        if self.ended {
            return None;
        }
        self.meta.phase_at(self.elapsed.as_secs().saturating_sub(1)).map(|(index, _)| index)
    }

    fn users(&self, families: &mut Families) {
        let tally = &self.tally;
        if let Some(offered) = self.offered {
            let created: u64 = tally.users.values().map(|users| users.created).sum();
            families.one(&m::OFFERED, offered);
            families.one(&m::ACHIEVED, created + tally.skipped);
        }
        let by_scenario = |value: fn(&loadgen_metrics::UserCounts) -> u64| {
            tally.users.iter().map(move |(name, users)| ([&**name], value(users)))
        };
        families.add(&m::CREATED, by_scenario(|users| users.created));
        families.add(&m::COMPLETED, by_scenario(|users| users.completed));
        families.add(&m::FAILED, by_scenario(|users| users.failed));
        families.add(&m::INTERRUPTED, by_scenario(|users| users.interrupted));
        families.one(&m::SKIPPED, tally.skipped);
        families.one(&m::ACTIVE, tally.active());
        families.one(&m::SESSION, &tally.session);
    }

    fn requests(&self, families: &mut Families) {
        let tally = &self.tally;
        let rows: Vec<_> = tally.series.iter().map(|([a, b, c], it)| ([&**a, &**b, &**c], it)).collect();
        families.add(&m::REQUESTS, rows.iter().map(|(labels, it)| (labels, it.requests)));
        let statuses: BTreeMap<u16, String> = rows
            .iter()
            .flat_map(|(_, it)| it.responses.keys().map(|status| (*status, status.to_string())))
            .collect();
        let responses = rows.iter().flat_map(|([a, b, c], it)| {
            let one = |(status, count): (&u16, &u64)| {
                ([*a, *b, *c, statuses.get(status).map_or("", String::as_str)], *count)
            };
            it.responses.iter().map(one).collect::<Vec<_>>()
        });
        families.add(&m::RESPONSES, responses);
        let errors = rows.iter().flat_map(|([a, b, c], it)| {
            it.errors.iter().map(|(error, count)| ([*a, *b, *c, *error], *count))
        });
        families.add(&m::ERRORS, errors);
        families.add(&m::UNUSABLE, rows.iter().map(|(labels, it)| (labels, it.unusable)));
        families.add(&m::LATENCY, rows.iter().map(|(labels, it)| (labels, &it.latency)));
        families.add(&m::RESPONSE_TIME, rows.iter().map(|(labels, it)| (labels, &it.response_time)));
        families.one(&m::LAG, &tally.lag);
        families.add(&m::PARTS, tally.parts.iter().map(|(part, buckets)| ([*part], buckets)));
        families.add(&m::RECEIVED, rows.iter().map(|(labels, it)| (labels, it.received)));
        families.add(&m::SENT, rows.iter().map(|(labels, it)| (labels, it.sent)));
        families.add(&m::ALL_ERRORS, tally.errors.iter().map(|(error, count)| ([*error], *count)));
        let (met, unmet) = tally.expectations;
        families.add(&m::EXPECTATIONS, [(["met"], met), (["unmet"], unmet)]);
    }

    fn machine(&self, families: &mut Families) {
        families.one(&m::SHARDS, u64::from(self.meta.shards));
        let Some(used) = &self.resources else { return };
        let both = |ours, target: Option<_>| {
            [("generator", Some(ours)), ("target", target)]
                .into_iter()
                .filter_map(|(process, value)| Some(([process], value?)))
        };
        families.add(&m::CPU, both(used.generator_cpu, used.target_cpu));
        families.one(&m::BUSIEST, used.busiest_shard);
        families.add(&m::MEMORY, both(used.generator_memory as f64, used.target_memory.map(|it| it as f64)));
        families.add(&m::TOLD, used.metrics.iter().map(|(name, value)| ([name.as_str()], *value)));
    }
}
