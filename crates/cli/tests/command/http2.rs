//! HTTP/2 by the whole command: `quick --http2`, `http2: true` in scripts, and the target.

use crate::harness::{Project, Target, loadgen};
use crate::quick::{counter, quick};
use loadgen_testkit::{Act, Http2Server, RawServer, React, transcript};

#[test]
fn quick_sends_http2_to_a_plain_target_without_asking() {
    let server = Http2Server::plain(|_| React::answer(200, "hello"));
    let url = server.url().replace("http://", "");
    let (told, report) =
        quick(&["--http2", "-c", "3", "-n", "4", "--json", "{\"a\": 1}", "-H", "host: other", &url]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!((counter(&report, "http.codes.200"), counter(&report, "http.downloaded_bytes")), (12, 60));
    assert_eq!(server.connections(), 3, "one for each user");
    for asked in server.requests() {
        assert_eq!(
            (asked.line.as_str(), asked.body.as_slice()),
            ("POST http://other/", b"{\"a\": 1}".as_slice())
        );
        assert!(!asked.headers.iter().any(|(name, _)| name == "host" || name == "connection"), "{asked:?}");
    }
    assert!(told.stdout.contains("quick POST / over HTTP/2 → http://"), "{}", told.stdout);
    assert_eq!(report["aggregate"]["summaries"]["http.response_time"]["count"], 12);
}

#[test]
fn quick_keeps_a_rate_over_http2_connections_that_all_share() {
    let server = Http2Server::tls(&["h2", "http/1.1"], |_| React::answer(200, "hello"));
    let args = ["--http2", "-k", "--rate", "100", "-d", "1", "-c", "2", "--shards", "1"];
    let (told, report) = quick(&[&args[..], &[&server.url()]].concat());
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!((counter(&report, "http.codes.200"), server.requests().len()), (100, 100));
    assert!(server.connections() <= 2, "{} connections", server.connections());
}

#[test]
fn a_target_without_http2_is_an_error_of_its_requests() {
    let plain = RawServer::start(|_| Act::SendAndClose(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()));
    let tls = Http2Server::tls(&["http/1.1"], |_| React::answer(200, ""));
    for url in [plain.url(), tls.url()] {
        let (told, report) = quick(&["--http2", "-k", "-c", "2", "-n", "5", &url]);
        let missing = counter(&report, "errors.ERR_HTTP2_NOT_AGREED");
        assert_eq!((missing, counter(&report, "vusers.failed")), (2, 2), "{}", told.text());
        assert!(told.stdout.contains("does not speak HTTP/2"), "{}", told.stdout);
    }
    assert!(tls.requests().is_empty());
}

#[test]
fn the_target_of_loadgen_speaks_both() {
    let target = Target::start(&[]);
    let url = format!("{}/health", target.url);
    for args in [&["-c", "2", "-n", "3"][..], &["-c", "2", "-n", "3", "--http2"]] {
        let (told, report) = quick(&[args, &[&url]].concat());
        assert_eq!((told.status, counter(&report, "http.codes.200")), (0, 6), "{}", told.text());
    }
    assert_eq!(target.requests(), 12);
}

#[test]
fn a_script_asks_for_http2_by_request() {
    let server = Http2Server::tls(&["h2", "http/1.1"], |line| match line.ends_with("/login") {
        true => {
            React::Answer(302, vec![("location", "/home".into()), ("set-cookie", "sid=1".into())], Vec::new())
        }
        false => React::answer(200, "{\"id\": 7}"),
    });
    let flow = "      - post: {url: /login, http2: true, json: {n: 1}}\n      \
                - parallel:\n          - get: {url: /a, http2: true, capture: {json: $.id, as: id}}\n          \
                - get: {url: /b, http2: true}\n      - get: {url: '/c/{{ id }}', http2: true}";
    let project = Project::of(&server.url(), "[{duration: 1, arrivalCount: 3}]", flow);
    let (told, report) = project.report(&["-k", "--shards", "1"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!((counter(&report, "vusers.completed"), counter(&report, "http.requests")), (3, 15));
    assert_eq!((server.requests().len(), server.connections()), (15, 3));
    let cookies =
        server.requests().iter().filter(|it| it.headers.contains(&("cookie".into(), "sid=1".into()))).count();
    assert_eq!(cookies, 9, "all steps after the login's");
    let last = server.requests().iter().filter(|it| it.line.ends_with("/c/7")).count();
    assert_eq!(last, 3);
    let shown = transcript(loadgen(&["run", "--dry", "-k", "script.yml"]).current_dir(project.path("")));
    assert_eq!(shown.status, 0, "{}", shown.text());
}
