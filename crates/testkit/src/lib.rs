//! What tests of several crates share: whole-command transcripts, and a server that answers whatever bytes a test
//! wants, and a proxy. A dev-dependency only; panics where a test should fail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken fixture is a failed test"
)]

mod server;
mod transcript;
mod tunnel;

pub use server::{Act, RawServer};
pub use transcript::{Transcript, transcript};
pub use tunnel::Tunnel;
