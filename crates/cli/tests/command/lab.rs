//! What `docker-compose.performance.yml` and the `Dockerfile` have `loadgen` do: flags and variables that it knows.

use crate::harness::loadgen;
use loadgen_testkit::transcript;
use serde_yaml::Value;
use std::path::Path;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)).unwrap()
}

/// `--help` after the words: those before it are read, and refused if they mean nothing, but nothing is done.
fn is_understood(words: &[&str]) {
    let told = transcript(&mut loadgen(&[words, &["--help"]].concat()));
    assert_eq!(told.status, 0, "{words:?}: {}", told.text());
}

/// The words of a list, or of a line with spaces between.
fn words(value: &Value) -> Vec<&str> {
    match value {
        Value::String(line) => line.split_whitespace().collect(),
        other => other.as_sequence().unwrap().iter().map(|word| word.as_str().unwrap()).collect(),
    }
}

#[test]
fn compose_gives_it_flags_and_variables_that_it_knows() {
    // Compose takes the default of a variable that nobody sets.
    let text = read("docker-compose.performance.yml");
    let text = text.replace("${DATABASE_POOL:-16}", "16").replace("${RUN:-run}", "run");
    assert!(!text.contains("${"));
    let mut compose: Value = serde_yaml::from_str(&text).unwrap();
    compose.apply_merge().unwrap();
    let target = transcript(&mut loadgen(&["target", "--help"])).stdout;
    let script = read("scenarios/orders.yml");
    let mut seen = 0;
    for (name, service) in compose["services"].as_mapping().unwrap() {
        if service["image"] != "loadgen:lab" {
            continue;
        }
        seen += 1;
        let command = words(&service["command"]);
        is_understood(&command);
        if let Some(check) = service["healthcheck"].get("test") {
            let check = words(check);
            assert_eq!(check[..2], ["CMD", "loadgen"], "{name:?}");
            is_understood(&check[2..]);
        }
        for (variable, _) in service["environment"].as_mapping().unwrap() {
            let variable = variable.as_str().unwrap();
            let known = if command[0] == "target" {
                target.contains(&format!("[env: {variable}"))
            } else {
                script.contains(&format!("$env.{variable} "))
            };
            assert!(known, "{name:?}: nobody reads {variable}");
        }
    }
    assert_eq!(seen, 3);
}

#[test]
fn the_image_does_too() {
    let dockerfile = read("Dockerfile");
    let lists: Vec<&str> =
        dockerfile.lines().filter_map(|line| line.trim_start().strip_prefix("CMD ")).collect();
    assert_eq!(lists.len(), 2, "the health check, and what the image does by itself");
    for list in lists {
        let list: Value = serde_yaml::from_str(list).unwrap();
        let words = words(&list);
        is_understood(words.strip_prefix(&["loadgen"][..]).unwrap_or(&words));
    }
}

#[test]
fn a_flag_that_is_none_is_not_understood() {
    let told = transcript(&mut loadgen(&["target", "--no-such-flag", "--help"]));
    assert_eq!(told.status, 2, "{}", told.text());
    let told = transcript(&mut loadgen(&["run", "a.yml", "--prometheus", "nonsense", "--help"]));
    assert_eq!(told.status, 2, "{}", told.text());
}
