//! Seats: how many users a closed loop keeps running, as a pure function of the phases and the segment. No clock.
//!
//! In a `users` phase n(t) users are to run at time t, rounded to the nearest whole number (halves up). Seat j (from
//! 0) is open while that is more than j; whoever sits in an open seat is followed at once by the next user:
//!
//! ```text
//!   users │        ╱ to        n(t) = f + (to − f) · t / D
//!         │     ╱              seat j is open while n(t) ≥ j + ½:
//!    from │  ╱                 always below both ends, never above them, and between them
//!         └──────────── D      from (rising) or until (falling)  t = (j + ½ − f) / (to − f) · D
//! ```
//!
//! Where one phase follows another, seats that are open in both stay open: 20 users after 10 are ten more, not thirty.

use crate::arrivals::Segment;
use loadgen_metrics::Moment;
use loadgen_scenario::plan::{Pattern, Phase};

/// Room for one user at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Its number in the whole schedule, from 0.
    pub index: u64,
    /// When it is open: in order, none touching the next. Never empty.
    pub spans: Vec<Span>,
}

/// A stretch of time in which a seat is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first user is due then.
    pub from: Moment,
    /// No user starts from then on.
    pub to: Moment,
}

/// The seats of a segment, those first that open first: seat `j` belongs to segment `j mod of`.
pub fn seats(phases: &[Phase], segment: Segment) -> Vec<Seat> {
    let most = most(phases);
    let numbers = (segment.index..most).step_by(usize::try_from(segment.of.max(1)).unwrap_or(usize::MAX));
    let mut seats: Vec<Seat> = numbers.map(|index| Seat { index, spans: spans(phases, index) }).collect();
    seats.retain(|seat| !seat.spans.is_empty());
    seats.sort_by_key(|seat| (seat.spans.first().map(|span| span.from), seat.index));
    seats
}

/// The most users that the phases keep running; 0 where none does.
pub fn most(phases: &[Phase]) -> u64 {
    let most = |phase: &Phase| match phase.arrivals {
        Pattern::Users { from, to } => from.max(to),
        _ => 0,
    };
    phases.iter().map(most).max().unwrap_or(0)
}

/// When a seat is open.
fn spans(phases: &[Phase], seat: u64) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut start = Moment::START;
    for phase in phases {
        if let Some((from, to)) = open(phase, seat) {
            let span =
                Span { from: start + phase.duration.mul_f64(from), to: start + phase.duration.mul_f64(to) };
            match spans.last_mut().filter(|last| last.to == span.from) {
                Some(last) => last.to = span.to,
                None => spans.push(span),
            }
        }
        start = start + phase.duration;
    }
    spans
}

/// From and until which share of a phase a seat is open.
fn open(phase: &Phase, seat: u64) -> Option<(f64, f64)> {
    let Pattern::Users { from, to } = phase.arrivals else { return None };
    let turn = || (seat as f64 + 0.5 - from as f64) / (to as f64 - from as f64);
    match (seat < from, seat < to) {
        (true, true) => Some((0.0, 1.0)),
        (false, true) => Some((turn(), 1.0)),
        (true, false) => Some((0.0, turn())),
        (false, false) => None,
    }
}
