//! What was sent is what is reported, and what is scheduled is what is sent.

use crate::harness::{Project, Target};

fn counter(report: &serde_json::Value, name: &str) -> u64 {
    report["aggregate"]["counters"][name].as_u64().unwrap_or(0)
}

#[test]
fn the_target_counts_as_many_requests_as_the_report_and_users_as_the_schedule() {
    let target = Target::start(&[]);
    // 1 s · 40/s + 1 s · (10 + 50)/2 + 25 in 0.5 s + a pause = 40 + 30 + 25 users; three requests each.
    let phases = "[{duration: 1, arrivalRate: 40}, {duration: 1, arrivalRate: 10, rampTo: 50},
    {pause: 0.3}, {duration: 500ms, arrivalCount: 25}]";
    let flow = "
      - post:
          url: /users
          json: {name: \"n\", email: \"{{ $uuid }}@example.com\"}
          capture: {json: $.id, as: id}
      - get: {url: \"/users/{{ id }}\"}
      - delete: {url: \"/users/{{ id }}\"}";
    let (told, report) = Project::of(&target.url, phases, flow).report(&["--shards", "2"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(counter(&report, "vusers.created"), 95);
    assert_eq!(counter(&report, "vusers.completed"), 95);
    assert_eq!(counter(&report, "http.requests"), 285);
    assert_eq!(counter(&report, "http.responses"), 285);
    assert_eq!(target.requests(), 285);
    assert_eq!(counter(&report, "http.codes.201"), 95);
    assert_eq!(counter(&report, "http.codes.204"), 95);
    assert_eq!(report["loadgen"]["scheduled"], 95);
}

#[test]
fn a_pool_sends_as_much_as_own_connections() {
    let target = Target::start(&["--service", "users"]);
    let script = format!(
        "config:\n  target: \"{}\"\n  http: {{pool: 3}}\n  phases: [{{duration: 1, arrivalRate: 200}}]\nscenarios:\n  - flow:\n      - get: {{url: /users}}\n      - get: {{url: /orders}}\n",
        target.url
    );
    let (told, report) = Project::new(&script).report(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!((counter(&report, "http.codes.200"), counter(&report, "http.codes.404")), (200, 200));
    assert_eq!(target.requests(), 400);
}

#[test]
fn the_same_seed_sends_the_same_whatever_the_shards() {
    let sent = |shards: &str| {
        let server = loadgen_testkit::RawServer::start(|_| loadgen_testkit::Act::answer(200, "{}"));
        let flow = "      - get: {url: \"/a/{{ $randomNumber(1, 1000000) }}\"}";
        let project = Project::of(&server.url(), "[{duration: 0.2, arrivalCount: 20}]", flow);
        let told = project.run(&["--seed", "42", "--shards", shards]);
        assert_eq!(told.status, 0, "{}", told.text());
        let mut lines: Vec<String> =
            server.requests().iter().map(|it| it.lines().next().unwrap().to_owned()).collect();
        lines.sort();
        lines
    };
    let one = sent("1");
    assert_eq!(one.len(), 20);
    assert_eq!(one, sent("3"));
}

#[test]
fn the_very_first_user_is_measured_like_any_other() {
    // One user, due at the run's start: nothing of what it does can have taken no time at all.
    let server = loadgen_testkit::RawServer::start(|_| loadgen_testkit::Act::answer(200, "{}"));
    let flow = "      - loop: [{get: {url: /x}}]\n        count: 30";
    let (told, report) = Project::of(&server.url(), "[{duration: 0.1, arrivalCount: 1}]", flow).report(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    for name in ["http.latency", "vusers.session_length"] {
        let least = report["aggregate"]["summaries"][name]["min"].as_f64().unwrap();
        assert!(least > 0.0, "{name}: {least}");
    }
}

#[test]
fn a_post_without_a_body_says_so() {
    let server = loadgen_testkit::RawServer::start(|_| loadgen_testkit::Act::answer(200, "{}"));
    let flow = "      - post: {url: /x}\n      - get: {url: /x}";
    let told = Project::of(&server.url(), "[{duration: 0.1, arrivalCount: 1}]", flow).run(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    let requests = server.requests();
    assert!(requests[0].contains("content-length: 0\r\n"), "{}", requests[0]);
    assert!(!requests[1].contains("content-length"), "{}", requests[1]);
}

#[test]
fn a_url_that_turns_out_to_be_a_path_goes_to_the_target() {
    let server = loadgen_testkit::RawServer::start(|_| loadgen_testkit::Act::answer(200, "{}"));
    let script = format!(
        "config:\n  target: \"{}/api\"\n  variables: {{path: \"/x y\", plain: /z}}\n  phases: [{{duration: 0.1, arrivalCount: 1}}]\nscenarios:\n  - flow:\n      - get: {{url: \"{{{{ path }}}}\"}}\n      - get: {{url: \"{{{{ plain }}}}\", expect: {{statusCode: 500}}}}\n",
        server.url()
    );
    let told = Project::new(&script).run(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    let lines: Vec<String> =
        server.requests().iter().map(|it| it.lines().next().unwrap().to_owned()).collect();
    assert_eq!(lines, ["GET /api/x%20y HTTP/1.1", "GET /api/z HTTP/1.1"]);
    assert!(told.stderr.contains("`expect` has no effect"), "{}", told.stderr);
}
