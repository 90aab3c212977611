//! The conformance suite: scripts with the requests, counters and exit codes that Artillery gives for them.
//!
//! It stands beside the repository, not in it. A suite that is not there fails the step: it is never skipped in
//! silence. Where loadgen means to differ, the case is listed with its reason in `conformance-differences.txt`; every
//! other case has to pass, and a listed one that passes is out of date.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::step::{Step, Work};
use crate::workspace::Workspace;

/// Where the suite is, seen from the repository's root, unless the variable says otherwise.
const SUITE: &str = "../shared/conformance/run.py";
/// The variable that says where the suite's `run.py` is.
const VARIABLE: &str = "LOADGEN_CONFORMANCE";
/// What the suite can ask for and loadgen has not: cases that need these are left out.
const WITHOUT: &str = "js,ws";
/// The deliberate differences: a line each, the case's name and the reason.
const DIFFERENCES: &str = "crates/xtask/conformance-differences.txt";

/// The step.
pub(crate) fn step() -> Step {
    Step { name: "conformance", needs: &[], work: Work::Call(run) }
}

fn run(workspace: &Workspace) -> bool {
    match try_run(workspace) {
        Ok(complaints) => {
            complaints.iter().for_each(|complaint| eprintln!("error: {complaint}"));
            complaints.is_empty()
        }
        Err(problem) => {
            eprintln!("error: conformance: {problem}");
            false
        }
    }
}

fn try_run(workspace: &Workspace) -> Result<Vec<String>, Problem> {
    let suite = suite(workspace)?;
    let list = workspace.root().join(DIFFERENCES);
    let text = std::fs::read_to_string(&list)?;
    let listed = differences(&text)?;
    let mut build = workspace.cargo(["build", "--package", "loadgen"]);
    if !build.status()?.success() {
        return Err(Problem::Build);
    }
    let tool = workspace.loadgen();
    let mut complaints = Vec::new();
    let mut all = suite_command(workspace, &suite, &tool);
    if !all.arg("--skip").arg(&list).status()?.success() {
        complaints.push("cases differ that are not listed as deliberate differences (see above)".to_owned());
    }
    for (case, _) in listed {
        let mut one = suite_command(workspace, &suite, &tool);
        one.args(["--case", case]).stdout(Stdio::null());
        if one.status()?.success() {
            complaints.push(format!("{case} passes: take it from {DIFFERENCES}"));
        }
    }
    Ok(complaints)
}

/// Why the suite did not run.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("no suite at {}; hint: put it there, or set {VARIABLE} to its run.py", .0.display())]
    Absent(PathBuf),
    #[error("loadgen does not build")]
    Build,
    #[error("{DIFFERENCES}: `{0}` has no reason")]
    NoReason(String),
    #[error("{0}; hint: the suite needs python3")]
    System(#[from] std::io::Error),
}

fn suite(workspace: &Workspace) -> Result<PathBuf, Problem> {
    let path = env::var_os(VARIABLE).map_or_else(|| workspace.root().join(SUITE), PathBuf::from);
    if path.is_file() { Ok(path) } else { Err(Problem::Absent(path)) }
}

fn suite_command(workspace: &Workspace, suite: &Path, tool: &Path) -> Command {
    let mut command = workspace.command("python3");
    command.arg(suite).arg("--tool").arg(tool).args(["--without", WITHOUT]);
    command
}

/// Cases and reasons of a list; empty lines and those that begin with `#` are not looked at.
fn differences(text: &str) -> Result<Vec<(&str, &str)>, Problem> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (case, reason) = line.split_once(' ').unwrap_or((line, ""));
            if reason.trim().is_empty() {
                return Err(Problem::NoReason(case.to_owned()));
            }
            Ok((case, reason.trim()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_case_and_a_reason_in_each_line() {
        let read = differences("# why\n\n001-a   because of b\n002-c it is\n").unwrap();
        assert_eq!(read, [("001-a", "because of b"), ("002-c", "it is")]);
        let missing = differences("001-a because\n002-c\n").unwrap_err().to_string();
        assert!(missing.contains("`002-c` has no reason"), "{missing}");
    }

    #[test]
    fn the_list_in_the_tree_can_be_read() {
        let workspace = Workspace::find().unwrap();
        let text = std::fs::read_to_string(workspace.root().join(DIFFERENCES)).unwrap();
        assert!(!differences(&text).unwrap().is_empty());
    }

    #[test]
    fn a_suite_that_is_absent_is_named() {
        let absent = Problem::Absent("nowhere/run.py".into()).to_string();
        assert!(absent.contains("nowhere/run.py") && absent.contains(VARIABLE), "{absent}");
    }
}
