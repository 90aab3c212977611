//! `Timeouts`: how long each part of a request may take.

use std::time::Duration;

/// Longest time for a request as a whole where the script sets none: no user waits for ever, though no script that
/// runs with Artillery, which has no such limit, should ever meet it.
const TOTAL: Duration = Duration::from_secs(600);

/// `config.http.timeout` and `config.http.timeouts`. None of them is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Longest time for a connection to come about: name, TCP, proxy, TLS.
    pub connect: Duration,
    /// Longest time from the last piece of the request that was sent to the whole head of the answer.
    pub first_byte: Duration,
    /// Longest pause between two pieces of an answer's body.
    pub idle: Duration,
    /// Longest time for all of it: from before the connection to the last byte. Each redirect counts anew.
    pub total: Duration,
}

impl Timeouts {
    /// `http.timeout` alone.
    pub fn of(timeout: Duration) -> Self {
        Timeouts { connect: timeout, first_byte: timeout, idle: timeout, total: TOTAL.max(timeout) }
    }
}
