//! `Sample`: all that is kept of one request, for the moment that it takes to record it.

use crate::{Moment, Outcome, TraceId};
use std::time::Duration;

/// Which series a sample belongs to: one (scenario, request name, method), interned when the plan is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(pub u32);

/// Which scenario a user runs: its place in the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScenarioId(pub u32);

/// What it took to open the connection, for a request that had to open one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// Looking up the host name; `None` where the target is an address.
    pub dns: Option<Duration>,
    /// The TCP handshake.
    pub tcp: Option<Duration>,
    /// The TLS handshake; `None` for plain HTTP.
    pub tls: Option<Duration>,
}

/// One request that has ended, well or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The series it belongs to.
    pub series: SeriesId,
    /// When the schedule wanted it: the arrival's place in the schedule for a user's first request, the moment at
    /// which the user was ready for it (the step before done, the think time over) for a later one.
    pub due: Moment,
    /// When the generator got round to it, before any wait for a connection, name look-up or handshake.
    pub sent: Moment,
    /// When the last byte of the request had been handed to the system.
    pub written: Option<Moment>,
    /// When the first byte of the answer was there.
    pub first_byte: Option<Moment>,
    /// When the last byte of the answer was there, or the failure was known.
    pub done: Moment,
    /// What opening the connection took, where one was opened for this request.
    pub setup: Option<Setup>,
    /// What became of it.
    pub outcome: Outcome,
    /// Bytes of the answer's body as they came over the wire; 0 where it did not come whole, as Artillery counts.
    pub bytes_in: u64,
    /// Bytes of the request, head and body, as they went over the wire.
    pub bytes_out: u64,
    /// The trace that it is part of, where requests are traced.
    pub trace: Option<TraceId>,
}
