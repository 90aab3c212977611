//! The sample service that loadgen carries along: users and orders over HTTP, something real to practise on.
//!
//! A request's way through it, and where to look: `server` takes the connection, `app` finds the route, `observe`
//! counts and times it (a `flight`) and gives it a span (`trace`), `request` reads its parameters and body, `routes` answers it, `record` holds the rules of users
//! and orders, `store` keeps them, and `problem` is every answer that refuses. `latency` knows how long the answers of
//! `GET /latency/…` are held back, so that a tool's figures can be compared with the truth; `pause` waits that long. `upstream` asks another
//! user-service whether a user exists, where this one has no users; `faults` does what is wrong on demand.
//!
//! Words: a *record* is a user or an order; a *collection* is all records of a kind; a *ceiling* is how many records a
//! collection may hold; a *problem* is an answer that refuses, always JSON and naming the field at fault.
//!
//! It deliberately does not print, read files or look at the environment, has no accounts or permissions, and keeps
//! its records in memory, where they are gone when it stops, unless it is given a database.

mod app;
mod config;
mod connection;
mod database;
mod error;
mod faults;
mod flight;
mod latency;
mod metrics;
mod observation;
mod observe;
mod openapi;
mod pause;
mod problem;
mod process;
mod profile;
mod record;
mod request;
mod routes;
mod server;
mod store;
mod trace;
mod upstream;

pub use config::{Config, Service, UnknownService};
pub use database::{DatabaseConfig, DatabaseError, DatabaseUrl};
pub use error::TargetError;
pub use faults::FaultLimits;
pub use latency::{Draws, LONGEST, MOST_DRAWS, Shape};
pub use observation::{ACCESS_LOG, DebugAccess, Heap, Observation, ReadHeap};
pub use server::Server;
pub use store::Database;
pub use trace::{TraceIds, TraceOptions, Traces};
pub use upstream::{Backoff, BadPeer, BreakerRules, Peers, UsersConfig};
