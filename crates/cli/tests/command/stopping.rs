//! Ctrl-C: no new users, those that are running may finish, the report is written.

use crate::harness::{Project, wait_until};
use loadgen_testkit::{Act, RawServer};
use std::process::{Child, Command, Stdio};

/// Starts a long run, waits until it has sent something, and sends it signals.
fn interrupted(act: Act, signals: &[&str]) -> (Option<i32>, String, serde_json::Value) {
    interrupted_in("      - get: {url: /x}", 3, act, signals)
}

/// The same with a flow of one's own, once there were so many requests.
fn interrupted_in(
    flow: &str,
    requests: usize,
    act: Act,
    signals: &[&str],
) -> (Option<i32>, String, serde_json::Value) {
    let server = RawServer::start(move |_| act.clone());
    let project = Project::of(&server.url(), "[{duration: 60, arrivalRate: 20}]", flow);
    let mut command = project.command(&["-o", "run.json"]);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(&mut child, || server.requests().len() >= requests);
    for signal in signals {
        send(&child, signal);
    }
    let output = child.wait_with_output().unwrap();
    let report = std::fs::read_to_string(project.path("run.json")).unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said, serde_json::from_str(&report).unwrap())
}

pub(crate) fn send(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

#[test]
fn the_first_signal_ends_the_run_gracefully_with_its_report() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let (status, said, report) = interrupted(Act::answer(200, "{}"), &[signal]);
        assert_eq!(status, Some(code), "{said}");
        let counters = &report["aggregate"]["counters"];
        assert!(counters["vusers.created"].as_u64().unwrap() >= 3);
        assert_eq!(counters["vusers.created"], counters["vusers.completed"], "{said}");
        assert!(said.contains("stopping"), "{said}");
    }
}

#[test]
fn a_run_that_stood_still_says_for_how_long() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let project = Project::of(&server.url(), "[{duration: 60, arrivalRate: 20}]", "      - get: {url: /x}");
    let mut command = project.command(&["-o", "run.json"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until(&mut child, || server.requests().len() >= 3);
    send(&child, "-STOP");
    // Another run of three seconds goes by: one whole second at least is missed, wherever in a second it was stopped.
    let other = Project::of(&server.url(), "[{duration: 3, arrivalRate: 1}]", "      - get: {url: /y}");
    assert_eq!(other.run(&[]).status, 0);
    // Asked to end while it stands still: what was missed before that is told all the same.
    send(&child, "-INT");
    send(&child, "-CONT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let report = std::fs::read_to_string(project.path("run.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let validity = &report["loadgen"]["validity"];
    let warnings = validity["warnings"].as_array().unwrap();
    let still = warnings.iter().find(|it| it["kind"] == "stood_still");
    assert!(still.is_some_and(|it| it["seconds"].as_u64().unwrap() >= 1), "{validity}");
    assert_ne!(validity["state"], "valid");
}

#[test]
fn the_second_signal_ends_it_at_once() {
    let (status, said, report) = interrupted(Act::Silence, &["-INT", "-TERM"]);
    assert_eq!(status, Some(130), "{said}");
    let counters = &report["aggregate"]["counters"];
    assert_eq!(counters["vusers.completed"], serde_json::Value::Null);
    assert_eq!(counters["loadgen.vusers.interrupted"], counters["vusers.created"], "{said}");
}

#[test]
fn the_second_signal_ends_it_with_its_report_though_a_thread_hangs() {
    // A pattern that tries every way of parting the letters before it finds nothing.
    let flow = "      - get: {url: /x, capture: {regexp: \"^(a+)+$\", as: a}}";
    let body = "a".repeat(60) + "!";
    let (status, said, report) = interrupted_in(flow, 1, Act::answer(200, &body), &["-INT", "-TERM"]);
    assert_eq!(status, Some(130), "{said}");
    assert_eq!(report["loadgen"]["stopped"], "SIGINT", "{said}");
    assert!(said.contains("threads of the load did not end when asked to"), "{said}");
}

#[test]
fn a_reader_that_does_not_read_holds_nothing_up() {
    // Enough lines to fill any pipe and all that may wait.
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let line = "x".repeat(2000);
    let flow =
        format!("      - loop:\n          - log: \"{line}\"\n        count: 1000\n      - get: {{url: /x}}");
    let project = Project::of(&server.url(), "[{duration: 0.5, arrivalRate: 20}]", &flow);
    let mut command = project.command(&["-o", "run.json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(&mut child, || project.path("run.json").exists());
    let output = child.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{err}");
    let kept = out.lines().filter(|it| **it == line).count();
    let left_out = 10_000 - kept;
    assert!(kept >= 1000 && left_out >= 1000, "{kept}");
    let told =
        err.lines().find(|it| it.contains("left out of standard output")).unwrap_or_else(|| panic!("{err}"));
    let digits: String = told.chars().filter(char::is_ascii_digit).collect();
    assert!(digits.parse::<usize>().unwrap() >= left_out, "{told}");
    assert!(out.contains("All VUs finished"), "what is ours is not left out");
}

#[test]
fn a_reader_that_does_not_read_keeps_nobody_from_ending_the_run() {
    // Enough lines to fill any pipe, and nobody at its other end.
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let line = "x".repeat(200);
    let flow = format!(
        "      - loop:\n          - log: \"{line}\"\n        count: 100000\n      - get: {{url: /x}}"
    );
    let project = Project::of(&server.url(), "[{duration: 60, arrivalRate: 20}]", &flow);
    let mut command = project.command(&["-o", "run.json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    wait_until(&mut child, || !server.requests().is_empty());
    for _ in 0..3 {
        send(&child, "-INT");
        // Signals of one kind that are not yet taken are one.
        std::thread::park_timeout(std::time::Duration::from_millis(200));
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
