//! Results in the forms that other programs read: which files are written, when, and that they agree.

use crate::harness::{Project, loadgen};
use loadgen_testkit::{Act, RawServer, transcript};

const FEW: &str = "[{duration: 0.5, arrivalCount: 20}]";
const ONE_GET: &str = "      - get: {url: \"/a\"}";
const MISSED: &str = "{\"config\": {\"plugins\": {\"ensure\": {\"thresholds\": [{\"http.requests\": 5}, {\"vusers.failed\": 1}]}}}}";
const SET: [&str; 9] = [
    "latency.hgrm",
    "latency.hlog",
    "response_time.hgrm",
    "response_time.hlog",
    "run.csv",
    "run.html",
    "run.json",
    "run.md",
    "run.xml",
];

fn server() -> RawServer {
    RawServer::start(|_| Act::answer(200, "{\"id\": 1}"))
}

fn read(project: &Project, name: &str) -> String {
    std::fs::read_to_string(project.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn listed(project: &Project, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(project.path(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_folder_gets_the_whole_set_and_report_writes_it_again() {
    let server = server();
    let project = Project::of(&server.url(), FEW, ONE_GET);
    let told = project.run(&["--output-dir", "out/here", "--overrides", MISSED, "--strict-validity=false"]);
    assert_eq!(told.status, 1, "{}", told.text());
    assert_eq!(listed(&project, "out/here"), SET);
    let junit = read(&project, "out/here/run.xml");
    assert!(junit.contains("tests=\"2\"") && junit.contains("failures=\"1\""), "{junit}");
    assert!(read(&project, "out/here/run.csv").lines().count() >= 2);
    let again = transcript(
        loadgen(&["report", "out/here/run.json", "--output-dir", "again", "--hdr", "p"])
            .env("CI", "false")
            .current_dir(project.path("")),
    );
    assert_eq!(again.status, 0, "{}", again.text());
    assert_eq!(listed(&project, "again"), SET.into_iter().filter(|it| *it != "run.json").collect::<Vec<_>>());
    for name in SET.into_iter().filter(|it| *it != "run.json" && !it.ends_with("hlog")) {
        assert_eq!(read(&project, &format!("again/{name}")), read(&project, &format!("out/here/{name}")));
    }
    for name in ["latency.hgrm", "response_time.hgrm"] {
        assert_eq!(read(&project, &format!("p.{name}")), read(&project, &format!("out/here/{name}")));
    }
}

#[test]
fn each_form_is_asked_for_by_itself() {
    let server = server();
    let address = server.url();
    let project = Project::of(&address, FEW, ONE_GET);
    let told = transcript(
        loadgen(&[
            "quick",
            "-c",
            "2",
            "-n",
            "2",
            "-q",
            "--junit",
            "j.xml",
            "--markdown",
            "m.md",
            "--csv",
            "c.csv",
            "--html",
            "h.html",
        ])
        .arg(&address)
        .current_dir(project.path("")),
    );
    assert_eq!(told.status, 0, "{}", told.text());
    assert_eq!(project.files(), ["c.csv", "h.html", "j.xml", "m.md", "script.yml"]);
    assert!(read(&project, "h.html").starts_with("<!DOCTYPE html>"));
    assert!(read(&project, "m.md").starts_with("## Load test finished"), "{}", read(&project, "m.md"));
}

#[test]
fn what_cannot_be_written_is_refused_before_any_load() {
    let server = server();
    let project = Project::of(&server.url(), FEW, ONE_GET);
    for (args, words) in [
        (["--junit", "nowhere/a.xml", "--csv", "b.csv"], "Path does not exist"),
        (["--junit", "a.xml", "--csv", "./a.xml"], "two results would go there"),
        (["--markdown", "script.yml", "--csv", "b.csv"], "the run itself is made of that file"),
        (["--output-dir", "script.yml", "--csv", "b.csv"], "cannot write script.yml"),
        (["-o", "out/run.json", "--output-dir", "out"], "two results would go there"),
    ] {
        let told = project.run(&args);
        assert_eq!(told.status, 2, "{args:?}: {}", told.text());
        assert!(told.stderr.contains(words), "{args:?}: {}", told.text());
    }
    let dry = project.run(&["--dry", "--csv", "b.csv"]);
    assert_eq!(dry.status, 2, "{}", dry.text());
    assert!(server.requests().is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn one_file_that_cannot_be_written_keeps_no_other_from_it() {
    let server = server();
    let project = Project::of(&server.url(), FEW, ONE_GET);
    let told = project.run(&["-q", "--junit", "/dev/full", "--csv", "b.csv"]);
    assert_eq!(told.status, 3, "{}", told.text());
    assert!(told.stderr.contains("/dev/full"), "{}", told.text());
    assert!(read(&project, "b.csv").starts_with("period start (UTC)"));
}

#[test]
fn a_job_of_github_actions_shows_what_was_found() {
    let server = server();
    let project = Project::of(&server.url(), FEW, ONE_GET);
    std::fs::write(project.path("summary.md"), "before\n").unwrap();
    let told = transcript(
        project
            .command(&["--overrides", MISSED, "--strict-validity=false"])
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_WORKSPACE", project.path(""))
            .env("GITHUB_STEP_SUMMARY", project.path("summary.md")),
    );
    assert_eq!(told.status, 1, "{}", told.text());
    let annotation =
        "::error file=script.yml,title=Threshold missed::http.requests was 20, and must be below 5";
    assert!(told.stderr.contains(annotation), "{}", told.stderr);
    let summary = read(&project, "summary.md");
    assert!(summary.starts_with("before\n## Load test ❌ failed: script.yml\n"), "{summary}");
    let told = transcript(project.command(&["-q"]).env("GITHUB_STEP_SUMMARY", "/nowhere/summary.md"));
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stderr.contains("cannot write the job's summary"), "{}", told.text());
}
