//! Where the workspace is, and how cargo is called in it.
//!
//! Chores work on the whole workspace whatever the current folder, so each command starts from the root.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace that this chore belongs to.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the root from the manifest that cargo runs us for (`crates/xtask`), two folders up.
    ///
    /// Fails when that folder holds no workspace, as when the binary was moved away and started by hand.
    pub(crate) fn find() -> io::Result<Workspace> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).join("../..").canonicalize()?;
        if root.join("Cargo.lock").is_file() || root.join("Cargo.toml").is_file() {
            Ok(Workspace { root })
        } else {
            let what =
                format!("{} is not the root of the workspace; start this by `cargo xtask`", root.display());
            Err(io::Error::new(io::ErrorKind::NotFound, what))
        }
    }

    /// The absolute path of the root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where tools that we install ourselves live (`bin/` below it): out of the way of the user's own.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// The debug build of loadgen, wherever cargo puts it.
    pub(crate) fn loadgen(&self) -> PathBuf {
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
        self.root.join(target).join("debug").join("loadgen")
    }

    /// A command that starts at the root and sees our tools after the user's own.
    pub(crate) fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(is_set_for_a_package) {
                command.env_remove(name);
            }
        }
        let mut path: Vec<PathBuf> =
            env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
        path.push(self.tools().join("bin"));
        // Joining fails only for a folder whose name holds the separator; the plain PATH then serves.
        if let Ok(path) = env::join_paths(path) {
            command.env("PATH", path);
        }
        command
    }

    /// The cargo that runs us, with `arguments`.
    pub(crate) fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments);
        command
    }
}

/// What `cargo run` sets for the package that it runs. Handed on, these would make build scripts that watch them (ring's
/// does) run again, and half the tree be rebuilt each time that a chore follows a plain `cargo build`.
fn is_set_for_a_package(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_this_crate() {
        let workspace = Workspace::find().unwrap();
        assert!(workspace.root().join("crates/xtask/src/workspace.rs").is_file());
    }

    #[test]
    fn a_package_s_variables_are_dropped_and_the_user_s_settings_kept() {
        for dropped in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_PRIMARY_PACKAGE"] {
            assert!(is_set_for_a_package(dropped), "{dropped}");
        }
        for kept in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_TERM_COLOR", "CARGO_INCREMENTAL", "CARGO"] {
            assert!(!is_set_for_a_package(kept), "{kept}");
        }
    }
}
