//! TLS sessions against a server that tells them: who resumes what, and who shakes hands anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use bytes::Bytes;
use http::Request;
use loadgen_engine::clock::Clock;
use loadgen_engine::transport::{Head, Http, Message, Transport, Want};
use loadgen_scenario::plan::{self, Http2, OwnTls, Tls};
use loadgen_scenario::url::{self, Origin};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, ServerConfig, SupportedProtocolVersion};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

/// A server that answers one request on each connection.
struct Server {
    origin: Origin,
    handshakes: Arc<Mutex<Vec<HandshakeKind>>>,
    /// Whether it is asked for HTTP/2, which it does not speak.
    http2: Http2,
}

impl Server {
    async fn start(version: &'static SupportedProtocolVersion) -> Self {
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (origin, _) = url::split(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
        let handshakes = Arc::<Mutex<Vec<HandshakeKind>>>::default();
        let seen = Arc::clone(&handshakes);
        tokio::spawn(async move {
            loop {
                let mut stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
                seen.lock().unwrap().push(stream.get_ref().1.handshake_kind().unwrap());
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        });
        Server { origin, handshakes, http2: Http2::Never }
    }

    /// The handshakes since this was last asked: `-` for a whole one, `r` for one that was resumed.
    fn told(&self) -> String {
        let kinds = std::mem::take(&mut *self.handshakes.lock().unwrap());
        kinds.iter().map(|kind| if *kind == HandshakeKind::Resumed { 'r' } else { '-' }).collect()
    }
}

fn client(pool: Option<usize>, tls: Tls, own_tls: Vec<OwnTls>) -> Http {
    let settings = plan::Http {
        timeouts: plan::Timeouts::of(Duration::from_secs(5)),
        longest_body: u64::MAX,
        pool,
        keep_alive: true,
        local_addresses: Vec::new(),
        verify_tls: false,
        tls,
        own_tls,
        cookies: plan::CookieRules::default(),
        proxies: plan::Proxies::default(),
        extended_metrics: false,
        tracing: None,
    };
    Http::new(Http::settings(&settings), Clock::starting_in(Duration::ZERO), 0, 1)
}

/// A request on a new connection, by these TLS settings of its own.
async fn ask(http: &Http, user: &mut <Http as Transport>::Connection, server: &Server, own: Option<u32>) {
    let request = Message::from(Request::get("/").header("host", "test").body(Bytes::new()).unwrap());
    let mut head = Head::clone(request.head());
    (head.own_tls, head.http2) = (own, server.http2);
    let request = Message::new(head.into(), request.uri().clone(), Bytes::new());
    let exchange = http.exchange(user, &server.origin, &request, Want::LITTLE).await;
    assert_eq!(exchange.result.unwrap().status, 204);
    assert!(exchange.setup.unwrap().tls.is_some());
}

#[tokio::test]
async fn a_user_resumes_its_own_sessions_and_nobody_elses() {
    for version in [&TLS12, &TLS13] {
        let server = Server::start(version).await;
        let http = client(None, Tls::default(), Vec::new());
        for _ in 0..2 {
            let mut user = http.open();
            for _ in 0..3 {
                ask(&http, &mut user, &server, None).await;
            }
            // A branch of a `parallel` is the same user.
            ask(&http, &mut http.beside(&user), &server, None).await;
            assert_eq!(server.told(), "-rrr", "{version:?}");
        }
    }
}

#[tokio::test]
async fn those_who_share_a_pool_share_its_sessions() {
    for http2 in [Http2::Never, Http2::IfAgreed] {
        let server = Server { http2, ..Server::start(&TLS13).await };
        let http = client(Some(1), Tls::default(), Vec::new());
        for _ in 0..3 {
            ask(&http, &mut http.open(), &server, None).await;
        }
        assert_eq!(server.told(), "-rr", "{http2:?}");
    }
}

#[tokio::test]
async fn without_resumption_each_handshake_is_a_whole_one() {
    let whole = || Tls { whole_handshakes: true, ..Tls::default() };
    for version in [&TLS12, &TLS13] {
        let server = Server::start(version).await;
        let http = client(None, whole(), Vec::new());
        let mut user = http.open();
        for _ in 0..3 {
            ask(&http, &mut user, &server, None).await;
        }
        assert_eq!(server.told(), "---", "{version:?}");
        // A request's own settings count for it, and it resumes no session of other settings.
        let own = vec![OwnTls { verify: false, tls: whole() }, OwnTls { verify: false, tls: Tls::default() }];
        let http = client(None, Tls::default(), own);
        let mut user = http.open();
        for own in [None, Some(0), Some(1), Some(0), None, Some(1)] {
            ask(&http, &mut user, &server, own).await;
        }
        assert_eq!(server.told(), "----rr", "{version:?}");
    }
}
