//! HTTP/2 against a real server: what a connection is, what is sent, and which fault is which kind of error.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use bytes::Bytes;
use h2::Reason;
use http::Request;
use loadgen_engine::clock::Clock;
use loadgen_engine::transport::{Exchange, Http, Message, Transport, Want};
use loadgen_metrics::ErrorKind;
use loadgen_scenario::plan::{self, Http2, Proxies, ProxyServer};
use loadgen_scenario::url::{self, Origin};
use loadgen_testkit::{Act, Http2Server, RawServer, React, Tunnel};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::LocalSet;

const LONG: Duration = Duration::from_secs(20);

fn settings(timeout: Duration, pool: Option<usize>) -> plan::Http {
    plan::Http {
        timeouts: plan::Timeouts::of(timeout),
        longest_body: u64::MAX,
        pool,
        keep_alive: true,
        local_addresses: Vec::new(),
        verify_tls: false,
        tls: plan::Tls::default(),
        own_tls: Vec::new(),
        cookies: plan::CookieRules::default(),
        proxies: Proxies::default(),
        extended_metrics: false,
        tracing: None,
    }
}

fn client(settings: &plan::Http) -> Http {
    Http::new(Http::settings(settings), Clock::starting_in(Duration::ZERO), 0, 1)
}

fn origin(url: &str) -> Origin {
    url::split(url).unwrap().0
}

/// A request over HTTP/2 with a body.
fn post(origin: &Origin, path: &str, body: impl Into<Bytes>, http2: Http2) -> Message {
    send("POST", origin, path, body, http2)
}

fn send(method: &str, origin: &Origin, path: &str, body: impl Into<Bytes>, http2: Http2) -> Message {
    let request = Request::builder().method(method).uri(path).header("host", origin.authority());
    let mut request = request.body(body.into()).unwrap();
    request.extensions_mut().insert(http2);
    request.into()
}

fn get(origin: &Origin, path: &str) -> Message {
    send("GET", origin, path, "", Http2::Always)
}

async fn within<T>(test: impl Future<Output = T>) -> T {
    LocalSet::new().run_until(test).await
}

/// One request of a new user to a server that reacts so.
async fn once(react: React, timeout: Duration) -> Exchange {
    once_by(react, plan::Timeouts::of(timeout)).await
}

/// The same with a limit for each part.
async fn once_by(react: React, timeouts: plan::Timeouts) -> Exchange {
    let server = Http2Server::plain(move |_| react.clone());
    let origin = origin(&server.url());
    within(async {
        let http = client(&plan::Http { timeouts, ..settings(LONG, None) });
        http.exchange(&mut http.open(), &origin, &get(&origin, "/x"), Want::ALL).await
    })
    .await
}

fn fault(exchange: &Exchange) -> (ErrorKind, Option<u16>, &str) {
    let fault = exchange.result.as_ref().unwrap_err();
    (fault.kind, fault.status, &fault.detail)
}

fn status(exchange: &Exchange) -> Result<u16, ErrorKind> {
    exchange.result.as_ref().map(|answer| answer.status).map_err(|fault| fault.kind)
}

#[tokio::test]
async fn an_answer_comes_with_its_moments_and_bytes() {
    let exchange = once(React::answer(201, "{\"id\":1}"), LONG).await;
    let answer = exchange.result.as_ref().unwrap();
    assert_eq!((answer.status, answer.body.as_ref()), (201, b"{\"id\":1}".as_slice()));
    assert_eq!(exchange.bytes_in, 8);
    assert!((20..200).contains(&exchange.bytes_out), "a HEADERS frame alone: {}", exchange.bytes_out);
    let (written, first_byte) = (exchange.written.unwrap(), exchange.first_byte.unwrap());
    assert!(written <= first_byte && first_byte <= exchange.done);
    let setup = exchange.setup.unwrap();
    assert!(setup.tcp.is_some() && setup.tls.is_none() && setup.dns.is_none());

    let exchange = once(React::AfterHints(200), LONG).await;
    assert_eq!(status(&exchange), Ok(200));
    assert!(exchange.first_byte.is_some(), "that of the answer itself");
    assert_eq!(status(&once(React::Unread(413), LONG).await), Ok(413));
}

#[tokio::test]
async fn each_fault_has_its_kind() {
    let (reset, left) = (ErrorKind::ConnectionReset, ErrorKind::SessionEnded);
    let table = [
        (React::Reset(Reason::REFUSED_STREAM), ErrorKind::StreamReset, None, "(REFUSED_STREAM)"),
        (React::Reset(Reason::CANCEL), ErrorKind::StreamReset, None, "(CANCEL)"),
        (React::Break(200, Reason::INTERNAL_ERROR), ErrorKind::StreamReset, Some(200), "(INTERNAL_ERROR)"),
        (React::Leave(Reason::ENHANCE_YOUR_CALM), left, None, "(GOAWAY, ENHANCE_YOUR_CALM)"),
        (React::Close, reset, None, "connection"),
    ];
    for (react, kind, head, words) in table {
        let exchange = once(react.clone(), LONG).await;
        let (found, status, detail) = fault(&exchange);
        assert_eq!((found, status), (kind, head), "{react:?}: {detail}");
        assert!(detail.contains(words), "{react:?}: {detail}");
    }
    // A head beyond any bound: refused, whatever of it is there.
    for length in [500 << 10, 4 << 20] {
        let exchange = once(React::Answer(200, vec![("x", "y".repeat(length))], Vec::new()), LONG).await;
        assert_eq!(fault(&exchange).0, ErrorKind::Http2Violated, "{}", fault(&exchange).2);
    }
    let exchange = once(React::Silence, Duration::from_millis(50)).await;
    assert_eq!(fault(&exchange).0, ErrorKind::TimedOut);
    assert!(exchange.written.is_some() && exchange.first_byte.is_none());
}

#[tokio::test]
async fn each_part_of_a_request_has_its_limit() {
    let short = Duration::from_millis(100);
    let long = plan::Timeouts::of(LONG);
    let table = [
        (
            React::Silence,
            plan::Timeouts { first_byte: short, ..long },
            ErrorKind::TimedOut,
            None,
            "no answer",
        ),
        (React::Stall(200), plan::Timeouts { idle: short, ..long }, ErrorKind::Stalled, Some(200), "stopped"),
        (
            React::Drip(200),
            plan::Timeouts { total: short, ..long },
            ErrorKind::TimedOut,
            Some(200),
            "not whole",
        ),
        (React::Silence, plan::Timeouts { total: short, ..long }, ErrorKind::TimedOut, None, "not whole"),
    ];
    for (react, timeouts, kind, head, words) in table {
        let exchange = once_by(react.clone(), timeouts).await;
        let (found, status, detail) = fault(&exchange);
        assert_eq!((found, status), (kind, head), "{react:?}: {detail}");
        assert!(detail.contains(words) && detail.ends_with("within 0.1 s"), "{react:?}: {detail}");
    }
    // A listener that takes a connection and says nothing.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let target = origin(&format!("https://{}", listener.local_addr().unwrap()));
    let timeouts = plan::Timeouts { connect: short, ..long };
    let exchange = within(async {
        let http = client(&plan::Http { timeouts, ..settings(LONG, None) });
        http.exchange(&mut http.open(), &target, &get(&target, "/"), Want::ALL).await
    })
    .await;
    assert_eq!(fault(&exchange), (ErrorKind::Stalled, None, "connected, but no handshake within 0.1 s"));
}

#[tokio::test]
async fn a_server_of_another_protocol_is_told_from_one_that_is_broken() {
    for bytes in ["HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n"] {
        let server = RawServer::start(move |_| Act::SendAndClose(bytes.into()));
        let target = origin(&server.url());
        let exchange = within(async {
            let http = client(&settings(LONG, None));
            http.exchange(&mut http.open(), &target, &get(&target, "/"), Want::ALL).await
        })
        .await;
        assert_eq!(fault(&exchange).0, ErrorKind::Http2NotAgreed, "{bytes}: {}", fault(&exchange).2);
        let read = exchange.result.unwrap_err().read;
        assert_eq!(read, bytes.escape_default().to_string(), "what came is told");
    }
    // Empty settings, and then a frame of a stream that there is not.
    let broken = b"\0\0\0\x04\0\0\0\0\0\0\0\x01\0\x01\0\0\0\x63x".to_vec();
    let server = RawServer::start(move |_| Act::Send(broken.clone()));
    let target = origin(&server.url());
    let exchange = within(async {
        let http = client(&settings(LONG, None));
        http.exchange(&mut http.open(), &target, &get(&target, "/"), Want::ALL).await
    })
    .await;
    assert_eq!(fault(&exchange).0, ErrorKind::Http2Violated, "{}", fault(&exchange).2);
}

#[tokio::test]
async fn a_user_keeps_its_connection_until_the_target_ends_it() {
    let server = Http2Server::plain(|line| match line.rsplit('/').next() {
        Some("leave") => React::AnswerAndLeave(200),
        Some("silence") => React::Silence,
        Some("reset") => React::Reset(Reason::CANCEL),
        Some("close") => React::Close,
        _ => React::answer(200, "ok"),
    });
    let target = origin(&server.url());
    within(async {
        let http = client(&settings(Duration::from_millis(200), None));
        let (mut one, mut other) = (http.open(), http.open());
        for path in ["/", "/", "/reset", "/", "/leave", "/", "/close", "/", "/silence", "/"] {
            let exchange = http.exchange(&mut one, &target, &get(&target, path), Want::ALL).await;
            assert_eq!(exchange.result.is_ok(), matches!(path, "/" | "/leave"), "{path}");
        }
        assert!(http.exchange(&mut other, &target, &get(&target, "/"), Want::ALL).await.result.is_ok());
        // One that nobody waits for any more does not disturb those after it.
        let silence = get(&target, "/silence");
        tokio::select! {
            biased;
            _ = http.exchange(&mut other, &target, &silence, Want::ALL) => panic!("an answer"),
            () = async { while server.requests().len() < 12 { tokio::task::yield_now().await } } => {}
        }
        assert!(http.exchange(&mut other, &target, &get(&target, "/"), Want::ALL).await.result.is_ok());
    })
    .await;
    let used: Vec<usize> = server.requests().iter().map(|asked| asked.connection).collect();
    // A reset stream leaves its connection; a good-bye, an end and a silence do not.
    assert_eq!(used, [0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 4, 4]);
}

#[tokio::test]
async fn what_is_about_http_1_is_not_sent() {
    let server = Http2Server::plain(|_| React::answer(200, ""));
    let target = origin(&server.url());
    within(async {
        let http = client(&settings(LONG, None));
        let mut user = http.open();
        let mut request = post(&target, "/a?b=c", "body", Http2::Always);
        for (name, value) in [
            ("connection", "keep-alive"),
            ("keep-alive", "5"),
            ("proxy-connection", "close"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("te", "gzip"),
            ("x-own", "1"),
        ] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        assert_eq!(status(&http.exchange(&mut user, &target, &request, Want::ALL).await), Ok(200));
        let mut request = get(&target, "/");
        request.headers_mut().insert("host", "other.test".parse().unwrap());
        request.headers_mut().insert("te", "trailers".parse().unwrap());
        assert_eq!(status(&http.exchange(&mut user, &target, &request, Want::ALL).await), Ok(200));
        let mut request = get(&target, "/");
        request.headers_mut().insert("host", "no host".parse().unwrap());
        let exchange = http.exchange(&mut user, &target, &request, Want::ALL).await;
        assert_eq!(status(&exchange), Err(ErrorKind::InvalidHeader));
    })
    .await;
    let seen = server.requests();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].line, format!("POST {}/a?b=c", server.url()));
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(seen[0].headers, [header("x-own", "1"), header("content-length", "4")]);
    assert_eq!(
        (seen[1].line.as_str(), &seen[1].headers),
        ("GET http://other.test/", &vec![header("te", "trailers")])
    );
}

#[tokio::test]
async fn bodies_are_larger_than_any_window() {
    let server = Http2Server::plain(|line| match line.starts_with("POST") {
        true => React::answer(200, ""),
        false => React::Answer(200, Vec::new(), vec![b'x'; 12 << 20]),
    });
    let target = origin(&server.url());
    within(async {
        let http = client(&settings(LONG, None));
        let mut user = http.open();
        let exchange = http
            .exchange(&mut user, &target, &post(&target, "/", vec![b'y'; 3 << 20], Http2::Always), Want::ALL)
            .await;
        assert_eq!(status(&exchange), Ok(200));
        assert!(exchange.bytes_out > 3 << 20, "{}", exchange.bytes_out);
        let exchange = http.exchange(&mut user, &target, &get(&target, "/"), Want::ALL).await;
        assert_eq!(exchange.bytes_in, 12 << 20);
        assert_eq!(exchange.result.unwrap().body.len(), 12 << 20);
    })
    .await;
    assert_eq!((server.requests()[0].body.len(), server.connections()), (3 << 20, 1));
}

#[tokio::test]
async fn tls_decides_by_what_the_target_agrees_to() {
    let table = [
        (vec!["h2", "http/1.1"], Http2::Always, Ok(200)),
        (vec!["h2"], Http2::IfAgreed, Ok(200)),
        (vec!["http/1.1"], Http2::Always, Err(ErrorKind::Http2NotAgreed)),
        (vec![], Http2::Always, Err(ErrorKind::Http2NotAgreed)),
        // The server speaks HTTP/2 all the same: it is not spoken to in it.
        (vec!["http/1.1"], Http2::IfAgreed, Err(ErrorKind::MalformedAnswer)),
        (vec![], Http2::IfAgreed, Err(ErrorKind::MalformedAnswer)),
    ];
    for (protocols, wanted, expected) in table {
        let server = Http2Server::tls(&protocols, |_| React::answer(200, "ok"));
        let target = origin(&server.url());
        let exchange = within(async {
            let http = client(&settings(LONG, None));
            http.exchange(&mut http.open(), &target, &post(&target, "/", "", wanted), Want::ALL).await
        })
        .await;
        assert_eq!(status(&exchange), expected, "{protocols:?} {wanted:?}");
        if expected.is_ok() {
            assert!(exchange.setup.unwrap().tls.is_some());
            assert_eq!(server.requests()[0].line, format!("POST {}/", server.url()));
        }
    }
    // Without TLS there is nothing to agree on.
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let target = origin(&server.url());
    let http = client(&settings(LONG, None));
    let exchange =
        http.exchange(&mut http.open(), &target, &post(&target, "/", "", Http2::IfAgreed), Want::ALL).await;
    assert_eq!(status(&exchange), Ok(200));
    assert!(server.requests()[0].starts_with("POST / HTTP/1.1\r\n"));
}

#[tokio::test]
async fn those_beside_a_user_share_its_connection() {
    let server = Http2Server::plain(|_| React::Together(5, 200));
    let target = origin(&server.url());
    within(async {
        let http = client(&settings(LONG, None));
        let user = http.open();
        for _ in 0..2 {
            let branches = (0..5).map(|_| async {
                let mut branch = http.beside(&user);
                http.exchange(&mut branch, &target, &get(&target, "/"), Want::ALL).await
            });
            for exchange in futures_util::future::join_all(branches).await {
                assert_eq!(status(&exchange), Ok(200));
                let (written, first_byte) = (exchange.written.unwrap(), exchange.first_byte.unwrap());
                assert!(written <= first_byte && first_byte <= exchange.done);
                assert!(exchange.bytes_out < 200, "its own frames alone: {}", exchange.bytes_out);
            }
        }
    })
    .await;
    assert_eq!((server.requests().len(), server.connections()), (10, 1));
}

#[tokio::test]
async fn a_pool_bounds_the_connections_of_all_users() {
    let server = Http2Server::plain(|_| React::answer(200, "{}"));
    let target = origin(&server.url());
    let http = Rc::new(client(&settings(LONG, Some(3))));
    let tasks = LocalSet::new();
    for _ in 0..20 {
        let (http, target) = (http.clone(), target.clone());
        tasks.spawn_local(async move {
            let mut user = http.open();
            for _ in 0..5 {
                let exchange = http.exchange(&mut user, &target, &get(&target, "/"), Want::LITTLE).await;
                assert!(exchange.result.is_ok());
            }
            if let Some(http) = Rc::into_inner(http) {
                drop(http);
            }
        });
    }
    drop(http);
    // The connections' own tasks end with them.
    tasks.await;
    assert_eq!(server.requests().len(), 100);
    assert!(server.connections() <= 3, "{}", server.connections());
}

#[tokio::test]
async fn users_of_a_pool_send_side_by_side_over_its_connections() {
    // No answer comes before all eight requests are there.
    for (protocols, http2) in [(None, Http2::Always), (Some(["h2"]), Http2::IfAgreed)] {
        let react = |line: &str| {
            if line.ends_with("/first") { React::answer(200, "") } else { React::Together(8, 200) }
        };
        let server = match protocols {
            None => Http2Server::plain(react),
            Some(protocols) => Http2Server::tls(&protocols, react),
        };
        let target = origin(&server.url());
        let http = client(&settings(LONG, Some(2)));
        let ask = async |path: &str| {
            let message = send("GET", &target, path, "", http2);
            status(&http.exchange(&mut http.open(), &target, &message, Want::LITTLE).await)
        };
        within(async {
            // Whether the target agrees is found out first.
            assert_eq!(ask("/first").await, Ok(200));
            let all = futures_util::future::join_all((0..8).map(|_| ask("/"))).await;
            assert_eq!(all, [Ok(200); 8]);
        })
        .await;
        assert_eq!((server.requests().len(), server.connections()), (9, 2), "{http2:?}");
    }
}

#[tokio::test]
async fn proxies_carry_it_in_a_tunnel_alone() {
    let server = Http2Server::tls(&["h2"], |_| React::answer(200, ""));
    let tunnel = Tunnel::start();
    let address = tunnel.address();
    let proxy = ProxyServer { host: address.ip().to_string(), port: address.port(), credentials: None };
    let mut settings = settings(LONG, None);
    settings.proxies = Proxies { http: Some(proxy.clone()), https: Some(proxy), except: Vec::new() };
    within(async {
        let http = client(&settings);
        let target = origin(&server.url());
        let exchange = http.exchange(&mut http.open(), &target, &get(&target, "/"), Want::LITTLE).await;
        assert_eq!(status(&exchange), Ok(200));
        let target = origin("http://somewhere.test/");
        let exchange = http.exchange(&mut http.open(), &target, &get(&target, "/"), Want::LITTLE).await;
        assert_eq!(fault(&exchange), (ErrorKind::ProxyRefused, None, "no proxy carries HTTP/2 without TLS"));
    })
    .await;
    assert_eq!(tunnel.requests().len(), 1);
}
