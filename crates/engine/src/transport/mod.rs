//! `Transport`: the one way by which users reach a target.
//!
//! [`Http`] is the real one; [`Scripted`] answers as a test tells it, on paused time.

mod connect;
mod fault;
mod frames;
mod glimpse;
mod headers;
mod http;
mod lanes;
mod lean;
mod manner;
mod message;
mod mux;
mod patience;
mod pool;
mod proxy;
mod received;
mod resolve;
mod scripted;
mod sessions;
mod shared;
mod sources;
mod stream;
mod tap;
mod tls;
mod trust;
mod watchdog;

pub(crate) use self::glimpse::shown;
pub use self::headers::Headers;
pub use self::http::{Connections, Http, Settings};
pub use message::{Head, Message};
pub use scripted::{Reply, Scripted, Seen};

use bytes::Bytes;
use loadgen_metrics::{ErrorKind, Moment, Setup};
use loadgen_scenario::url::Origin;
use std::future::Future;

/// Carries requests of one shard's users.
pub trait Transport: 'static {
    /// What a user keeps from one request to the next: its connection.
    type Connection;

    /// A user's connection, not yet connected.
    fn open(&self) -> Self::Connection;

    /// Opens connections that users will share, `wanted` at most, before the first of them is due, as far as that is
    /// possible: what it takes is no part of anybody's latency.
    fn warm(&self, _origin: &Origin, _wanted: usize) -> impl Future<Output = ()> {
        std::future::ready(())
    }

    /// The connection of one who acts beside a user, in a branch of a `parallel`: it shares what can carry several
    /// requests at a time.
    fn beside(&self, _user: &Self::Connection) -> Self::Connection {
        self.open()
    }

    /// Sends a request and waits for its whole answer. Opens a connection where there is none.
    ///
    /// Of the answer is kept what is wanted.
    fn exchange(
        &self,
        connection: &mut Self::Connection,
        origin: &Origin,
        message: &Message,
        want: Want,
    ) -> impl Future<Output = Exchange>;
}

/// What is kept of an answer, beside its status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Want {
    /// The body.
    pub body: bool,
    /// All headers. Without it there may be those alone that a user itself heeds: `set-cookie`, the `location` of a
    /// redirect, `server-timing`, and `content-encoding` where the body is wanted.
    pub headers: bool,
}

impl Want {
    /// All there is.
    pub const ALL: Want = Want { body: true, headers: true };
    /// Nothing but what a user itself heeds.
    pub const LITTLE: Want = Want { body: false, headers: false };
}

/// What happened to one request.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// When its last byte had been handed to the system.
    pub written: Option<Moment>,
    /// When the first byte of the answer was there.
    pub first_byte: Option<Moment>,
    /// When the last byte of the answer was there, or the failure was known.
    pub done: Moment,
    /// What opening the connection took, if it was opened for this request.
    pub setup: Option<Box<Setup>>,
    /// Bytes of the answer's body as they came.
    pub bytes_in: u64,
    /// Bytes of the request, head and body.
    pub bytes_out: u64,
    /// The answer, or why there is none.
    pub result: Result<Answer, Fault>,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status code.
    pub status: u16,
    /// The headers, or some of them if they were not wanted.
    pub headers: Headers,
    /// The body; empty unless it was wanted.
    pub body: Bytes,
}

/// Why there is no whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind.
    pub kind: ErrorKind,
    /// The status, if the head of an answer came.
    pub status: Option<u16>,
    /// The cause in words.
    pub detail: String,
    /// The first bytes of what came instead of a whole answer, in one line of ASCII; empty where nothing came.
    pub read: String,
}

impl Fault {
    /// A fault before any answer.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Fault { kind, status: None, detail: detail.into(), read: String::new() }
    }
}
