//! `loadgen init`: what it writes runs, and what it cannot write it says.

use crate::harness::loadgen;
use loadgen_testkit::{Transcript, transcript};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;

/// A document of the import's own tests.
fn document(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(1).unwrap().join("import/tests/data").join(name)
}

fn tell(folder: &TempDir, args: &[&str]) -> Transcript {
    transcript(loadgen(args).current_dir(folder.path()))
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A run of one user, and one of several, that go well to the last request.
fn runs(folder: &TempDir, script: &str, users: u32) {
    let solo = tell(folder, &["run", script, "--solo"]);
    assert_eq!(solo.status, 0, "{}", solo.text());
    let phases =
        format!("{{\"config\": {{\"phases\": [{{\"duration\": 0.2, \"arrivalCount\": {users}}}]}}}}");
    let told = tell(folder, &["run", script, "--overrides", &phases, "--seed", "3"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stdout.contains("error rate   0.00 %"), "{}", told.text());
    assert!(told.stdout.contains(&format!("{users} completed  0 failed")), "{}", told.text());
}

#[test]
fn a_plain_script_runs_as_it_is() {
    let folder = folder();
    let told = tell(&folder, &["init", "first.yml"]);
    insta::assert_snapshot!(told.text(), @r##"
    exit 0
    --- stdout
    --- stderr
    first.yml: a first script
    next: loadgen run first.yml --solo
    "##);
    runs(&folder, "first.yml", 12);
    let text = std::fs::read_to_string(folder.path().join("first.yml")).unwrap();
    let printed = tell(&folder, &["init"]);
    assert_eq!((printed.status, printed.stderr.as_str()), (0, ""));
    assert_eq!(printed.stdout.replace("script.yml", "first.yml"), text);
}

#[test]
fn a_document_of_each_kind_runs() {
    for (kind, name) in [
        ("har", "service.har"),
        ("openapi", "users-and-orders.openapi.yaml"),
        ("curl", "users.curl"),
        ("postman", "service.postman.json"),
    ] {
        let folder = folder();
        let path = document(name).display().to_string();
        let told = tell(&folder, &["init", "--from", kind, &path, "-o", "it.yml", "-t", "builtin"]);
        assert_eq!((told.status, told.stdout.as_str()), (0, ""), "{name}: {}", told.text());
        if kind == "openapi" {
            // Reports are none of the sample service's affairs.
            let script = folder.path().join("it.yml");
            let text = std::fs::read_to_string(&script).unwrap();
            std::fs::write(
                &script,
                text.replace("  - name: Reports\n", "  - name: Reports\n    weight: 0\n"),
            )
            .unwrap();
        }
        // Each user of the recording registers the same person, and removes it: two at a time would be refused.
        runs(&folder, "it.yml", if kind == "har" { 1 } else { 12 });
    }
}

#[test]
fn what_is_left_out_is_told() {
    let folder = folder();
    let path = document("shop.har").display().to_string();
    let told = tell(&folder, &["init", "--from", &path, "shop.yml"]);
    insta::assert_snapshot!(told.text(), @r##"
    exit 0
    --- stdout
    --- stderr
    shop.yml: 1 scenario, 11 requests
    - Left out: 3 requests for images, styles, scripts and fonts (--include-assets keeps them).
    - Left out: 2 requests to other sites (--include-third-party keeps them): www.googletagmanager.com, analytics.example.net.
    - Left out: 1 request that a browser sends to ask whether it may (CORS).
    - Left out: 1 connection of WebSockets.
    - Left out: 1 request without an answer (blocked or broken off).
    - Pauses of more than 10 s were cut to that.
    - Some requests go to another host than the target: https://shop.example.com.
    - What looks like a secret is marked: take it from the environment with "{{ $env.NAME }}" before this file is shared.
    next: loadgen run shop.yml --solo
    "##);
    let all = tell(&folder, &["init", "--from", "har", &path, "--include-assets", "--include-third-party"]);
    assert!(all.stdout.contains("/assets/logo.svg") && all.stdout.contains("analytics.example.net"));
}

#[test]
fn a_document_may_come_from_a_pipe() {
    let mut command = loadgen(&["init", "--from", "curl", "-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"curl -d a=1 http://127.0.0.1:9/x").unwrap();
    let output = child.wait_with_output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    assert!(stdout.contains("target: \"http://127.0.0.1:9\"") && stdout.contains("url: \"/x\""), "{stdout}");
    assert!(stdout.starts_with("# Made from standard input"), "{stdout}");
}

#[test]
fn nothing_is_lost_without_being_asked_for() {
    let folder = folder();
    std::fs::write(folder.path().join("mine.yml"), "mine").unwrap();
    let path = document("users.curl").display().to_string();
    for args in [&["init", "mine.yml"][..], &["init", "--from", "curl", &path, "-o", "mine.yml"]] {
        let told = tell(&folder, args);
        assert_eq!((told.status, told.stdout.as_str()), (2, ""));
        insta::allow_duplicates! {
            insta::assert_snapshot!(told.stderr, @r##"
            error: mine.yml exists
              = hint: --force replaces it
            "##);
        }
        assert_eq!(std::fs::read_to_string(folder.path().join("mine.yml")).unwrap(), "mine");
        let told = tell(&folder, &[args, &["--force"]].concat());
        assert_eq!(told.status, 0, "{}", told.text());
        assert!(std::fs::read_to_string(folder.path().join("mine.yml")).unwrap().starts_with("# "));
        std::fs::write(folder.path().join("mine.yml"), "mine").unwrap();
    }
}

#[test]
fn what_cannot_be_made_is_told() {
    let folder = folder();
    std::fs::write(folder.path().join("empty.har"), "{\"log\": {\"version\": \"1.2\", \"entries\": []}}")
        .unwrap();
    std::fs::write(folder.path().join("notes.txt"), "buy milk").unwrap();
    std::fs::write(folder.path().join("bytes"), [0xc0, 0, 1]).unwrap();
    let cases: &[&[&str]] = &[
        &["--from", "har"],
        &["--from", "har", "gone.har"],
        &["--from", "har", "empty.har"],
        &["--from", "openapi", "empty.har"],
        &["--from", "notes.txt"],
        &["--from", "curl", "bytes"],
        &["--from", "soap", "empty.har", "out.yml"],
        &["nowhere/first.yml"],
        &["-t", "", "first.yml"],
        &["-t", " ", "--from", "har", "empty.har"],
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|args| {
            let told = tell(&folder, &[&["init"], *args].concat());
            assert_eq!((told.status, told.stdout.as_str()), (2, ""), "{args:?}");
            format!("$ loadgen init {}\n{}", args.join(" "), told.stderr)
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r##"
    $ loadgen init --from har
    error: --from har lacks the file (`-` is standard input)
      = hint: loadgen init --from KIND FILE, where KIND is har, openapi, curl or postman

    $ loadgen init --from har gone.har
    error: cannot read gone.har: No such file or directory (os error 2)

    $ loadgen init --from har empty.har
    error: empty.har: the recording is empty: its `entries` hold no request
      = hint: open the developer tools before you load the page, and keep the log ("Preserve log")

    $ loadgen init --from openapi empty.har
    error: empty.har: this is not an OpenAPI 3 document: it has no `openapi: 3…`
      = hint: it looks like a HAR recording: --from har

    $ loadgen init --from notes.txt
    error: notes.txt: it is not plain what kind of document this is
      = hint: loadgen init --from KIND FILE, where KIND is har, openapi, curl or postman

    $ loadgen init --from curl bytes
    error: bytes is not text in UTF-8
      = hint: what is read here is text: YAML, JSON, commands

    $ loadgen init --from soap empty.har out.yml
    error: `soap` is none of the kinds har, openapi, curl, postman
      = hint: loadgen init --from KIND FILE, where KIND is har, openapi, curl or postman

    $ loadgen init nowhere/first.yml
    error: cannot write nowhere/first.yml: No such file or directory (os error 2)
      = hint: there is no folder nowhere

    $ loadgen init -t  first.yml
    error: -t: the target is empty
      = hint: give a URL, such as -t http://localhost:8080, or leave -t out

    $ loadgen init -t   --from har empty.har
    error: -t: the target is empty
      = hint: give a URL, such as -t http://localhost:8080, or leave -t out
    "##);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 3, "nothing is left behind");
}
