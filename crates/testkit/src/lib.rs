//! What tests of several crates share: whole-command transcripts, a server that answers whatever bytes a test wants, one
//! that misbehaves in every way by path, one that speaks HTTP/2, a proxy, a collector of spans, a browser,
//! and a PostgreSQL server. A dev-dependency only, but for `Cluster`, with which xtask starts the lab; panics where a test
//! should fail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken fixture is a failed test"
)]

#[cfg(all(unix, feature = "servers"))]
mod browser;
#[cfg(feature = "servers")]
mod collector;
#[cfg(feature = "servers")]
pub mod hostile;
#[cfg(feature = "servers")]
mod http2;
#[cfg(unix)]
mod postgres;
#[cfg(feature = "servers")]
mod server;
#[cfg(feature = "servers")]
mod transcript;
#[cfg(feature = "servers")]
mod tunnel;

#[cfg(all(unix, feature = "servers"))]
pub use browser::{Browser, Page, View};
#[cfg(feature = "servers")]
pub use collector::{Collector, ReceivedPoint, ReceivedSpan};
#[cfg(feature = "servers")]
pub use http2::{Asked, Http2Server, React};
#[cfg(feature = "servers")]
pub use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
#[cfg(unix)]
pub use postgres::{Cluster, PostgresServer};
#[cfg(feature = "servers")]
pub use server::{Act, RawServer};
#[cfg(feature = "servers")]
pub use transcript::{Transcript, transcript};
#[cfg(feature = "servers")]
pub use tunnel::Tunnel;
