//! Connections: where they leave from, how many there are, and what is told when there can be no more.

use crate::harness::{Project, loadgen};
use loadgen_testkit::transcript;
use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener};
use std::sync::{Arc, Mutex};

/// A server that answers one request of each connection, and where they came from so far.
fn server() -> (String, Arc<Mutex<Vec<IpAddr>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let peers = Arc::<Mutex<Vec<IpAddr>>>::default();
    let seen = Arc::clone(&peers);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            seen.lock().unwrap().push(stream.peer_addr().unwrap().ip());
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
        }
    });
    (url, peers)
}

#[test]
#[cfg(target_os = "linux")]
fn connections_leave_from_the_addresses_that_are_asked_for() {
    let (url, peers) = server();
    let from = "127.0.0.2,127.0.0.8/30";
    let told = transcript(&mut loadgen(&["quick", "-c", "6", "-n", "1", "--local-addresses", from, &url]));
    assert_eq!(told.status, 0, "{}", told.text());
    let mut seen: Vec<String> =
        std::mem::take(&mut *peers.lock().unwrap()).iter().map(ToString::to_string).collect();
    seen.sort();
    // However many threads there are, each begins at another address; six users are enough for all three.
    seen.dedup();
    assert_eq!(seen, ["127.0.0.10", "127.0.0.2", "127.0.0.9"]);

    let project = Project::of(&url, "[{duration: 1, arrivalCount: 1}]", "      - get: {url: /}");
    for args in [&["--local-addresses=127.0.0.7"][..], &["--dry", "--local-addresses", "::1,127.0.0.7"]] {
        assert_eq!(project.run(args).status, 0, "{args:?}");
        assert_eq!(peers.lock().unwrap().pop().unwrap().to_string(), "127.0.0.7", "{args:?}");
    }
}

#[test]
fn addresses_that_connections_cannot_leave_from_are_told_before_the_run() {
    let (url, peers) = server();
    let project = Project::of(&url, "[{duration: 1, arrivalCount: 1}]", "      - get: {url: /}");
    for (args, message, hint) in [
        (
            &["--local-addresses", "127.0.0.1,203.0.113.0/29"][..],
            "connections cannot leave from 203.0.113.1 (and 5 more): ",
            "see `ip addr`",
        ),
        (
            &["--local-addresses", "::1"],
            "the target is 127.0.0.1, and none of --local-addresses is of IPv4",
            "IPv4 is reached from IPv4",
        ),
        (&["--local-addresses", "here"], "`here` is neither an address nor a network", "--help"),
        (
            &["--dry", "--local-addresses", "203.0.113.1"],
            "connections cannot leave from 203.0.113.1: ",
            "nothing was sent",
        ),
    ] {
        let told = project.run(args);
        assert_eq!(told.status, 2, "{}", told.text());
        assert!(told.stderr.contains(message) && told.stderr.contains(hint), "{}", told.text());
    }
    assert!(peers.lock().unwrap().is_empty());
}

/// `loadgen` with these arguments, by a shell that has set a limit.
#[cfg(unix)]
fn limited(limit: &str, args: &[&str]) -> loadgen_testkit::Transcript {
    let plain = loadgen(args);
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", &format!("{limit}; exec \"$@\""), "sh"])
        .arg(plain.get_program())
        .args(plain.get_args());
    transcript(command.env("CI", "false"))
}

#[test]
#[cfg(unix)]
fn too_few_descriptors_are_told_before_the_run_once_while_it_runs_and_in_the_summary() {
    let server = loadgen_testkit::RawServer::start(|_| loadgen_testkit::Act::Silence);
    let url = server.url();
    let args = ["quick", "-c", "100", "-d", "1.2s", "--timeout", "0.2s", url.as_str()];
    let told = limited("ulimit -n 64", &args);
    let before =
        "warning: the run takes up to 100 connections at a time, and this process may have 64 files open";
    let meanwhile = "warning: the generator ran out of file descriptors, ";
    for line in [before, meanwhile] {
        assert_eq!(told.stderr.matches(line).count(), 1, "{line}\n{}", told.text());
    }
    assert_eq!(
        told.stderr.matches("hint: raise `ulimit -n` and its hard limit, or let users share").count(),
        2
    );
    // The summary is wrapped.
    let summary = told.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(summary.contains("all 64 that it may have were open"), "{}", told.text());
    // A soft limit alone is none.
    let told = limited("ulimit -Sn 64", &args);
    assert!(!told.text().contains("descriptors") && !told.text().contains("files open"), "{}", told.text());
    let told = limited("ulimit -n 64", &[&args[..], &["-q"]].concat());
    assert_eq!(told.stderr.matches("ran out of file descriptors, ").count(), 1, "{}", told.text());
}
