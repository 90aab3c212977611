//! HTTP/1.1 as a load generator needs it: little more than the system calls.
//!
//! httparse finds heads; the rest is here. A request is rendered into a buffer that all connections of a shard share, and
//! answers are read into another one, when the system says that there is something to read: so a connection that waits
//! keeps no buffer, and an answer that comes at once is never copied. `Reader` knows nothing of sockets, so that tests
//! feed it whatever bytes in whatever pieces, and it is held to hyper's client (`versus/`, which lists where the two differ
//! and why).

mod chunked;
mod conn;
mod head;
mod reader;
mod request;

pub(super) use conn::{Buffers, Course, Http1};
pub(super) use request::{Lines, lines};

#[cfg(test)]
mod shapes;
#[cfg(test)]
mod versus;
