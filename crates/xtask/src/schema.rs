//! `cargo xtask schema`: renews what is made from the table of the script's keys.
//!
//! The test that holds the files against the table writes them when `LOADGEN_RENEW` is set, so that there is one place
//! that knows which files they are.

use std::process::ExitCode;

use crate::step::{self, Step, Work};
use crate::workspace::Workspace;

/// Runs the chore.
pub(crate) fn run(workspace: &Workspace) -> ExitCode {
    let mut command = workspace.cargo(["test", "--package", "loadgen-scenario", "--test", "generated"]);
    command.env("LOADGEN_RENEW", "1");
    let ended = step::run_all(workspace, vec![Step { name: "schema", needs: &[], work: Work::Run(command) }]);
    println!("\n{}", step::summary(&ended));
    step::exit_code(&ended)
}
