//! Files beside the script, `before` and `after`, and the flags that go with them.

use crate::harness::Project;
use loadgen_testkit::{Act, RawServer};
use std::sync::{Arc, Mutex};

/// A server that keeps the paths it is asked for; `/fail` is answered with something that is no JSON.
fn server() -> (RawServer, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let server = RawServer::start(move |request| {
        let path = request.split(' ').nth(1).unwrap_or("").to_owned();
        let body = if path == "/fail" { "no" } else { "{\"token\":\"t1\"}" };
        log.lock().unwrap().push(path);
        Act::answer(200, body)
    });
    (server, seen)
}

fn script(url: &str, hooks: &str) -> Project {
    Project::new(&format!(
        "config:
  target: \"{url}\"
  phases: [{{duration: 100ms, arrivalCount: 3, name: all}}]
  payload: {{path: rows.csv, fields: [name, age], order: sequence, skipHeader: true}}
{hooks}
scenarios:
  - flow:
      - get: {{url: \"/{{{{ name }}}}/{{{{ age }}}}/{{{{ token }}}}/{{{{ $env.FROM_FILE }}}}\"}}
"
    ))
}

#[test]
fn rows_before_and_after_and_the_environment_file() {
    let (server, seen) = server();
    let hooks =
        "before: {flow: [{get: {url: /before, capture: {json: $.token, as: token}}}, {log: 'set up'}]}
after: {flow: [{get: {url: '/after/{{ token }}'}}]}";
    let project = script(&server.url(), hooks);
    std::fs::write(project.path("rows.csv"), "name,age\nada,36\nbob,41\n").unwrap();
    std::fs::write(project.path("vars.env"), "FROM_FILE='x'\n").unwrap();
    let (told, report) = project.report(&["--dotenv", "vars.env", "--shards", "2"]);
    assert_eq!(told.status, 0, "{}", told.text());
    let mut paths = seen.lock().unwrap().clone();
    assert_eq!((paths.remove(0), paths.pop()), ("/before".to_owned(), Some("/after/t1".to_owned())));
    paths.sort();
    assert_eq!(paths, ["/ada/36/t1/x", "/ada/36/t1/x", "/bob/41/t1/x"]);
    assert_eq!(report["aggregate"]["counters"]["http.requests"], 3);
    let lines: Vec<&str> =
        told.stdout.lines().filter(|line| line.starts_with("Phase") || *line == "set up").collect();
    assert_eq!(lines[0], "set up");
    assert!(lines[1].starts_with("Phase started: all (index: 0, duration: 100ms) "), "{lines:?}");
    assert!(lines[2].starts_with("Phase completed: all (index: 0, duration: 100ms) "), "{lines:?}");
}

#[test]
fn a_before_that_fails_ends_the_run_and_an_after_that_fails_is_told() {
    let (server, seen) = server();
    let failing = |name: &str| {
        let hooks =
            format!("{name}: {{flow: [{{get: {{url: /fail, capture: {{json: $.token, as: token}}}}}}]}}");
        let project = script(&server.url(), &hooks);
        std::fs::write(project.path("rows.csv"), "name,age\nada,36\n").unwrap();
        project
    };
    let project = failing("before");
    let told = project.run(&["-o", "run.json"]);
    assert_eq!((told.status, project.files()), (3, vec!["rows.csv".to_owned(), "script.yml".to_owned()]));
    assert!(
        told.stderr.contains("error: `before` failed: Failed capture or match GET http"),
        "{}",
        told.stderr
    );
    assert_eq!(seen.lock().unwrap().len(), 1);

    let (told, report) = failing("after").report(&[]);
    assert_eq!(told.status, 3, "{}", told.text());
    assert_eq!(report["aggregate"]["counters"]["vusers.completed"], 3);
    assert!(told.stderr.contains("error: `after` failed: "), "{}", told.stderr);
}

#[test]
fn the_payload_flag_counts_from_where_it_is_typed_and_a_missing_file_is_named() {
    let (server, seen) = server();
    let project = script(&server.url(), "");
    let told = project.run(&[]);
    assert_eq!((told.status, told.stdout.as_str()), (2, ""));
    assert!(told.stderr.contains("error: cannot read the payload rows.csv: "), "{}", told.stderr);
    std::fs::write(project.path("other.csv"), "name,age\ncyd,29\n").unwrap();
    let told =
        project.run(&["-p", "other.csv", "--solo", "--name", "nightly", "--tags", "a:b", "--note", "n"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(*seen.lock().unwrap(), ["/cyd/29/undefined/undefined"]);
}

#[test]
fn a_config_file_is_laid_over_the_script_and_one_scenario_is_chosen() {
    let (server, seen) = server();
    let project = Project::new(
        "scenarios:\n  - {name: one, flow: [{get: {url: /one}}]}\n  - {name: two, flow: [{get: {url: /two}}]}\n",
    );
    let config =
        format!("config: {{target: '{}', phases: [{{duration: 100ms, arrivalCount: 3}}]}}\n", server.url());
    std::fs::write(project.path("config.yml"), config).unwrap();
    let told = project.run(&["--config", "config.yml", "--scenario-name", "^tw"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(*seen.lock().unwrap(), ["/two", "/two", "/two"]);
    let told = project.run(&["--config", "config.yml", "--scenario-name", "three"]);
    assert_eq!(told.status, 2, "{}", told.text());
}
