//! What the system allows: files that may be open at a time, and local ports.

use crate::console::Console;
use crate::printer::Printer;
use loadgen_engine::{arrivals, seats};
use loadgen_metrics::{ErrorKind, Snapshot};
use loadgen_report::Room;
use loadgen_scenario::plan::{Pattern, Phase, Plan};

/// Where Linux says from which port to which it takes those of connections that leave, and how many sockets there are.
pub(crate) const PORTS: &str = "/proc/sys/net/ipv4/ip_local_port_range";
pub(crate) const SOCKETS: &str = "/proc/net/sockstat";
/// Descriptors that are no connections: standard streams, signals, results, and so many more of each thread.
const RESERVE: u64 = 16;
const RESERVE_OF_A_THREAD: u64 = 5;

/// Lets the process have as many files open as it may without asking anybody; what it starts inherits that.
pub(crate) fn raise() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        if current != maximum {
            // Some systems have a hard limit that they do not allow in full: it stays as it is.
            let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
        }
    }
}

/// How many files may be open at a time; `None` without a limit.
pub(crate) fn descriptors() -> Option<u64> {
    #[cfg(unix)]
    return rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    None
}

/// How many descriptors a run takes that are no connections.
pub(crate) fn reserve(shards: usize) -> u64 {
    RESERVE + RESERVE_OF_A_THREAD * shards as u64
}

/// Watches whether there is room for a run's connections.
pub(crate) struct Limits {
    room: Room,
    /// Kinds of errors that were told of.
    told: Vec<ErrorKind>,
}

impl Limits {
    /// Looks at the system, before a run of this plan.
    pub(crate) fn of(plan: &Plan) -> Self {
        let ports = std::fs::read_to_string(PORTS).ok().and_then(|text| range(&text));
        let addresses = plan.http.local_addresses.len().max(1) as u64;
        Limits {
            room: Room { descriptors: descriptors(), ports, addresses, waiting: None },
            told: Vec::new(),
        }
    }

    /// Warns of a run for whose connections there is no room, where it is known how many they are.
    pub(crate) fn foretell(&self, plan: &Plan, shards: usize, console: Console) {
        let shortage =
            connections(plan).and_then(|connections| self.room.lacks(connections, reserve(shards)));
        if let Some(shortage) = shortage {
            console.warn(&format!("warning: {shortage}\nhint: {}", shortage.fix()));
        }
    }

    /// Tells once, while the load runs, that there was no room. What is known of it by then is given.
    pub(crate) fn look(&mut self, snapshot: &Snapshot, console: Console, printer: &Printer) -> Option<Room> {
        let mut news = None;
        for kind in [ErrorKind::DescriptorsExhausted, ErrorKind::PortsExhausted] {
            let Some(tally) = snapshot.errors.get(&kind).filter(|_| !self.told.contains(&kind)) else {
                continue;
            };
            if kind == ErrorKind::PortsExhausted {
                self.room.waiting = std::fs::read_to_string(SOCKETS).ok().and_then(|text| waiting(&text));
            }
            let Some(warning) = self.room.exhausted(kind, tally.count) else { continue };
            self.told.push(kind);
            news = Some(self.room);
            if !console.is_quiet() {
                printer.warn(&format!("warning: {warning}\nhint: {}", warning.fix()));
            }
        }
        news
    }
}

/// The most connections that a plan has open at a time, if its phases or its pool bound them: one for each user.
fn connections(plan: &Plan) -> Option<u64> {
    let all: u64 = plan.phases.iter().map(arrivals::count).sum();
    let arriving = plan.phases.iter().map(|phase: &Phase| match (phase.arrivals, phase.max_users) {
        (Pattern::Users { .. } | Pattern::Pause, _) => Some(0),
        (_, most) => most.map(|most| most.min(arrivals::count(phase))),
    });
    // Where phases come without a bound, those that have one still say how many there are at least.
    let arriving = arriving.flatten().max().unwrap_or(0);
    let users = Some(arriving.max(seats::most(&plan.phases))).filter(|users| *users > 0);
    match (plan.http.pool.map(|pool| pool as u64), users) {
        (Some(pool), Some(users)) => Some(pool.min(users)),
        // No more than users ever arrive.
        (pool, users) => pool.map(|pool| pool.min(all)).or(users),
    }
}

/// How many ports lie from the first to the last, both of which a text gives.
fn range(text: &str) -> Option<u64> {
    let (first, last) = ends(text)?;
    Some((last + 1).saturating_sub(first))
}

/// The first and the last port that a text gives.
pub(crate) fn ends(text: &str) -> Option<(u64, u64)> {
    let mut ends = text.split_whitespace().map(str::parse::<u16>);
    Some((ends.next()?.ok()?.into(), ends.next()?.ok()?.into()))
}

/// How many connections wait, closed, as Linux's table of sockets has it: `TCP: inuse 4 orphan 0 tw 9 …`.
pub(crate) fn waiting(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("TCP:"))?;
    line.split_whitespace().skip_while(|word| *word != "tw").nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadgen_scenario::{Choices, Source, load};

    #[test]
    fn the_systems_tables_are_read() {
        assert_eq!(
            (range("32768\t60999\n"), range("1 1"), range("x"), range("")),
            (Some(28_232), Some(1), None, None)
        );
        let table = "sockets: used 150\nTCP: inuse 7 orphan 0 tw 12 alloc 9 mem 1\nUDP: inuse 0 mem 0\n";
        assert_eq!((waiting(table), waiting("TCP: inuse 7"), waiting("")), (Some(12), None, None));
    }

    #[test]
    fn a_plan_has_as_many_connections_as_users_or_its_pool_allows() {
        for (config, most) in [
            ("phases: [{duration: 1, arrivalRate: 50}]", None),
            ("phases: [{duration: 1, arrivalRate: 50, maxVusers: 20}]", Some(20)),
            ("phases: [{duration: 1, arrivalCount: 5, maxVusers: 20}]", Some(5)),
            ("phases: [{duration: 1, users: 30, rampTo: 40}, {duration: 1, arrivalRate: 50}]", Some(40)),
            ("http: {pool: 9}\n  phases: [{duration: 1, arrivalRate: 50}]", Some(9)),
            ("http: {pool: 9}\n  phases: [{duration: 1, users: 5}]", Some(5)),
            ("http: {pool: 9}\n  phases: [{duration: 1, arrivalRate: 5}]", Some(5)),
        ] {
            let text = format!(
                "config:\n  target: http://t\n  {config}\nscenarios:\n  - flow:\n      - get: {{url: /}}\n"
            );
            let plan = load(&Source::new("a.yml".to_owned(), text), &Choices::default()).plan.unwrap();
            assert_eq!(connections(&plan), most, "{config}");
        }
    }
}
