//! `Room`: how many connections the system has room for. Finding out is the caller's.

use crate::Warning;
use loadgen_metrics::ErrorKind;
use serde::{Deserialize, Serialize};

/// How many connections the generator's system has room for, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// File descriptors that the process may have open, connections and all else.
    pub descriptors: Option<u64>,
    /// Local ports of each address.
    pub ports: Option<u64>,
    /// Addresses that connections leave from.
    pub addresses: u64,
    /// Connections that are closed and hold their ports all the same (`TIME_WAIT`), when ports had run out.
    pub waiting: Option<u64>,
}

impl Room {
    /// What is to be said of so many errors of a kind, if they mean that there was no room left.
    pub fn exhausted(&self, kind: ErrorKind, count: u64) -> Option<Warning> {
        let Room { descriptors, ports, addresses, waiting } = *self;
        match kind {
            _ if count == 0 => None,
            ErrorKind::DescriptorsExhausted => {
                Some(Warning::DescriptorsExhausted { count, limit: descriptors })
            }
            ErrorKind::PortsExhausted => Some(Warning::PortsExhausted { count, ports, addresses, waiting }),
            _ => None,
        }
    }

    /// What is to be said before a run that will have so many connections open at a time, of which a further
    /// `reserve` of descriptors is taken; nothing where there is room for them.
    pub fn lacks(&self, connections: u64, reserve: u64) -> Option<Shortage> {
        let ports = self.ports.map(|ports| ports.saturating_mul(self.addresses.max(1)));
        match (self.descriptors, ports) {
            (Some(limit), _) if connections.saturating_add(reserve) > limit => {
                Some(Shortage::Descriptors { connections, limit })
            }
            (_, Some(ports)) if connections > ports => Some(Shortage::Ports { connections, ports }),
            _ => None,
        }
    }
}

/// What a run will not have room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Shortage {
    /// File descriptors.
    #[error(
        "the run takes up to {} connections at a time, and this process may have {} files open, connections and all else",
        crate::number::count(*.connections), crate::number::count(*.limit)
    )]
    Descriptors {
        /// Connections at a time.
        connections: u64,
        /// Most files that may be open.
        limit: u64,
    },
    /// Local ports.
    #[error(
        "the run takes up to {} connections at a time, and there are {} local ports for a target",
        crate::number::count(*.connections), crate::number::count(*.ports)
    )]
    Ports {
        /// Connections at a time.
        connections: u64,
        /// Ports of all addresses.
        ports: u64,
    },
}

impl Shortage {
    /// What a person can do about it, one sentence without a full stop.
    pub const fn fix(self) -> &'static str {
        match self {
            Shortage::Descriptors { .. } => crate::warning::MORE_DESCRIPTORS,
            Shortage::Ports { .. } => crate::warning::MORE_PORTS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_lacks_what_there_is_less_of_than_it_takes() {
        let room = Room { descriptors: Some(1000), ports: Some(300), addresses: 2, waiting: None };
        assert_eq!(room.lacks(600, 20), None);
        assert_eq!(room.lacks(601, 20), Some(Shortage::Ports { connections: 601, ports: 600 }));
        assert_eq!(room.lacks(981, 20), Some(Shortage::Descriptors { connections: 981, limit: 1000 }));
        assert_eq!(Room::default().lacks(u64::MAX, 20), None);
    }

    #[test]
    fn what_was_exhausted_is_told_with_numbers() {
        let told = |room: Room, kind| room.exhausted(kind, 1234).map(|warning| warning.to_string());
        let room =
            Room { descriptors: Some(20_000), ports: Some(28_232), addresses: 2, waiting: Some(51_000) };
        let kinds = [ErrorKind::DescriptorsExhausted, ErrorKind::PortsExhausted, ErrorKind::TimedOut];
        let one = Room { addresses: 1, waiting: Some(0), ..room };
        let all =
            [room, one, Room::default()].map(|room| kinds.map(|kind| told(room, kind).unwrap_or_default()));
        insta::assert_snapshot!(all.concat().join("\n"), @r##"
        the generator ran out of file descriptors, 1,234 times: all 20,000 that it may have were open, connections and all else
        the generator ran out of local ports, 1,234 times: each of 2 addresses has 28,232; 51,000 are still held by closed connections (TIME_WAIT)

        the generator ran out of file descriptors, 1,234 times: all 20,000 that it may have were open, connections and all else
        the generator ran out of local ports, 1,234 times: there are 28,232 for a target

        the generator ran out of file descriptors, 1,234 times
        the generator ran out of local ports, 1,234 times
        "##);
    }
}
