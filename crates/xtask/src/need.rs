//! What a step needs from the machine, and how it gets it: installed if we can, named exactly if we cannot.

use std::process::Stdio;

use crate::python_tool::PythonTool;
use crate::system_package;
use crate::workspace::Workspace;

/// Something that a step cannot run without.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Need {
    /// A part of the Rust toolchain, which only the person at the machine should change: `cargo NAME` must work.
    Component {
        /// What follows `cargo`, such as `fmt`.
        subcommand: &'static str,
        /// What rustup calls it, such as `rustfmt`.
        component: &'static str,
    },
    /// A cargo subcommand from crates.io, taken from PATH, else built once below `target/tools`.
    CargoTool {
        /// What follows `cargo`, such as `deny`.
        subcommand: &'static str,
        /// The crate that brings it, such as `cargo-deny`.
        package: &'static str,
    },
    /// A program that tests start, from the system's packages: taken from where it is, else installed where that asks for
    /// no password.
    SystemPackage {
        /// Its name, such as `postgres`.
        program: &'static str,
        /// Folders besides those of PATH. A `*` stands for any one folder, such as that of a version.
        looked_for_in: &'static [&'static str],
        /// What Debian and Ubuntu call the packages that bring it.
        packages: &'static [&'static str],
    },
    /// A program from PyPI.
    PythonTool(PythonTool),
}

/// PostgreSQL, whose programs Debian and Ubuntu keep off PATH.
pub(crate) const POSTGRES: Need = Need::SystemPackage {
    program: "postgres",
    looked_for_in: &["/usr/lib/postgresql/*/bin"],
    packages: &["postgresql"],
};

/// The browser that tests look at pages with.
pub(crate) const CHROMIUM: Need = Need::SystemPackage {
    program: "chromium",
    // Where Debian keeps the program that the one on PATH starts.
    looked_for_in: &["/usr/lib/chromium"],
    packages: &["chromium"],
};
/// Prometheus; its package brings `promtool` too.
pub(crate) const PROMETHEUS: Need =
    Need::SystemPackage { program: "prometheus", looked_for_in: &[], packages: &["prometheus"] };

/// What figures are pushed to for Prometheus.
pub(crate) const PUSHGATEWAY: Need = Need::SystemPackage {
    program: "prometheus-pushgateway",
    looked_for_in: &[],
    packages: &["prometheus-pushgateway"],
};

/// A need that could not be met; its text says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unmet {
    /// A part of the toolchain is not there.
    #[error("`cargo {subcommand}` does not run here; hint: rustup component add {component}")]
    Component { subcommand: &'static str, component: &'static str },
    /// A tool could not be built.
    #[error(
        "`cargo install {package}` failed (its messages are above); hint: put `{package}` on PATH by hand"
    )]
    CargoTool { package: &'static str },
    /// A program of the system is not there and could not be installed.
    #[error(
        "`{program}` is neither on PATH nor in {}, and could not be installed; hint: sudo apt-get install {}, or what your \
         system calls them",
        .looked_for_in.join(", "), .packages.join(" ")
    )]
    SystemPackage {
        program: &'static str,
        looked_for_in: &'static [&'static str],
        packages: &'static [&'static str],
    },
    /// A tool could not be installed.
    #[error(
        "`{program}` is not here and cannot be installed (messages are above); hint: it needs python3 with the \
         modules venv and pip (Debian: apt-get install python3-venv), or put it on PATH: pip install {requirement}"
    )]
    PythonTool { program: &'static str, requirement: String },
}

impl Need {
    /// Makes sure that the need is met. May build a tool, which takes minutes, and says so.
    pub(crate) fn meet(self, workspace: &Workspace) -> Result<(), Unmet> {
        match self {
            Need::Component { subcommand, component } => {
                if runs(workspace, subcommand) {
                    Ok(())
                } else {
                    Err(Unmet::Component { subcommand, component })
                }
            }
            Need::CargoTool { subcommand, package } => {
                if runs(workspace, subcommand) || install(workspace, package) {
                    Ok(())
                } else {
                    Err(Unmet::CargoTool { package })
                }
            }
            Need::SystemPackage { program, looked_for_in, packages } => {
                let there = || system_package::find(program, looked_for_in).is_some();
                if there() || system_package::install(workspace, packages) && there() {
                    Ok(())
                } else {
                    Err(Unmet::SystemPackage { program, looked_for_in, packages })
                }
            }
            Need::PythonTool(tool) => {
                if tool.meet(workspace) {
                    Ok(())
                } else {
                    Err(Unmet::PythonTool { program: tool.program, requirement: tool.requirement() })
                }
            }
        }
    }
}

fn runs(workspace: &Workspace, subcommand: &str) -> bool {
    let mut command = workspace.cargo([subcommand, "--version"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn install(workspace: &Workspace, package: &str) -> bool {
    eprintln!("{package} is not installed: building it once below target/tools; this takes some minutes");
    let mut command = workspace.cargo(["install", package, "--locked", "--root"]);
    command.arg(workspace.tools());
    // A build folder of its own, so that other builds need not wait for this one. It is hundreds of megabytes and of
    // no use afterwards.
    let build = workspace.root().join("target/tools-build");
    command.env("CARGO_TARGET_DIR", &build);
    let installed = command.status().is_ok_and(|status| status.success());
    if installed && let Err(problem) = std::fs::remove_dir_all(&build) {
        eprintln!("note: {} was left behind: {problem}", build.display());
    }
    installed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_component_is_named_with_the_command_that_adds_it() {
        let workspace = Workspace::find().unwrap();
        let need = Need::Component { subcommand: "no-such-subcommand", component: "no-such-component" };
        let unmet = need.meet(&workspace).unwrap_err().to_string();
        assert!(unmet.contains("`cargo no-such-subcommand`"), "{unmet}");
        assert!(unmet.contains("rustup component add no-such-component"), "{unmet}");
    }

    #[test]
    fn a_missing_program_is_named_with_its_packages() {
        let unmet = Unmet::SystemPackage {
            program: "no-such-program",
            looked_for_in: &["/opt/*/bin"],
            packages: &["one", "other"],
        };
        let unmet = unmet.to_string();
        assert!(unmet.contains("`no-such-program` is neither on PATH nor in /opt/*/bin"), "{unmet}");
        assert!(unmet.contains("apt-get install one other"), "{unmet}");
    }
}
