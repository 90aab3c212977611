//! `Lanes`: the HTTP/2 connections of a pool, each of which carries the requests of many users at a time.
//!
//! How many a target allows on one connection (SETTINGS_MAX_CONCURRENT_STREAMS) is h2's to heed: it holds back what is
//! too many. Whether a target speaks HTTP/2 at all is found by requests that have a connection for themselves.

use super::connect::Link;
use super::manner::Manner;
use super::shared::Shared;
use loadgen_scenario::plan::Http2;
use loadgen_scenario::url::Origin;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// As many connections to each origin as the pool has places, at most.
pub(super) struct Lanes {
    most: usize,
    /// Those that have been needed.
    lanes: RefCell<Vec<Rc<Lane>>>,
    /// Those that have agreed to HTTP/2.
    agreed: RefCell<Vec<(Origin, Manner)>>,
}

#[derive(Default)]
struct Lane {
    connections: Shared,
    /// Requests that are on their way.
    requests: Cell<usize>,
}

/// A request's way over a lane, for as long as it is on it.
pub(super) struct Ride(Rc<Lane>);

impl Lanes {
    /// So many at most.
    pub(super) fn new(most: usize) -> Self {
        Lanes { most, lanes: RefCell::default(), agreed: RefCell::default() }
    }

    /// A way for a request, if its origin is known to speak HTTP/2.
    pub(super) fn take(&self, origin: &Origin, manner: Manner) -> Option<Ride> {
        let known = match manner.http2 {
            Http2::Never => false,
            Http2::IfAgreed => self.has_agreed(origin, manner),
            Http2::Always => true,
        };
        known.then(|| Ride::new(self.freest()))
    }

    /// A lane that is free, or else a new one, or else the one with the fewest requests.
    fn freest(&self) -> Rc<Lane> {
        let mut lanes = self.lanes.borrow_mut();
        let free = lanes.iter().find(|lane| lane.requests.get() == 0);
        if free.is_none() && lanes.len() < self.most {
            let lane = Rc::default();
            lanes.push(Rc::clone(&lane));
            return lane;
        }
        let freest = free.or_else(|| lanes.iter().min_by_key(|lane| lane.requests.get()));
        freest.map(Rc::clone).unwrap_or_default()
    }

    /// Learns from a connection what its origin speaks. Gives it back unless it was HTTP/2's, and is kept here.
    pub(super) fn learn(&self, origin: &Origin, manner: Manner, link: Link) -> Option<Link> {
        let Some(mux) = link.mux() else {
            if manner.http2 != Http2::Never {
                self.agreed.borrow_mut().retain(|(its, by)| its != origin || *by != manner);
            }
            return Some(link);
        };
        if !self.has_agreed(origin, manner) {
            self.agreed.borrow_mut().push((origin.clone(), manner));
        }
        self.freest().connections.adopt(origin, manner, mux);
        None
    }

    fn has_agreed(&self, origin: &Origin, manner: Manner) -> bool {
        self.agreed.borrow().iter().any(|(its, by)| its == origin && *by == manner)
    }
}

impl Ride {
    fn new(lane: Rc<Lane>) -> Self {
        lane.requests.set(lane.requests.get() + 1);
        Ride(lane)
    }

    /// The lane's connections.
    pub(super) fn connections(&self) -> &Shared {
        &self.0.connections
    }
}

impl Drop for Ride {
    fn drop(&mut self) {
        self.0.requests.set(self.0.requests.get() - 1);
    }
}
