//! `http.pool`: a shard's share of the connections that all users use together.

use super::connect::Link;
use super::lanes::Lanes;
use super::manner::Manner;
use loadgen_scenario::url::Origin;
use std::cell::RefCell;
use tokio::sync::{Semaphore, SemaphorePermit};

/// A bounded number of connections. Users wait in the order in which they came.
pub(super) struct Pool {
    places: Semaphore,
    size: usize,
    idle: RefCell<Vec<Link>>,
    /// The connections over HTTP/2.
    pub(super) lanes: Lanes,
}

/// The right to one connection; given back when dropped.
pub(super) struct Place<'p> {
    _permit: Option<SemaphorePermit<'p>>,
}

impl Pool {
    /// Of `total` connections, the share of one shard; at least one.
    pub(super) fn new(total: usize, shard: usize, shards: usize) -> Self {
        let own = total / shards + usize::from(shard < total % shards);
        let size = own.clamp(1, Semaphore::MAX_PERMITS);
        Pool { places: Semaphore::new(size), size, idle: RefCell::default(), lanes: Lanes::new(size) }
    }

    /// How many connections there may be.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Leaves a connection that was opened ahead, if there is still a place that nobody has filled meanwhile.
    pub(super) fn offer(&self, link: Link) {
        let mut idle = self.idle.borrow_mut();
        if idle.len() < self.places.available_permits() {
            idle.push(link);
        }
    }

    /// Waits for a place, and gives an idle connection to that origin if there is one.
    pub(super) async fn take(&self, origin: &Origin, manner: Manner) -> (Place<'_>, Option<Link>) {
        // The semaphore is never closed.
        let permit = self.places.acquire().await.ok();
        let mut idle = self.idle.borrow_mut();
        let link =
            idle.iter().rposition(|link| link.leads_to(origin, manner)).map(|place| idle.remove(place));
        // A new connection takes the place of the idle one that has waited longest, if there is no other.
        if link.is_none() && idle.len() > self.places.available_permits() {
            idle.remove(0);
        }
        (Place { _permit: permit }, link)
    }

    /// Leaves a connection for the next user.
    pub(super) fn give_back(&self, origin: &Origin, manner: Manner, link: Link) {
        let own = self.lanes.learn(origin, manner, link);
        self.idle.borrow_mut().extend(own);
    }
}
