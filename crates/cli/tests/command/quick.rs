//! `loadgen quick`: what is typed is what is sent, and how often; and phases of users in scripts.

use crate::harness::{Project, Target, loadgen, wait_until};
use crate::stopping::send;
use loadgen_testkit::{Act, RawServer, Transcript, transcript};
use std::io::Write;
use std::process::Stdio;

fn server() -> RawServer {
    RawServer::start(|_| Act::answer(200, "{}"))
}

/// Runs `quick` in a folder of its own, and gives what it says and its results.
pub(crate) fn quick(args: &[&str]) -> (Transcript, serde_json::Value) {
    let folder = tempfile::tempdir().unwrap();
    let args = [&["quick", "-o", "run.json"], args].concat();
    let told = transcript(loadgen(&args).current_dir(folder.path()));
    let text = std::fs::read_to_string(folder.path().join("run.json"));
    let text = text.unwrap_or_else(|_| panic!("{}", told.text()));
    (told, serde_json::from_str(&text).unwrap())
}

pub(crate) fn counter(report: &serde_json::Value, name: &str) -> u64 {
    report["aggregate"]["counters"][name].as_u64().unwrap_or(0)
}

/// What a command that sends nothing says.
fn refused(args: &[&str]) -> String {
    let told = transcript(&mut loadgen(&[&["quick"], args].concat()));
    assert_eq!((told.status, told.stdout.as_str()), (2, ""), "{}", told.text());
    told.stderr
}

#[test]
fn users_send_their_requests_each_on_its_connection() {
    let server = server();
    let (told, report) = quick(&["-c", "3", "-n", "4", &format!("{}/any/quick?x=1", server.url())]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!((counter(&report, "vusers.created"), counter(&report, "http.requests")), (3, 12));
    assert_eq!((server.connections(), server.requests().len()), (3, 12));
    assert!(server.requests().iter().all(|it| it.starts_with("GET /any/quick?x=1 HTTP/1.1\r\n")));
    assert_eq!(report["loadgen"]["scheduled"], 3);
    assert!(told.stdout.contains("quick GET /any/quick → http://"), "{}", told.stdout);
}

#[test]
fn a_duration_keeps_users_and_their_connections() {
    let server = server();
    let address = server.url().replace("http://", "");
    let (told, report) = quick(&["-c", "4", "-d", "0.5", "--shards", "2", &address]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!((counter(&report, "vusers.created"), server.connections()), (4, 4));
    assert_eq!(counter(&report, "vusers.completed"), 4);
    let requests = counter(&report, "http.requests");
    assert!(requests >= 4 && requests == server.requests().len() as u64, "{requests}");
    let own = &report["loadgen"];
    assert_eq!((&own["scheduled"], &own["passes"]), (&0.into(), &4.into()));
    assert!(own["ended"].as_u64().unwrap() >= 500_000_000);
    assert!(told.stdout.contains("no rate offered: the load was closed"), "{}", told.stdout);
    assert!(told.stdout.contains("note: the load was closed (up to 4 users at a time)"), "{}", told.stdout);
    assert!(told.stderr.contains("4 users at a time in 0.500 s"), "{}", told.stderr);
}

#[test]
fn a_user_that_has_sent_its_number_is_replaced_while_there_is_time() {
    let server = server();
    let (told, report) = quick(&["-c", "2", "-n", "3", "-d", "300ms", &server.url()]);
    assert_eq!(told.status, 0, "{}", told.text());
    let users = counter(&report, "vusers.created");
    assert!(users >= 2, "{users}");
    // The time ends the last two before their number is full.
    let requests = counter(&report, "http.requests");
    assert!(requests <= users * 3 && requests >= (users - 2) * 3 + 2, "{requests} of {users}");
    assert_eq!(server.connections() as u64, users);
}

#[test]
fn a_rate_is_sent_by_the_clock_on_shared_connections() {
    let server = server();
    let (told, report) = quick(&["--rate", "100", "-d", "1", "-c", "2", "--shards", "1", &server.url()]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!((counter(&report, "http.requests"), server.requests().len()), (100, 100));
    assert!(server.connections() <= 2, "{} connections", server.connections());
    assert!(!told.stdout.contains("closed"), "{}", told.stdout);
}

#[test]
fn method_headers_and_body_are_sent_as_they_are_typed() {
    let server = server();
    let url = format!("{}/{{{{ a }}}}?b={{{{c}}}}", server.url());
    let once = ["-c", "1", "-n", "1"];
    let args =
        ["-m", "put", "-H", "X-One: {{ $uuid }}", "-H", "host: other", "--data", "{{ d }} \u{1f600}", &url];
    let (told, report) = quick(&[&once[..], &args[..]].concat());
    assert_eq!((told.status, counter(&report, "http.codes.200")), (0, 1), "{}", told.text());
    let sent = &server.requests()[0];
    assert!(sent.starts_with("PUT /%7B%7B%20a%20%7D%7D?b={{c}} HTTP/1.1\r\n"), "{sent}");
    assert!(sent.contains("x-one: {{ $uuid }}\r\n") && sent.contains("host: other\r\n"), "{sent}");
    assert!(sent.ends_with("\r\n\r\n{{ d }} \u{1f600}"), "{sent}");
    assert!(!sent.contains("content-type"), "{sent}");

    let (told, _) = quick(&[&once[..], &["--json", "{\"a\": 1}", &server.url()]].concat());
    assert_eq!(told.status, 0, "{}", told.text());
    let sent = &server.requests()[1];
    assert!(sent.starts_with("POST / HTTP/1.1\r\n") && sent.ends_with("\r\n\r\n{\"a\": 1}"), "{sent}");
    assert!(sent.contains("content-type: application/json\r\n"), "{sent}");
    assert!(sent.contains("accept: application/json\r\n"), "{sent}");

    let with_credentials = server.url().replace("http://", "http://ann:secret@");
    let (told, report) = quick(&[&once[..], &[with_credentials.as_str()]].concat());
    assert!(server.requests()[2].contains("authorization: Basic YW5uOnNlY3JldA==\r\n"));
    assert!(!told.text().contains("secret") && !report.to_string().contains("secret"), "{}", told.text());
}

#[test]
fn a_body_comes_from_a_file_or_from_standard_input() {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("body.txt"), "from a file\n").unwrap();
    let once = ["quick", "-q", "-c", "1", "-n", "1"];
    let url = server.url();
    let mut command = loadgen(&[&once[..], &["--data", "@body.txt", &url]].concat());
    assert_eq!(transcript(command.current_dir(folder.path())).status, 0);
    let mut command = loadgen(&[&once[..], &["--data", "@-", &url]].concat());
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"from stdin").unwrap();
    assert!(child.wait().unwrap().success());
    let bodies: Vec<String> =
        server.requests().iter().map(|it| it.split("\r\n\r\n").nth(1).unwrap().to_owned()).collect();
    assert_eq!(bodies, ["from a file\n", "from stdin"]);
    std::fs::write(folder.path().join("binary"), [0xff, 0xfe]).unwrap();
    for (file, words) in [("@binary", "is not text"), ("@nowhere", "cannot read nowhere")] {
        let told = transcript(loadgen(&["quick", "--data", file, &url]).current_dir(folder.path()));
        assert_eq!(told.status, 2);
        assert!(told.stderr.contains(words) && told.stderr.contains("hint"), "{}", told.stderr);
    }
    assert_eq!(server.connections(), 2);
}

#[test]
fn what_cannot_be_asked_is_told_before_anything_is_sent() {
    let cases: [(&[&str], &str); 13] = [
        (&["-m", "HEAD", "--data", "x", "h"], "a HEAD request has no body"),
        (&["ws://h/"], "WebSocket is not supported yet"),
        (&["ftp://h/"], "only http and https"),
        (&["http://"], "not a URL"),
        (&["--rate", "5", "h"], "--duration"),
        (&["--rate", "5", "-d", "1", "-n", "3", "h"], "cannot be used with"),
        (&["--rate", "nan", "-d", "1", "h"], "above 0"),
        (&["-d", "0", "h"], "it is zero"),
        (&["-d", "soon", "h"], "is not a duration"),
        (&["-c", "0", "h"], "0 is not in"),
        (&["-H", "nonsense", "h"], "Name: value"),
        (&["-H", "content-length: 3", "h"], "fits the body"),
        (&["--data", "a", "--json", "b", "h"], "cannot be used with"),
    ];
    for (args, words) in cases {
        let told = refused(args);
        assert!(told.contains(words), "{args:?}: {told}");
    }
}

#[test]
fn a_target_that_refuses_is_told_in_words() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    drop(taken);
    let (told, report) = quick(&["-c", "2", "-n", "5", &address]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stdout.contains("nothing listens at"), "{}", told.stdout);
    // As in Artillery, a user stops at its first error.
    assert_eq!((counter(&report, "vusers.failed"), counter(&report, "errors.ECONNREFUSED")), (2, 2));
}

#[test]
fn a_signal_ends_a_closed_loop_gracefully() {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    let mut command = loadgen(&["quick", "-q", "-c", "3", "-d", "60", "-o", "run.json", &server.url()]);
    let mut child = command.current_dir(folder.path()).stderr(Stdio::null()).spawn().unwrap();
    wait_until(&mut child, || server.requests().len() >= 10);
    send(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let text = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((counter(&report, "vusers.created"), counter(&report, "vusers.completed")), (3, 3));
    assert_eq!(counter(&report, "http.requests"), counter(&report, "http.responses"));
}

#[test]
fn arrivals_and_closed_loops_mix_in_a_script() {
    let target = Target::start(&[]);
    let phases = "[{duration: 0.5, arrivalRate: 40}, {users: 2, rampTo: 4, duration: 0.5}, {duration: 0.5, arrivalCount: 5}]";
    let project = Project::of(&target.url, phases, "      - get: {url: /health}");
    let (told, report) = project.report(&["--shards", "2"]);
    assert_eq!(told.status, 0, "{}", told.text());
    let own = &report["loadgen"];
    let passes = own["passes"].as_u64().unwrap();
    assert!(passes >= 4, "{passes}");
    assert_eq!(own["scheduled"], 25);
    assert_eq!(counter(&report, "vusers.created"), 25 + passes);
    assert_eq!(target.requests(), 25 + passes);
    assert_eq!(own["phases"][1]["users"], serde_json::json!([2, 4]));
    assert!(told.stdout.contains("25 offered  25 achieved  (100.00 %)"), "{}", told.stdout);
    assert!(told.stderr.contains("25 users and up to 4 more at a time in 1.50 s"), "{}", told.stderr);
    let again = transcript(loadgen(&["report", "run.json"]).current_dir(project.path("")));
    assert!(again.stdout.contains("25 offered  25 achieved  (100.00 %)"), "{}", again.stdout);
}
