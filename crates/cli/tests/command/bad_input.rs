//! Each bad input gets one clear message and exit status 2, and nothing is sent.

use crate::harness::{Project, loadgen, script};
use loadgen_testkit::{Act, RawServer, transcript};

/// Runs a script against a server that must not be asked anything.
fn refused(script: impl Fn(&str) -> String, args: &[&str]) -> String {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let told = Project::new(&script(&server.url())).run(args);
    assert_eq!(told.status, 2, "{}", told.text());
    assert_eq!(told.stdout, "", "nothing but errors is said");
    assert_eq!(server.connections(), 0, "nothing is sent");
    told.stderr.replace(&server.url(), "http://target")
}

#[test]
fn a_misspelt_key_is_named_with_what_was_meant() {
    let told = refused(|url| script(url, "[{duration: 1, arivalRate: 5}]", "      - get: {url: /x}"), &[]);
    insta::assert_snapshot!(told);
}

#[test]
fn all_problems_are_told_at_once() {
    let text = |url: &str| {
        format!(
            "config:
  target: \"{url}\"
  phases:
    - duration: soon
      arrivalRate: 5
scenarios:
  - flow:
      - get:
          url: \"/a/{{{{ $randomStrin(3) }}}}\"
          capture:
            json: $.id
      - pust:
          url: /b
"
        )
    };
    insta::assert_snapshot!(refused(text, &[]));
}

#[test]
fn broken_yaml_is_told_with_its_line() {
    let told = refused(|url| format!("config:\n  target: \"{url}\n  phases: [\n"), &[]);
    insta::assert_snapshot!(told);
}

#[test]
fn a_missing_target_is_told_with_how_to_give_one() {
    let told = refused(|_| "scenarios:\n  - flow:\n      - get: {url: /x}\nconfig: {}\n".into(), &[]);
    insta::assert_snapshot!(told);
}

#[test]
fn overrides_and_variables_that_are_not_json_are_told() {
    let good = |url: &str| script(url, "[{duration: 1, arrivalCount: 1}]", "      - get: {url: /x}");
    let told = refused(good, &["--overrides", "{phases"]);
    assert!(told.contains("JSON") && told.contains("--overrides"), "{told}");
    let told = refused(good, &["-v", "[1]"]);
    assert!(told.contains("JSON") && told.contains("--variables"), "{told}");
}

#[test]
fn a_missing_script_is_told_with_those_that_are_there() {
    let project = Project::new("");
    let mut command = loadgen(&["run", "scirpt.yml"]);
    let told = transcript(command.current_dir(project.path("")));
    insta::assert_snapshot!(told.text(), @r"
    exit 2
    --- stdout
    --- stderr
    error: cannot read scirpt.yml: No such file or directory (os error 2)
      = hint: there is script.yml
    ");
}

#[test]
fn a_folder_and_a_binary_file_are_no_scripts() {
    let project = Project::new("");
    std::fs::create_dir(project.path("folder")).unwrap();
    std::fs::write(project.path("binary.yml"), [0xff, 0xfe, 0, 1]).unwrap();
    for (name, words) in [("folder", "folder"), ("binary.yml", "not text")] {
        let told = transcript(loadgen(&["run", name]).current_dir(project.path("")));
        assert_eq!(told.status, 2, "{}", told.text());
        assert!(told.stderr.contains(words), "{}", told.text());
    }
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_any_load() {
    let good = |url: &str| script(url, "[{duration: 1, arrivalCount: 1}]", "      - get: {url: /x}");
    let told = refused(good, &["-o", "nowhere/run.json"]);
    insta::assert_snapshot!(told, @r"
    error: cannot write nowhere/run.json: Path does not exist: nowhere
      = hint: nothing was sent; results go to files in a folder that exists
    ");
    let told = refused(good, &["-o", "."]);
    assert!(told.contains("folder"), "{told}");
}

#[test]
fn an_unknown_flag_is_named() {
    let told = transcript(&mut loadgen(&["run", "--no-such-option", "x.yml"]));
    assert_eq!(told.status, 2);
    assert!(told.stderr.contains("--no-such-option"), "{}", told.stderr);
}

#[test]
fn a_report_that_is_none_is_refused() {
    let project = Project::new("");
    for (name, text) in [("a.json", "{"), ("b.json", "{\"aggregate\": {}}"), ("c.json", "")] {
        std::fs::write(project.path(name), text).unwrap();
        let told = transcript(loadgen(&["report", name]).current_dir(project.path("")));
        assert_eq!(told.status, 2, "{}", told.text());
        assert!(told.stderr.contains(name) && told.stderr.contains("hint"), "{}", told.text());
    }
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let told = transcript(&mut loadgen(&["target", "--listen", &address]));
    assert_eq!(told.status, 3);
    assert!(told.stderr.contains(&address), "{}", told.stderr);
}
