//! `cargo xtask lint`: format, clippy, dependencies, and the project's own rules.

use std::process::ExitCode;

use crate::need::Need;
use crate::step::{self, Step, Work};
use crate::tidy;
use crate::workspace::Workspace;

const FMT: &[Need] = &[Need::Component { subcommand: "fmt", component: "rustfmt" }];
const CLIPPY: &[Need] = &[Need::Component { subcommand: "clippy", component: "clippy" }];
const DENY: &[Need] = &[Need::CargoTool { subcommand: "deny", package: "cargo-deny" }];

/// Runs all lints; with `advisories` also the one that asks the internet.
pub(crate) fn run(workspace: &Workspace, advisories: bool) -> ExitCode {
    finish(workspace, steps(workspace, advisories))
}

/// Runs tidy and nothing else.
pub(crate) fn tidy_alone(workspace: &Workspace) -> ExitCode {
    finish(workspace, vec![tidy_step()])
}

fn steps(workspace: &Workspace, advisories: bool) -> Vec<Step> {
    // Without the graphs a warning is a few lines; `cargo deny check` by hand shows who brought what.
    let mut deny =
        workspace.cargo(["deny", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    if advisories {
        deny.arg("advisories");
    }
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    vec![
        Step { name: "fmt", needs: FMT, work: Work::Run(workspace.cargo(["fmt", "--all", "--", "--check"])) },
        Step { name: "clippy", needs: CLIPPY, work: Work::Run(workspace.cargo(clippy)) },
        Step { name: "deny", needs: DENY, work: Work::Run(deny) },
        tidy_step(),
    ]
}

fn tidy_step() -> Step {
    Step { name: "tidy", needs: &[], work: Work::Call(tidy::run) }
}

fn finish(workspace: &Workspace, steps: Vec<Step>) -> ExitCode {
    let ended = step::run_all(workspace, steps);
    println!("\n{}", step::summary(&ended));
    // Each tool has exit codes of its own; a lint is right or it is not.
    if ended.iter().all(|step| step.failed.is_none()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_asked_only_on_request() {
        let workspace = Workspace::find().unwrap();
        let asks = |advisories| {
            steps(&workspace, advisories).into_iter().any(|step| match step.work {
                Work::Run(command) => command.get_args().any(|argument| argument == "advisories"),
                _ => false,
            })
        };
        assert!(!asks(false));
        assert!(asks(true));
    }
}
