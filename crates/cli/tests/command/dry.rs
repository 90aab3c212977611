//! `loadgen run --dry`: one user for each scenario, shown with its secrets masked.

use crate::harness::Project;
use loadgen_testkit::{Act, RawServer, transcript};

fn server() -> RawServer {
    RawServer::start(|line| match line.split(' ').nth(1).unwrap_or_default() {
        "/login" => Act::answer(200, r#"{"token": "s3cr3t-t0ken", "user": "ada"}"#),
        path if path.starts_with("/orders") => Act::answer(500, r#"{"error": "broken"}"#),
        _ => Act::answer(200, r#"{"id": 7}"#),
    })
}

#[test]
fn each_request_and_answer_is_shown_and_secrets_are_not() {
    let server = server();
    let project = Project::new(&format!(
        r#"
config:
  target: "{}"
  phases: [{{duration: 3600, arrivalRate: 1000}}]
  plugins: {{ensure: {{}}}}
  ensure: {{thresholds: [{{http.codes.200: 0}}]}}
before:
  flow:
    - post: {{url: /login, json: {{name: ada, password: hunter22}}, capture: {{json: $.token, as: t}}}}
scenarios:
  - name: Visitor
    flow:
      - get: {{url: "/users?api_key=abcdefgh", headers: {{authorization: "Bearer {{{{ t }}}}"}}, capture: {{json: $.id, as: id}}}}
      - log: "user {{{{ id }}}} has {{{{ t }}}}"
  - name: Buyer
    flow:
      - post: {{url: "/orders/{{{{ t }}}}", form: {{a: b, pin: 1234}}}}
"#,
        server.url()
    ));
    let told = project.run(&["--dry", "-q"]);
    assert_eq!(told.status, 0, "{}", told.text());
    for secret in ["s3cr3t", "hunter22", "abcdefgh", "1234"] {
        assert!(!told.text().contains(secret), "{secret}: {}", told.text());
    }
    assert_eq!(server.requests().len(), 3, "a user of each scenario, and no load");
    let shown = without_times(&told.stdout.replace(&server.address().to_string(), "target"));
    insta::assert_snapshot!(shown, @r##"
    ── before

    → POST http://target/login
      host: target
      user-agent: Artillery (https://artillery.io)
      content-type: application/json
      connection: keep-alive
      accept-encoding: gzip, deflate, br

      {
        "name": "ada",
        "password": "***"
      }
    ← 200 OK, [time]
      content-type: application/json
      content-length: 40

      {
        "token": "***",
        "user": "ada"
      }
      captured t = "***"

    ── scenario Visitor

    → GET http://target/users?api_key=***
      host: target
      user-agent: Artillery (https://artillery.io)
      authorization: ***
      connection: keep-alive
      accept-encoding: gzip, deflate, br
    ← 200 OK, [time]
      content-type: application/json
      content-length: 9

      {
        "id": 7
      }
      captured id = 7
      log: user 7 has ***

    ── scenario Buyer

    → POST http://target/orders/***
      host: target
      user-agent: Artillery (https://artillery.io)
      content-type: application/x-www-form-urlencoded
      connection: keep-alive
      accept-encoding: gzip, deflate, br

      a=b&pin=***
    ← 500 Internal Server Error, [time]
      content-type: application/json
      content-length: 19

      {
        "error": "broken"
      }

    all is well: 3 flows came to their end
    "##);
}

#[test]
fn a_request_or_a_capture_that_fails_is_exit_status_1() {
    let server = server();
    let flow = "      - get: {url: /x, capture: {json: $.nothing, as: id}}";
    let told = Project::of(&server.url(), "[{duration: 1, arrivalCount: 1}]", flow).run(&["--dry"]);
    assert_eq!(told.status, 1, "{}", told.text());
    assert!(told.stdout.contains("✗ scenario 0 failed: Failed capture or match GET"), "{}", told.stdout);
    let told =
        Project::of("http://127.0.0.1:1", "[{duration: 1, arrivalCount: 1}]", "      - get: {url: /x}")
            .run(&["--dry"]);
    assert_eq!(told.status, 1, "{}", told.text());
    assert!(told.stdout.contains("← no answer: ECONNREFUSED"), "{}", told.stdout);
}

#[test]
fn a_loop_without_an_end_is_stopped() {
    let server = server();
    let flow = "      - loop: [{get: {url: /x}}]\n        count: 100000";
    let told = Project::of(&server.url(), "[{duration: 1, arrivalCount: 1}]", flow).run(&["--dry"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(told.stdout.matches("stopped after 200 requests").count(), 1, "{}", told.stdout);
    assert_eq!(told.stdout.matches("→ GET").count(), 200, "{}", told.stdout);
    assert_eq!(server.requests().len(), 200);
    let end = "\n\nnothing failed, but 1 flow was stopped before the end\n";
    assert!(told.stdout.ends_with(end), "{}", told.stdout);
    let told = Project::of(&server.url(), "[{duration: 1, arrivalCount: 1}]", "      - loop: [{log: hello}]")
        .run(&["--dry"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(told.stdout.matches("log: hello").count(), 1_000);
    assert_eq!(told.stdout.matches("stopped after 1000 lines").count(), 1, "{}", told.stdout);
}

#[test]
fn what_variables_with_secret_names_hold_is_shown_nowhere() {
    let server = server();
    let project = Project::new(&format!(
        r#"
config:
  target: "{}"
  variables: {{password: hunter2secret, city: Oslo, pin: 4711}}
  payload: {{path: users.csv, fields: [name, apiKey]}}
  plugins: {{expect: {{}}}}
scenarios:
  - flow:
      - log: "in {{{{ city }}}} with {{{{ password }}}} and {{{{ apiKey }}}} and {{{{ $env.TEST_TOKEN }}}}"
      - get: {{url: "/x/{{{{ name }}}}", expect: {{statusCode: 201}}}}
"#,
        server.url()
    ));
    std::fs::write(project.path("users.csv"), "ada,key-of-ada\n").unwrap();
    let told = transcript(project.command(&["--dry"]).env("TEST_TOKEN", "of-the-environment"));
    for secret in ["hunter2secret", "key-of-ada", "of-the-environment", "4711"] {
        assert!(!told.text().contains(secret), "{secret}: {}", told.text());
    }
    assert!(told.stdout.contains("log: in Oslo with *** and *** and ***"), "{}", told.stdout);
    let shown = told.stdout.split("User variables:").nth(1).unwrap_or_else(|| panic!("{}", told.stdout));
    for line in ["city: Oslo", "password: ***", "pin: ***", "apiKey: ***", "name: ada"] {
        assert!(shown.lines().any(|it| it.trim() == line), "{line}: {shown}");
    }
}

#[test]
fn an_expectation_that_is_not_met_is_exit_status_21() {
    let server = server();
    let run = |plugin: &str, path: &str| {
        Project::new(&format!(
            "config: {{target: '{}', plugins: {{expect: {plugin}}}}}
scenarios: [{{flow: [{{get: {{url: '{path}', expect: {{statusCode: 201}}}}}}, {{get: {{url: /y, capture: {{json: $.id, as: id}}}}}}]}}]
",
            server.url()
        ))
        .run(&["--dry"])
    };
    let told = run("{}", "/x");
    assert_eq!(told.status, 21, "{}", told.text());
    assert!(told.stdout.ends_with("\n\n1 expectation was not met\n"), "{}", told.stdout);
    // The same where it fails its user.
    let told = run("{reportFailuresAsErrors: true}", "/x");
    assert_eq!(told.status, 21, "{}", told.text());
    assert!(told.stdout.ends_with("\n\n1 of 1 flow failed; 1 expectation was not met\n"), "{}", told.stdout);
}

/// The text with times of answers made equal.
fn without_times(text: &str) -> String {
    let line = |line: &str| match line.split_once(", ") {
        Some((begin, end)) if line.starts_with('←') && end.ends_with(" ms") => format!("{begin}, [time]"),
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
