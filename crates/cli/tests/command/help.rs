//! Help texts, and the examples in them.

use crate::harness::loadgen;
use loadgen_testkit::transcript;

#[test]
fn asked_for_nothing_it_says_what_there_is() {
    insta::assert_snapshot!(transcript(&mut loadgen(&[])).text());
}

#[test]
fn run_explains_itself() {
    insta::assert_snapshot!(transcript(&mut loadgen(&["run", "--help"])).text());
}

#[test]
fn quick_explains_itself() {
    insta::assert_snapshot!(transcript(&mut loadgen(&["quick", "--help"])).text());
}

#[test]
fn the_version_is_told() {
    let told = transcript(&mut loadgen(&["--version"]));
    assert_eq!((told.status, told.stdout), (0, format!("loadgen {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn each_example_of_the_help_is_a_command_that_exists() {
    let help = transcript(&mut loadgen(&["--help"])).stdout;
    let examples: Vec<&str> =
        help.lines().map(str::trim).filter(|line| line.starts_with("loadgen ")).collect();
    assert!(examples.len() >= 5, "{help}");
    for example in examples {
        let command = example.split("  ").next().unwrap();
        let mut words: Vec<&str> = command.split(' ').skip(1).collect();
        // With --help the arguments are not used, but the command has to exist.
        words.insert(1, "--help");
        let told = transcript(&mut loadgen(&words));
        assert_eq!(told.status, 0, "{command}: {}", told.text());
    }
}

#[test]
fn it_talks_about_its_own_working_only_when_asked() {
    let server = loadgen_testkit::RawServer::start(|_| loadgen_testkit::Act::answer(200, "{}"));
    let project = crate::harness::Project::of(
        &server.url(),
        "[{duration: 0.1, arrivalCount: 1}]",
        "      - get: {url: /x}",
    );
    let told = |level: &str| transcript(project.command(&["-q"]).env("LOADGEN_LOG", level)).stderr;
    assert!(told("debug").contains("the load begins"));
    assert!(!told("off").contains("the load begins"));
    assert!(told("loud").contains("LOADGEN_LOG=loud"));
}
