//! Summaries, reports, thresholds and exit codes.

use crate::harness::{Project, loadgen};
use loadgen_testkit::{Act, RawServer, transcript};

const FEW: &str = "[{duration: 0.5, arrivalCount: 20}]";
const ONE_GET: &str = "      - get: {url: \"/a/{{ $randomNumber(1, 9) }}\"}";

fn server() -> RawServer {
    RawServer::start(|_| Act::answer(200, "{\"id\": 1}"))
}

#[test]
fn a_missed_threshold_exits_with_1_and_is_named() {
    let server = server();
    let ensure = "{\"config\": {\"plugins\": {\"ensure\": {\"thresholds\": [{\"http.requests\": 5}, {\"vusers.failed\": 1}]}}}}";
    let told = Project::of(&server.url(), FEW, ONE_GET).run(&["--overrides", ensure]);
    assert_eq!(told.status, 1, "{}", told.text());
    assert!(told.stdout.contains("http.requests"), "{}", told.stdout);
    assert!(told.stdout.contains("1 of 2 thresholds"), "{}", told.stdout);
}

#[test]
fn quiet_says_only_what_went_wrong() {
    let server = server();
    let project = Project::of(&server.url(), FEW, &format!("{ONE_GET}\n      - log: \"hello\""));
    let told = project.run(&["--quiet"]);
    assert_eq!(
        (told.status, told.stdout.as_str()),
        (0, format!("Test run id: t1\n{}", "hello\n".repeat(20)).as_str())
    );
    let ensure = "{\"config\": {\"plugins\": {\"ensure\": {\"thresholds\": [{\"http.requests\": 5}]}}}}";
    let told = project.run(&["-q", "--overrides", ensure]);
    assert_eq!(told.status, 1);
    assert!(told.stderr.contains("fail: http.requests"), "{}", told.stderr);
}

#[test]
fn a_kept_report_shows_the_same_summary_again() {
    let server = server();
    let project = Project::of(&server.url(), FEW, ONE_GET);
    let (told, report) = project.report(&["--seed", "7"]);
    let again = transcript(loadgen(&["report", "run.json"]).current_dir(project.path("")));
    assert_eq!(again.status, 0, "{}", again.text());
    assert!(again.stdout.contains("seed 7"), "{}", again.stdout);
    assert!(told.stdout.ends_with(&again.stdout), "--- run\n{}\n--- report\n{}", told.stdout, again.stdout);
    for name in ["http.latency", "http.response_time", "http.response_time.2xx", "vusers.session_length"] {
        assert_eq!(report["aggregate"]["summaries"][name]["count"], 20, "{name}");
    }
    assert_eq!(report["loadgen"]["seed"], 7);
    assert_eq!(project.files(), ["run.json", "script.yml"], "no draft is left behind");
}

#[test]
fn results_never_replace_what_the_run_is_made_of() {
    let server = server();
    let config = format!("target: \"{}\"\n  payload: {{path: a.csv, fields: [a]}}", server.url());
    let project =
        Project::new(&format!("config:\n  {config}\nscenarios: [{{flow: [{{get: {{url: /}}}}]}}]\n"));
    std::fs::write(project.path("a.csv"), "1\n").unwrap();
    let script = std::fs::read_to_string(project.path("script.yml")).unwrap();
    for file in ["script.yml", "./script.yml", "a.csv"] {
        let told = project.run(&["-o", file]);
        assert_eq!(told.status, 2, "{}", told.text());
        assert!(told.stderr.contains("the run itself is made of that file"), "{}", told.stderr);
    }
    assert_eq!(std::fs::read_to_string(project.path("script.yml")).unwrap(), script);
    assert_eq!(std::fs::read_to_string(project.path("a.csv")).unwrap(), "1\n");
    assert!(server.requests().is_empty());
}

#[test]
fn errors_with_a_text_are_told_when_quiet() {
    let project =
        Project::new("config: {target: 'http://127.0.0.1:9'}\nscenarios: [{flow: [{think: a while}]}]\n");
    let told = project.run(&["-q"]);
    assert!(told.stderr.contains("Invalid think time: a while: 1 time;"), "{}", told.text());
}

#[test]
fn a_run_that_is_refused_leaves_the_last_report_alone() {
    let server = server();
    let project = Project::of(&server.url(), FEW, ONE_GET);
    std::fs::write(project.path("run.json"), "precious").unwrap();
    let told = project.run(&[
        "-o",
        "run.json",
        "--overrides",
        "{\"config\": {\"phases\": []}}",
        "-e",
        "x",
        "-v",
        "[",
    ]);
    assert_eq!(told.status, 2, "{}", told.text());
    assert_eq!(std::fs::read_to_string(project.path("run.json")).unwrap(), "precious");
}

#[test]
fn an_invalid_run_has_its_own_exit_code_where_that_is_asked() {
    // More users at once than there are file descriptors: what is measured then is the generator's own limit.
    let server = RawServer::start(|_| Act::Silence);
    let text = format!(
        "config:
  target: \"{}\"
  http: {{timeout: 0.5}}
  phases: [{{duration: 0.2, arrivalCount: 200}}]
scenarios:
  - flow: [{{get: {{url: /x}}}}]
",
        server.url()
    );
    let project = Project::new(&text);
    let limited = |args: &[&str], ci: &str| {
        let plain = project.command(args);
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", "ulimit -n 100; exec \"$@\"", "sh"])
            .arg(plain.get_program())
            .args(plain.get_args());
        transcript(command.current_dir(project.path("")).env("CI", ci))
    };
    let told = limited(&["--strict-validity"], "false");
    assert_eq!(told.status, 4, "{}", told.text());
    assert!(told.stdout.contains("INVALID") && told.stdout.contains("ulimit -n"), "{}", told.stdout);
    assert_eq!(limited(&["--strict-validity=false"], "true").status, 0);
    assert_eq!(limited(&["-q"], "true").status, 4);
    assert_eq!(limited(&["-q"], "false").status, 0);
}

#[test]
fn the_report_has_artillerys_layout() {
    let server = server();
    let (_, report) = Project::of(&server.url(), FEW, ONE_GET).report(&[]);
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&report), ["aggregate", "intermediate", "loadgen"]);
    let aggregate = &report["aggregate"];
    assert_eq!(
        aggregate["counters"]["plugins.metrics-by-endpoint./a/{{ $randomNumber(1, 9) }}.codes.200"],
        20
    );
    assert_eq!(aggregate["counters"]["vusers.created_by_name.0"], 20);
    let summary = &aggregate["summaries"]["http.response_time"];
    assert_eq!(
        keys(summary),
        ["min", "max", "count", "mean", "p50", "median", "p75", "p90", "p95", "p99", "p999"]
    );
    assert!(!report["intermediate"].as_array().unwrap().is_empty());
}

#[test]
fn the_builtin_target_is_started_and_stopped() {
    let project = Project::of("builtin", FEW, "      - get: {url: /health}");
    let (told, report) = project.report(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(report["aggregate"]["counters"]["http.codes.200"], 20);
    let url = report["loadgen"]["target"].as_str().unwrap();
    let address: std::net::SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
    assert!(std::net::TcpStream::connect(address).is_err(), "{url} still listens");
}

#[test]
fn another_target_wins_over_builtin() {
    let server = server();
    let told = Project::of("builtin", FEW, ONE_GET).run(&["-t", &server.url()]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(server.requests().len(), 20);
}

#[test]
fn quiet_does_not_hide_that_nothing_worked() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let told = Project::of(&format!("http://{free}"), FEW, ONE_GET).run(&["-q"]);
    assert_eq!((told.status, told.stdout.as_str()), (0, "Test run id: t1\n"));
    assert!(told.stderr.contains("ECONNREFUSED: 20 times"), "{}", told.stderr);
}

#[test]
fn a_link_is_followed_and_a_pipe_is_written_to() {
    let server = server();
    let project = Project::of(&server.url(), FEW, ONE_GET);
    std::fs::write(project.path("real.json"), "old").unwrap();
    std::os::unix::fs::symlink("real.json", project.path("link.json")).unwrap();
    assert_eq!(project.run(&["-q", "-o", "link.json"]).status, 0);
    assert!(project.path("link.json").is_symlink());
    assert!(std::fs::read_to_string(project.path("real.json")).unwrap().contains("aggregate"));

    let told = project.run(&["-q", "-o", "/dev/stdout"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stdout.starts_with('{'), "{}", told.stdout);
}

#[test]
fn results_that_cannot_be_written_exit_with_3() {
    let server = server();
    let project = Project::of(&server.url(), FEW, ONE_GET);
    let told = project.run(&["-q", "-o", "/dev/full"]);
    assert_eq!(told.status, 3, "{}", told.text());
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let status = project.command(&[]).stdout(full).stderr(std::process::Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(3));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let server = server();
    let project = Project::of(&server.url(), FEW, ONE_GET);
    let mut child = project
        .command(&["-o", "run.json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(project.path("run.json").exists());
}
