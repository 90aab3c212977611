//! `Cord`: what a request pulls to have its connection cut.
//!
//! An HTTP server has no way to end a connection without an answer, so the connection itself is asked
//! (`connection::Connection`): once the cord is pulled, its next read or write fails, the server drops it, and because it
//! then lingers for no time the system sends a reset rather than an orderly end. The cord reaches the request as its
//! connection's information. On HTTP/2 all requests of the connection go with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Cuts one connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cord(Arc<AtomicBool>);

impl Cord {
    /// From now on nothing more is read or written.
    pub(super) fn pull(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(crate) fn is_pulled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
