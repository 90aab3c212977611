//! Targets that misbehave: the run goes on, and the summary says what happened.

use crate::harness::Project;
use loadgen_testkit::{Act, RawServer};

const THREE: &str = "[{duration: 0.2, arrivalCount: 3}]";

#[test]
fn a_target_that_is_not_there_is_said_plainly() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let project =
        Project::of(&format!("http://{free}"), THREE, "      - get: {url: /x}\n      - get: {url: /never}");
    let (told, report) = project.report(&[]);
    assert_eq!(told.status, 0, "no threshold was set: {}", told.text());
    let counters = &report["aggregate"]["counters"];
    assert_eq!((&counters["errors.ECONNREFUSED"], &counters["vusers.failed"]), (&3.into(), &3.into()));
    assert_eq!(counters["http.responses"], serde_json::Value::Null);
    for words in ["ECONNREFUSED", "no request was answered", "nothing listens"] {
        assert!(told.stdout.contains(words), "{words}: {}", told.stdout);
    }
}

#[test]
fn a_capture_from_something_else_than_json_fails_its_user() {
    let server = RawServer::start(|line| match line {
        "GET /html HTTP/1.1" => Act::answer(502, "<html>bad gateway</html>"),
        _ => Act::answer(200, "{}"),
    });
    let flow = "      - get: {url: /html, capture: {json: $.id, as: id}}\n      - get: {url: /never}";
    let (told, report) = Project::of(&server.url(), THREE, flow).report(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    let counters = &report["aggregate"]["counters"];
    assert_eq!(counters["errors.Failed capture or match"], 3);
    assert_eq!(counters["http.codes.502"], 3);
    assert_eq!(counters["vusers.failed"], 3);
    assert!(told.stdout.contains("status 502"), "{}", told.stdout);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn an_answer_that_is_not_http_is_counted_and_the_others_go_on() {
    let server = RawServer::start(|line| match line {
        "GET /bad HTTP/1.1" => Act::SendAndClose(b"what?\r\n\r\n".to_vec()),
        _ => Act::answer(200, "{}"),
    });
    let text = format!(
        "config:\n  target: \"{}\"\n  phases: [{{duration: 0.5, arrivalCount: 40}}]\nscenarios:\n  - flow: [{{get: {{url: /bad}}}}]\n  - flow: [{{get: {{url: /good}}}}]\n",
        server.url()
    );
    let (told, report) = Project::new(&text).report(&["--seed", "1"]);
    assert_eq!(told.status, 0, "{}", told.text());
    let counters = &report["aggregate"]["counters"];
    let bad = counters["errors.HPE_INVALID_CONSTANT"].as_u64().unwrap();
    let good = counters["http.codes.200"].as_u64().unwrap();
    assert_eq!((bad + good, bad > 0, good > 0), (40, true, true));
    assert_eq!(counters["vusers.failed"], bad);
}

#[test]
fn a_slow_target_times_out() {
    let server = RawServer::start(|_| Act::Silence);
    let text = format!(
        "config:\n  target: \"{}\"\n  http: {{timeout: 0.1}}\n  phases: {THREE}\nscenarios:\n  - flow: [{{get: {{url: /x}}}}]\n",
        server.url()
    );
    let (told, report) = Project::new(&text).report(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(report["aggregate"]["counters"]["errors.ETIMEDOUT"], 3);
}
