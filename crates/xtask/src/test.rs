//! `cargo xtask test`: every test there is, from the workspace's root.
//!
//! One list of steps. What a test needs beyond Rust joins it as a [`Need`](crate::need::Need) of its step, so that it is
//! installed or named, and never skipped because it was not there.

use std::process::ExitCode;

use crate::conformance;
use crate::need::{CHROMIUM, Need, POSTGRES, PROMETHEUS, PUSHGATEWAY};
use crate::openapi;
use crate::step::{self, Step, Work};
use crate::test_output::Tally;
use crate::workspace::Workspace;

/// What tests start.
const NEEDS: &[Need] = &[POSTGRES, PROMETHEUS, PUSHGATEWAY, CHROMIUM];

/// Runs all tests; `arguments` go to the test programs.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> ExitCode {
    let mut steps = steps(workspace, arguments);
    // Some of the tests is what arguments ask for; the suite is all or nothing.
    if arguments.is_empty() {
        steps.push(conformance::step());
        steps.push(openapi::step());
        #[cfg(target_os = "linux")]
        steps.push(crate::lab::step());
    }
    let ended = step::run_all(workspace, steps);
    let mut all = Tally::default();
    for tests in ended.iter().filter_map(|step| step.tests) {
        all += tests;
    }
    println!("\n{}\ntests: {all}", step::summary(&ended));
    step::exit_code(&ended)
}

fn steps(workspace: &Workspace, arguments: &[&str]) -> Vec<Step> {
    // Cargo builds a package's binaries before its integration tests, so `loadgen` under test is never stale.
    // Benches are left out, which do not know the arguments of tests; clippy compiles them.
    let programs = ["test", "--workspace", "--tests", "--examples", "--no-fail-fast", "--"];
    // `--tests` leaves these out.
    let documents = ["test", "--workspace", "--doc", "--no-fail-fast", "--"];
    vec![
        Step {
            name: "unit and integration tests",
            needs: NEEDS,
            work: Work::Tests(workspace.cargo(programs.iter().chain(arguments).copied())),
        },
        Step {
            name: "doc tests",
            needs: &[],
            work: Work::Tests(workspace.cargo(documents.iter().chain(arguments).copied())),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_reach_every_step_after_the_dashes() {
        let workspace = Workspace::find().unwrap();
        for step in steps(&workspace, &["ramp"]) {
            let Work::Tests(command) = step.work else { panic!("{} does not count tests", step.name) };
            let arguments: Vec<_> = command.get_args().collect();
            assert_eq!(arguments[0], "test");
            assert_eq!(arguments[arguments.len() - 2..], ["--", "ramp"]);
            assert_eq!(command.get_current_dir(), Some(workspace.root()));
        }
    }
}
