//! Which files a script is made of, and what a pipe is told around the load.

use crate::harness::{Project, loadgen};
use loadgen_testkit::{Act, RawServer, transcript};

/// A script of one user.
fn project(url: &str) -> Project {
    Project::new(&format!(
        "config: {{target: \"{url}\", phases: [{{duration: 100ms, arrivalCount: 1}}]}}\nscenarios: [{{flow: [{{get: {{url: '/{{{{ a }}}}'}}}}]}}]\n"
    ))
}

#[test]
fn further_scripts_are_laid_over_the_first() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let project = project(&server.url());
    std::fs::write(project.path("one.yml"), "config: {variables: {a: one}}\n").unwrap();
    std::fs::write(project.path("two.json"), "{\"config\": {\"variables\": {\"a\": \"two\"}}}").unwrap();
    for (args, path) in [(["one.yml", "two.json"], "/two"), (["two.json", "one.yml"], "/one")] {
        assert_eq!(project.run(&args).status, 0);
        assert!(server.requests().last().is_some_and(|it| it.starts_with(&format!("GET {path} "))), "{path}");
    }
    assert_eq!(project.run(&["-i", "two.json", "-i", "one.yml"]).status, 0);
    assert!(server.requests().last().is_some_and(|it| it.starts_with("GET /one ")));
}

#[test]
fn a_file_that_is_no_script_by_its_name_is_refused_and_a_missing_dotenv_is_not() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let project = project(&server.url());
    std::fs::copy(project.path("script.yml"), project.path("script.txt")).unwrap();
    let told = transcript(loadgen(&["run", "script.txt"]).current_dir(project.path("")));
    assert_eq!((told.status, told.stdout.as_str()), (2, ""));
    assert!(told.stderr.starts_with("error: Unknown file type: script.txt\n"), "{}", told.stderr);
    let told = project.run(&["--dotenv", "none.env"]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stderr.contains("warning: could not read dotenv file: none.env"), "{}", told.stderr);
}

#[test]
fn a_pipe_is_told_what_artillery_tells() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let (told, _) = project(&server.url()).report(&[]);
    let told = told.stdout;
    assert!(told.starts_with("Test run id: t1\nPhase started: "), "{told}");
    let places: Vec<Option<usize>> = [
        "Metrics for period",
        "\n\n\nAll VUs finished. Total time: ",
        "Summary report @ ",
        "\nLog file: run.json\n\nloadgen ",
    ]
    .iter()
    .map(|text| told.find(text))
    .collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {told}");
}
