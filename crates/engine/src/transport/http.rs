//! `Http`: the real transport, HTTP/1.1 over TCP or TLS by hyper's client connection.
//!
//! hyper's `client::conn`, not its pooled client: a connection's lifetime is its user's (as in Artillery), or the
//! pool's where the script sets `http.pool`. Redirects, cookies and compression are not its business.

use super::connect::Link;
use super::patience::Patience;
use super::pool::Pool;
use super::proxy;
use super::resolve::Resolver;
use super::{Answer, Exchange, Fault, OwnTls, Transport, tls};
use crate::clock::Clock;
use ::http::Request;
use ::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use loadgen_metrics::{ErrorKind, Setup};
use loadgen_scenario::plan;
use loadgen_scenario::url::{Origin, Scheme};
use rustls::pki_types::ServerName;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_rustls::TlsConnector;

/// Longest body that is kept for captures. One that is longer is read to its end, and captured from as far as this.
const KEPT_BODY: usize = 16 << 20;

/// What all shards' transports have in common.
#[derive(Clone, Debug)]
pub struct Settings {
    timeouts: plan::Timeouts,
    pool: Option<usize>,
    verify_tls: bool,
    trust: plan::Tls,
    proxies: plan::Proxies,
    tls: Arc<OnceLock<Client>>,
    /// The settings of requests that have their own.
    own: Arc<[(plan::OwnTls, OnceLock<Client>)]>,
}

/// A TLS client, or why there is none.
type Client = Result<Arc<rustls::ClientConfig>, rustls::Error>;

impl Settings {
    /// Makes the TLS client beforehand where it will be needed, so that no user's handshake has to wait for it.
    pub fn prepare(&self, origin: &Origin) {
        if origin.scheme == Scheme::Https {
            // What is wrong with it is told by the first handshake, as an error of its request.
            drop(self.tls(None));
            for index in 0..self.own.len() {
                drop(self.tls(u32::try_from(index).ok().map(OwnTls)));
            }
        }
    }

    /// Longest time for a connection to come about.
    pub(super) fn connect_timeout(&self) -> Duration {
        self.timeouts.connect
    }

    /// The proxies on the way.
    pub(super) fn proxies(&self) -> &plan::Proxies {
        &self.proxies
    }

    /// The TLS client, made when first asked for.
    pub(super) fn tls(&self, own: Option<OwnTls>) -> Result<TlsConnector, Fault> {
        let config = match self.own(own) {
            None => self.tls.get_or_init(|| tls::config(self.verify_tls, &self.trust).map(Arc::new)),
            Some((own, made)) => made.get_or_init(|| tls::config(own.verify, &own.tls).map(Arc::new)),
        };
        match config {
            Ok(config) => Ok(TlsConnector::from(Arc::clone(config))),
            Err(error) => Err(Fault::new(ErrorKind::TlsFailed, error.to_string())),
        }
    }
}

impl Settings {
    /// Whom the target's certificate has to name, where that is not the URL's host.
    pub(super) fn server_name(&self, own: Option<OwnTls>) -> Option<&ServerName<'static>> {
        self.own(own).map_or(&self.trust, |(own, _)| &own.tls).server_name.as_ref()
    }

    fn own(&self, own: Option<OwnTls>) -> Option<&(plan::OwnTls, OnceLock<Client>)> {
        self.own.get(own?.0 as usize)
    }
}

/// The HTTP client of one shard.
pub struct Http {
    settings: Settings,
    clock: Clock,
    resolver: Resolver,
    pool: Option<Pool>,
}

/// A user's connections: one for each origin that it talks to. Most talk to one.
#[derive(Default)]
pub struct Connections(Vec<Link>);

impl Http {
    /// The settings of a plan.
    pub fn settings(http: &plan::Http) -> Settings {
        Settings {
            timeouts: http.timeouts,
            pool: http.pool,
            verify_tls: http.verify_tls,
            trust: http.tls.clone(),
            proxies: http.proxies.clone(),
            tls: Arc::default(),
            own: http.own_tls.iter().map(|own| (own.clone(), OnceLock::new())).collect(),
        }
    }

    /// The client of one shard of several.
    pub fn new(settings: Settings, clock: Clock, shard: usize, shards: usize) -> Self {
        let pool = settings.pool.map(|total| Pool::new(total, shard, shards.max(1)));
        Http { settings, clock, resolver: Resolver::new(clock), pool }
    }

    /// Sends a request on `link`, or on a new connection where that cannot take one. Gives the connection back if it
    /// can be used again.
    async fn perform(
        &self,
        link: Option<Link>,
        origin: &Origin,
        mut message: Request<Bytes>,
        want_body: bool,
    ) -> (Exchange, Option<Link>) {
        if origin.scheme == Scheme::Http
            && let Some(proxy) = proxy::on_the_way(&self.settings.proxies, origin)
            && let Err(fault) = proxy::address(&mut message, origin, proxy)
        {
            return (self.unconnected(fault), None);
        }
        let own_tls = message.extensions().get().copied();
        let patience = Patience::begin(self.settings.timeouts, self.clock);
        let (mut link, setup) = match self.usable(link, origin, own_tls, &patience).await {
            Ok(ready) => ready,
            Err(fault) => return (self.unconnected(fault), None),
        };
        link.meter.reset();
        let result = converse(&mut link, message, want_body, &patience).await;
        let (result, bytes_in) = match result {
            Ok((answer, bytes_in)) => (Ok(answer), bytes_in),
            Err((fault, bytes_in)) => (Err(Fault { read: link.meter.glimpse.text(), ..fault }), bytes_in),
        };
        let exchange = Exchange {
            written: link.meter.written.get(),
            first_byte: link.meter.first_byte.get(),
            done: self.clock.now(),
            setup,
            bytes_in,
            bytes_out: link.meter.bytes_out.get(),
            result,
        };
        let again = exchange.result.is_ok().then_some(link);
        (exchange, again)
    }

    /// `link` if it can take a request; otherwise a new connection, and what it took.
    async fn usable(
        &self,
        link: Option<Link>,
        origin: &Origin,
        own_tls: Option<OwnTls>,
        patience: &Patience,
    ) -> Result<(Link, Option<Setup>), Fault> {
        if let Some(mut link) = link.filter(|link| link.leads_to(origin, own_tls))
            && link.is_usable().await
        {
            return Ok((link, None));
        }
        let connected = Cell::new(false);
        let open = Link::open(origin, own_tls, &self.settings, &self.resolver, self.clock, &connected);
        let late = || match connected.get() {
            true => Fault::new(ErrorKind::Stalled, "connected, but no handshake"),
            false => Fault::new(ErrorKind::TimedOut, "no connection"),
        };
        let (link, setup) = patience.connect(open, late).await??;
        Ok((link, Some(setup)))
    }

    /// There was no connection to send the request on.
    fn unconnected(&self, fault: Fault) -> Exchange {
        let done = self.clock.now();
        let result = Err(fault);
        Exchange { written: None, first_byte: None, done, setup: None, bytes_in: 0, bytes_out: 0, result }
    }
}

/// Writes the request and reads the answer to its end. Returns the bytes of its body too, however it went.
async fn converse(
    link: &mut Link,
    message: Request<Bytes>,
    want_body: bool,
    patience: &Patience,
) -> Result<(Answer, u64), (Fault, u64)> {
    let meter = Rc::clone(&link.meter);
    let answer = link.sender.send_request(message.map(Full::new));
    let answer = patience.head(&meter, link.drive(answer)).await.map_err(|fault| (fault, 0))?;
    let (head, body) = answer.map_err(|error| (Fault::of_head(&error, &meter.glimpse), 0))?.into_parts();
    let status = head.status.as_u16();
    let mut received = Received { bytes: 0, kept: BytesMut::new(), want: want_body };
    // As Node: even where both say the same.
    let read = match head.headers.get_all(CONTENT_LENGTH).iter().nth(1) {
        Some(_) => Err(Fault::new(ErrorKind::UnexpectedLength, "content-length stands there more than once")),
        None => read(link, body, &mut received, patience).await,
    };
    match read {
        Ok(()) => {
            let answer = Answer { status, headers: head.headers, body: received.kept.freeze() };
            Ok((answer, received.bytes))
        }
        Err(fault) => {
            // To Node, a head with two lengths is no head.
            let status = Some(status).filter(|_| fault.kind != ErrorKind::UnexpectedLength);
            Err((Fault { status, ..fault }, received.bytes))
        }
    }
}

/// Reads a body to its end.
async fn read(
    link: &mut Link,
    mut body: Incoming,
    received: &mut Received,
    patience: &Patience,
) -> Result<(), Fault> {
    while let Some(frame) = patience.piece(link.drive(body.frame())).await? {
        let frame = frame.map_err(|error| Fault::of_hyper(&error))?;
        if let Some(data) = frame.data_ref() {
            received.add(data);
        }
    }
    if link.has_more() {
        return Err(Fault::new(ErrorKind::MalformedAnswer, "more came than the answer's body was to have"));
    }
    Ok(())
}

/// What has come of a body.
struct Received {
    bytes: u64,
    kept: BytesMut,
    want: bool,
}

impl Received {
    fn add(&mut self, data: &Bytes) {
        self.bytes += data.len() as u64;
        if self.want {
            let room = KEPT_BODY.saturating_sub(self.kept.len()).min(data.len());
            self.kept.extend_from_slice(&data[..room]);
        }
    }
}

impl Transport for Http {
    type Connection = Connections;

    fn open(&self) -> Connections {
        Connections::default()
    }

    async fn exchange(
        &self,
        connection: &mut Connections,
        origin: &Origin,
        message: Request<Bytes>,
        want_body: bool,
    ) -> Exchange {
        let own_tls = message.extensions().get().copied();
        match &self.pool {
            Some(pool) => {
                let (_place, link) = pool.take(origin, own_tls).await;
                let (exchange, link) = self.perform(link, origin, message, want_body).await;
                link.into_iter().for_each(|link| pool.give_back(link));
                exchange
            }
            None => {
                let own = &mut connection.0;
                let place = own.iter().position(|link| link.leads_to(origin, own_tls));
                let link = place.map(|place| own.swap_remove(place));
                let (exchange, link) = self.perform(link, origin, message, want_body).await;
                connection.0.extend(link);
                exchange
            }
        }
    }
}
