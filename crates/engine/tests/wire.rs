//! Scripts against a real server: what a request looks like on the wire, and what becomes of the answer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use loadgen_engine::transport::Http;
use loadgen_engine::{Options, Stop, run_here};
use loadgen_metrics::{ErrorKind, Snapshot};
use loadgen_scenario::plan::{Plan, Target};
use loadgen_scenario::{Choices, Files, Source, load};
use loadgen_testkit::{Act, RawServer};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::LocalSet;

/// The plan of a script whose `TARGET` is that URL.
fn plan(target: &str, config: &str, flow: &str, choices: &Choices) -> Plan {
    let text = format!(
        "config:\n  target: {target}\n  phases: [{{duration: 100ms, arrivalCount: 1}}]\n{config}\nscenarios:\n  - flow:\n{flow}\n"
    );
    let source = Source { name: "test.yml".into(), text: text.replace("TARGET", target) };
    let loaded = load(&source, choices);
    let told: Vec<String> = loaded.diagnostics.iter().map(|it| it.render(&[&source])).collect();
    loaded.plan.unwrap_or_else(|| panic!("{}", told.join("\n")))
}

async fn play(plan: Plan) -> Snapshot {
    let Target::Address(origin) = plan.target.clone() else { panic!("no address") };
    let options = Options { origin, seed: 7, shards: 1, grace: Duration::from_secs(1), stop: Stop::new() };
    let settings = Http::settings(&plan.http);
    let mut total = Snapshot::default();
    LocalSet::new()
        .run_until(run_here(
            Arc::new(plan),
            &options,
            |clock| Http::new(settings, clock, 0, 1),
            |event| {
                if let loadgen_engine::Event::Second { snapshot, .. } = event {
                    total.merge(snapshot);
                }
            },
        ))
        .await
        .unwrap();
    total
}

/// Runs one user through a flow, and gives what was counted.
async fn run(server: &RawServer, config: &str, flow: &str) -> Snapshot {
    play(plan(&server.url(), config, flow, &Choices::default())).await
}

/// The request lines that the server saw.
fn lines(server: &RawServer) -> Vec<String> {
    server.requests().iter().map(|request| request.lines().next().unwrap_or("").to_owned()).collect()
}

fn answer(head: &str, body: &[u8]) -> Act {
    let mut bytes = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    Act::Send(bytes)
}

fn errors(total: &Snapshot) -> Vec<(ErrorKind, u64)> {
    total.errors.iter().map(|(kind, tally)| (*kind, tally.count)).collect()
}

#[tokio::test]
async fn without_keep_alive_each_request_says_close_and_has_a_connection_of_its_own() {
    let server = RawServer::start(|line| match line {
        "GET /a HTTP/1.1" => answer("302 Found\r\nlocation: /b", b""),
        _ => answer("200 OK", b""),
    });
    let flow = "      - get: {url: /a}\n      - get: {url: /c, headers: {connection: keep-alive}}";
    let total = run(&server, "  http: {keepAlive: false}", flow).await;
    assert_eq!(errors(&total), []);
    let connection = |request: &String| {
        request.lines().filter_map(|line| line.strip_prefix("connection: ")).collect::<Vec<_>>().join(",")
    };
    let said: Vec<String> = server.requests().iter().map(connection).collect();
    assert_eq!((said, server.connections()), (vec!["close".into(), "close".into(), "keep-alive".into()], 3));
    let server = RawServer::start(|_| answer("200 OK", b""));
    run(&server, "  http: {keepAlive: true}", "      - get: {url: /a}\n      - get: {url: /c}").await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_body_may_be_as_long_as_the_script_says_and_no_longer() {
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n123456789\r\n0\r\n\r\n";
    let server = RawServer::start(|line| match line {
        "GET /8 HTTP/1.1" => answer("200 OK", b"12345678"),
        "GET /9 HTTP/1.1" => answer("200 OK", b"123456789"),
        _ => Act::Send(chunked.to_vec()),
    });
    for (url, wanted) in [("/8", 0), ("/9", 1), ("/chunked", 1)] {
        let total = run(&server, "  http: {maxBodyBytes: 8}", &format!("      - get: {{url: {url}}}")).await;
        let too_long = total.errors.get(&ErrorKind::BodyTooLong).map_or(0, |tally| tally.count);
        assert_eq!((too_long, total.errors.len()), (wanted, wanted as usize), "{url}");
    }
}

#[tokio::test]
async fn every_hop_counts_and_only_the_last_answer_is_the_request_s() {
    let server = RawServer::start(|line| match line {
        "POST /a HTTP/1.1" => answer("302 Found\r\nlocation: /b?x=1", b"hop"),
        "POST /b?x=1 HTTP/1.1" => answer("303 See Other\r\nlocation: c", b"hop"),
        "GET /same HTTP/1.1" => answer("304 Not Modified", b""),
        _ => answer("200 OK", b"{\"id\":7}"),
    });
    let flow = "      - post: {url: /a, json: {n: 1}, capture: {json: $.id, as: id}}\n      \
                - get: {url: '/{{ id }}'}\n      - get: {url: /same}\n      - post: {url: /a, followRedirect: false}";
    let total = run(&server, "", flow).await;
    let wanted = ["POST /a", "POST /b?x=1", "GET /c", "GET /7", "GET /same", "POST /a"];
    assert_eq!(lines(&server), wanted.map(|line| format!("{line} HTTP/1.1")));
    assert!(server.requests()[1].ends_with("{\"n\":1}") && !server.requests()[2].contains("content-length"));
    let all = total.requests();
    assert_eq!((all.requests, all.responses()), (6, 6));
    assert_eq!(all.followed.into_iter().collect::<Vec<_>>(), [(302, 1), (303, 1)]);
    assert_eq!(all.codes.into_iter().collect::<Vec<_>>(), [(200, 2), (302, 1), (304, 1)]);
    assert_eq!((all.bytes_in, total.users().completed), (8 + 8 + 3, 1));
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = RawServer::start(|_| answer("302 Found\r\nlocation: /", b""));
    let total = run(&server, "", "      - get: {url: /, maxRedirects: 3}\n      - get: {url: /never}").await;
    assert_eq!(lines(&server).len(), 4);
    assert_eq!(errors(&total), [(ErrorKind::TooManyRedirects, 1)]);
    let all = total.requests();
    assert_eq!((all.responses(), all.codes.len(), total.users().failed), (4, 0, 1));
}

#[tokio::test]
async fn another_origin_learns_no_secrets() {
    let other = RawServer::start(|_| answer("200 OK", b""));
    let there = format!("302 Found\r\nlocation: {}/far", other.url());
    let server = RawServer::start(move |_| answer(&there, b""));
    run(&server, "", "      - get: {url: /, auth: {user: u, pass: p}, headers: {cookie: raw=1, x-own: '1'}}")
        .await;
    assert!(server.requests()[0].contains("authorization: Basic dTpw"));
    let far = &other.requests()[0];
    assert!(far.contains("x-own: 1") && !far.contains("cookie") && !far.contains("authorization"), "{far}");
    assert!(far.contains(&format!("host: {}", other.address())), "{far}");
}

#[tokio::test]
async fn cookies_live_as_long_as_their_user() {
    let server = RawServer::start(|line| match line {
        "GET /set HTTP/1.1" => answer("200 OK\r\nset-cookie: sid=1; Path=/\r\nset-cookie: nothing", b""),
        _ => answer("200 OK", b""),
    });
    let flow = "      - get: {url: /a}\n      - get: {url: /b, cookie: {own: 'x{{ $loopCount }}'}}\n      \
                - get: {url: /c}\n      - get: {url: /set}\n      - get: {url: /d}";
    let total = run(&server, "", &flow.replace("{{ $loopCount }}", "1")).await;
    let cookie = |request: &String| {
        let line = request.lines().find(|line| line.starts_with("cookie: "));
        line.map_or("", |line| &line[8..]).to_owned()
    };
    let sent: Vec<String> = server.requests().iter().map(cookie).collect();
    assert_eq!(sent, ["", "own=x1", "", "", "own=x1; sid=1"]);
    assert_eq!((errors(&total), total.users().completed), (vec![(ErrorKind::CookieUnreadable, 1)], 1));
}

#[tokio::test]
async fn compressed_bodies_are_read_where_something_looks_at_them() {
    // `{"id":5}` by gzip.
    const PACKED: &[u8] = &[
        31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 1, 8, 0, 247, 255, 123, 34, 105, 100, 34, 58, 53, 125, 193, 61, 49,
        32, 8, 0, 0, 0,
    ];
    let server = RawServer::start(|line| match line {
        "GET /bad HTTP/1.1" => answer("200 OK\r\ncontent-encoding: gzip", b"not so"),
        _ => answer("200 OK\r\ncontent-encoding: gzip", PACKED),
    });
    let flow = "      - get: {url: /a, capture: {json: $.id, as: id}}\n      - get: {url: '/{{ id }}', gzip: false}\n      \
                - get: {url: /bad}\n      - get: {url: /bad, capture: {json: $.id, as: id}}";
    let total = run(&server, "", flow).await;
    let requests = server.requests();
    assert!(requests[0].contains("accept-encoding: gzip, deflate, br"));
    assert!(requests[1].starts_with("GET /5 ") && !requests[1].contains("accept-encoding"));
    assert_eq!(requests.len(), 4);
    assert_eq!(errors(&total), [(ErrorKind::Undecodable, 1)]);
}

#[tokio::test]
async fn lists_in_headers_forms_and_cookies_are_as_in_javascript() {
    let server = RawServer::start(|_| answer("200 OK", b""));
    let config = "  variables: {list: [[1, two]], map: {a: 1}, wide: č}";
    let flow = "      - post: {url: /, headers: {x: '{{ list }}'}, cookie: {c: '{{ map }}; x', d: '{{ list }}'}, \
                form: {l: '{{ list }}', m: '{{ map }}', n: [1, null]}}\n      - get: {url: /, headers: {x: '{{ wide }}'}}";
    let total = run(&server, config, flow).await;
    let request = &server.requests()[0];
    assert!(request.contains("\r\nx: 1\r\nx: two\r\n"), "{request}");
    assert!(request.contains("cookie: c={\"a\":1}; d=1,two\r\n"), "{request}");
    assert!(request.ends_with("l=1%2Ctwo&m=%5Bobject+Object%5D&n=1%2C"), "{request}");
    assert_eq!(errors(&total), [(ErrorKind::InvalidHeader, 1)]);
}

#[tokio::test]
async fn a_cookie_that_cannot_be_kept_counts_by_whether_the_jar_is_in_use() {
    let server = RawServer::start(|line| match line {
        "GET /kept HTTP/1.1" => answer("200 OK\r\nset-cookie: a=1", b""),
        _ => answer("200 OK\r\nset-cookie: b=1; Domain=elsewhere.test", b""),
    });
    let total =
        run(&server, "", "      - get: {url: /}\n      - get: {url: /kept}\n      - get: {url: /}").await;
    assert_eq!((errors(&total), total.users().completed), (vec![(ErrorKind::CookieUnreadable, 1)], 1));
    assert_eq!(total.requests().errors.get(&ErrorKind::RequestRefused), Some(&1));
}

#[tokio::test]
async fn multipart_forms_are_sent_in_parts() {
    let server = RawServer::start(|_| answer("200 OK", b""));
    let choices = Choices {
        files: Files::new(|path| match path {
            "./a/notes.md" => Ok(b"# notes".to_vec()),
            _ => Err(loadgen_scenario::FileError { reason: "none".into(), place: None }),
        }),
        ..Choices::default()
    };
    let flow = "      - post:\n          url: /\n          formData:\n            \
                plain: 5\n            typed: {value: '{}', contentType: application/json}\n            \
                file: {fromFile: ./a/notes.md}";
    play(plan(&server.url(), "", flow, &choices)).await;
    let request = &server.requests()[0];
    let boundary = request.split("boundary=").nth(1).unwrap().lines().next().unwrap();
    assert_eq!(boundary.len(), 50);
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"plain\"\r\n\r\n5\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"typed\"\r\nContent-Type: application/json\r\n\r\n{{}}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"notes.md\"\r\n\
         Content-Type: text/markdown\r\n\r\n# notes\r\n--{boundary}--\r\n"
    );
    assert!(request.ends_with(&body), "{request}");
    assert!(request.contains(&format!("content-length: {}", body.len())));
}

#[tokio::test]
async fn what_cannot_be_sent_fails_the_user_and_counts_no_request() {
    let server = RawServer::start(|_| answer("200 OK", b""));
    let config = "  variables: {nothing: null, line: \"a\\nb\"}";
    for (step, kind) in [
        ("get: {url: /, json: {a: 1}}", Some(ErrorKind::RequestRefused)),
        ("get: {url: /, headers: {x: '{{ nothing }}'}}", Some(ErrorKind::RequestRefused)),
        ("get: {url: /, headers: {x: '{{ line }}'}}", Some(ErrorKind::InvalidHeader)),
        ("get: {url: users}", None),
    ] {
        let total = run(&server, config, &format!("      - {step}")).await;
        assert_eq!((total.requests().requests, total.users().failed), (0, 1), "{step}");
        match kind {
            Some(kind) => {
                assert_eq!(errors(&total), [(kind, 1)], "{step}");
                assert_eq!(total.requests().errors.get(&kind), Some(&1), "{step}");
            }
            None => assert_eq!(total.named_errors.total(), 1, "{step}"),
        }
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_proxy_gets_whole_urls_for_http_and_is_asked_for_a_tunnel_for_https() {
    let proxy = RawServer::start(|line| match line {
        line if line.starts_with("CONNECT") => answer("407 Proxy Authentication Required", b""),
        _ => answer("200 OK", b""),
    });
    let url = proxy.url().replace("http://", "http://me:pw@");
    let choices = Choices {
        process_env: [("HTTP_PROXY".to_owned(), url), ("no_proxy".to_owned(), "localhost".to_owned())].into(),
        ..Choices::default()
    };
    let flow = "      - get: {url: /x?y=1}\n      - get: {url: 'https://secret.test/'}";
    let total = play(plan("http://nowhere.test:81", "", flow, &choices)).await;
    let seen = proxy.requests();
    assert!(seen[0].starts_with("GET http://nowhere.test:81/x?y=1 HTTP/1.1"), "{}", seen[0]);
    assert!(
        seen[0].contains("host: nowhere.test:81") && seen[0].contains("proxy-authorization: Basic bWU6cHc=")
    );
    assert!(seen[1].starts_with("CONNECT secret.test:443 HTTP/1.1"), "{}", seen[1]);
    assert_eq!(errors(&total), [(ErrorKind::ProxyRefused, 1)]);
    assert_eq!(total.requests().responses(), 1);
}
