//! `loadgen target --healthcheck`: the question that containers ask.

use crate::harness::{Target, loadgen};
use loadgen_testkit::{Act, RawServer, transcript};

#[test]
fn a_target_that_is_well_is_told_by_0_and_silence() {
    let target = Target::start(&[]);
    for url in [target.url.clone(), format!("{}/", target.url)] {
        let told = transcript(&mut loadgen(&["target", "--healthcheck", &url]));
        assert_eq!((told.status, told.text().lines().count()), (0, 3), "{}", told.text());
    }
    // A proxy of the environment is not asked; nor is a database of its variable.
    let mut command = loadgen(&["target", "--healthcheck", &target.url]);
    command.env("http_proxy", "http://127.0.0.1:9").env("DATABASE_URL", "nonsense");
    assert_eq!(transcript(&mut command).status, 0);
}

#[test]
fn whatever_else_is_told_by_1_and_a_line() {
    let refuses = RawServer::start(|_| Act::answer(503, "busy"));
    for (url, why) in [
        (refuses.url().as_str(), "503 busy"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1/health: it cannot be reached"),
        ("nothing", "this is no URL"),
    ] {
        let told = transcript(&mut loadgen(&["target", "--healthcheck", url]));
        assert_eq!(told.status, 1, "{}", told.text());
        assert!(told.stderr.contains(why) && told.stderr.lines().count() == 1, "{}", told.text());
    }
}
