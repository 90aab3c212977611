//! What the target tells of its own working: its log, and what is refused of the flags.

use crate::harness::loadgen;
use loadgen_testkit::transcript;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// `loadgen target` with these flags, and with none of the variables that it heeds.
fn target(flags: &[&str]) -> Command {
    let mut command = loadgen(&["target", "--listen", "127.0.0.1:0", "--until-stdin-ends"]);
    for variable in ["RUST_LOG", "LOADGEN_LOG", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME"] {
        command.env_remove(variable);
    }
    command.args(flags);
    command
}

/// Starts a target, asks it once and ends it: what it answered, and what it logged.
fn ask_once(command: &mut Command, path: &str) -> (String, Vec<String>) {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}"));
    let mut stream = TcpStream::connect(address).unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: x\r\ntraceparent: {PARENT}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    drop(child.stdin.take());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(child.wait().unwrap().success(), "{log}");
    (answer, log.lines().map(str::to_owned).collect())
}

#[test]
fn lines_of_json_carry_the_trace() {
    // Nobody listens there: that is told in the log, and nobody else notices.
    let flags =
        ["--log-format", "json", "--log-level", "info", "--access-log", "--otlp", "http://127.0.0.1:1"];
    let (answer, log) = ask_once(&mut target(&flags), "/health");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let lines: Vec<serde_json::Value> =
        log.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let said = |message: &str| {
        lines.iter().find(|line| line["message"] == message).unwrap_or_else(|| panic!("{message}: {log:#?}"))
    };
    let access = said("answered");
    assert_eq!((&access["level"], &access["target"]), (&"INFO".into(), &"loadgen_target::access".into()));
    assert_eq!(access["trace_id"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(access["span_id"].as_str().unwrap().len(), 16);
    assert!(access["timestamp"].as_str().unwrap().ends_with('Z'));
    let fields = &access["fields"];
    assert_eq!((&fields["method"], &fields["path"]), (&"GET".into(), &"/health".into()));
    assert_eq!((&fields["status"], fields["duration_ms"].is_number()), (&200.into(), true));
    assert_eq!(said("serving")["fields"]["service"], "all");
    assert_eq!(said("serving").get("trace_id"), None);
    let unsent = said("spans cannot be sent; they are dropped until they can");
    assert_eq!(unsent["fields"]["collector"], "http://127.0.0.1:1/v1/traces");
}

#[test]
fn it_is_silent_unless_asked() {
    let (_, log) = ask_once(&mut target(&[]), "/health");
    assert!(log.is_empty(), "{log:?}");
    // The access log does not bring all other lines along.
    let (_, log) = ask_once(&mut target(&["--access-log"]), "/health");
    assert!(log.len() == 1 && log[0].contains("path=\"/health\""), "{log:?}");
    let (_, log) = ask_once(target(&[]).env("RUST_LOG", "loadgen_target=info"), "/health");
    assert!(log.iter().any(|line| line.contains("serving")), "{log:?}");
    // It may be meant for another program.
    let (_, log) = ask_once(target(&[]).env("RUST_LOG", "a=b"), "/health");
    assert!(log.len() == 1 && log[0].contains("RUST_LOG=a=b is not understood"), "{log:?}");
}

#[test]
fn debug_endpoints_are_there_when_asked_for() {
    assert!(ask_once(&mut target(&[]), "/debug/heap").0.starts_with("HTTP/1.1 404 "));
    let answer = ask_once(&mut target(&["--debug-endpoints"]), "/debug/heap").0;
    let expected = if cfg!(feature = "heap") { "HTTP/1.1 200 " } else { "HTTP/1.1 501 " };
    assert!(answer.starts_with(expected), "{answer}");
}

#[test]
fn flags_that_mean_nothing_are_refused() {
    for (flags, message) in [
        (&["--log-level", "loud"][..], "`loud` is neither a level nor target=level"),
        (&["--trace-sample", "1.5"], "must be a number from 0 to 1"),
        (&["--trace-sample", "-1"], "must be a number from 0 to 1"),
        (&["--log-format", "xml"], "possible values: text, json"),
        (&["--debug-from-anywhere"], "--debug-endpoints"),
    ] {
        let told = transcript(&mut target(flags));
        assert!(told.status == 2 && told.stderr.contains(message), "{flags:?}: {}", told.text());
    }
    let told = transcript(&mut target(&["--otlp", "http://a b"]));
    assert_eq!(told.status, 3, "{}", told.text());
    assert!(told.stderr.contains("cannot set up the target's traces"), "{}", told.stderr);
    assert!(told.stderr.contains("hint: --otlp"), "{}", told.stderr);
}
