//! StatsD, and Datadog's and Telegraf's agents: datagrams, of which nobody says whether they came.

use super::post::{Failure, Sending};
use super::slot::Batch;
use super::{Sink, datadog};
use loadgen_report::Meta;
use loadgen_report::publish::statsd;
use loadgen_scenario::publish::{Dialect, Event};
use std::io;
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
        }
    }

    async fn datagrams(&mut self, datagrams: Vec<Vec<u8>>) -> Result<(), Failure> {
        let sent = self.try_datagrams(datagrams).await;
        if sent.is_err() {
            // Its name may have another address by now.
            self.socket = None;
        }
        sent.map_err(|error| Failure(error.to_string()))
    }

    async fn try_datagrams(&mut self, datagrams: Vec<Vec<u8>>) -> io::Result<()> {
        let socket = match self.socket.take() {
            Some(socket) => socket,
            None => connected(&self.host, self.port).await?,
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

async fn connected(host: &str, port: u16) -> io::Result<UdpSocket> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in lookup_host((host, port)).await? {
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
