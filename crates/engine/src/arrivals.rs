//! Arrivals: when each user is due, as a pure function of the phases and the segment. No clock, no sleep.
//!
//! With a(t) users per second at time t of a phase, N(t) = ∫ a is how many should have arrived by then, and arrival
//! k (from 0) is due when N(t) = k:
//!
//! ```text
//!   rate │        ╱ to          constant   a(t) = r             t = k / r
//!        │     ╱                ramp       a(t) = f + s·t       t = 2k / (f + √(f² + 2·s·k)),  s = (to − f) / D
//!        │  ╱                   count      n over D             t = k · D / n
//!   from │╱
//!        └───────────── D
//! ```
//!
//! The ramp's form is the root of f·t + s·t²/2 = k that stays exact when s goes to 0, where it is k / f. A phase
//! has N(D) = D · (from + to) / 2 arrivals, rounded to the nearest whole number (halves up). Phases follow one
//! another without a gap, whatever their users still do.

use crate::poisson::Gaps;
use loadgen_metrics::Moment;
use loadgen_scenario::plan::{Pattern, Phase};
use std::time::Duration;

/// The moment at which a user is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Its number in the whole schedule, from 0.
    pub index: u64,
    /// When.
    pub due: Moment,
    /// Which phase it belongs to.
    pub phase: usize,
}

/// A share of the schedule: arrival `i` belongs to segment `i mod of`. All segments together are the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Which, from 0.
    pub index: u64,
    /// How many there are; at least 1.
    pub of: u64,
}

impl Segment {
    /// The whole schedule.
    pub const WHOLE: Segment = Segment { index: 0, of: 1 };
}

/// How many users arrive in a phase; none in a closed loop, whose users do not come by the clock.
pub fn count(phase: &Phase) -> u64 {
    match phase.arrivals {
        Pattern::Pause | Pattern::Users { .. } => 0,
        Pattern::Count(count) => count,
        Pattern::Rate { from, to } => expected(phase, from, to).round() as u64,
        Pattern::Poisson { from, to, seed } => {
            let most = expected(phase, from, to);
            Gaps::new(seed).take_while(|at| *at < most).count() as u64
        }
    }
}

/// N(D): how many arrive in the mean.
fn expected(phase: &Phase, from: f64, to: f64) -> f64 {
    phase.duration.as_secs_f64() * (from + to) / 2.0
}

/// How many users arrive in all phases.
pub fn total(phases: &[Phase]) -> u64 {
    phases.iter().map(count).sum()
}

/// How many users are due before a moment.
pub fn due_before(phases: &[Phase], end: Moment) -> u64 {
    let mut start = Moment::START;
    let mut sum = 0;
    for phase in phases {
        let phase_end = start + phase.duration;
        let n = count(phase);
        sum += if phase_end <= end { n } else { first_at_or_after(phase, n, end.since(start)) };
        start = phase_end;
        if start >= end {
            break;
        }
    }
    sum
}

/// The first of a phase's `n` arrivals that is due `offset` or later: a binary search, as offsets only grow.
fn first_at_or_after(phase: &Phase, n: u64, offset: Duration) -> u64 {
    if let Pattern::Poisson { from, to, seed } = phase.arrivals {
        let early = |at: &f64| offset_at(phase, from, to, *at) < offset;
        return Gaps::new(seed).take_while(early).count().min(n as usize) as u64;
    }
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if offset_of(phase, middle) < offset { low = middle + 1 } else { high = middle }
    }
    low
}

/// When the phases are over.
pub fn end(phases: &[Phase]) -> Moment {
    phases.iter().fold(Moment::START, |at, phase| at + phase.duration)
}

/// How long after its phase's start arrival `k` is due.
fn offset_of(phase: &Phase, k: u64) -> Duration {
    let duration = phase.duration.as_secs_f64();
    let k_f = k as f64;
    match phase.arrivals {
        _ if k == 0 => Duration::ZERO,
        Pattern::Pause | Pattern::Users { .. } => phase.duration,
        Pattern::Count(count) => offset(k_f * duration / count as f64, duration),
        Pattern::Rate { from, to } => offset_at(phase, from, to, k_f),
        // Only reached from within a phase, step by step: see `Arrivals`.
        Pattern::Poisson { from, to, seed } => {
            let at = Gaps::new(seed).nth(usize::try_from(k).unwrap_or(usize::MAX)).unwrap_or(0.0);
            offset_at(phase, from, to, at)
        }
    }
}

/// When N(t) is `at`, of a rate that goes from `from` to `to`.
fn offset_at(phase: &Phase, from: f64, to: f64, at: f64) -> Duration {
    let duration = phase.duration.as_secs_f64();
    let slope = (to - from) / duration;
    offset(2.0 * at / (from + (from * from + 2.0 * slope * at).max(0.0).sqrt()), duration)
}

/// Rounded to the nanosecond here, rather than cut by the conversion, so that 1/3 s comes out as 333,333,333 ns.
fn offset(seconds: f64, duration: f64) -> Duration {
    Duration::from_nanos((seconds.clamp(0.0, duration) * 1e9).round() as u64)
}

/// The arrivals of one segment, in order.
#[derive(Clone, Debug)]
pub struct Arrivals<'p> {
    phases: &'p [Phase],
    phase: usize,
    /// When the phase begins.
    start: Moment,
    /// How many arrive in the phase.
    in_phase: u64,
    /// The index of the phase's first arrival in the whole schedule.
    base: u64,
    /// The index of the next arrival of this segment in the whole schedule.
    next: u64,
    step: u64,
    /// The gaps of a random phase that are still to come, and the index in the phase of the first of them.
    gaps: Option<(Gaps, u64)>,
}

impl<'p> Arrivals<'p> {
    /// The arrivals of `segment` in the schedule that the phases make.
    pub fn new(phases: &'p [Phase], segment: Segment) -> Self {
        let in_phase = phases.first().map_or(0, count);
        let step = segment.of.max(1);
        Arrivals {
            phases,
            phase: 0,
            start: Moment::START,
            in_phase,
            base: 0,
            next: segment.index,
            step,
            gaps: None,
        }
    }

    /// How long after its start the current phase's arrival `k` is due. Asked for growing `k`.
    fn offset_of(&mut self, phase: &Phase, k: u64) -> Duration {
        let Pattern::Poisson { from, to, seed } = phase.arrivals else { return offset_of(phase, k) };
        let (gaps, passed) = self.gaps.get_or_insert_with(|| (Gaps::new(seed), 0));
        let skipped = usize::try_from(k - *passed).unwrap_or(usize::MAX);
        *passed = k + 1;
        let at = gaps.nth(skipped).unwrap_or(f64::MAX);
        offset_at(phase, from, to, at)
    }
}

impl Iterator for Arrivals<'_> {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        loop {
            let phase = self.phases.get(self.phase)?;
            let k = self.next - self.base;
            if k < self.in_phase {
                let due = self.start + self.offset_of(phase, k);
                let arrival = Arrival { index: self.next, due, phase: self.phase };
                self.next += self.step;
                return Some(arrival);
            }
            self.start = self.start + phase.duration;
            self.gaps = None;
            self.base += self.in_phase;
            self.phase += 1;
            self.in_phase = self.phases.get(self.phase).map_or(0, count);
        }
    }
}
