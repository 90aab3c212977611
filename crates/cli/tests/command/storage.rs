//! Where `loadgen target` keeps its records: a database that is there, one that is not, and none for a run's own target.

use crate::harness::{Project, Target, loadgen, script};
use loadgen_testkit::{PostgresServer, transcript};

#[test]
fn records_are_in_the_database_that_the_environment_names() {
    let postgres = PostgresServer::shared();
    let url = postgres.database();
    let target = Target::start(&["--database-url", &url, "--database-pool", "3"]);
    let post = "    - post: {url: /users, json: {name: A, email: a@example.com}}";
    let project = Project::new(&script(&target.url, "[{duration: 1, arrivalCount: 1}]", post));
    let told = transcript(loadgen(&["run", "script.yml"]).current_dir(project.path("")));
    assert_eq!(told.status, 0, "{}", told.text());
    let database = url.rsplit('/').next().unwrap();
    assert_eq!(postgres.sql(database, "SELECT email FROM users"), "a@example.com");
}

/// It would fill whatever the developer works on, and measure that too.
#[test]
fn a_run_s_own_target_keeps_out_of_the_database_of_the_environment() {
    let post = "    - post: {url: /users, json: {name: A, email: a@example.com}}";
    let project = Project::new(&script("builtin", "[{duration: 1, arrivalCount: 1}]", post));
    let mut command = loadgen(&["run", "script.yml"]);
    // Port 1: a target that looked for it would wait, and fail.
    command.env("DATABASE_URL", "postgresql://ann:secret@127.0.0.1:1/shop").current_dir(project.path(""));
    let told = transcript(&mut command);
    assert_eq!(told.status, 0, "{}", told.text());
}

#[test]
fn a_database_that_is_away_is_told_without_its_password() {
    let mut command = loadgen(&["target", "--listen", "127.0.0.1:0", "--database-wait", "0"]);
    command.env("DATABASE_URL", "postgresql://ann:secret@127.0.0.1:1/shop");
    let told = transcript(&mut command);
    assert_eq!(told.status, 3, "{}", told.text());
    assert!(told.stderr.contains("postgresql://ann@127.0.0.1:1/shop cannot be reached"), "{}", told.stderr);
    assert!(told.stderr.contains("hint") && !told.stderr.contains("secret"), "{}", told.stderr);
}

#[test]
fn a_url_that_is_none_is_refused_without_repeating_it() {
    for value in [
        "http://ann:secret@db/shop",
        "postgresql://ann:sec#ret@db:x/shop",
        "postgresql://ann:sec@ret@db/shop",
        "secret",
    ] {
        let told = transcript(&mut loadgen(&["target", "--database-url", value]));
        assert_eq!(told.status, 2, "{}", told.text());
        assert!(told.stderr.contains("hint: postgresql://USER:PASSWORD@HOST"), "{}", told.stderr);
        assert!(!told.text().contains("ret@") && !told.text().contains("secret"), "{}", told.text());
    }
    let url = "postgresql://ann:secret@db/shop";
    let told = transcript(loadgen(&["target", "--help"]).env("DATABASE_URL", url));
    assert!(told.stdout.contains("DATABASE_URL") && !told.stdout.contains("secret"), "{}", told.stdout);
}
