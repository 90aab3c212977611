//! StatsD, and Datadog's and Telegraf's agents: datagrams, of which nobody says whether they came.

use super::post::{Failure, Sending};
use super::slot::Batch;
use super::{Sink, datadog};
use loadgen_report::Meta;
use loadgen_report::publish::statsd;
use loadgen_scenario::publish::{Dialect, Event};
use std::io;
use std::net::SocketAddr;
use tokio::net::{UdpSocket, lookup_host};

/// Sends datagrams.
pub(super) struct Statsd {
    name: String,
    dialect: Dialect,
    host: String,
    port: u16,
    prefix: String,
    tags: Vec<(String, String)>,
    event: Option<(Event, [String; 2])>,
    /// Once there is one.
    socket: Option<UdpSocket>,
    /// How often one refused what was sent: the next one is for the host's next address.
    refused: usize,
}

impl Statsd {
    pub(super) fn new(
        dialect: Dialect,
        (host, port): (&str, u16),
        prefix: &str,
        tags: &[(String, String)],
        event: Option<&Event>,
        meta: &Meta,
    ) -> Self {
        Statsd {
            name: format!("StatsD at {host}:{port}"),
            dialect,
            host: host.to_owned(),
            port,
            prefix: prefix.to_owned(),
            tags: tags.to_vec(),
            event: event.map(|event| (event.clone(), datadog::words(event, meta))),
            socket: None,
            refused: 0,
        }
    }

    async fn datagrams(&mut self, datagrams: Vec<Vec<u8>>) -> Result<(), Failure> {
        let sent = self.try_datagrams(datagrams).await;
        if sent.is_err() {
            // Its name may have another address by now.
            self.socket = None;
            self.refused += 1;
        }
        sent.map_err(|error| Failure::Whole(error.to_string()))
    }

    async fn try_datagrams(&mut self, datagrams: Vec<Vec<u8>>) -> io::Result<()> {
        let socket = match self.socket.take() {
            Some(socket) => socket,
            None => connected(&self.host, self.port, self.refused).await?,
        };
        for datagram in datagrams {
            socket.send(&datagram).await?;
        }
        self.socket = Some(socket);
        Ok(())
    }

    async fn event(&mut self, what: &str) -> Result<(), Failure> {
        let Some((event, [title, text])) = &self.event else { return Ok(()) };
        let line = statsd::event(event, &format!("{what}: {title}"), text, &self.tags);
        self.datagrams(vec![line]).await
    }
}

/// A host's addresses in the order in which they are tried. Agents mostly listen by IPv4, and connecting tells nothing:
/// to `localhost` by IPv6 datagrams would be lost.
fn ordered(addresses: impl Iterator<Item = SocketAddr>, refused: usize) -> Vec<SocketAddr> {
    let mut addresses: Vec<SocketAddr> = addresses.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    let first = refused.checked_rem(addresses.len()).unwrap_or(0);
    addresses.rotate_left(first);
    addresses
}

async fn connected(host: &str, port: u16, refused: usize) -> io::Result<UdpSocket> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in ordered(lookup_host((host, port)).await?, refused) {
        let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any).await?;
        match socket.connect(address).await {
            Ok(()) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

impl Sink for Statsd {
    fn name(&self) -> &str {
        &self.name
    }

    fn begin(&mut self) -> Sending<'_> {
        Box::pin(self.event("Started"))
    }

    fn send<'a>(&'a mut self, batch: &'a Batch) -> Sending<'a> {
        Box::pin(async move {
            let all = statsd::datagrams(&batch.readings, self.dialect, &self.prefix, &self.tags);
            self.datagrams(all).await?;
            if batch.last { self.event("Finished").await } else { Ok(()) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listens_by_ipv4_is_asked_first_and_the_next_after_a_refusal() {
        let all = ["[::1]:8125", "127.0.0.1:8125", "127.0.0.2:8125"].map(|it| it.parse().unwrap());
        for (refused, wanted) in [(0, [1, 2, 0]), (1, [2, 0, 1]), (2, [0, 1, 2]), (3, [1, 2, 0])] {
            assert_eq!(ordered(all.into_iter(), refused), wanted.map(|place| all[place]), "{refused}");
        }
        assert!(ordered(std::iter::empty(), 1).is_empty());
    }
}
