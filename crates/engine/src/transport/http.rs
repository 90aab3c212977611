//! `Http`: the real transport, HTTP/1.1 over TCP or TLS, and HTTP/2 where it is asked for.
//!
//! A connection's lifetime is its user's (as in Artillery), or the pool's where the script sets `http.pool`. Redirects,
//! cookies and compression are not its business.

use super::connect::{ALPN_HTTP2, Channel, Link, Means};
use super::lean::{Buffers, Course, Http1};
use super::manner::Manner;
use super::mux::Mux;
use super::patience::Patience;
use super::pool::Pool;
use super::proxy;
use super::resolve::Resolver;
use super::sessions::Sessions;
use super::shared::Shared;
use super::sources::Sources;
use super::{Exchange, Fault, Message, Transport, Want, tls};
use crate::clock::Clock;
use loadgen_metrics::{ErrorKind, Setup};
use loadgen_scenario::plan::{self, Http2};
use loadgen_scenario::url::{Origin, Scheme};
use rustls::pki_types::ServerName;
use std::cell::{Cell, OnceCell};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Most connections of a pool that one shard opens ahead.
const MOST_WARM: usize = 1000;

/// What all shards' transports have in common.
#[derive(Clone, Debug)]
pub struct Settings {
    timeouts: plan::Timeouts,
    longest_body: u64,
    pool: Option<usize>,
    keep_alive: bool,
    verify_tls: bool,
    trust: plan::Tls,
    proxies: plan::Proxies,
    local_addresses: Arc<[IpAddr]>,
    tls: Arc<Clients>,
    /// The settings of requests that have their own.
    own: Arc<[(plan::OwnTls, Clients)]>,
}

/// A TLS client, or why there is none.
type Client = Result<Arc<rustls::ClientConfig>, rustls::Error>;

/// The TLS clients of one kind of settings, each made when first asked for.
#[derive(Debug, Default)]
struct Clients {
    plain: OnceLock<Client>,
    /// One that offers HTTP/2 beside HTTP/1.1.
    http2: OnceLock<Client>,
}

impl Clients {
    fn get(
        &self,
        http2: Http2,
        make: impl FnOnce() -> Result<rustls::ClientConfig, rustls::Error>,
    ) -> &Client {
        let plain = || self.plain.get_or_init(|| make().map(Arc::new));
        if http2 == Http2::Never {
            return plain();
        }
        self.http2.get_or_init(|| {
            let mut config = rustls::ClientConfig::clone(plain().as_ref().map_err(Clone::clone)?);
            config.alpn_protocols = vec![ALPN_HTTP2.to_vec(), b"http/1.1".to_vec()];
            Ok(Arc::new(config))
        })
    }
}

impl Settings {
    /// Makes the TLS client beforehand where it will be needed, so that no user's handshake has to wait for it.
    pub fn prepare(&self, origin: &Origin) {
        if origin.scheme == Scheme::Https {
            // What is wrong with it is told by the first handshake, as an error of its request.
            drop(self.tls(Manner::default()));
            for index in 0..self.own.len() {
                let own_tls = u32::try_from(index).ok();
                drop(self.tls(Manner { own_tls, ..Manner::default() }));
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
    pub(super) fn tls(&self, manner: Manner) -> Result<Arc<rustls::ClientConfig>, Fault> {
        let config = match self.own(manner.own_tls) {
            None => self.tls.get(manner.http2, || tls::config(self.verify_tls, &self.trust)),
            Some((own, made)) => made.get(manner.http2, || tls::config(own.verify, &own.tls)),
        };
        match config {
            Ok(config) => Ok(Arc::clone(config)),
            Err(error) => Err(Fault::new(ErrorKind::TlsFailed, error.to_string())),
        }
    }
}

impl Settings {
    /// Whom the target's certificate has to name, where that is not the URL's host.
    pub(super) fn server_name(&self, own: Option<u32>) -> Option<&ServerName<'static>> {
        self.own(own).map_or(&self.trust, |(own, _)| &own.tls).server_name.as_ref()
    }

    /// Whether a user's sessions are resumed.
    pub(super) fn resumes(&self, manner: Manner) -> bool {
        !self.own(manner.own_tls).map_or(&self.trust, |(own, _)| &own.tls).whole_handshakes
    }

    fn own(&self, own: Option<u32>) -> Option<&(plan::OwnTls, Clients)> {
        self.own.get(own? as usize)
    }
}

/// The HTTP client of one shard.
pub struct Http {
    settings: Settings,
    clock: Clock,
    resolver: Resolver,
    pool: Option<Pool>,
    buffers: Rc<Buffers>,
    sources: Sources,
    /// Those of the pool.
    sessions: OnceCell<Rc<Sessions>>,
}

/// A user's connections: one for each origin that it talks to. Most talk to one.
#[derive(Default)]
pub struct Connections {
    own: Vec<Link>,
    /// Those over HTTP/2, which it shares with its branches.
    shared: OnceCell<Rc<Shared>>,
    /// The TLS sessions that it can resume, which it shares with them too.
    sessions: OnceCell<Rc<Sessions>>,
}

/// How a user's request can go: by what it has, or shares.
struct Way<'a> {
    link: Option<Link>,
    shared: Option<&'a Shared>,
    sessions: &'a OnceCell<Rc<Sessions>>,
}

impl Http {
    /// The settings of a plan.
    pub fn settings(http: &plan::Http) -> Settings {
        Settings {
            timeouts: http.timeouts,
            longest_body: http.longest_body,
            pool: http.pool,
            keep_alive: http.keep_alive,
            verify_tls: http.verify_tls,
            trust: http.tls.clone(),
            proxies: http.proxies.clone(),
            local_addresses: http.local_addresses.as_slice().into(),
            tls: Arc::default(),
            own: http.own_tls.iter().map(|own| (own.clone(), Clients::default())).collect(),
        }
    }

    /// The client of one shard of several.
    pub fn new(settings: Settings, clock: Clock, shard: usize, shards: usize) -> Self {
        let pool = settings.pool.map(|total| Pool::new(total, shard, shards.max(1)));
        let (resolver, buffers) = (Resolver::new(clock), Rc::new(Buffers::new()));
        let sources = Sources::new(&settings.local_addresses, shard);
        Http { settings, clock, resolver, pool, buffers, sources, sessions: OnceCell::new() }
    }

    /// Sends a request on `link`, or on a new connection where that cannot take one. Gives the connection back if it
    /// can be used again.
    async fn perform(
        &self,
        way: Way<'_>,
        (origin, manner): (&Origin, Manner),
        message: &Message,
        want: Want,
    ) -> (Exchange, Option<Link>) {
        let whole;
        let message = match proxy::on_the_way(&self.settings.proxies, origin) {
            Some(proxy) if origin.scheme == Scheme::Http => match proxy::address(message, origin, proxy) {
                Ok(addressed) => {
                    whole = addressed;
                    &whole
                }
                Err(fault) => return (self.unconnected(fault), None),
            },
            _ => message,
        };
        let patience = self.patience();
        let (mut link, setup) = match self.usable(way, origin, manner, &patience).await {
            Ok(ready) => ready,
            Err(fault) => return (self.unconnected(fault), None),
        };
        let exchange = match &mut link.channel {
            Channel::Http1(http1) => self.over_http1(http1, setup, message, want, &patience).await,
            // In a box, so that users of HTTP/1.1 are no larger for it.
            Channel::Http2(mux) => Box::pin(self.over_http2(mux, setup, message, want, &patience)).await,
        };
        let lasts = self.settings.keep_alive && exchange.result.is_ok() && link.lasts();
        let again = lasts.then_some(link);
        (exchange, again)
    }

    /// What a request may take that begins now.
    fn patience(&self) -> Patience {
        Patience::begin(self.settings.timeouts, self.settings.longest_body, self.clock)
    }

    async fn over_http1(
        &self,
        link: &mut Http1,
        setup: Option<Box<Setup>>,
        message: &Message,
        want: Want,
        patience: &Patience,
    ) -> Exchange {
        let (course, result) = link.converse(message, want, patience).await;
        let Course { written, first_byte, last_byte, bytes_out, bytes_in } = course;
        // Its end is when the last byte was there, not when that had been looked at; a failure is known by now.
        let done = last_byte.filter(|_| result.is_ok()).unwrap_or_else(|| self.clock.now());
        Exchange { written, first_byte, done, setup, bytes_in, bytes_out, result }
    }

    async fn over_http2(
        &self,
        mux: &Mux,
        setup: Option<Box<Setup>>,
        message: &Message,
        want: Want,
        patience: &Patience,
    ) -> Exchange {
        let (told, seen) = mux.converse(message, want.body, patience).await;
        let course = seen.course;
        let now = self.clock.now();
        let (result, done, bytes_in) = match told {
            // The connection's task has read the answer: its end is when that was, not when this task's turn comes.
            Ok((answer, bytes_in)) => (Ok(answer), course.ended.unwrap_or(now), bytes_in),
            Err((fault, bytes_in)) => (Err(fault), now, bytes_in),
        };
        let (written, first_byte) = (course.written, course.first_byte(seen.interim));
        Exchange { written, first_byte, done, setup, bytes_in, bytes_out: course.bytes_out, result }
    }

    /// `link` if it can take a request; otherwise another connection, and what it took if it is new.
    async fn usable(
        &self,
        Way { link, shared, sessions }: Way<'_>,
        origin: &Origin,
        manner: Manner,
        patience: &Patience,
    ) -> Result<(Link, Option<Box<Setup>>), Fault> {
        if let Some(mut link) = link.filter(|link| link.leads_to(origin, manner))
            && link.is_usable().await
        {
            return Ok((link, None));
        }
        let connected = Cell::new(false);
        let means = Means {
            settings: &self.settings,
            clock: self.clock,
            resolver: &self.resolver,
            buffers: &self.buffers,
            sources: &self.sources,
            sessions,
        };
        let open = || Link::open(origin, manner, &means, &connected);
        let late = || match connected.get() {
            true => Fault::new(ErrorKind::Stalled, "connected, but no handshake"),
            false => Fault::new(ErrorKind::TimedOut, "no connection"),
        };
        if let Some(shared) = shared {
            let link = Box::pin(async { shared.link(origin, manner, open()).await });
            return patience.connect(link, late).await?;
        }
        // In a box, as most requests need none.
        let (link, setup) = Box::pin(patience.connect(open(), late)).await??;
        Ok((link, Some(Box::new(setup))))
    }

    /// There was no connection to send the request on.
    fn unconnected(&self, fault: Fault) -> Exchange {
        let done = self.clock.now();
        let result = Err(fault);
        Exchange { written: None, first_byte: None, done, setup: None, bytes_in: 0, bytes_out: 0, result }
    }
}

impl Transport for Http {
    type Connection = Connections;

    fn open(&self) -> Connections {
        Connections::default()
    }

    async fn warm(&self, origin: &Origin, wanted: usize) {
        let Some(pool) = self.pool.as_ref().filter(|_| self.settings.keep_alive) else { return };
        let open = async || {
            let patience = self.patience();
            let way = Way { link: None, shared: None, sessions: &self.sessions };
            // A target that takes none is told of by the first request.
            if let Ok((link, _)) = Box::pin(self.usable(way, origin, Manner::default(), &patience)).await {
                pool.offer(link);
            }
        };
        futures_util::future::join_all((0..pool.size().min(wanted).min(MOST_WARM)).map(|_| open())).await;
    }

    fn beside(&self, user: &Connections) -> Connections {
        let shared = Rc::clone(user.shared.get_or_init(Rc::default));
        let sessions = Rc::clone(user.sessions.get_or_init(Rc::default));
        Connections { own: Vec::new(), shared: shared.into(), sessions: sessions.into() }
    }

    async fn exchange(
        &self,
        connection: &mut Connections,
        origin: &Origin,
        message: &Message,
        want: Want,
    ) -> Exchange {
        let manner = Manner::of(message, origin);
        let to = (origin, manner);
        match &self.pool {
            Some(pool) => {
                let ride = pool.lanes.take(origin, manner).filter(|_| self.settings.keep_alive);
                if let Some(ride) = ride {
                    let way = Way { link: None, shared: Some(ride.connections()), sessions: &self.sessions };
                    // What the lane has, it keeps; what is not HTTP/2 tells that the origin no longer agrees to it.
                    let (exchange, link) = self.perform(way, to, message, want).await;
                    if let Some(link) = link.filter(|link| link.mux().is_none()) {
                        drop(pool.lanes.learn(origin, manner, link));
                    }
                    return exchange;
                }
                let (_place, link) = pool.take(origin, manner).await;
                let way = Way { link, shared: None, sessions: &self.sessions };
                let (exchange, link) = self.perform(way, to, message, want).await;
                link.into_iter().for_each(|link| pool.give_back(origin, manner, link));
                exchange
            }
            None => {
                let Connections { own, shared, sessions } = connection;
                let place = own.iter().position(|link| link.leads_to(origin, manner));
                let link = place.map(|place| own.swap_remove(place));
                let shares = manner.http2 != Http2::Never && self.settings.keep_alive;
                let shared = shares.then(|| &**shared.get_or_init(Rc::default));
                let (exchange, link) = self.perform(Way { link, shared, sessions }, to, message, want).await;
                // Most users have one, and a vector that grows makes room for four.
                own.reserve_exact(1);
                own.extend(link);
                exchange
            }
        }
    }
}
