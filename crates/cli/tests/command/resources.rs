//! What the target uses (`--monitor-pid`, `config.monitor`), its flame graph, and files that are attached.

use crate::harness::{Project, loadgen};
use loadgen_testkit::{Act, RawServer, transcript};
use serde_json::Value;
use std::process::Command;

const ONE_GET: &str = "      - get: {url: /}";
const TWO_SECONDS: &str = "[{duration: 2, arrivalRate: 10}]";

fn server() -> RawServer {
    RawServer::start(|path| match path.contains("/debug") {
        true => Act::answer(404, "no"),
        false => Act::answer(200, "{}"),
    })
}

/// What was kept of the resources, a second each.
fn resources(report: &Value) -> &Vec<Value> {
    report["loadgen"]["resources"].as_array().unwrap()
}

#[test]
fn a_process_that_is_not_there_is_an_error_before_any_load() {
    let server = server();
    let told = Project::of(&server.url(), TWO_SECONDS, ONE_GET).run(&["--monitor-pid", "4000000000"]);
    assert_eq!(told.status, 2, "{}", told.text());
    assert!(told.stderr.contains("error: there is no process 4000000000 (--monitor-pid)"), "{}", told.stderr);
    assert_eq!(server.requests().len(), 0);
}

#[test]
#[cfg(unix)]
fn a_process_is_measured_with_its_children_and_its_end_is_told_once() {
    use std::os::unix::process::CommandExt;
    let server = server();
    let project = Project::of(&server.url(), TWO_SECONDS, ONE_GET);
    // It waits for a child that computes.
    let mut parent =
        Command::new("sh").args(["-c", "(while :; do :; done) & wait"]).process_group(0).spawn().unwrap();
    let pid = parent.id().to_string();
    let (told, report) = project.report(&["--monitor-pid", &pid]);
    transcript(Command::new("kill").args(["-9", "--", &format!("-{pid}")]));
    parent.wait().unwrap();
    assert_eq!(told.status, 0, "{}", told.text());
    let cpu = |it: &Value| it["target_cpu"].as_f64().unwrap_or_default();
    assert!(resources(&report).iter().map(cpu).sum::<f64>() > 0.05, "{report}");
    assert!(resources(&report).iter().all(|it| it["target_memory"].as_u64().unwrap() > 100_000), "{report}");
    assert!(told.stdout.contains("     target  cpu "), "{}", told.stdout);

    // One that ends by itself; whoever started it has not asked for its status yet.
    let mut short = Command::new("sleep").arg("1").spawn().unwrap();
    let three = "{\"config\": {\"phases\": [{\"duration\": 4, \"arrivalRate\": 10}]}}";
    let (told, report) = project.report(&["--monitor-pid", &short.id().to_string(), "--overrides", three]);
    short.wait().unwrap();
    let ends = told.stderr.matches("(--monitor-pid) has ended").count();
    assert_eq!((told.status, ends), (0, 1), "{}", told.text());
    assert!(resources(&report).last().unwrap()["target_cpu"].is_null(), "{report}");
}

#[test]
fn a_target_tells_of_itself_by_its_metrics() {
    let monitor = "\n  monitor:\n    url: /metrics\n    metrics:\n      - http_requests_in_flight\n      \
        - {metric: http_requests_total, name: gets, labels: {method: GET}}\n      - nosuch";
    let script = format!(
        "config:\n  target: builtin\n  phases: [{{duration: 3, arrivalRate: 50}}]{monitor}\nscenarios:\n  - flow:\n      - get: {{url: /users}}\n"
    );
    let (told, report) = Project::new(&script).report(&["--markdown", "/dev/stdout"]);
    assert_eq!(told.status, 0, "{}", told.text());
    let rate = |it: &Value| it["metrics"]["gets/s"].as_f64().unwrap_or_default();
    assert!(resources(&report).iter().map(rate).fold(0.0, f64::max) > 1.0, "{report}");
    assert!(
        resources(&report).iter().any(|it| it["metrics"]["http_requests_in_flight"].is_number()),
        "{report}"
    );
    for wanted in ["\n  gets/s  mean ", "\n| gets/s | ", "\n| target | ", "tells nothing so far of nosuch"] {
        assert!(told.text().contains(wanted), "{wanted}: {}", told.text());
    }
}

#[test]
fn a_monitor_that_is_down_is_told_once_and_spoils_nothing() {
    let server = server();
    let project = Project::of(&server.url(), TWO_SECONDS, ONE_GET);
    let down = "{\"config\": {\"monitor\": \"http://ada:pa55word@127.0.0.1:1/metrics\"}}";
    let (told, report) = project.report(&["--overrides", down]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(
        told.stderr.matches("warning: the monitor http://127.0.0.1:1/metrics").count(),
        1,
        "{}",
        told.stderr
    );
    assert!(!told.text().contains("pa55word") && !report.to_string().contains("pa55word"), "{}", told.text());
    assert!(resources(&report).iter().all(|it| it["target_cpu"].is_null()), "{report}");
}

#[test]
#[cfg(unix)]
fn the_built_in_target_draws_itself_and_files_are_attached() {
    let project =
        Project::of("builtin", "[{duration: 2, arrivalRate: 50, name: Peak}]", "      - get: {url: /users}");
    std::fs::write(project.path("a.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>").unwrap();
    std::fs::write(project.path("notes.txt"), "seen by perf\n").unwrap();
    let (told, report) = project.report(&["--profile-target", "--attach", "a.svg", "--attach", "notes.txt"]);
    assert_eq!(told.status, 0, "{}", told.text());
    let kept: Vec<_> = report["loadgen"]["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["title"].as_str().unwrap(), it["media_type"].as_str().unwrap()))
        .collect();
    let drawn = "Flame graph of the target: 1 s from 00:00 in phase Peak";
    assert_eq!(kept, [("a.svg", "image/svg+xml"), ("notes.txt", "text/plain"), (drawn, "image/svg+xml")]);
    let again = ["report", "run.json", "--attach", "notes.txt"];
    assert_eq!(transcript(loadgen(&again).current_dir(project.path(""))).status, 0);
}

#[test]
fn a_target_without_a_flame_graph_is_no_failure_and_a_wrong_file_is_one() {
    let server = server();
    let project = Project::of(&server.url(), "[{duration: 1, arrivalRate: 10}]", ONE_GET);
    let told = project.run(&["--profile-target"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stderr.contains("(--profile-target): it has no /debug/flamegraph"), "{}", told.stderr);
    let sent = server.requests().len();
    std::fs::write(project.path("a.png"), b"\x89PNG\r\n").unwrap();
    for (file, wanted) in
        [("a.png", "cannot attach a.png: it is neither"), ("nosuch.svg", "cannot read nosuch.svg")]
    {
        let told = project.run(&["--attach", file]);
        assert_eq!(told.status, 2, "{}", told.text());
        assert!(told.stderr.contains(wanted), "{}", told.stderr);
    }
    let told = project.run(&["-o", "run.json", "--attach", "script.yml", "--junit", "script.yml"]);
    assert_eq!(told.status, 2, "{}", told.text());
    assert_eq!(server.requests().len(), sent);
}
