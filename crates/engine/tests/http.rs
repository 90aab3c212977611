//! The real transport against real sockets: what a connection is, and which fault is which kind of error.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use bytes::Bytes;
use http::Request;
use loadgen_engine::clock::Clock;
use loadgen_engine::transport::{Exchange, Http, Message, Transport, Want};
use loadgen_metrics::ErrorKind;
use loadgen_scenario::plan;
use loadgen_scenario::url::{self, Origin};
use loadgen_testkit::{Act, RawServer};
use std::time::Duration;
use tokio::task::LocalSet;

fn http(pool: Option<usize>, timeout: Duration) -> Http {
    let settings = Http::settings(&plan_http(timeout, pool));
    Http::new(settings, Clock::starting_in(Duration::ZERO), 0, 1)
}

fn get(path: &str) -> Message {
    Request::get(path).header("host", "test").body(Bytes::new()).unwrap().into()
}

fn origin(url: &str) -> Origin {
    url::split(url).unwrap().0
}

fn plan_http(timeout: Duration, pool: Option<usize>) -> plan::Http {
    plan::Http {
        timeouts: plan::Timeouts::of(timeout),
        longest_body: u64::MAX,
        pool,
        keep_alive: true,
        local_addresses: Vec::new(),
        verify_tls: true,
        tls: plan::Tls::default(),
        own_tls: Vec::new(),
        cookies: plan::CookieRules::default(),
        proxies: plan::Proxies::default(),
        extended_metrics: false,
        tracing: None,
    }
}

async fn once(act: Act) -> Exchange {
    let server = RawServer::start(move |_| act.clone());
    let http = http(None, Duration::from_secs(5));
    let mut user = http.open();
    http.exchange(&mut user, &origin(&server.url()), &get("/x"), Want::ALL).await
}

fn kind(exchange: &Exchange) -> ErrorKind {
    exchange.result.as_ref().unwrap_err().kind
}

#[tokio::test]
async fn without_keep_alive_each_request_has_a_connection_of_its_own_whatever_the_target_says() {
    for pool in [None, Some(1)] {
        let server = RawServer::start(|_| Act::answer(200, ""));
        let settings = plan::Http { keep_alive: false, ..plan_http(Duration::from_secs(5), pool) };
        let http = Http::new(Http::settings(&settings), Clock::starting_in(Duration::ZERO), 0, 1);
        let mut user = http.open();
        for _ in 0..3 {
            let exchange = http.exchange(&mut user, &origin(&server.url()), &get("/"), Want::LITTLE).await;
            assert!(exchange.result.is_ok() && exchange.setup.is_some());
        }
        assert_eq!(server.connections(), 3, "{pool:?}");
    }
}

#[tokio::test]
async fn an_answer_comes_with_its_moments_and_bytes() {
    let exchange = once(Act::answer(201, "{\"id\":1}")).await;
    let answer = exchange.result.as_ref().unwrap();
    assert_eq!((answer.status, answer.body.as_ref()), (201, b"{\"id\":1}".as_slice()));
    assert_eq!(exchange.bytes_in, 8);
    assert!(exchange.bytes_out > 20, "request line and host header: {}", exchange.bytes_out);
    let (written, first_byte) = (exchange.written.unwrap(), exchange.first_byte.unwrap());
    assert!(written <= first_byte && first_byte <= exchange.done);
    let setup = exchange.setup.unwrap();
    assert!(setup.tcp.is_some() && setup.tls.is_none() && setup.dns.is_none());
}

#[tokio::test]
async fn each_fault_has_its_kind() {
    let table: [(&str, Act, ErrorKind, Option<u16>); 6] = [
        ("closed", Act::SendAndClose(Vec::new()), ErrorKind::ConnectionReset, None),
        (
            "half a head",
            Act::SendAndClose(b"HTTP/1.1 200 OK\r\ncont".to_vec()),
            ErrorKind::ConnectionReset,
            None,
        ),
        ("no HTTP", Act::SendAndClose(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()), ErrorKind::MalformedAnswer, None),
        (
            "short body",
            Act::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc".to_vec()),
            ErrorKind::ConnectionReset,
            Some(200),
        ),
        (
            "bad chunk",
            Act::SendAndClose(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_vec()),
            ErrorKind::InvalidChunk,
            Some(200),
        ),
        ("bad status", Act::SendAndClose(b"HTTP/1.1 9 OK\r\n\r\n".to_vec()), ErrorKind::InvalidStatus, None),
    ];
    for (name, act, expected, status) in table {
        let exchange = once(act).await;
        let fault = exchange.result.as_ref().unwrap_err();
        assert_eq!((fault.kind, fault.status), (expected, status), "{name}: {}", fault.detail);
    }
}

#[tokio::test]
async fn a_refused_connection_is_told_with_its_address() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let http = http(None, Duration::from_secs(5));
    let exchange =
        http.exchange(&mut http.open(), &origin(&format!("http://{free}")), &get("/"), Want::LITTLE).await;
    assert_eq!(kind(&exchange), ErrorKind::ConnectionRefused);
    assert!(exchange.result.unwrap_err().detail.contains(&free.to_string()));
}

#[tokio::test]
async fn a_silent_target_times_out() {
    let server = RawServer::start(|_| Act::Silence);
    let http = http(None, Duration::from_millis(20));
    let exchange = http.exchange(&mut http.open(), &origin(&server.url()), &get("/"), Want::LITTLE).await;
    assert_eq!(kind(&exchange), ErrorKind::TimedOut);
    assert!(exchange.written.is_some() && exchange.first_byte.is_none());
}

#[tokio::test]
async fn plain_http_on_a_tls_port_and_the_reverse_say_so() {
    let server = RawServer::start(|_| Act::answer(200, ""));
    let http = http(None, Duration::from_millis(200));
    let tls = origin(&server.url().replace("http://", "https://"));
    // The raw server waits for a line end that a TLS hello may not hold: either way it is no answer.
    let exchange = http.exchange(&mut http.open(), &tls, &get("/"), Want::LITTLE).await;
    assert!(matches!(
        kind(&exchange),
        ErrorKind::TlsFailed | ErrorKind::TimedOut | ErrorKind::ConnectionReset
    ));
}

#[tokio::test]
async fn a_user_keeps_its_connection_and_opens_a_new_one_when_it_was_closed() {
    let server = RawServer::start(|line| match line {
        "GET /last HTTP/1.1" => {
            Act::SendAndClose(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_vec())
        }
        _ => Act::answer(200, "{}"),
    });
    let http = http(None, Duration::from_secs(5));
    let target = origin(&server.url());
    let mut user = http.open();
    for (path, connections, opened) in
        [("/a", 1, true), ("/b", 1, false), ("/last", 1, false), ("/c", 2, true)]
    {
        let exchange = http.exchange(&mut user, &target, &get(path), Want::LITTLE).await;
        assert!(exchange.result.is_ok(), "{path}: {:?}", exchange.result);
        assert_eq!((server.connections(), exchange.setup.is_some()), (connections, opened), "{path}");
    }
    let mut other = http.open();
    let _ = http.exchange(&mut other, &target, &get("/d"), Want::LITTLE).await;
    assert_eq!(server.connections(), 3, "another user, another connection");
}

#[tokio::test]
async fn a_pool_bounds_the_connections_of_all_users() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let target = origin(&server.url());
    let http = std::rc::Rc::new(http(Some(3), Duration::from_secs(5)));
    let tasks = LocalSet::new();
    for _ in 0..20 {
        let (http, target) = (http.clone(), target.clone());
        tasks.spawn_local(async move {
            let mut user = http.open();
            for _ in 0..5 {
                assert!(http.exchange(&mut user, &target, &get("/"), Want::LITTLE).await.result.is_ok());
            }
        });
    }
    tasks.await;
    assert_eq!(server.requests().len(), 100);
    assert!(server.connections() <= 3, "{}", server.connections());
}

#[tokio::test]
async fn every_shape_of_answer_is_read_to_its_end() {
    let table: [(&str, &[u8], &[u8]); 5] = [
        ("a line's end too much", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok\r\n", b"ok"),
        (
            "chunked",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
            b"abcde",
        ),
        ("until the end", b"HTTP/1.1 200 OK\r\n\r\nall of it", b"all of it"),
        ("no content", b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (
            "continue first",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
            b"ok",
        ),
    ];
    for (name, bytes, body) in table {
        let exchange = once(Act::SendAndClose(bytes.to_vec())).await;
        let answer = exchange.result.unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!(answer.body.as_ref(), body, "{name}");
    }
}

#[tokio::test]
async fn a_connection_on_which_the_last_body_is_still_unread_is_not_waited_for() {
    // Answers at the head alone, and never reads the eight megabytes that follow.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let target = origin(&format!("http://{}", listener.local_addr().unwrap()));
    let server = std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming().take(2) {
            let mut stream = stream.unwrap();
            std::io::Read::read(&mut stream, &mut [0; 1024]).unwrap();
            let answer = b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n";
            std::io::Write::write_all(&mut stream, answer).unwrap();
            open.push(stream);
        }
        open
    });
    let http = http(None, Duration::from_secs(5));
    let mut user = http.open();
    let body = Bytes::from(vec![b'x'; 8 << 20]);
    let post = Request::post("/").header("host", "test").body(body).unwrap();
    let exchange = http.exchange(&mut user, &target, &post.into(), Want::LITTLE).await;
    assert_eq!(exchange.result.unwrap().status, 413);
    assert!(exchange.written <= exchange.first_byte);
    let exchange = http.exchange(&mut user, &target, &get("/next"), Want::LITTLE).await;
    assert!(exchange.setup.is_some(), "on a new connection");
    drop(server.join().unwrap());
}

#[tokio::test]
async fn an_interim_answer_is_not_the_first_byte() {
    let server = RawServer::start(|_| {
        let late = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec();
        Act::InTwo(b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n".to_vec(), late)
    });
    let http = http(None, Duration::from_secs(5));
    let exchange = http.exchange(&mut http.open(), &origin(&server.url()), &get("/"), Want::ALL).await;
    assert_eq!(exchange.result.as_ref().unwrap().body.as_ref(), b"ok");
    let waited = exchange.first_byte.unwrap().since(exchange.written.unwrap());
    assert!(waited >= server.pause(), "{waited:?}");
}

#[tokio::test]
async fn a_pool_is_filled_before_anybody_needs_it_and_no_further() {
    let server = RawServer::start(|_| Act::answer(204, ""));
    let (target, http) = (origin(&server.url()), http(Some(3), Duration::from_secs(5)));
    let mut user = http.open();
    assert!(http.exchange(&mut user, &target, &get("/"), Want::LITTLE).await.result.is_ok());
    http.warm(&target, usize::MAX).await;
    // A server counts a connection when it has taken it, and not when the system has.
    while server.connections() < 4 {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        let exchange = http.exchange(&mut user, &target, &get("/"), Want::LITTLE).await;
        assert!(exchange.result.is_ok() && exchange.setup.is_none());
    }
    assert_eq!(server.connections(), 4, "three beside the one that was there, of which one was not needed");
    let nobody = origin("http://127.0.0.1:1");
    http.warm(&nobody, usize::MAX).await;
}

#[tokio::test]
async fn a_pool_is_not_filled_with_more_than_is_wanted() {
    let server = RawServer::start(|_| Act::answer(204, ""));
    let (target, http) = (origin(&server.url()), http(Some(1000), Duration::from_secs(5)));
    http.warm(&target, 2).await;
    let mut user = http.open();
    let exchange = http.exchange(&mut user, &target, &get("/"), Want::LITTLE).await;
    assert!(exchange.result.is_ok() && exchange.setup.is_none());
    // A server counts a connection when it has taken it, and not when the system has.
    while server.connections() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_pool_keeps_connections_to_several_origins() {
    let (a, b) = (RawServer::start(|_| Act::answer(200, "{}")), RawServer::start(|_| Act::answer(200, "{}")));
    let http = http(Some(4), Duration::from_secs(5));
    let mut user = http.open();
    for _ in 0..10 {
        for server in [&a, &b, &a] {
            assert!(
                http.exchange(&mut user, &origin(&server.url()), &get("/"), Want::LITTLE)
                    .await
                    .result
                    .is_ok()
            );
        }
    }
    assert_eq!((a.connections(), b.connections()), (1, 1));
}

#[tokio::test]
async fn plain_http_goes_through_a_proxy_by_whole_urls() {
    let (target, proxy) =
        (RawServer::start(|_| Act::answer(200, "own")), RawServer::start(|_| Act::answer(200, "other")));
    let mut settings = plan_http(Duration::from_secs(5), None);
    let server =
        plan::ProxyServer { host: "127.0.0.1".into(), port: proxy.address().port(), credentials: None };
    settings.proxies.http = Some(server);
    let ask = async |settings: &plan::Http| {
        let http = Http::new(Http::settings(settings), Clock::starting_in(Duration::ZERO), 0, 1);
        let answer = http
            .exchange(&mut http.open(), &origin(&target.url()), &get("/a?b"), Want::ALL)
            .await
            .result
            .unwrap();
        String::from_utf8(answer.body.to_vec()).unwrap()
    };
    assert_eq!(ask(&settings).await, "other");
    let wanted = format!("GET {}/a?b HTTP/1.1\r\nhost: test\r\n\r\n", target.url());
    assert_eq!(proxy.requests(), [wanted]);
    settings.proxies.except = vec!["127.0.0.1".to_owned()];
    assert_eq!(ask(&settings).await, "own");
    assert_eq!((proxy.connections(), target.connections()), (1, 1));
}
