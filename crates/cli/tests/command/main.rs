//! The real binary against real sockets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

mod bad_input;
mod checks;
mod counts;
mod data;
mod documents;
mod faults;
mod harness;
mod help;
mod results;
mod stopping;
