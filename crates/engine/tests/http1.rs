//! HTTP/1.1 on real sockets, plain and over TLS: when a connection is used again, what is sent while the answer comes,
//! and how long is waited for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use bytes::Bytes;
use http::Request;
use loadgen_engine::clock::Clock;
use loadgen_engine::transport::{Exchange, Http, Message, Transport, Want};
use loadgen_metrics::ErrorKind;
use loadgen_scenario::plan::{self, Timeouts};
use loadgen_scenario::url::{self, Origin};
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(60);
/// Long enough for what has been sent over loopback to be noticed.
const SOON: Duration = Duration::from_millis(20);

trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

/// A server's side of a connection.
type Conn = Box<dyn Stream>;

/// A target that serves one connection after another, plain or over TLS.
struct Target {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    origin: Origin,
}

impl Target {
    async fn start(with_tls: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if with_tls { "https" } else { "http" };
        let origin = url::split(&format!("{scheme}://{}/", listener.local_addr().unwrap())).unwrap().0;
        Target { listener, tls: with_tls.then(acceptor), origin }
    }

    async fn accept(&self) -> Conn {
        let (stream, _) = self.listener.accept().await.unwrap();
        match &self.tls {
            None => Box::new(stream),
            Some(tls) => Box::new(tls.accept(stream).await.unwrap()),
        }
    }
}

fn acceptor() -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let chain =
        vec![CertificateParams::new(vec!["a.test".into()]).unwrap().self_signed(&key).unwrap().into()];
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(chain, key).unwrap()))
}

fn client(timeouts: Timeouts) -> Http {
    let settings = plan::Http {
        timeouts,
        longest_body: u64::MAX,
        pool: None,
        keep_alive: true,
        local_addresses: Vec::new(),
        verify_tls: false,
        tls: plan::Tls::default(),
        own_tls: Vec::new(),
        cookies: plan::CookieRules::default(),
        proxies: plan::Proxies::default(),
        extended_metrics: false,
        tracing: None,
    };
    Http::new(Http::settings(&settings), Clock::starting_in(Duration::ZERO), 0, 1)
}

fn request(body: Bytes) -> Message {
    Request::post("/x").header("host", "test").body(body).unwrap().into()
}

fn status(exchange: &Exchange) -> Result<u16, ErrorKind> {
    exchange.result.as_ref().map(|answer| answer.status).map_err(|fault| fault.kind)
}

/// Reads a head, and gives what follows it.
async fn head(conn: &mut Conn) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        assert!(conn.read_buf(&mut bytes).await.unwrap() > 0, "{}", String::from_utf8_lossy(&bytes));
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            return bytes.split_off(end + 4);
        }
    }
}

async fn send(conn: &mut Conn, bytes: &[u8]) {
    conn.write_all(bytes).await.unwrap();
    conn.flush().await.unwrap();
}

const EMPTY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// Two requests of one user; what the target does behind its first answer. Whether the second has a connection of its
/// own.
async fn again(with_tls: bool, close: bool, answer: &[u8], then: Option<&[u8]>) -> bool {
    let target = Target::start(with_tls).await;
    let http = client(Timeouts::of(LONG));
    let mut user = http.open();
    let mut first = request(Bytes::new());
    if close {
        first.headers_mut().insert("connection", "close".parse().unwrap());
    }
    let serve = async {
        let mut conn = target.accept().await;
        head(&mut conn).await;
        send(&mut conn, answer).await;
        conn
    };
    let (exchange, mut conn) =
        tokio::join!(http.exchange(&mut user, &target.origin, &first, Want::LITTLE), serve);
    assert_eq!(status(&exchange), Ok(200));
    match then {
        Some(b"") => conn.shutdown().await.unwrap(),
        Some(bytes) => send(&mut conn, bytes).await,
        None => {}
    }
    tokio::time::sleep(SOON).await;
    let next = request(Bytes::new());
    let serve = async {
        let (mut conn, other) = tokio::select! {
            other = target.accept() => (other, true),
            // Its end is no request.
            Ok(_) = conn.read_u8() => (conn, false),
        };
        head(&mut conn).await;
        send(&mut conn, EMPTY).await;
        other
    };
    let (exchange, other) =
        tokio::join!(http.exchange(&mut user, &target.origin, &next, Want::LITTLE), serve);
    assert_eq!((status(&exchange), exchange.setup.is_some()), (Ok(200), other));
    other
}

#[tokio::test]
async fn a_connection_is_used_again_while_that_is_safe() {
    for with_tls in [false, true] {
        assert!(!again(with_tls, false, EMPTY, None).await);
        assert!(again(with_tls, true, EMPTY, None).await, "the request said so");
        let old = b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n";
        assert!(again(with_tls, false, old, None).await, "HTTP/1.0");
        assert!(again(with_tls, false, EMPTY, Some(b"")).await, "closed meanwhile");
        assert!(again(with_tls, false, EMPTY, Some(b"x")).await, "nobody has asked for that");
        let line = [EMPTY, b"\r\n"].concat();
        assert!(again(with_tls, false, &line, None).await, "a line's end too much");
    }
}

#[tokio::test]
async fn bodies_of_any_length_go_and_come() {
    for with_tls in [false, true] {
        let target = Target::start(with_tls).await;
        let http = client(Timeouts::of(LONG));
        let mut user = http.open();
        let mut conn = None;
        for length in [1, 100, 16 << 10, (16 << 10) + 1, 100_000, 1 << 20] {
            let body: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
            let message = request(body.clone().into());
            // The target says back what it hears, as soon as it hears it.
            let serve = async {
                let mut conn = match conn.take() {
                    Some(conn) => conn,
                    None => target.accept().await,
                };
                let mut heard = head(&mut conn).await;
                send(&mut conn, format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").as_bytes())
                    .await;
                let mut count = 0;
                loop {
                    send(&mut conn, &heard).await;
                    count += heard.len();
                    if count == length {
                        return conn;
                    }
                    heard.clear();
                    conn.read_buf(&mut heard).await.unwrap();
                }
            };
            let (exchange, open) =
                tokio::join!(http.exchange(&mut user, &target.origin, &message, Want::ALL), serve);
            conn = Some(open);
            let answer = exchange.result.unwrap();
            assert!(answer.body == body, "{length} bytes");
            assert_eq!(exchange.bytes_in, length as u64);
            assert!(exchange.bytes_out > length as u64 && exchange.bytes_out < length as u64 + 100);
            assert!(exchange.written.unwrap() <= exchange.done);
        }
    }
}

#[tokio::test]
async fn an_answer_counts_though_the_target_takes_no_more_of_the_request() {
    let target = Target::start(false).await;
    let http = client(Timeouts::of(LONG));
    let message = request(vec![b'x'; 16 << 20].into());
    let mut user = http.open();
    let ask = http.exchange(&mut user, &target.origin, &message, Want::ALL);
    let serve = async {
        let mut conn = target.accept().await;
        head(&mut conn).await;
        send(&mut conn, b"HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno").await;
        // With bytes that are unread, this is a reset; what was sent has arrived ahead of it.
        tokio::time::sleep(SOON).await;
        drop(conn);
    };
    let (exchange, ()) = tokio::join!(ask, serve);
    assert_eq!((status(&exchange), exchange.bytes_in), (Ok(413), 2));
    assert!(exchange.bytes_out < 16 << 20);
}

#[tokio::test]
async fn a_target_that_hears_nothing_is_waited_for_no_longer_than_any() {
    for with_tls in [false, true] {
        let target = Target::start(with_tls).await;
        let http = client(Timeouts { first_byte: Duration::from_millis(100), ..Timeouts::of(LONG) });
        let message = request(vec![b'x'; 16 << 20].into());
        let mut user = http.open();
        let ask = http.exchange(&mut user, &target.origin, &message, Want::ALL);
        let (exchange, _open) = tokio::join!(ask, target.accept());
        let fault = exchange.result.unwrap_err();
        assert_eq!((fault.kind, fault.detail.as_str()), (ErrorKind::TimedOut, "no answer within 0.1 s"));
        assert!(exchange.written.is_some() && exchange.bytes_out < 16 << 20);
    }
}

#[tokio::test]
async fn a_body_that_stops_is_told_from_those_before_it() {
    let target = Target::start(false).await;
    let http = client(Timeouts { idle: Duration::from_millis(100), ..Timeouts::of(LONG) });
    let mut user = http.open();
    let message = request(Bytes::new());
    let mut conn = None;
    for body in ["four", "four", "for"] {
        let serve = async {
            let mut conn = match conn.take() {
                Some(conn) => conn,
                None => target.accept().await,
            };
            head(&mut conn).await;
            send(&mut conn, b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n").await;
            for piece in body.bytes() {
                tokio::task::yield_now().await;
                send(&mut conn, &[piece]).await;
            }
            conn
        };
        let ask = http.exchange(&mut user, &target.origin, &message, Want::ALL);
        let (exchange, open) = tokio::join!(ask, serve);
        conn = Some(open);
        if body == "four" {
            assert_eq!(status(&exchange), Ok(200));
            continue;
        }
        let fault = exchange.result.unwrap_err();
        assert_eq!((fault.kind, fault.status), (ErrorKind::Stalled, Some(200)));
        assert_eq!(fault.detail, "the answer stopped, nothing more within 0.1 s");
        assert_eq!(exchange.bytes_in, 3);
    }
}

#[tokio::test]
async fn a_flood_ends_at_the_limit_for_the_whole() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = url::split(&format!("http://{}/", listener.local_addr().unwrap())).unwrap().0;
    let server = std::thread::spawn(move || {
        use std::io::Write;
        let (mut conn, _) = listener.accept().unwrap();
        let mut sent = conn.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        // Faster than it is read, and not for ever.
        for _ in 0..20_000 {
            sent = sent.and_then(|()| conn.write_all(&[b'x'; 1 << 20]));
        }
    });
    let http = client(Timeouts { total: Duration::from_millis(300), ..Timeouts::of(LONG) });
    let mut user = http.open();
    let exchange = http.exchange(&mut user, &origin, &request(Bytes::new()), Want::LITTLE).await;
    let fault = exchange.result.unwrap_err();
    assert_eq!((fault.kind, fault.status), (ErrorKind::TimedOut, Some(200)));
    assert_eq!(fault.detail, "the answer was not whole within 0.3 s");
    drop(user);
    server.join().unwrap();
}
