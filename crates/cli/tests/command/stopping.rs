//! Ctrl-C: no new users, those that are running may finish, the report is written.

use crate::harness::Project;
use loadgen_testkit::{Act, RawServer};
use std::process::{Child, Command, Stdio};

/// Starts a long run, waits until it has sent something, and sends it signals.
fn interrupted(act: Act, signals: &[&str]) -> (Option<i32>, String, serde_json::Value) {
    let server = RawServer::start(move |_| act.clone());
    let project = Project::of(&server.url(), "[{duration: 60, arrivalRate: 20}]", "      - get: {url: /x}");
    let mut command = project.command(&["-o", "run.json"]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while server.requests().len() < 3 {
        std::thread::yield_now();
    }
    for signal in signals {
        send(&child, signal);
    }
    let output = child.wait_with_output().unwrap();
    let report = std::fs::read_to_string(project.path("run.json")).unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said, serde_json::from_str(&report).unwrap())
}

fn send(child: &Child, signal: &str) {
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
fn the_second_signal_ends_it_at_once() {
    let (status, said, report) = interrupted(Act::Silence, &["-INT", "-TERM"]);
    assert_eq!(status, Some(130), "{said}");
    let counters = &report["aggregate"]["counters"];
    assert_eq!(counters["vusers.completed"], serde_json::Value::Null);
    assert_eq!(counters["loadgen.vusers.interrupted"], counters["vusers.created"], "{said}");
}
