//! The sample service as two processes, and the flags that make it so.

use crate::harness::{Project, Target, loadgen};
use loadgen_testkit::transcript;

#[test]
fn orders_of_one_process_know_the_users_of_another() {
    let users = Target::start(&["--service", "users"]);
    let orders = Target::start(&["--service", "orders", "--users-url", &users.url, "--faults"]);
    let flow = format!(
        "      - post: {{url: \"{}/users\", json: {{name: Ann, email: ann@example.com}}, capture: {{json: $.id, as: id}}}}
      - post: {{url: /orders, json: {{userId: \"{{{{ id }}}}\", items: [{{sku: A, quantity: 1, price: 2}}]}}}}
      - post: {{url: /orders, json: {{userId: 00000000-0000-4000-8000-000000000000, items: [{{sku: A, quantity: 1, price: 2}}]}}}}
      - get: {{url: /orders, headers: {{x-fault: \"error=1:418\"}}}}",
        users.url
    );
    let project = Project::of(&orders.url, "[{duration: 0.1, arrivalCount: 1}]", &flow);
    let (told, report) = project.report(&[]);
    let counters = &report["aggregate"]["counters"];
    for (code, count) in [("201", 2), ("422", 1), ("418", 1)] {
        assert_eq!(counters[format!("http.codes.{code}")], count, "{code}: {}", told.text());
    }
    assert!(users.requests() >= 3, "a user and two questions");
}

#[test]
fn addresses_may_come_from_the_environment() {
    let variable = |value: &str, args: &[&str]| {
        transcript(loadgen(&["target", "--listen", "127.0.0.1:0"]).args(args).env("USERS_URL", value))
    };
    let told = variable("users:8080", &["--service", "orders"]);
    assert_eq!(told.status, 2);
    assert!(told.stderr.contains("`users:8080` is no address"), "{}", told.stderr);
    let told = variable("http://127.0.0.1:9", &[]);
    assert_eq!(told.status, 2);
    assert!(
        told.stderr.contains("is for --service orders") && told.stderr.contains("hint"),
        "{}",
        told.stderr
    );
    // The built-in target of a run is both services, and does not care.
    let project = Project::of("builtin", "[{duration: 0.1, arrivalCount: 1}]", "      - get: {url: /users}");
    let told = transcript(project.command(&[]).env("USERS_URL", "http://127.0.0.1:9"));
    assert_eq!(told.status, 0, "{}", told.text());
    // Set to nothing it counts as not set: so far it goes, to a port that is taken.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let told = transcript(loadgen(&["target", "--listen", &address]).env("USERS_URL", ""));
    assert_eq!(told.status, 3, "{}", told.text());
}

#[test]
fn values_that_cannot_be_are_refused() {
    for (flag, value, message) in [
        ("--users-url", "http://a,http://a/", "is there twice"),
        ("--users-url", "http://svc:hunter2@127.0.0.1:9", "a user or a password"),
        ("--users-timeout", "0s", "more than 0 and at most 60 s"),
        ("--users-timeout", "soon", "is not a duration"),
        ("--users-retries", "11", "0..=10"),
        ("--faults-max-memory", "lots", "is no size"),
        ("--faults-max-memory", "1GiB", "required arguments were not provided"),
    ] {
        let told = transcript(&mut loadgen(&["target", "--service", "orders", flag, value]));
        assert_eq!(told.status, 2, "{flag} {value}");
        assert!(told.stderr.contains(flag) && told.stderr.contains(message), "{}", told.stderr);
        assert!(!told.text().contains("hunter2"), "{}", told.text());
    }
}
