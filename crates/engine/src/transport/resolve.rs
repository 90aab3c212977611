//! Host names to addresses, by the system's resolver.
//!
//! An answer is used for ten seconds, so that a service that moves is followed and a name server is not what gets
//! loaded. The address that last took a connection is tried first.

use super::Fault;
use crate::clock::Clock;
use loadgen_metrics::{ErrorKind, Moment};
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// How long an answer is used.
const FRESH: Duration = Duration::from_secs(10);

/// The names that a shard has looked up.
#[derive(Debug)]
pub(super) struct Resolver {
    clock: Clock,
    known: RefCell<HashMap<String, Entry>>,
}

#[derive(Clone, Debug)]
struct Entry {
    addresses: Vec<IpAddr>,
    at: Moment,
}

/// Where a host is.
pub(super) struct Found {
    /// In the order in which they are to be tried. Never empty.
    pub(super) addresses: Vec<SocketAddr>,
    /// How long the look-up took; `None` where none was needed.
    pub(super) took: Option<Duration>,
}

impl Resolver {
    pub(super) fn new(clock: Clock) -> Self {
        Resolver { clock, known: RefCell::default() }
    }

    /// The addresses of a host.
    pub(super) async fn find(&self, host: &str, port: u16) -> Result<Found, Fault> {
        let at_port = |addresses: &[IpAddr]| addresses.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(Found { addresses: at_port(&[address]), took: None });
        }
        let start = self.clock.now();
        if let Some(entry) = self.known.borrow().get(host).filter(|entry| start.since(entry.at) < FRESH) {
            return Ok(Found { addresses: at_port(&entry.addresses), took: None });
        }
        let answer = tokio::net::lookup_host((host, port)).await;
        let at = self.clock.now();
        // The resolver's errors have no kind of their own; one that says "try again" would need its text read.
        let not_found = |cause: String| Fault::new(ErrorKind::NameNotFound, format!("{host}: {cause}"));
        let addresses: Vec<IpAddr> =
            answer.map_err(|error| not_found(error.to_string()))?.map(|at| at.ip()).collect();
        if addresses.is_empty() {
            return Err(not_found("no address".into()));
        }
        let found = at_port(&addresses);
        self.known.borrow_mut().insert(host.to_owned(), Entry { addresses, at });
        Ok(Found { addresses: found, took: Some(at.since(start)) })
    }

    /// This address took a connection: it is tried first from now on.
    pub(super) fn prefer(&self, host: &str, address: IpAddr) {
        if let Some(entry) = self.known.borrow_mut().get_mut(host)
            && let Some(place) = entry.addresses.iter().position(|known| *known == address)
        {
            entry.addresses[..=place].rotate_right(1);
        }
    }
}
