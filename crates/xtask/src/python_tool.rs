//! Tools from PyPI: taken from PATH where they have the wanted version, else installed once below `target/tools`, in a
//! virtual environment of their own.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::workspace::Workspace;

/// A program that a package of PyPI brings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PythonTool {
    /// What is called.
    pub(crate) program: &'static str,
    /// The package.
    pub(crate) package: &'static str,
    /// Its version, so that every machine finds the same.
    pub(crate) version: &'static str,
}

impl PythonTool {
    /// Makes sure that it is there; whether it is. May install it, which takes a minute, and says so.
    pub(crate) fn meet(self, workspace: &Workspace) -> bool {
        self.found(workspace).is_some() || (self.install(workspace) && self.found(workspace).is_some())
    }

    /// A command that calls it.
    pub(crate) fn command(self, workspace: &Workspace) -> Command {
        workspace.command(self.found(workspace).unwrap_or_else(|| self.own(workspace)))
    }

    /// The requirement as pip has it.
    pub(crate) fn requirement(self) -> String {
        format!("{}=={}", self.package, self.version)
    }

    /// Where it is, in the wanted version.
    fn found(self, workspace: &Workspace) -> Option<PathBuf> {
        let places = [self.own(workspace), PathBuf::from(self.program)];
        places.into_iter().find(|program| {
            let mut command = workspace.command(program);
            let output = command.arg("--version").stderr(Stdio::null()).output();
            output.is_ok_and(|output| {
                let told = String::from_utf8_lossy(&output.stdout).into_owned();
                output.status.success() && told.split_whitespace().any(|word| word == self.version)
            })
        })
    }

    /// The folder of its virtual environment.
    fn environment(self, workspace: &Workspace) -> PathBuf {
        workspace.tools().join("python").join(self.package)
    }

    /// Where we install it.
    fn own(self, workspace: &Workspace) -> PathBuf {
        let programs = if cfg!(windows) { "Scripts" } else { "bin" };
        self.environment(workspace).join(programs).join(self.program)
    }

    fn install(self, workspace: &Workspace) -> bool {
        eprintln!("{} is not installed: installing it once below target/tools", self.requirement());
        let environment = self.environment(workspace);
        let python = if cfg!(windows) { "python" } else { "python3" };
        let mut make = workspace.command(python);
        make.args(["-m", "venv", "--clear"]).arg(&environment);
        let inner = self.own(workspace).with_file_name("python");
        let mut install = workspace.command(inner);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        install.arg(self.requirement());
        [make, install].iter_mut().all(|command| command.status().is_ok_and(|status| status.success()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_does_not_count() {
        let workspace = Workspace::find().unwrap();
        // Cargo tells its version as such programs do, and has never had this one.
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let tool = PythonTool { program: cargo.leak(), package: "no-such-package", version: "0.0.0-none" };
        assert_eq!(tool.found(&workspace), None);
        assert_eq!(tool.requirement(), "no-such-package==0.0.0-none");
    }
}
