//! `http.timeouts`, as it is written.

use std::time::Duration;

/// `http.timeouts`: what is set of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeoutOptions {
    /// `connect`.
    pub connect: Option<Duration>,
    /// `firstByte`.
    pub first_byte: Option<Duration>,
    /// `idle`.
    pub idle: Option<Duration>,
    /// `total`.
    pub total: Option<Duration>,
}
