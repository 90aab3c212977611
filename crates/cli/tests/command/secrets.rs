//! Secrets appear in nothing that a run leaves behind: each output there is, and whatever else lies in its folder.

use crate::harness::{Project, fetch, loadgen, wait_until};
use base64::Engine;
use loadgen_testkit::transcript;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

/// Each of them reaches the target, which repeats it and fails.
const SECRETS: [&str; 16] = [
    "basic-s3cret",
    "ada-s3cret",
    "bearer-s3cret",
    "header-s3cret",
    "cookie-s3cret",
    "region-s3cret",
    "query-s3cret",
    "member-s3cret",
    "variable-s3cret",
    "url-s3cret",
    "captured-s3cret",
    "answer-s3cret",
    "slack-s3cret",
    "stage-s3cret",
    "file-s3cret",
    "typed-s3cret",
];

const SCRIPT: &str = r#"
config:
  target: "{{ $env.TARGET }}"
  phases: [{name: "main {{ $environment.STAGE }}", duration: 1, arrivalCount: 60}]
  variables: {apiToken: variable-s3cret}
  plugins:
    expect: {}
    metrics-by-endpoint: {stripQueryString: false}
    slack: {webhookUrl: "https://hooks.test/T0/slack-s3cret"}
    ensure: {thresholds: [{http.requests: 5}]}
scenarios:
  - name: basic
    flow:
      - log: "basic {{ $env.BEARER }} {{ $env.FILED }}"
      - post:
          url: "/basic?access_token=query-s3cret&region={{ $processEnvironment.REGION }}"
          auth: {user: ada-s3cret, pass: basic-s3cret}
          cookie: {sid: cookie-s3cret}
          json: {password: member-s3cret, region: "{{ $processEnvironment.REGION }}", typed: "{{ typed }}"}
          capture: {json: $.nothing, as: nothing}
  - name: bearer
    flow:
      - get:
          url: "/bearer/{{ apiToken }}"
          headers: {authorization: "Bearer {{ $env.BEARER }}", x-api-key: header-s3cret, x-file: "{{ $env.FILED }}"}
          expect: [{statusCode: 201}, {headerEquals: [x-echo, "{{ $env.BEARER }}"]}]
          match: {json: $.echo, value: "{{ typed }}"}
  - name: url
    flow:
      - get: {url: "http://bob:url-s3cret@ADDRESS/url", match: {json: $.a, value: "{{ $env.BEARER }}"}}
  - name: captured
    flow:
      - get: {url: /token, capture: {json: $.token, as: t}}
      - get: {url: /captured, headers: {authorization: "Bearer {{ t }}"}, match: {json: $.a, value: b}}
  - name: broken
    flow:
      - get: {url: "/broken/{{ $env.BEARER }}", headers: {authorization: "Bearer {{ $env.BEARER }}"}}
  - name: nowhere
    flow:
      - get: {url: "http://127.0.0.1:1/{{ $env.BEARER }}?token={{ $env.BEARER }}"}
"#;

/// A target that repeats the lines of each request that hold a secret.
fn echo(mut stream: TcpStream) -> std::io::Result<()> {
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece)?;
        if count == 0 {
            return Ok(());
        }
        seen.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&seen).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if body.len() < length.unwrap_or(0) {
            continue;
        }
        seen.clear();
        let path = head.split(' ').nth(1).unwrap_or_default();
        let repeats = |line: &&str| line.contains("s3cret") || line.starts_with("authorization");
        let said: Vec<&str> = head.lines().skip(1).chain([body]).filter(repeats).collect();
        let said = said.join(" | ");
        let (length, body) = match path {
            "/token" => (None, r#"{"token": "captured-s3cret"}"#.to_owned()),
            path if path.starts_with("/broken") => (Some(9_999), said.clone()),
            _ => (None, serde_json::json!({ "a": said }).to_string()),
        };
        let length = length.unwrap_or(body.len());
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nset-cookie: sid=answer-s3cret\r\ncontent-type: application/json\r\nx-echo: {said}\r\n\
             content-length: {length}\r\n\r\n{body}"
        )?;
        if length != body.len() {
            return Ok(());
        }
    }
}

fn target() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        listener.incoming().flatten().for_each(|stream| {
            std::thread::spawn(move || drop(echo(stream)));
        });
    });
    address
}

/// Everything below a folder is free of secrets; gives how many files that is.
fn clean(folder: &Path, inputs: &[&str]) -> usize {
    let basic = base64::prelude::BASE64_STANDARD.encode("ada-s3cret:basic-s3cret");
    let url = base64::prelude::BASE64_STANDARD.encode("bob:url-s3cret");
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if inputs.iter().any(|input| path.ends_with(input)) {
            continue;
        }
        if path.is_dir() {
            files += clean(&path, inputs);
            continue;
        }
        files += 1;
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        for secret in SECRETS.iter().copied().chain([&*basic, &*url, "s3cret"]) {
            let found = text.lines().find(|line| line.contains(secret));
            let shown = found.map(|line| line.chars().take(3_000).collect::<String>());
            assert!(found.is_none(), "{} holds {secret}: {shown:?}", path.display());
        }
    }
    files
}

#[test]
#[cfg(unix)]
fn no_output_holds_a_secret() {
    let address = target();
    let project = Project::new(&SCRIPT.replace("ADDRESS", &address));
    fs::write(project.path(".env"), "FILED=file-s3cret\n").unwrap();
    let out = project.path("out");
    fs::create_dir(&out).unwrap();
    let create = |name: &str| File::create(out.join(name)).unwrap();
    let mut command =
        project.command(&["--output-dir", "out", "--prometheus", "0", "--prometheus-linger", "5m"]);
    command.args(["-v", r#"{"typed": "typed-s3cret", "password": "typed-s3cret"}"#, "--dotenv", ".env"]);
    // All that is taken from one environment, in the run and in the trial.
    let dress = |command: &mut std::process::Command| {
        command
            .env("TARGET", format!("http://{address}"))
            .env("STAGE", "stage-s3cret")
            .env("BEARER", "bearer-s3cret");
        command.env("REGION", "region-s3cret").env("ARTILLERY_SLACK_PLUGIN_DEBUG", "1");
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", out.join("github.md"));
    };
    dress(&mut command);
    let mut child = command.stdout(create("stdout")).stderr(create("stderr")).spawn().unwrap();
    let said = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    let mut shown = String::new();
    wait_until(&mut child, || {
        let told = said("stderr");
        let Some(url) = told.lines().find_map(|line| line.strip_prefix("metrics for Prometheus at ")) else {
            return false;
        };
        shown = fetch(url);
        shown.contains("loadgen_run_ended 1") && told.contains("metrics stay")
    });
    fs::write(out.join("metrics"), shown).unwrap();
    transcript(std::process::Command::new("kill").arg(child.id().to_string()));
    child.wait().unwrap();
    // What was kept, shown again.
    let again = transcript(loadgen(&["report", "run.json"]).current_dir(&out));
    create("again").write_all(again.text().as_bytes()).unwrap();
    let mut trial = project.command(&[
        "--dry",
        "--dotenv",
        ".env",
        "-v",
        r#"{"password": "typed-s3cret", "typed": "typed-s3cret"}"#,
    ]);
    dress(&mut trial);
    create("dry").write_all(transcript(&mut trial).text().as_bytes()).unwrap();

    let report: serde_json::Value = serde_json::from_str(&said("run.json")).unwrap();
    let errors = report["aggregate"]["counters"].as_object().unwrap();
    assert!(errors.keys().filter(|name| name.starts_with("errors.")).count() >= 3, "{errors:?}");
    assert_eq!(report["loadgen"]["target"], format!("http://{address}"), "that is no secret");
    let source = &report["loadgen"]["source"];
    assert!(source["text"].as_str().unwrap().contains("Bearer {{ $env.BEARER }}"), "{source}");
    assert!(
        source["command"].as_str().unwrap().starts_with("loadgen run script.yml --output-dir out"),
        "{source}"
    );
    let files = clean(&out, &[]);
    assert!(files > 10, "{:?}", project.files());
    assert!(said("stdout").contains("basic *** ***"), "{}", said("stdout"));
}

#[test]
fn what_quick_is_told_is_no_secret_of_its_results() {
    let address = target();
    let folder = tempfile::tempdir().unwrap();
    let args = [
        "quick",
        "-c",
        "2",
        "-n",
        "2",
        "-H",
        "authorization: Bearer bearer-s3cret",
        "--json",
        r#"{"password": "member-s3cret"}"#,
        "--output-dir",
        "out",
    ];
    let url = format!("http://ada:url-s3cret@{address}/broken?token=query-s3cret");
    let told = transcript(loadgen(&args).arg(&url).current_dir(folder.path()));
    fs::write(folder.path().join("told"), told.text()).unwrap();
    let report = fs::read_to_string(folder.path().join("out/run.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let command = report["loadgen"]["source"]["command"].as_str().unwrap();
    assert!(command.starts_with("loadgen quick -c 2 -n 2 -H 'authorization: ***' --json"), "{command}");
    assert!(clean(folder.path(), &[]) > 5);
}
