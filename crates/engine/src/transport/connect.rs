//! `Link`: an open HTTP/1.1 connection, and how one comes about: name, TCP, TLS, each timed.

use super::fault;
use super::http::Settings;
use super::proxy;
use super::resolve::Resolver;
use super::wire::{Meter, Stream, Wire};
use super::{Fault, OwnTls};
use crate::clock::Clock;
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{Connection, SendRequest};
use hyper_util::rt::TokioIo;
use loadgen_metrics::{ErrorKind, Setup};
use loadgen_scenario::url::{Origin, Scheme};
use rustls::pki_types::ServerName;
use std::cell::Cell;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;

/// An open connection. Its user's task drives it: nothing else runs on its behalf.
pub(super) struct Link {
    origin: Origin,
    /// By which TLS settings it came about.
    own_tls: Option<OwnTls>,
    pub(super) sender: SendRequest<Full<Bytes>>,
    pub(super) meter: Rc<Meter>,
    driver: Driver,
    /// Whether more came than the last answer was to have.
    overfull: bool,
}

/// What reads and writes; `None` once the connection is over.
type Driver = Option<Pin<Box<Connection<TokioIo<Wire>, Full<Bytes>>>>>;

impl Link {
    /// Opens a connection. Tells in `connected` once TCP has one, in case the rest is not waited for.
    pub(super) async fn open(
        origin: &Origin,
        own_tls: Option<OwnTls>,
        settings: &Settings,
        resolver: &Resolver,
        clock: Clock,
        connected: &Cell<bool>,
    ) -> Result<(Link, Setup), Fault> {
        let mut setup = Setup::default();
        let tls = match origin.scheme {
            Scheme::Http => None,
            Scheme::Https => Some(settings.tls(own_tls)?),
        };
        let proxy = proxy::on_the_way(settings.proxies(), origin);
        let (host, port) = proxy.map_or((&origin.host, origin.port), |proxy| (&proxy.host, proxy.port));
        let found = resolver.find(host, port).await?;
        setup.dns = found.took;

        let start = clock.now();
        let mut tcp = dial(&found.addresses, settings.connect_timeout()).await?;
        connected.set(true);
        setup.tcp = Some(clock.now().since(start));
        if let (true, Ok(peer)) = (found.addresses.len() > 1, tcp.peer_addr()) {
            resolver.prefer(host, peer.ip());
        }
        // As Node does: a request must not wait for the answer to the one before to be acknowledged.
        let _ = tcp.set_nodelay(true);

        if let (Some(proxy), true) = (proxy, tls.is_some()) {
            proxy::tunnel(&mut tcp, origin, proxy).await?;
        }
        let stream = match tls {
            None => Stream::Plain(tcp),
            Some(tls) => {
                let start = clock.now();
                let name = match settings.server_name(own_tls) {
                    Some(name) => name.clone(),
                    None => ServerName::try_from(origin.host.clone()).map_err(|_| {
                        Fault::new(ErrorKind::InvalidUrl, format!("`{}` is no host name", origin.host))
                    })?,
                };
                let stream = tls.connect(name, tcp).await.map_err(|error| Fault::of_io(&error))?;
                setup.tls = Some(clock.now().since(start));
                Stream::Tls(Box::new(stream))
            }
        };

        let meter = Rc::new(Meter::default());
        let wire = TokioIo::new(Wire::new(stream, Rc::clone(&meter), clock));
        let (sender, driver) =
            hyper::client::conn::http1::handshake(wire).await.map_err(|error| Fault::of_hyper(&error))?;
        let driver = Some(Box::pin(driver));
        Ok((Link { origin: origin.clone(), own_tls, sender, meter, driver, overfull: false }, setup))
    }

    /// Whether the connection leads there, and by these settings.
    pub(super) fn leads_to(&self, origin: &Origin, own_tls: Option<OwnTls>) -> bool {
        self.origin == *origin && self.own_tls == own_tls
    }

    /// Whether the connection can take a request now. A target that closed it meanwhile is noticed here; one that
    /// has answered but is still to read the last request's body is not waited for.
    pub(super) async fn is_usable(&mut self) -> bool {
        self.drive(std::future::ready(())).await;
        self.driver.is_some() && self.sender.is_ready()
    }

    /// Drives the connection until `future` is done.
    pub(super) async fn drive<F: Future>(&mut self, future: F) -> F::Output {
        drive(&mut self.driver, &mut self.overfull, future).await
    }

    /// Whether more has come than the last answer was to have. Some targets put a line's end behind each body, which
    /// Node passes over: what ends in one is let pass, though the connection is not used again.
    pub(super) fn has_more(&self) -> bool {
        self.overfull && !self.meter.line_end.get()
    }
}

/// Polls the driver ahead of `future`, so that what the driver reads is there when `future` looks.
async fn drive<F: Future>(driver: &mut Driver, overfull: &mut bool, future: F) -> F::Output {
    let mut future = pin!(future);
    std::future::poll_fn(move |cx: &mut Context<'_>| {
        // Its error is told to whoever waits for an answer, but for this one, which nobody waits for.
        if let Some(Poll::Ready(ended)) = driver.as_mut().map(|driver| driver.as_mut().poll(cx)) {
            *overfull = ended.is_err_and(|error| fault::is_unexpected(&error));
            *driver = None;
        }
        future.as_mut().poll(cx)
    })
    .await
}

/// The first of the addresses that takes a connection; the last one's error if none does. Each gets its share of the
/// time, so that one that swallows packets does not hide the next.
async fn dial(addresses: &[SocketAddr], limit: Duration) -> Result<TcpStream, Fault> {
    let share = limit / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    let mut fault = Fault::new(ErrorKind::NameNotFound, "no address");
    for address in addresses {
        fault = match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => Fault::of_io(&error),
            Err(_) => {
                Fault::new(ErrorKind::TimedOut, format!("no connection within {} s", share.as_secs_f64()))
            }
        };
        fault.detail = format!("{address}: {}", fault.detail);
    }
    Err(fault)
}
