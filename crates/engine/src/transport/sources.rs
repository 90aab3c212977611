//! `Sources`: the addresses of this machine that a shard's connections leave from, where the plan names any.
//!
//! They take turns. On Linux the system chooses the port as it connects (`IP_BIND_ADDRESS_NO_PORT`): where it has to
//! choose as the socket is bound, before it knows where the connection leads, it searches ever longer the more ports
//! have been used within the last minute, up to milliseconds for each connection.

use super::Fault;
use loadgen_metrics::ErrorKind;
use std::cell::Cell;
use std::io;
use std::net::{IpAddr, SocketAddr};
use tokio::net::{TcpSocket, TcpStream};

/// How many addresses are asked for a free port, where one has none left, before a connection fails for it.
const TRIES: usize = 8;

/// Where connections leave from. Empty where the system chooses.
#[derive(Debug, Default)]
pub(super) struct Sources {
    v4: Turns,
    v6: Turns,
}

/// Addresses of one family, and whose turn it is.
#[derive(Debug, Default)]
struct Turns {
    addresses: Vec<IpAddr>,
    next: Cell<usize>,
}

impl Sources {
    /// Those of one shard: all of them, the shards beginning at different ones.
    pub(super) fn new(addresses: &[IpAddr], shard: usize) -> Self {
        let (v4, v6) = addresses.iter().partition(|address| address.is_ipv4());
        let turns = |addresses| Turns { addresses, next: Cell::new(shard) };
        Sources { v4: turns(v4), v6: turns(v6) }
    }

    /// Connects to an address, from the next of its family.
    pub(super) async fn connect(&self, to: SocketAddr) -> Result<TcpStream, Fault> {
        if self.v4.addresses.is_empty() && self.v6.addresses.is_empty() {
            return TcpStream::connect(to).await.map_err(|error| Fault::of_io(&error));
        }
        let (turns, family) = if to.is_ipv4() { (&self.v4, "IPv4") } else { (&self.v6, "IPv6") };
        if turns.addresses.is_empty() {
            let detail = format!("none of --local-addresses is of {family}");
            return Err(Fault::new(ErrorKind::NetworkUnreachable, detail));
        }
        let mut tries = turns.addresses.len().min(TRIES);
        loop {
            let from = turns.take();
            let bound = || -> io::Result<TcpSocket> {
                let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
                choose_port_late(&socket);
                socket.bind(SocketAddr::new(from, 0))?;
                Ok(socket)
            };
            let connected = match bound() {
                Ok(socket) => socket.connect(to).await,
                Err(error) => Err(error),
            };
            tries -= 1;
            match connected.map_err(|error| Fault::of_io(&error)) {
                Err(fault) if fault.kind == ErrorKind::PortsExhausted && tries > 0 => {}
                told => {
                    return told.map_err(|fault| Fault {
                        detail: format!("from {from}: {}", fault.detail),
                        ..fault
                    });
                }
            }
        }
    }
}

/// Has the port chosen as the socket connects. Where that cannot be had, it is chosen earlier.
#[cfg(target_os = "linux")]
fn choose_port_late(socket: &TcpSocket) {
    use nix::sys::socket::{setsockopt, sockopt::IpBindAddressNoPort};
    let _ = setsockopt(socket, IpBindAddressNoPort, &true);
}

#[cfg(not(target_os = "linux"))]
fn choose_port_late(_: &TcpSocket) {}

impl Turns {
    /// The next one. There is one.
    fn take(&self) -> IpAddr {
        let turn = self.next.get() % self.addresses.len();
        self.next.set(turn + 1);
        self.addresses[turn]
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// Where so many connections from these addresses come from.
    async fn seen(addresses: &[&str], shard: usize, connections: usize) -> Vec<String> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addresses: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let sources = Sources::new(&addresses, shard);
        let mut seen = Vec::new();
        for _ in 0..connections {
            let _kept = sources.connect(listener.local_addr().unwrap()).await.unwrap();
            seen.push(listener.accept().unwrap().1.ip().to_string());
        }
        seen
    }

    #[tokio::test]
    async fn connections_leave_from_the_addresses_of_the_targets_family_in_turn() {
        let three = ["127.0.0.2", "::1", "127.0.0.3", "127.0.0.4"];
        assert_eq!(seen(&three, 0, 4).await, ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.2"]);
        assert_eq!(seen(&three, 4, 2).await, ["127.0.0.3", "127.0.0.4"]);
        assert_eq!(seen(&[], 1, 1).await, ["127.0.0.1"]);
    }

    #[tokio::test]
    async fn an_address_that_gives_no_port_makes_way_for_the_next() {
        // 203.0.113.1 is in no network (RFC 5737); it fails as an address without free ports does.
        assert_eq!(seen(&["203.0.113.1", "127.0.0.3"], 0, 2).await, ["127.0.0.3", "127.0.0.3"]);
        let sources = Sources::new(&["203.0.113.1".parse().unwrap()], 0);
        let fault = sources.connect("127.0.0.1:9".parse().unwrap()).await.unwrap_err();
        assert_eq!(fault.kind, ErrorKind::PortsExhausted);
        assert!(fault.detail.starts_with("from 203.0.113.1: "), "{}", fault.detail);
    }

    #[tokio::test]
    async fn a_target_of_another_family_cannot_be_reached() {
        let sources = Sources::new(&["127.0.0.2".parse().unwrap()], 0);
        let fault = sources.connect("[::1]:9".parse().unwrap()).await.unwrap_err();
        let told = (fault.kind, fault.detail.as_str());
        assert_eq!(told, (ErrorKind::NetworkUnreachable, "none of --local-addresses is of IPv6"));
    }
}
