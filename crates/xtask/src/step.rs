//! A step of a chore: a name, what it needs, and what it does; and how a list of them is run and summed up.
//!
//! All steps run, even after one that failed: someone who mends one thing wants to know of the others.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::need::Need;
use crate::test_output::{self, Tally};
use crate::workspace::Workspace;

/// One step.
pub(crate) struct Step {
    /// A word or two, for the lines that say where we are.
    pub(crate) name: &'static str,
    /// Met in order before the work begins; the step fails if one cannot be.
    pub(crate) needs: &'static [Need],
    /// What is done.
    pub(crate) work: Work,
}

/// What a step does.
pub(crate) enum Work {
    /// Runs a command; its output goes where ours goes.
    Run(Command),
    /// Runs a command that runs Rust tests, shows its output line by line and counts the tests.
    Tests(Command),
    /// Calls a function, which reports for itself and says whether all is well.
    Call(fn(&Workspace) -> bool),
}

/// How a step ended.
#[derive(Debug, PartialEq)]
pub(crate) struct Ended {
    pub(crate) name: &'static str,
    /// The exit code if the step failed, 1 where a command had none.
    pub(crate) failed: Option<u8>,
    pub(crate) took: Duration,
    pub(crate) tests: Option<Tally>,
}

/// Runs all steps in order.
pub(crate) fn run_all(workspace: &Workspace, steps: Vec<Step>) -> Vec<Ended> {
    let count = steps.len();
    let mut ended = Vec::with_capacity(count);
    for (index, step) in steps.into_iter().enumerate() {
        eprintln!("\n== {} ({} of {count})", step.name, index + 1);
        let started = now();
        let name = step.name;
        let mut tests = None;
        let failed = match step.start(workspace, &mut tests) {
            Ok(failed) => failed,
            Err(problem) => {
                eprintln!("error: {name}: {problem}");
                Some(1)
            }
        };
        ended.push(Ended { name, failed, took: started.elapsed(), tests });
    }
    ended
}

/// What ran, in one line: `ran: fmt ok (0.4 s), clippy FAILED (12.3 s)`.
pub(crate) fn summary(ended: &[Ended]) -> String {
    let parts: Vec<String> = ended
        .iter()
        .map(|step| {
            let how = if step.failed.is_some() { "FAILED" } else { "ok" };
            format!("{} {how} ({:.1} s)", step.name, step.took.as_secs_f64())
        })
        .collect();
    format!("ran: {}", parts.join(", "))
}

/// The exit code of the first step that failed, else success.
pub(crate) fn exit_code(ended: &[Ended]) -> ExitCode {
    ended.iter().find_map(|step| step.failed).map_or(ExitCode::SUCCESS, ExitCode::from)
}

impl Step {
    fn start(
        self,
        workspace: &Workspace,
        tests: &mut Option<Tally>,
    ) -> Result<Option<u8>, Box<dyn std::error::Error>> {
        for need in self.needs {
            need.meet(workspace)?;
        }
        let status = match self.work {
            Work::Call(function) => return Ok(if function(workspace) { None } else { Some(1) }),
            Work::Run(mut command) => command.status()?,
            Work::Tests(command) => {
                let (status, tally) = test_output::show_and_count(command)?;
                *tests = Some(tally);
                status
            }
        };
        if status.success() {
            return Ok(None);
        }
        // A command that a signal ended has no code.
        let code = status.code().and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0);
        Ok(Some(code.unwrap_or(1)))
    }
}

#[allow(clippy::disallowed_methods, reason = "a chore tells people how long it really took")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &'static str, function: fn(&Workspace) -> bool) -> Step {
        Step { name, needs: &[], work: Work::Call(function) }
    }

    #[test]
    fn every_step_runs_even_after_a_failure() {
        let workspace = Workspace::find().unwrap();
        let ended =
            run_all(&workspace, vec![call("one", |_| true), call("two", |_| false), call("three", |_| true)]);
        let failed: Vec<_> = ended.iter().map(|step| (step.name, step.failed)).collect();
        assert_eq!(failed, [("one", None), ("two", Some(1)), ("three", None)]);
    }

    #[test]
    fn the_exit_code_is_that_of_the_command() {
        let workspace = Workspace::find().unwrap();
        let mut wrong = workspace.cargo(["no-such-subcommand"]);
        wrong.stderr(std::process::Stdio::null());
        let ended = run_all(&workspace, vec![Step { name: "wrong", needs: &[], work: Work::Run(wrong) }]);
        // Cargo's own exit code for an error.
        assert_eq!(ended[0].failed, Some(101));
        assert_eq!(exit_code(&ended), ExitCode::from(101));
        assert_eq!(exit_code(&[]), ExitCode::SUCCESS);
    }

    #[test]
    fn a_need_that_cannot_be_met_fails_the_step() {
        const NEEDS: &[Need] = &[Need::Component { subcommand: "no-such", component: "no-such" }];
        let workspace = Workspace::find().unwrap();
        let step = Step { name: "needy", needs: NEEDS, work: Work::Call(|_| true) };
        assert_eq!(run_all(&workspace, vec![step])[0].failed, Some(1));
    }

    #[test]
    fn the_summary_names_each_step() {
        let took = Duration::from_millis(1260);
        let fmt = Ended { name: "fmt", failed: None, took, tests: None };
        let clippy = Ended { name: "clippy", failed: Some(101), took, tests: None };
        assert_eq!(summary(&[fmt, clippy]), "ran: fmt ok (1.3 s), clippy FAILED (1.3 s)");
    }
}
