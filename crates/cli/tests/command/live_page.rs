//! `--ui`: where the page is, who gets it, and how long it stays. What it looks like is asked of a browser (`browser`).

use crate::harness::{Project, loadgen};
use loadgen_testkit::{Act, RawServer, transcript};

const ONE_GET: &str = "      - get: {url: /a}";

#[test]
fn an_address_that_is_taken_is_an_error_before_any_load() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let project = Project::of(&server.url(), "[{duration: 1, arrivalCount: 1}]", ONE_GET);
    let told = project.run(&["--ui", &address]);
    assert_eq!(told.status, 3, "{}", told.text());
    assert!(
        told.stderr.contains(&format!("cannot listen on {address} for the live page: ")),
        "{}",
        told.stderr
    );
    assert!(told.stderr.contains("--ui without an address takes a free one"), "{}", told.stderr);
    for args in
        [&["--ui=:9464"][..], &["--ui-linger", "5s"], &["--ui", "--ui-linger", "x"], &["--dry", "--ui"]]
    {
        assert_eq!(project.run(args).status, 2, "{args:?}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_run_whose_page_nobody_opened_ends_at_once_where_there_is_no_terminal() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let project = Project::of(&server.url(), "[{duration: 1, arrivalCount: 1}]", ONE_GET);
    let told = transcript(loadgen(&["run", "--ui"]).arg(project.path("script.yml")));
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stderr.contains("live page at http://127.0.0.1:"), "{}", told.stderr);
    assert!(!told.stderr.contains("token"), "{}", told.stderr);
    assert!(told.stderr.contains("no browser has it open; --ui-linger TIME keeps it"), "{}", told.stderr);
}

#[test]
fn a_quick_run_is_shown_too_and_any_address_but_loopback_has_a_token() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let told =
        transcript(&mut loadgen(&["quick", "-q", "-c", "1", "-n", "1", "--ui", "0.0.0.0:0", &server.url()]));
    assert_eq!(told.status, 0, "{}", told.text());
    let line = told.stderr.lines().find(|line| line.starts_with("live page at http://127.0.0.1:")).unwrap();
    let token = line.split("/?token=").nth(1).unwrap().split(' ').next().unwrap();
    assert_eq!(token.len(), 32, "{line}");
    assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
}
