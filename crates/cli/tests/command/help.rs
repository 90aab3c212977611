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
fn target_explains_itself() {
    insta::assert_snapshot!(transcript(&mut loadgen(&["target", "--help"])).text());
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
    // A busy machine may spoil the run, and that is told; it is no talk of its own working.
    let talk = told("off")
        .lines()
        .find(|line| !line.starts_with("degraded") && !line.starts_with("invalid"))
        .map(str::to_owned);
    assert_eq!(talk, None);
    assert!(told("loud").contains("LOADGEN_LOG=loud"));
}

/// The commands that the help names.
fn commands() -> Vec<String> {
    let help = transcript(&mut loadgen(&["--help"])).stdout;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let name = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    list.lines().map(name).collect()
}

#[test]
fn each_command_shows_examples_of_itself() {
    let commands = commands();
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        let help = transcript(&mut loadgen(&[&command, "--help"])).stdout;
        let examples = help.split("Examples:\n").nth(1).unwrap_or_else(|| panic!("{command}: {help}"));
        assert!(examples.contains(&format!("loadgen {command}")), "{help}");
    }
}

#[test]
fn shells_can_complete_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let told = transcript(&mut loadgen(&["completions", shell]));
        assert_eq!((told.status, told.stderr.as_str()), (0, ""), "{shell}");
        for command in commands() {
            assert!(told.stdout.contains(&command), "{shell}: {command}");
        }
        assert!(told.stdout.contains("scenario-name"), "{shell}");
    }
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man/man1");
    let told = transcript(&mut loadgen(&["man", &pages.display().to_string()]));
    assert_eq!(told.status, 0, "{}", told.text());
    let page = |name: &str| std::fs::read_to_string(pages.join(name)).unwrap_or_default();
    let whole = page("loadgen.1");
    for command in commands() {
        assert!(whole.contains(&command), "{command}: {whole}");
        assert!(page(&format!("loadgen-{command}.1")).contains(".SH NAME"), "{command}");
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let told = transcript(&mut loadgen(&["man", &file.display().to_string()]));
    assert_eq!(told.status, 2, "{}", told.text());
}
