//! schemathesis against the target: whether what it answers is what its OpenAPI document says, and whether anything that
//! the document allows, or forbids, makes it fail.
//!
//! The same examples in each run, some 1,400 of them in half a minute; other ones are tried by hand, with the command that
//! the step prints and a seed. The answers of known latency are left out: there the document allows a minute's wait.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::need::Need;
use crate::python_tool::PythonTool;
use crate::step::{Step, Work};
use crate::workspace::Workspace;

const SCHEMATHESIS: PythonTool =
    PythonTool { program: "schemathesis", package: "schemathesis", version: "4.32.5" };
const NEEDS: &[Need] = &[Need::PythonTool(SCHEMATHESIS)];
/// What a failure that is none is called, with the reason; relative to the root.
const CONFIG: &str = "crates/xtask/schemathesis.toml";
/// Examples of each operation, at most.
const EXAMPLES: &str = "50";
/// Where it keeps what it remembers, relative to the root.
const SCRATCH: &str = "target/schemathesis";
/// What the target prints before its address.
const ANNOUNCEMENT: &str = "listening on ";

/// The step.
pub(crate) fn step() -> Step {
    Step { name: "openapi", needs: NEEDS, work: Work::Call(run) }
}

fn run(workspace: &Workspace) -> bool {
    match try_run(workspace) {
        Ok(passed) => passed,
        Err(problem) => {
            eprintln!("error: openapi: {problem}");
            false
        }
    }
}

/// Why nothing was tried.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("loadgen does not build")]
    Build,
    #[error("the target did not say where it listens; it said `{0}`")]
    Silent(String),
    #[error(transparent)]
    System(#[from] std::io::Error),
}

fn try_run(workspace: &Workspace) -> Result<bool, Problem> {
    let mut build = workspace.cargo(["build", "--package", "loadgen"]);
    if !build.status()?.success() {
        return Err(Problem::Build);
    }
    let scratch = workspace.root().join(SCRATCH);
    std::fs::create_dir_all(&scratch)?;
    let (target, url) = Target::start(workspace)?;
    let mut command = SCHEMATHESIS.command(workspace);
    command.current_dir(scratch).arg("--config-file").arg(workspace.root().join(CONFIG));
    command.arg("run").arg(format!("{url}/openapi.json"));
    command.args(["--exclude-path-regex", "^/latency/(constant|uniform|stall|lognormal)$"]);
    command.args(["--checks", "all", "--max-examples", EXAMPLES, "--generation-deterministic"]);
    command.args(["--continue-on-failure", "--request-timeout", "10", "--no-color"]);
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    eprintln!("{}", words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "));
    // One worker, as is the default: Python 3.11 loses count of its stack where several threads parse.
    let status = command.status()?;
    drop(target);
    Ok(status.success())
}

/// A target of our own, which ends with its standard input.
struct Target(Child);

impl Target {
    fn start(workspace: &Workspace) -> Result<(Self, String), Problem> {
        let mut command = Command::new(workspace.loadgen());
        command.args(["target", "--listen", "127.0.0.1:0", "--until-stdin-ends"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take();
        let target = Self(child);
        let mut line = String::new();
        if let Some(stdout) = stdout {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let url = line.trim().strip_prefix(ANNOUNCEMENT).map(str::to_owned);
        url.map(|url| (target, url)).ok_or_else(|| Problem::Silent(line.trim().to_owned()))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It ends by itself now; an error means that it already has.
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_settings_stand_in_the_tree() {
        assert!(Workspace::find().unwrap().root().join(CONFIG).is_file());
    }
}
