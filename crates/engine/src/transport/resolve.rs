//! Host names to addresses, by the system's resolver.
//!
//! An answer is used for ten seconds, so that a service that moves is followed and a name server is not what gets
//! loaded; a failure for one second. All who want a name while it is looked up wait for that one look-up, and have its
//! result. The address that last took a connection is tried first.

use super::Fault;
use crate::clock::Clock;
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use loadgen_metrics::{ErrorKind, Moment};
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

/// How long an answer is used.
const FRESH: Duration = Duration::from_secs(10);
/// How long a failure is.
const FAILED: Duration = Duration::from_secs(1);
/// How long a look-up is waited for before another is begun: those who drove it on may all have gone.
const PENDING: Duration = Duration::from_secs(60);
/// Names that are kept: scripts may make up as many as they like.
const NAMES: usize = 1000;

/// The names that a shard has looked up.
pub(super) struct Resolver {
    clock: Clock,
    /// Asks the system; in words why not.
    ask: Box<dyn Fn(String) -> LookUp>,
    known: RefCell<HashMap<String, Entry>>,
}

/// Asks for a name once. Whoever waits for it drives it on.
type LookUp = LocalBoxFuture<'static, Result<Vec<IpAddr>, String>>;

struct Entry {
    /// When the look-up was begun.
    asked: Moment,
    answer: Shared<LocalBoxFuture<'static, Answer>>,
    /// Which of the addresses took a connection last.
    preferred: Option<IpAddr>,
}

/// What a look-up gave.
#[derive(Clone)]
struct Answer {
    addresses: Rc<Result<Vec<IpAddr>, String>>,
    at: Moment,
}

/// Where a host is.
pub(super) struct Found {
    /// In the order in which they are to be tried. Never empty.
    pub(super) addresses: Vec<SocketAddr>,
    /// How long the look-up took; `None` where none was needed, or somebody else's was waited for.
    pub(super) took: Option<Duration>,
}

impl Resolver {
    pub(super) fn new(clock: Clock) -> Self {
        Resolver::asking(clock, |host| {
            async move {
                let answer = tokio::net::lookup_host((host, 0)).await.map_err(|error| error.to_string())?;
                Ok(answer.map(|address| address.ip()).collect())
            }
            .boxed_local()
        })
    }

    fn asking(clock: Clock, ask: impl Fn(String) -> LookUp + 'static) -> Self {
        Resolver { clock, ask: Box::new(ask), known: RefCell::default() }
    }

    /// The addresses of a host.
    pub(super) async fn find(&self, host: &str, port: u16) -> Result<Found, Fault> {
        let at_port = |addresses: &[IpAddr]| addresses.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(Found { addresses: at_port(&[address]), took: None });
        }
        let start = self.clock.now();
        let (answer, own) = self.answer(host);
        let answer = answer.await;
        let not_found = |cause: &str| Fault::new(kind_of(cause), format!("{host}: {cause}"));
        let mut addresses = match &*answer.addresses {
            Err(cause) => return Err(not_found(cause)),
            Ok(addresses) if addresses.is_empty() => return Err(not_found("no address")),
            Ok(addresses) => addresses.clone(),
        };
        let preferred = self.known.borrow().get(host).and_then(|entry| entry.preferred);
        if let Some(place) = addresses.iter().position(|known| Some(*known) == preferred) {
            addresses[..=place].rotate_right(1);
        }
        let took = own.then(|| answer.at.since(start));
        Ok(Found { addresses: at_port(&addresses), took })
    }

    /// The look-up of a host that is going on or was done lately, or else one of our own.
    fn answer(&self, host: &str) -> (Shared<LocalBoxFuture<'static, Answer>>, bool) {
        let now = self.clock.now();
        let known = &mut *self.known.borrow_mut();
        if let Some(entry) = known.get(host).filter(|entry| entry.is_fresh(now)) {
            return (entry.answer.clone(), false);
        }
        let preferred = known.remove(host).and_then(|entry| entry.preferred);
        if known.len() >= NAMES {
            known.retain(|_, entry| entry.is_fresh(now));
        }
        if known.len() >= NAMES {
            let oldest = known.iter().min_by_key(|(_, entry)| entry.at().unwrap_or(now));
            let oldest = oldest.map(|(host, _)| host.clone());
            // Those who wait for it have it in their own hands.
            oldest.and_then(|host| known.remove(&host));
        }
        let (asked, clock) = ((self.ask)(host.to_owned()), self.clock);
        let answer = asked.map(move |addresses| Answer { addresses: Rc::new(addresses), at: clock.now() });
        let answer = answer.boxed_local().shared();
        known.insert(host.to_owned(), Entry { asked: now, answer: answer.clone(), preferred });
        (answer, true)
    }

    /// This address took a connection: it is tried first from now on.
    pub(super) fn prefer(&self, host: &str, address: IpAddr) {
        if let Some(entry) = self.known.borrow_mut().get_mut(host) {
            entry.preferred = Some(address);
        }
    }
}

impl Entry {
    /// When the look-up was done; `None` while it goes on.
    fn at(&self) -> Option<Moment> {
        self.answer.peek().map(|answer| answer.at)
    }

    /// Whether there is no need for another look-up.
    fn is_fresh(&self, now: Moment) -> bool {
        match self.answer.peek() {
            None => now.since(self.asked) < PENDING,
            Some(answer) if answer.addresses.is_ok() => now.since(answer.at) < FRESH,
            Some(answer) => now.since(answer.at) < FAILED,
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
    use futures_util::future::join_all;
    use std::cell::Cell;
    use tokio::time::{sleep, timeout};

    const FIRST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 1));
    const SECOND: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 2));

    /// A resolver that takes five seconds, and how often it was asked. Knows all names but `nowhere`.
    fn slow() -> (Resolver, Rc<Cell<u32>>) {
        let asked = Rc::new(Cell::new(0));
        let count = Rc::clone(&asked);
        let resolver = Resolver::asking(Clock::starting_in(Duration::ZERO), move |host| {
            count.set(count.get() + 1);
            async move {
                sleep(Duration::from_secs(5)).await;
                if host == "nowhere" { Err("no such name".into()) } else { Ok(vec![FIRST, SECOND]) }
            }
            .boxed_local()
        });
        (resolver, asked)
    }

    #[tokio::test(start_paused = true)]
    async fn all_who_wait_share_a_failure_which_is_kept_for_a_second() {
        let (resolver, asked) = slow();
        let limit = Duration::from_secs(6);
        let found = join_all((0..100).map(|_| timeout(limit, resolver.find("nowhere", 80)))).await;
        assert!(found.iter().all(|it| matches!(it, Ok(Err(fault)) if fault.kind == ErrorKind::NameNotFound)));
        assert!(resolver.find("nowhere", 80).await.is_err());
        assert_eq!(asked.get(), 1);
        sleep(Duration::from_millis(1001)).await;
        assert!(resolver.find("nowhere", 80).await.is_err());
        assert_eq!(asked.get(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_used_for_ten_seconds_and_outlives_who_asked() {
        let (resolver, asked) = slow();
        let impatient = timeout(Duration::from_secs(3), resolver.find("host", 80));
        assert!(impatient.await.is_err());
        // The look-up goes on from where it was.
        let found = timeout(Duration::from_secs(3), resolver.find("host", 80)).await.unwrap().unwrap();
        assert_eq!((found.addresses[0].ip(), found.took, asked.get()), (FIRST, None, 1));
        resolver.prefer("host", SECOND);
        sleep(Duration::from_secs(9)).await;
        assert_eq!(
            resolver.find("host", 81).await.unwrap().addresses,
            [(SECOND, 81).into(), (FIRST, 81).into()]
        );
        assert_eq!(asked.get(), 1);
        sleep(Duration::from_secs(2)).await;
        let found = resolver.find("host", 80).await.unwrap();
        assert_eq!((found.took, asked.get()), (Some(Duration::from_secs(5)), 2));
        assert_eq!(found.addresses[0].ip(), SECOND, "what took a connection is remembered");
    }

    #[tokio::test(start_paused = true)]
    async fn names_that_are_kept_are_bounded() {
        let (resolver, asked) = slow();
        let hosts: Vec<String> = (0..3 * NAMES).map(|number| format!("h{number}")).collect();
        let found = join_all(hosts.iter().map(|host| resolver.find(host, 80))).await;
        assert!(found.iter().all(Result::is_ok));
        assert_eq!((resolver.known.borrow().len(), asked.get() as usize), (NAMES, 3 * NAMES));
    }

    #[test]
    fn no_such_name_and_no_answer_are_two_things() {
        let glibc = |text: &str| kind_of(&format!("failed to lookup address information: {text}"));
        assert_eq!(glibc("Name or service not known"), ErrorKind::NameNotFound);
        assert_eq!(glibc("Temporary failure in name resolution"), ErrorKind::NameServerFailed);
        assert_eq!(glibc("Try again"), ErrorKind::NameServerFailed);
        assert_eq!(kind_of("no address"), ErrorKind::NameNotFound);
    }
}
