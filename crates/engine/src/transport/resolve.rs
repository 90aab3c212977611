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
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long an answer is used.
const FRESH: Duration = Duration::from_secs(10);

/// The names that a shard has looked up.
#[derive(Debug)]
pub(super) struct Resolver {
    clock: Clock,
    /// The lock is held while a name is looked up, so that all who want it wait for one answer.
    known: RefCell<HashMap<String, Rc<Mutex<Entry>>>>,
}

#[derive(Debug, Default)]
struct Entry {
    addresses: Vec<IpAddr>,
    /// When they were looked up; `None` if they never were.
    at: Option<Moment>,
    /// Which of them took a connection last.
    preferred: Option<IpAddr>,
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
        let entry = Rc::clone(self.known.borrow_mut().entry(host.to_owned()).or_default());
        let mut entry = entry.lock().await;
        if entry.at.is_some_and(|at| self.clock.now().since(at) < FRESH) {
            return Ok(Found { addresses: at_port(&entry.addresses), took: None });
        }
        let not_found = |cause: String| Fault::new(kind_of(&cause), format!("{host}: {cause}"));
        let answer =
            tokio::net::lookup_host((host, port)).await.map_err(|error| not_found(error.to_string()))?;
        entry.addresses = answer.map(|address| address.ip()).collect();
        if entry.addresses.is_empty() {
            return Err(not_found("no address".into()));
        }
        let now = self.clock.now();
        entry.at = Some(now);
        entry.prefer_first();
        Ok(Found { addresses: at_port(&entry.addresses), took: Some(now.since(start)) })
    }

    /// This address took a connection: it is tried first from now on.
    pub(super) fn prefer(&self, host: &str, address: IpAddr) {
        // Somebody who is looking it up at this moment will have an order of their own.
        if let Some(mut entry) = self.known.borrow().get(host).and_then(|entry| entry.try_lock().ok()) {
            entry.preferred = Some(address);
            entry.prefer_first();
        }
    }
}

impl Entry {
    /// Puts the preferred address first, if it is still among them.
    fn prefer_first(&mut self) {
        if let Some(place) = self.addresses.iter().position(|known| Some(*known) == self.preferred) {
            self.addresses[..=place].rotate_right(1);
        }
    }
}

/// Whether there is no such name, or nobody who could say: the resolver's errors have no kind of their own, only texts.
/// The first of them is glibc's (untranslated: nothing here sets a locale), the second musl's.
fn kind_of(cause: &str) -> ErrorKind {
    const AGAIN: [&str; 2] = ["Temporary failure in name resolution", "Try again"];
    if AGAIN.iter().any(|again| cause.contains(again)) {
        ErrorKind::NameServerFailed
    } else {
        ErrorKind::NameNotFound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_such_name_and_no_answer_are_two_things() {
        let glibc = |text: &str| kind_of(&format!("failed to lookup address information: {text}"));
        assert_eq!(glibc("Name or service not known"), ErrorKind::NameNotFound);
        assert_eq!(glibc("Temporary failure in name resolution"), ErrorKind::NameServerFailed);
        assert_eq!(glibc("Try again"), ErrorKind::NameServerFailed);
        assert_eq!(kind_of("no address"), ErrorKind::NameNotFound);
    }
}
