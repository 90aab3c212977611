//! What tests of several crates share: whole-command transcripts, a server that answers whatever bytes a test wants, one
//! that misbehaves in every way by path, one that speaks HTTP/2, a proxy, and a PostgreSQL server. A dev-dependency only;
//! panics where a test should fail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken fixture is a failed test"
)]

pub mod hostile;
mod http2;
#[cfg(unix)]
mod postgres;
mod server;
mod transcript;
mod tunnel;

pub use http2::{Asked, Http2Server, React};
#[cfg(unix)]
pub use postgres::PostgresServer;
pub use server::{Act, RawServer};
pub use transcript::{Transcript, transcript};
pub use tunnel::Tunnel;
