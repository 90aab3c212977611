//! Who the live page lets in.

use super::Shown;
use crate::harness::Project;
use loadgen_testkit::{Act, Browser, RawServer};
use std::io::{Read, Write};
use std::net::TcpStream;

/// The whole answer to a request with these headers; `Host` is the right one unless it is among them.
fn ask(method: &str, url: &str, headers: &[&str]) -> String {
    let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let mut head = format!("{method} /{path} HTTP/1.1\r\nconnection: close\r\n");
    if !headers.iter().any(|header| header.starts_with("host:")) {
        head += &format!("host: {host}\r\n");
    }
    headers.iter().for_each(|header| head += &format!("{header}\r\n"));
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn beyond_loopback_the_token_is_needed_and_then_kept_out_of_sight() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let project = Project::of(&server.url(), "[{duration: 120, arrivalRate: 5}]", "      - get: {url: /a}");
    let shown = Shown::start(&project, &["--ui", "0.0.0.0:0"]);
    let token = shown.url.split("token=").nth(1).unwrap();
    let stranger = Browser::shared().page();
    let other = if token.starts_with('0') { '1' } else { '0' };
    for url in [shown.base().to_owned(), format!("{}?token={other}{}", shown.base(), &token[1..])] {
        stranger.open(&url);
        let said = stranger.value("document.body.innerText");
        assert!(said.as_str().unwrap().contains("This page needs its token"), "{said}");
    }
    for path in ["events", "report.html", "run.json", "elsewhere"] {
        assert_eq!(stranger.number(&format!("fetch('/{path}').then(it => it.status)")), 401, "{path}");
    }
    assert_eq!(stranger.number("fetch('/stop', {method: 'POST'}).then(it => it.status)"), 401);

    let page = Browser::shared().page();
    page.open(&shown.url);
    page.until("document.querySelector('main').innerText.trim() !== ''");
    assert_eq!(page.value("location.href"), shown.base());
    assert_eq!(page.value("document.cookie"), "", "scripts do not see it");
    // The cookie has it now.
    page.open(shown.base());
    page.until("document.querySelector('main').innerText.trim() !== ''");
    assert!(
        page.sent_headers("referer").iter().all(|it| !it.contains(token)),
        "{:?}",
        page.sent_headers("referer")
    );
    assert_eq!(page.problems(), Vec::<String>::new());
    // To stop the run it takes the page's key besides.
    assert_eq!(page.number("fetch('/stop', {method: 'POST'}).then(it => it.status)"), 403);
}

#[test]
fn on_loopback_other_sites_get_nothing_and_stop_nothing() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let project = Project::of(&server.url(), "[{duration: 120, arrivalRate: 5}]", "      - get: {url: /a}");
    let shown = Shown::start(&project, &["--ui", "0"]);
    let base = shown.base();
    let front = ask("GET", base, &[]);
    assert!(front.starts_with("HTTP/1.1 200"), "{front}");
    for header in [
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "content-security-policy: frame-ancestors 'none'",
    ] {
        assert!(front.contains(header), "{header}\n{front}");
    }
    assert!(front.contains("default-src 'none'"), "{front}");
    let key = front.split("\"key\":\"").nth(1).unwrap().split('"').next().unwrap();
    // A name of somebody else's that leads here.
    assert!(ask("GET", base, &["host: evil.example"]).starts_with("HTTP/1.1 403"));
    assert!(ask("GET", base, &["host: localhost:1"]).starts_with("HTTP/1.1 200"));
    // A page of somebody else's, and one that has no key.
    let (stop, key) = (format!("{base}stop"), format!("x-loadgen-key: {key}"));
    assert!(ask("POST", &stop, &["origin: http://evil.example", &key]).starts_with("HTTP/1.1 403"));
    assert!(ask("POST", &stop, &[]).starts_with("HTTP/1.1 403"));
    assert!(ask("GET", &stop, &[&key]).starts_with("HTTP/1.1 405"));
    assert!(ask("GET", &format!("{base}run.json"), &[]).starts_with("HTTP/1.1 404"), "the run goes on");
    let own = format!("origin: {}", base.trim_end_matches('/'));
    // A page is connected, so the process waits until it is gone.
    let mut events = TcpStream::connect(base.trim_start_matches("http://").trim_end_matches('/')).unwrap();
    events.write_all(b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    events.read_exact(&mut [0; 100]).unwrap();
    // The load may have yet to begin.
    while !ask("POST", &stop, &[&own, &key]).starts_with("HTTP/1.1 202") {}
    drop(events);
    assert_eq!(shown.code(), Some(130));
}
