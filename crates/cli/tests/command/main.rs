//! The real binary against real sockets.

mod bad_input;
mod counts;
mod documents;
mod faults;
mod harness;
mod help;
mod results;
mod stopping;
