//! `Validity`: whether a run measured the target rather than the generator.
//!
//! Says nothing about whether the target was good: that is the verdict's.

use crate::{ResourcePoint, Room, Severity, Standstill, Warning};
use loadgen_metrics::{ErrorKind, Histogram, Snapshot};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// A second in which the generator used more than this share of its cores, or a shard of its own, was a busy one.
const BUSY_CPU: f64 = 0.9;
/// More than this share of busy seconds makes a run invalid.
const BUSY_SECONDS: f64 = 0.05;
/// Less than this share of the scheduled arrivals makes a run invalid.
const ARRIVALS: f64 = 0.99;
/// More schedule lag than this at the 99th percentile makes a run invalid.
const LAG: Duration = Duration::from_millis(10);
/// No schedule lag up to this matters, however fast the target is.
const LAG_THAT_NEVER_MATTERS: Duration = Duration::from_millis(1);
/// Fewer values than this have no 99th percentile of their own.
const SAMPLES: u64 = 100;

/// Whether a run measured the target rather than the generator, and what speaks against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// The worst of the warnings.
    pub state: State,
    /// All warnings, the worst first; notes too.
    pub warnings: Vec<Warning>,
}

/// How far a run's figures can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// They show the target.
    Valid,
    /// They hold, with a reservation.
    Degraded,
    /// They show the generator, or something else that was in the way.
    Invalid,
}

/// What the validity is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Everything that was measured.
    pub total: &'a Snapshot,
    /// What was used, second by second.
    pub resources: &'a [ResourcePoint],
    /// Users that were due, up to the stop if the run was stopped.
    pub scheduled: u64,
    /// Users that closed loops started; they are not among those scheduled.
    pub passes: u64,
    /// The most users that closed loops keep running at a time; 0 where there is none.
    pub users: u64,
    /// Whether the run was stopped before its end.
    pub stopped: bool,
    /// Threads that made the load.
    pub shards: u32,
    /// How many connections there was room for.
    pub room: Room,
    /// Seconds in which nothing was done though users were due.
    pub still: Option<Standstill>,
}

/// Applies the rules.
pub fn assess(evidence: &Evidence<'_>) -> Validity {
    let rules = [saturation, arrivals, lag, standstill, ports, descriptors, skipped, samples, closed];
    let mut warnings: Vec<Warning> = rules.iter().filter_map(|rule| rule(evidence)).collect();
    warnings.sort_by_key(|warning| std::cmp::Reverse(warning.severity()));
    let state = match warnings.first().map(|warning| warning.severity()) {
        Some(Severity::Invalid) => State::Invalid,
        Some(Severity::Degraded) => State::Degraded,
        Some(Severity::Note) | None => State::Valid,
    };
    Validity { state, warnings }
}

impl Validity {
    /// What keeps the run from being valid.
    pub fn reasons(&self) -> impl Iterator<Item = Warning> {
        self.warnings.iter().copied().filter(|warning| warning.severity() > Severity::Note)
    }

    /// What is good to know besides.
    pub fn notes(&self) -> impl Iterator<Item = Warning> {
        self.warnings.iter().copied().filter(|warning| warning.severity() == Severity::Note)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Valid => "valid",
            State::Degraded => "degraded",
            State::Invalid => "invalid",
        })
    }
}

fn saturation(evidence: &Evidence<'_>) -> Option<Warning> {
    let of = evidence.resources.len() as u64;
    let is_busy = |point: &&ResourcePoint| point.used.generator_cpu.max(point.used.busiest_shard) > BUSY_CPU;
    let busy = evidence.resources.iter().filter(is_busy).count() as u64;
    (busy as f64 > of as f64 * BUSY_SECONDS).then_some(Warning::GeneratorSaturated { seconds: busy, of })
}

fn arrivals(evidence: &Evidence<'_>) -> Option<Warning> {
    let scheduled = evidence.scheduled;
    // Passes of a closed loop must not stand in for arrivals that were missed.
    let achieved = (evidence.total.users().created + evidence.total.skipped).saturating_sub(evidence.passes);
    // A stop comes between an arrival's due time and its start: each shard may have had one in its hands.
    let in_hand = if evidence.stopped { u64::from(evidence.shards) } else { 0 };
    ((achieved + in_hand) < scheduled && (achieved + in_hand) as f64 / (scheduled as f64) < ARRIVALS)
        .then_some(Warning::ArrivalsMissed { scheduled, achieved })
}

fn lag(evidence: &Evidence<'_>) -> Option<Warning> {
    let lags = &evidence.total.schedule_lag;
    let few = lags.count() < SAMPLES;
    // The 99th percentile of a few values is their maximum: one hiccup says nothing of the others.
    let percentile = if few { 50 } else { 99 };
    let lag = lags.quantile(f64::from(percentile) / 100.0)?;
    let lag_us = micros(lag);
    if lag > LAG {
        return Some(Warning::LateArrivals { lag_us, percentile });
    }
    if few {
        return None;
    }
    let latency = latency(evidence.total).quantile(0.99)?;
    (lag > LAG_THAT_NEVER_MATTERS && lag > latency / 10)
        .then(|| Warning::LagNearLatency { lag_us, latency_us: micros(latency) })
}

fn standstill(evidence: &Evidence<'_>) -> Option<Warning> {
    evidence.still.map(|Standstill { seconds, first }| Warning::StoodStill { seconds, first })
}

fn ports(evidence: &Evidence<'_>) -> Option<Warning> {
    exhausted(evidence, ErrorKind::PortsExhausted)
}

fn descriptors(evidence: &Evidence<'_>) -> Option<Warning> {
    exhausted(evidence, ErrorKind::DescriptorsExhausted)
}

fn skipped(evidence: &Evidence<'_>) -> Option<Warning> {
    let count = evidence.total.skipped;
    (count > 0).then_some(Warning::UsersSkipped { count, scheduled: evidence.scheduled })
}

fn samples(evidence: &Evidence<'_>) -> Option<Warning> {
    let count = latency(evidence.total).count();
    (1..SAMPLES).contains(&count).then_some(Warning::TooFewSamples { count })
}

fn closed(evidence: &Evidence<'_>) -> Option<Warning> {
    (evidence.users > 0).then_some(Warning::ClosedLoop { users: evidence.users })
}

fn latency(total: &Snapshot) -> Histogram {
    let mut all = Histogram::new();
    total.series.iter().for_each(|series| all.merge(&series.latency));
    all
}

fn exhausted(evidence: &Evidence<'_>, kind: ErrorKind) -> Option<Warning> {
    evidence.room.exhausted(kind, evidence.total.errors.get(&kind)?.count)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
