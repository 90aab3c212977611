//! What tests of several crates share: whole-command transcripts, a server that answers whatever bytes a test wants,
//! one that misbehaves in every way by path, and a proxy. A dev-dependency only; panics where a test should fail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken fixture is a failed test"
)]

pub mod hostile;
mod server;
mod transcript;
mod tunnel;

pub use server::{Act, RawServer};
pub use transcript::{Transcript, transcript};
pub use tunnel::Tunnel;
