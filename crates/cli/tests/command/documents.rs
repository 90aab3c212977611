//! What the documents and example scripts say is true: every script in them compiles, every example runs.

use crate::harness::loadgen;
use loadgen_scenario::{Choices, Source, load};
use loadgen_testkit::transcript;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no .{extension} in {folder}");
    files
}

/// Compiles a script and fails on any diagnostic, warnings too.
fn compile(name: &str, text: &str) {
    let source = Source::new(name, text);
    let loaded = load(&source, &Choices::default());
    let told: Vec<String> = loaded.diagnostics.iter().map(|it| it.render(&[&source])).collect();
    assert!(told.is_empty() && loaded.plan.is_some(), "{}", told.join("\n"));
}

#[test]
fn each_yaml_block_in_the_documents_compiles() {
    let mut blocks = 0;
    for path in files("docs", "md").into_iter().chain([root().join("README.md")]) {
        let text = std::fs::read_to_string(&path).unwrap();
        for (index, block) in text.split("```yaml\n").skip(1).enumerate() {
            let name = format!("{} block {}", path.file_name().unwrap().to_string_lossy(), index + 1);
            compile(&name, block.split("```").next().unwrap());
            blocks += 1;
        }
    }
    assert!(blocks > 3, "{blocks} blocks");
}

#[test]
fn each_example_script_compiles_and_says_what_it_is_for() {
    for path in files("scenarios", "yml") {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# "), "{} does not say what it is for", path.display());
        compile(&path.display().to_string(), &text);
    }
}

#[test]
fn each_example_script_runs_against_the_builtin_target() {
    for path in files("scenarios", "yml") {
        // The script as it is, its phases cut to half a second and its thinking users to a few.
        let overrides = "{\"config\": {\"target\": \"builtin\", \"phases\": [{\"duration\": 0.5, \"arrivalCount\": 10}]}}";
        let path = path.display().to_string();
        if path.ends_with("soak.yml") {
            // Its users think for ten seconds; that it compiles is checked above.
            continue;
        }
        let told = transcript(loadgen(&["run", &path, "--overrides", overrides]).current_dir(root()));
        assert_eq!(told.status, 0, "{path}: {}", told.text());
        assert!(told.stdout.contains("error rate   0.00 %"), "{path}: {}", told.stdout);
    }
}

#[test]
fn the_exit_codes_in_the_documents_are_those_of_the_help() {
    let help = transcript(&mut loadgen(&["run", "--help"])).stdout;
    let results = std::fs::read_to_string(root().join("docs/results.md")).unwrap();
    for code in ["0", "1", "2", "3", "4", "21", "130"] {
        assert!(results.contains(&format!("| {code}")), "docs/results.md does not tell {code}");
        assert!(
            help.lines().any(|line| line.trim().starts_with(&format!("{code} "))),
            "--help does not tell {code}"
        );
    }
    let flags = [
        "--target",
        "--environment",
        "--output",
        "--variables",
        "--overrides",
        "--insecure",
        "--quiet",
        "--seed",
    ];
    flags.iter().for_each(|flag| assert!(help.contains(flag), "{flag}"));
}

#[test]
fn the_readmes_typing_mistake_is_told_as_the_readme_shows() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let script = readme.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let shown = readme.split("$ loadgen run first.yml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("first.yml"), script.replace("arrivalRate", "arivalRate")).unwrap();
    let told = transcript(loadgen(&["run", "first.yml"]).current_dir(folder.path()));
    assert_eq!((told.status, told.stderr.trim_end()), (2, shown.trim_end()));
    // Without the mistake it runs.
    std::fs::write(folder.path().join("first.yml"), script.replace("duration: 5", "duration: 0.5")).unwrap();
    let told = transcript(loadgen(&["run", "first.yml", "-q", "-o", "run.json"]).current_dir(folder.path()));
    assert_eq!(
        (told.status, told.stdout.as_str()),
        (0, "Test run id: t1\nChecks:\nok: http.latency.p95 < 50\n"),
        "{}",
        told.text()
    );
    let told = transcript(loadgen(&["report", "run.json"]).current_dir(folder.path()));
    assert!(told.stdout.contains("1 of 1 threshold met"), "{}", told.text());
}
