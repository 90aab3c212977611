//! `docker-compose.performance.yml` against the Compose specification, and against what the lab promises; the `Dockerfile`
//! by what stands in it. Whether `loadgen` knows the flags that it is given is a test of the command itself.

#![allow(clippy::unwrap_used, reason = "a helper that cannot go on is a failed test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use compose_spec::Compose;
use serde_yaml::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The file with its `<<` followed.
fn compose() -> Value {
    let mut value: Value = serde_yaml::from_str(&read("docker-compose.performance.yml")).unwrap();
    value.apply_merge().unwrap();
    value
}

fn services(compose: &Value) -> Vec<(&str, &Value)> {
    let services = compose["services"].as_mapping().unwrap();
    services.iter().map(|(name, service)| (name.as_str().unwrap(), service)).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_sequence().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn the_specification_takes_it() {
    // Docker's name for the machine itself, which the specification leaves to it, and the crate takes for an address.
    let text = read("docker-compose.performance.yml");
    assert_eq!(text.matches("host-gateway").count(), 1);
    let text = text.replace("host-gateway", "172.17.0.1");
    let compose = Compose::options().apply_merge(true).from_yaml_str(&text).unwrap();
    compose.validate_all().unwrap();
    assert!(compose.name.is_some());
}

#[test]
fn services_stand_on_the_ports_that_the_manual_names_and_on_loopback_alone() {
    let compose = compose();
    let ports: Vec<(&str, &str)> = services(&compose)
        .into_iter()
        .flat_map(|(name, service)| texts(&service["ports"]).into_iter().map(move |port| (name, port)))
        .collect();
    let expected = [
        ("user-service", "127.0.0.1:8080:8080"),
        ("order-service", "127.0.0.1:8081:8081"),
        ("prometheus", "127.0.0.1:9090:9090"),
        ("alertmanager", "127.0.0.1:9093:9093"),
        ("grafana", "127.0.0.1:3000:3000"),
        ("jaeger", "127.0.0.1:16686:16686"),
        ("node-exporter", "127.0.0.1:9100:9100"),
    ];
    assert_eq!(ports, expected);
    let names: BTreeSet<&str> = services(&compose).into_iter().map(|(name, _)| name).collect();
    let others: BTreeSet<&str> =
        expected.iter().map(|(name, _)| *name).chain(["postgres", "loadgen"]).collect();
    assert_eq!(names, others);
    assert_eq!(texts(&compose["services"]["loadgen"]["profiles"]), ["load"], "`up` starts no load");
}

#[test]
fn services_have_two_processors_and_two_gigabytes_and_half_of_it_for_sure() {
    let compose = compose();
    for name in ["user-service", "order-service", "postgres", "loadgen"] {
        let resources = &compose["services"][name]["deploy"]["resources"];
        for (kind, cpus, memory) in [("limits", "2", "2G"), ("reservations", "1", "1G")] {
            assert_eq!(resources[kind]["cpus"], cpus, "{name} {kind}");
            assert_eq!(resources[kind]["memory"], memory, "{name} {kind}");
        }
    }
}

#[test]
fn images_have_versions_or_are_built_here() {
    for (name, service) in services(&compose()) {
        let image = service["image"].as_str().unwrap();
        let (_, tag) = image.rsplit_once(':').unwrap_or_else(|| panic!("{name}: {image} has no tag"));
        let is_a_version =
            tag.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) && tag.contains('.');
        assert!(is_a_version || image == "loadgen:lab", "{name}: {image} has no version");
    }
    let compose = compose();
    let ours = services(&compose).into_iter().filter(|(_, service)| service["image"] == "loadgen:lab");
    // Several at a time would build and name the same image; nobody has it but who builds it.
    let policy = |service: &Value| service["pull_policy"].as_str().unwrap_or_default().to_owned();
    let policies: Vec<(&str, String)> = ours.clone().map(|(name, it)| (name, policy(it))).collect();
    let expected = [("user-service", ""), ("order-service", "never"), ("loadgen", "never")];
    assert_eq!(policies, expected.map(|(name, policy)| (name, policy.to_owned())));
    for (name, service) in ours {
        assert_eq!(service["build"] == ".", name == "user-service", "{name}");
    }
}

#[test]
fn who_is_waited_for_says_how_it_is() {
    let compose = compose();
    for (name, service) in services(&compose) {
        let Some(others) = service["depends_on"].as_mapping() else { continue };
        for (other, how) in others {
            assert_eq!(how["condition"], "service_healthy", "{name}");
            let check = &compose["services"][other.as_str().unwrap()]["healthcheck"];
            assert!(texts(&check["test"]).len() > 1, "{name} waits for {other:?}, which has no health check");
        }
    }
    for name in ["user-service", "order-service", "postgres", "prometheus", "alertmanager", "grafana"] {
        assert!(compose["services"][name]["healthcheck"]["test"].is_sequence(), "{name}");
    }
}

#[test]
fn volumes_are_kept_and_mounted_files_are_there() {
    let compose = compose();
    assert!(texts(&compose["services"]["postgres"]["volumes"])[0].starts_with("postgres-data:"));
    for (name, service) in services(&compose) {
        for mount in texts(&service["volumes"]) {
            let (from, rest) = mount.split_once(':').unwrap();
            if from.starts_with("./") {
                assert!(root().join(from).exists(), "{name}: {from} is not there");
                assert!(rest.ends_with(":ro"), "{name} could change {from}");
            } else {
                assert!(
                    compose["volumes"].as_mapping().unwrap().contains_key(from),
                    "{name}: {from} is no volume"
                );
            }
        }
    }
    let machine = &compose["services"]["node-exporter"]["volumes"][0];
    assert!(
        machine["read_only"] == true && machine["source"] == "/",
        "the machine is looked at, and no more"
    );
    // Both databases are there before a service asks for its own.
    assert_eq!(compose["services"]["postgres"]["environment"]["POSTGRES_DB"], "users");
    assert!(read("monitoring/postgres/databases.sql").contains("CREATE DATABASE orders;"));
}

#[test]
fn secrets_say_that_they_are_examples() {
    for (name, service) in services(&compose()) {
        for (variable, value) in service["environment"].as_mapping().into_iter().flatten() {
            let (variable, value) = (variable.as_str().unwrap(), value.as_str().unwrap_or_default());
            if variable.contains("PASSWORD") {
                assert!(value.ends_with("-example"), "{name}: {variable}");
            }
            if let Some((credentials, _)) = value.split_once("://").and_then(|(_, rest)| rest.split_once('@'))
            {
                assert!(credentials.ends_with("-example"), "{name}: {variable}");
            }
        }
    }
}

#[test]
fn targets_are_services_of_the_file_on_their_ports() {
    let compose = compose();
    for entry in std::fs::read_dir(root().join("monitoring/targets")).unwrap() {
        let list: Value =
            serde_yaml::from_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        for target in texts(&list[0]["targets"]) {
            let (host, port) = target.split_once(':').unwrap();
            let service = &compose["services"][host];
            let command = service["command"].as_str().unwrap_or_default();
            let published = texts(&service["ports"]).iter().any(|it| it.ends_with(&format!(":{port}")));
            assert!(published || command.contains(&format!(":{port}")), "{target} is nobody's");
        }
    }
}

#[test]
fn the_image_is_small_built_from_caches_and_run_by_nobody_in_particular() {
    let text = read("Dockerfile");
    let stages: Vec<&str> = text.lines().filter(|line| line.starts_with("FROM ")).collect();
    assert_eq!(stages.len(), 2, "one stage builds, one runs");
    assert!(stages[0].ends_with(" AS build") && stages[1].contains("-slim"), "{stages:?}");
    assert!(stages.iter().all(|stage| stage.contains(':') && !stage.contains(":latest")), "{stages:?}");
    let version = stages[0].split(['-', ':']).nth(1).unwrap();
    assert!(read("Cargo.toml").contains(&format!("rust-version = \"{version}\"")), "{version} is not ours");
    let (_, last) = text.rsplit_once("FROM ").unwrap();
    for wanted in [
        "COPY --from=build /out/loadgen ",
        "USER 10001:10001",
        "CMD [\"loadgen\", \"target\", \"--healthcheck\", ",
        "ENTRYPOINT [\"loadgen\"]",
    ] {
        assert!(last.contains(wanted), "{wanted}");
    }
    assert_eq!(text.matches("--mount=type=cache").count(), 2);
    assert!(text.contains("cargo build --locked --release"));
    // The users' id is that of the account that the image makes.
    assert!(last.contains("--uid 10001"));
    let ignored = read(".dockerignore");
    assert!(["target", ".git"].iter().all(|name| ignored.lines().any(|line| line == *name)));
}
