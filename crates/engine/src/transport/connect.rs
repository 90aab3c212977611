//! `Link`: an open connection, and how one comes about: name, TCP, TLS, each timed.

use super::Fault;
use super::http::Settings;
use super::lean::{Buffers, Http1};
use super::manner::Manner;
use super::mux::Mux;
use super::proxy;
use super::resolve::Resolver;
use super::sessions::Sessions;
use super::sources::Sources;
use super::stream::Stream;
use crate::clock::Clock;
use loadgen_metrics::{ErrorKind, Setup};
use loadgen_scenario::plan::Http2;
use loadgen_scenario::url::{Origin, Scheme};
use rustls::pki_types::ServerName;
use std::cell::{Cell, OnceCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::TcpStream;

/// An open connection.
pub(super) struct Link {
    origin: Origin,
    manner: Manner,
    pub(super) channel: Channel,
}

/// What goes over it.
pub(super) enum Channel {
    /// One request at a time. In a box, for a link is handed on a few times for each request.
    Http1(Box<Http1>),
    /// Several, of which one is this user's.
    Http2(Mux),
}

/// What it takes to open one: what a shard has, and the sessions of whoever it is for.
pub(super) struct Means<'a> {
    pub(super) settings: &'a Settings,
    pub(super) clock: Clock,
    pub(super) resolver: &'a Resolver,
    pub(super) buffers: &'a Rc<Buffers>,
    pub(super) sources: &'a Sources,
    /// Made where there is TLS.
    pub(super) sessions: &'a OnceCell<Rc<Sessions>>,
}

/// The protocol that HTTP/2 is called by in TLS (RFC 9113, 3.2).
pub(super) const ALPN_HTTP2: &[u8] = b"h2";

impl Link {
    /// Opens a connection. Tells in `connected` once TCP has one, in case the rest is not waited for.
    pub(super) async fn open(
        origin: &Origin,
        manner: Manner,
        means: &Means<'_>,
        connected: &Cell<bool>,
    ) -> Result<(Link, Setup), Fault> {
        let (stream, setup) = reach(origin, manner, means, connected).await?;
        let http2 = match manner.http2 {
            Http2::Never => false,
            Http2::IfAgreed => stream.agreed() == Some(ALPN_HTTP2),
            Http2::Always if origin.scheme == Scheme::Http || stream.agreed() == Some(ALPN_HTTP2) => true,
            Http2::Always => {
                let kind = ErrorKind::Http2NotAgreed;
                return Err(Fault::new(kind, "the target did not agree to HTTP/2 (ALPN)"));
            }
        };
        let channel = if http2 {
            Channel::Http2(Box::pin(Mux::open(stream, origin, means.clock)).await?)
        } else {
            Channel::Http1(Box::new(Http1::new(stream, means.buffers, means.clock)))
        };
        Ok((Link { origin: origin.clone(), manner, channel }, setup))
    }

    /// A way over a connection that is open.
    pub(super) fn over(mux: Mux, origin: &Origin, manner: Manner) -> Self {
        Link { origin: origin.clone(), manner, channel: Channel::Http2(mux) }
    }

    /// The connection, where others can use it too.
    pub(super) fn mux(&self) -> Option<&Mux> {
        match &self.channel {
            Channel::Http1(_) => None,
            Channel::Http2(mux) => Some(mux),
        }
    }

    /// Whether the connection leads there, and in this manner.
    pub(super) fn leads_to(&self, origin: &Origin, manner: Manner) -> bool {
        self.origin == *origin && self.manner == manner
    }

    /// Whether the connection is of use beyond the answer that has come. One whose target has answered but is still to
    /// read the last request's body is not.
    pub(super) fn lasts(&self) -> bool {
        match &self.channel {
            Channel::Http1(http1) => http1.lasts(),
            Channel::Http2(_) => true,
        }
    }

    /// Whether the connection can take a request now. A target that closed it meanwhile is noticed here.
    pub(super) async fn is_usable(&mut self) -> bool {
        match &mut self.channel {
            Channel::Http1(http1) => http1.is_usable().await,
            Channel::Http2(mux) => mux.is_usable(),
        }
    }
}

/// Opens a way for bytes: name, TCP, proxy, TLS. Tells in `connected` once there is TCP.
async fn reach(
    origin: &Origin,
    manner: Manner,
    means: &Means<'_>,
    connected: &Cell<bool>,
) -> Result<(Stream, Setup), Fault> {
    let Means { settings, clock, resolver, sources, sessions, .. } = *means;
    let mut setup = Setup::default();
    let tls = match origin.scheme {
        Scheme::Http => None,
        Scheme::Https => Some(sessions.get_or_init(Rc::default).client(settings, manner)?),
    };
    let proxy = proxy::on_the_way(settings.proxies(), origin);
    let (host, port) = proxy.map_or((&origin.host, origin.port), |proxy| (&proxy.host, proxy.port));
    let found = resolver.find(host, port).await?;
    setup.dns = found.took;

    let start = clock.now();
    let mut tcp = dial(&found.addresses, sources, settings.connect_timeout()).await?;
    connected.set(true);
    setup.tcp = Some(clock.now().since(start));
    if found.addresses.len() > 1
        && let Ok(peer) = tcp.peer_addr()
    {
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
            let name = match settings.server_name(manner.own_tls) {
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
    Ok((stream, setup))
}

/// The first of the addresses that takes a connection; the last one's error if none does. Each gets its share of the
/// time, so that one that swallows packets does not hide the next.
async fn dial(addresses: &[SocketAddr], sources: &Sources, limit: Duration) -> Result<TcpStream, Fault> {
    let share = limit / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    let mut fault = Fault::new(ErrorKind::NameNotFound, "no address");
    for address in addresses {
        fault = match tokio::time::timeout(share, sources.connect(*address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(fault)) => fault,
            Err(_) => {
                Fault::new(ErrorKind::TimedOut, format!("no connection within {} s", share.as_secs_f64()))
            }
        };
        fault.detail = format!("{address}: {}", fault.detail);
    }
    Err(fault)
}
