//! The plugins ensure, fake-data and slack, in whole runs.

use crate::harness::Project;
use loadgen_testkit::{Act, RawServer, Transcript};

fn server() -> RawServer {
    RawServer::start(|_| Act::answer(200, "{}"))
}

/// A script of one user and two requests.
fn project(server: &RawServer, config: &str) -> Project {
    Project::new(&format!(
        "config:
  target: \"{}\"
  phases: [{{duration: 100ms, arrivalCount: 1}}]
{config}
scenarios:
  - flow:
      - get: {{url: \"/a?id={{{{ $stringUuid() }}}}\"}}
      - get: {{url: \"/b\"}}
",
        server.url()
    ))
}

fn checks(told: &Transcript) -> Vec<&str> {
    told.stdout.lines().skip_while(|line| *line != "Checks:").take_while(|line| !line.is_empty()).collect()
}

const ENSURE: &str = "  plugins: {ensure: {}, fake-data: {}}
  ensure:
    thresholds: [{http.codes.200: 3}]
    conditions:
      - expression: http.requests == 2 and plugins.metrics-by-endpoint./b.codes.200 == 1
      - {expression: http.response_time.p999 < 0, strict: false}
      - expression: vusers.completed LAST";

#[test]
fn checks_are_printed_and_decide() {
    let server = server();
    let kept = [
        "Checks:",
        "ok: vusers.completed == 1",
        "ok: http.requests == 2 and plugins.metrics-by-endpoint./b.codes.200 == 1",
        "ok: http.codes.200 < 3",
        "fail: http.response_time.p999 < 0 (optional)",
    ];
    let told = project(&server, &ENSURE.replace("LAST", "== 1")).run(&[]);
    assert_eq!((told.status, checks(&told)), (0, kept.to_vec()), "{}", told.text());
    let (told, report) = project(&server, &ENSURE.replace("LAST", "> 1")).report(&["-q"]);
    assert_eq!(told.status, 1, "{}", told.text());
    assert_eq!(checks(&told)[3], "fail: vusers.completed > 1", "{}", told.stdout);
    let told = told.stderr;
    assert!(told.contains("vusers.completed > 1 does not hold: vusers.completed was 1"), "{told}");
    let last = &report["loadgen"]["verdict"][3];
    assert_eq!(last["text"], "vusers.completed > 1");
    assert_eq!((&last["strict"], &last["pass"]), (&true.into(), &false.into()));
    assert_eq!(last["values"]["vusers.completed"], 1.0);
}

#[test]
fn the_environment_turns_the_checks_off() {
    let server = server();
    let project = project(&server, &ENSURE.replace("LAST", "> 1"));
    let told = loadgen_testkit::transcript(project.command(&[]).env("ARTILLERY_DISABLE_ENSURE", "1"));
    assert_eq!((told.status, checks(&told)), (0, Vec::new()), "{}", told.text());
}

#[test]
fn fake_values_are_sent_and_a_seed_repeats_them() {
    let sent = || {
        let server = server();
        let told = project(&server, "  plugins: {fake-data: {}}").run(&["--seed", "7"]);
        assert_eq!(told.status, 0, "{}", told.text());
        server.requests()[0].lines().next().unwrap().to_owned()
    };
    let line = sent();
    let uuid = line.strip_prefix("GET /a?id=").and_then(|rest| rest.strip_suffix(" HTTP/1.1")).unwrap();
    assert_eq!(uuid.len(), 36, "{line}");
    assert_eq!(line, sent());
}

/// What a webhook got, and what the run said.
fn slack(hook: &RawServer, more: &str) -> (Vec<String>, Transcript) {
    let server = server();
    let config = format!(
        "  plugins: {{fake-data: {{}}, ensure: {{p95: 1}}, slack: {{webhookUrl: \"{}/secret\"{more}}}}}",
        hook.url()
    );
    let told = project(&server, &config).run(&[]);
    (hook.requests(), told)
}

#[test]
fn slack_is_told_how_the_run_went() {
    let hook = server();
    let (posted, told) = slack(&hook, "");
    assert_eq!(posted.len(), 1, "{}", told.text());
    let (head, body) = posted[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /secret HTTP/1.1") && head.contains("application/json"), "{head}");
    let message: serde_json::Value = serde_json::from_str(body).unwrap();
    let title = message["text"].as_str().unwrap();
    let word = if told.status == 0 { "🟢 Load test finished" } else { "🔴 Load test failed" };
    assert!(title.starts_with(word), "{title}");
    assert!(body.contains("1 completed / 1 created"), "{body}");
}

#[test]
fn slack_is_told_of_failures_only_where_that_is_asked() {
    let hook = server();
    let (server, of) = (server(), ", notifyOnFailureOnly: true");
    let config = |limit: &str| {
        let hook = hook.url();
        format!(
            "  plugins: {{fake-data: {{}}, ensure: {{maxErrorRate: {limit}}}, slack: {{webhookUrl: \"{hook}\"{of}}}}}"
        )
    };
    assert_eq!(project(&server, &config("0")).run(&[]).status, 0);
    assert_eq!(hook.requests().len(), 0);
    assert_eq!(project(&server, &config("-1")).run(&[]).status, 1);
    assert_eq!(hook.requests().len(), 1);
}

#[test]
fn a_webhook_that_fails_is_a_warning() {
    let hook = RawServer::start(|_| Act::answer(404, "no_service"));
    let (_, told) = slack(&hook, "");
    assert!(
        told.stderr.contains("Failed to send report to Slack") && told.stderr.contains("404"),
        "{}",
        told.stderr
    );
    assert!(!told.stderr.contains("secret"), "{}", told.stderr);
    assert!(told.status < 2, "{}", told.text());
}
