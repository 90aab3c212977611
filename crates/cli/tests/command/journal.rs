//! The journal beside `-o`: what is left of a run that had no time to write its results.

use crate::harness::{Project, Target, loadgen, wait_until};
use loadgen_testkit::transcript;
use serde_json::Value;
use std::process::Stdio;

/// Users per second of the runs that are killed.
const RATE: u64 = 50;
const GET: &str = "      - get: {url: /users}";

/// Runs until the target has answered so many requests, kills the run, and gives the folder and the target's count.
#[cfg(unix)]
fn killed_after(requests: u64) -> (Project, u64) {
    let target = Target::start(&[]);
    let phases = format!("[{{duration: 60, arrivalRate: {RATE}}}]");
    let project = Project::of(&target.url, &phases, GET);
    let mut child = project
        .command(&["-q", "-o", "run.json"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until(&mut child, || target.requests() >= requests);
    child.kill().unwrap();
    child.wait().unwrap();
    (project, target.requests())
}

/// The JSON that comes of a journal.
fn rendered(project: &Project, args: &[&str]) -> String {
    let mut command = loadgen(&[&["report", "run.json.journal"], args].concat());
    let told = transcript(command.current_dir(project.path("")));
    assert_eq!(told.status, 0, "{}", told.text());
    told.stdout
}

#[test]
#[cfg(unix)]
fn a_run_that_is_killed_at_any_moment_leaves_all_but_its_last_second() {
    // Chosen anew each time: moments between four and seven seconds.
    let chance = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos();
    for nth in 0..3 {
        let requests = 4 * RATE + (u64::from(chance) >> (8 * nth)) % (3 * RATE);
        let (project, answered) = killed_after(requests);
        assert_eq!(project.files(), ["run.json.journal", "script.yml"]);
        let csv = project.path("run.csv");
        let text = rendered(
            &project,
            &["--csv", csv.to_str().unwrap(), "--junit", "run.xml", "--markdown", "run.md"],
        );
        assert!(text.contains("stopped by a kill or a crash after 00:0"), "{text}");
        let table = std::fs::read_to_string(csv).unwrap();
        let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let place = lines.next().unwrap().iter().position(|name| *name == "http.requests").unwrap();
        let kept: u64 = lines.map(|cells| cells[place].parse::<u64>().unwrap()).sum();
        // The second that was not over, and the one that may just have been on its way to the disk.
        assert!(
            kept <= answered + RATE && answered <= kept + 2 * RATE,
            "{kept} of {answered}, at {requests}"
        );
    }
}

#[test]
fn it_is_gone_when_the_results_are_written_unless_it_is_to_be_kept() {
    let target = Target::start(&[]);
    let project = Project::of(&target.url, "[{duration: 2, arrivalRate: 10}]", GET);
    let (told, _) = project.report(&["-q"]);
    assert_eq!((told.status, project.files()), (0, vec!["run.json".to_owned(), "script.yml".to_owned()]));
    let (told, report) = project.report(&["-q", "--keep-journal"]);
    assert_eq!(told.status, 0, "{}", told.text());
    let again = rendered(&project, &["--output-dir", "again"]);
    let plain = transcript(loadgen(&["report", "run.json"]).current_dir(project.path(""))).stdout;
    assert_eq!(again, plain);
    let csv = std::fs::read_to_string(project.path("again/run.csv")).unwrap();
    assert_eq!(csv.lines().count() - 1, report["intermediate"].as_array().map_or(0, Vec::len));
}

#[test]
fn one_that_lies_there_is_set_aside() {
    let target = Target::start(&[]);
    let project = Project::of(&target.url, "[{duration: 1, arrivalRate: 1}]", GET);
    std::fs::write(project.path("run.json.journal"), "all that is left").unwrap();
    let (told, _) = project.report(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stderr.contains("it is run.json.journal.1 now"), "{}", told.stderr);
    assert_eq!(std::fs::read_to_string(project.path("run.json.journal.1")).unwrap(), "all that is left");
    assert!(!project.path("run.json.journal").exists());
}

#[test]
fn that_of_a_run_which_goes_on_is_left_alone() {
    let project = Project::of("http://127.0.0.1:1", "[{duration: 1, arrivalRate: 1}]", GET);
    let file = std::fs::File::create(project.path("run.json.journal")).unwrap();
    file.lock().unwrap();
    let told = project.run(&["-o", "run.json"]);
    assert_eq!(told.status, 2, "{}", told.text());
    assert!(told.stderr.contains("another run that goes on writes its results there"), "{}", told.stderr);
    assert_eq!(project.files(), ["run.json.journal", "script.yml"]);
}

#[test]
fn what_is_no_journal_is_refused() {
    let project = Project::of("builtin", "[{duration: 1, arrivalRate: 1}]", GET);
    for (bytes, cause) in [
        ("loadgen journal 9\n", "it is no journal of a run"),
        ("loadgen journal 1\n", "the journal breaks off before the run began: nothing was measured"),
    ] {
        std::fs::write(project.path("x.journal"), bytes).unwrap();
        let told = transcript(loadgen(&["report", "x.journal"]).current_dir(project.path("")));
        assert_eq!(told.status, 2, "{}", told.text());
        assert!(told.stderr.contains(cause) && told.stderr.contains("hint: "), "{}", told.stderr);
    }
}

#[test]
fn a_folder_that_takes_none_is_refused_before_any_load() {
    let project = Project::of("http://127.0.0.1:1", "[{duration: 1, arrivalRate: 1}]", GET);
    std::fs::create_dir(project.path("run.json.journal")).unwrap();
    for number in 1..=999 {
        std::fs::write(project.path(&format!("run.json.journal.{number}")), "").unwrap();
    }
    let told = project.run(&["-o", "run.json"]);
    assert_eq!(told.status, 2, "{}", told.text());
    assert!(told.stderr.contains("too many old journals"), "{}", told.stderr);
}

#[test]
fn the_json_of_a_killed_run_is_a_report_like_others() {
    let (project, _) = killed_after(2 * RATE);
    let dir = project.path("again");
    rendered(&project, &["--output-dir", dir.to_str().unwrap()]);
    let text = std::fs::read_to_string(dir.join("run.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["loadgen"]["stopped"], "a kill or a crash");
    assert!(json["aggregate"]["counters"]["http.requests"].as_u64().unwrap() >= RATE);
}
