//! The whole service, through a real socket: each test starts its own server on a free port and speaks HTTP to it.
//!
//! `harness` is the only file without tests. Nothing here looks inside the crate, so the same tests can serve another
//! store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail at once, in its helpers too"
)]

mod counting;
mod crowd;
mod database;
mod debug;
mod faults;
mod fuzz;
mod harness;
mod latency;
mod life;
mod limits;
mod lists;
mod odd_bodies;
mod orders;
mod outage;
mod refusals;
mod same_answers;
mod services;
mod traces;
mod users;
