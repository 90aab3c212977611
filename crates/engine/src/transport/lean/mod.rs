//! HTTP/1.1 as a load generator needs it: little more than the system calls.
//!
//! httparse finds heads; the rest is here. A request is rendered into a buffer that all connections of a shard share, and
//! answers are read into another one, when the system says that there is something to read: so a connection that waits
//! keeps no buffer, and an answer that comes at once is never copied. `Reader` knows nothing of sockets, so that tests
//! feed it whatever bytes in whatever pieces.

mod chunked;
mod head;
mod reader;
#[cfg(test)]
mod shapes;
