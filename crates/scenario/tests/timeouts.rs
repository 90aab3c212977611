//! `http.timeout` and `http.timeouts`: what they compile to, and what is said of bad ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

mod common;

use common::{plan, told};
use loadgen_scenario::plan::Timeouts;
use std::time::Duration;

fn script(http: &str) -> String {
    format!("config:\n  target: http://h\n  http: {http}\nscenarios: [{{flow: [get: {{url: /}}]}}]\n")
}

#[test]
fn what_is_not_set_is_as_the_timeout_and_the_whole_has_a_bound_of_its_own() {
    // connect, firstByte, idle, total, in milliseconds
    let table = [
        ("{}", [10_000, 10_000, 10_000, 600_000]),
        ("{timeout: 2}", [2_000, 2_000, 2_000, 600_000]),
        ("{timeout: 1h}", [3_600_000, 3_600_000, 3_600_000, 3_600_000]),
        ("{timeouts: {connect: 0.5}}", [500, 10_000, 10_000, 600_000]),
        ("{timeout: 3, timeouts: {firstByte: 250ms, idle: '4', total: 1m}}", [3_000, 250, 4_000, 60_000]),
        (
            "{timeout: 3, timeouts: {connect: 0, firstByte: 0, idle: 0, total: 0}}",
            [3_000, 3_000, 3_000, 600_000],
        ),
    ];
    for (http, wanted) in table {
        let [connect, first_byte, idle, total] = wanted.map(Duration::from_millis);
        let wanted = Timeouts { connect, first_byte, idle, total };
        assert_eq!(plan(&script(http)).http.timeouts, wanted, "{http}");
    }
}

#[test]
fn bad_ones_are_told_with_their_place() {
    let table = [
        ("{timeouts: 5}", "\"config.http.timeouts\" must be"),
        ("{timeouts: {firstbyte: 5}}", "unknown key `firstbyte`"),
        ("{timeouts: {total: soon}}", "invalid duration in \"config.http.timeouts.total\""),
        ("{timeouts: {idle: -1}}", "invalid duration in \"config.http.timeouts.idle\""),
    ];
    for (http, wanted) in table {
        let told = told(&script(http));
        assert!(told.contains(wanted) && told.contains("--> a.yml:3"), "{http}: {told}");
    }
}
