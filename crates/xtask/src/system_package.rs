//! Programs of the system's packages: where they are, and how they are installed.
//!
//! Only apt is known, which CI and most development machines have; elsewhere the packages are named. Nobody is asked for a
//! password: a chore may run where nobody is there to answer.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::Workspace;

/// The program's path, from PATH or the folders besides; a `*` in one of those stands for any one folder.
pub(crate) fn find(program: &str, looked_for_in: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let besides = looked_for_in.iter().flat_map(|pattern| folders(pattern));
    env::split_paths(&path).chain(besides).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn folders(pattern: &str) -> Vec<PathBuf> {
    let Some((parent, rest)) = pattern.split_once("/*/") else { return vec![pattern.into()] };
    let Ok(entries) = Path::new(parent).read_dir() else { return Vec::new() };
    entries.flatten().map(|entry| entry.path().join(rest)).collect()
}

/// Installs packages as root, or by sudo where that asks for nothing; says so, and whether it came off.
pub(crate) fn install(workspace: &Workspace, packages: &[&str]) -> bool {
    if find("apt-get", &[]).is_none() {
        return false;
    }
    eprintln!("installing {} by apt-get", packages.join(" "));
    let install = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    // The lists of packages may be missing or old; only then are they fetched.
    apt(workspace, &install) || apt(workspace, &["update"]) && apt(workspace, &install)
}

fn apt(workspace: &Workspace, arguments: &[&str]) -> bool {
    let as_root: &[&str] = if is_root(workspace) { &[] } else { &["sudo", "--non-interactive"] };
    let words = [as_root, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], arguments].concat();
    let [program, arguments @ ..] = words.as_slice() else { return false };
    let mut command = workspace.command(program);
    command.args(arguments).stdin(Stdio::null());
    succeeds(&mut command)
}

fn is_root(workspace: &Workspace) -> bool {
    let output = workspace.command("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_folder() {
        let folder = tempfile::tempdir().unwrap();
        for version in ["14", "15"] {
            std::fs::create_dir_all(folder.path().join(version).join("bin")).unwrap();
        }
        let program = folder.path().join("15/bin/a-program-of-this-test");
        std::fs::write(&program, "").unwrap();
        let pattern = format!("{}/*/bin", folder.path().display());
        assert_eq!(find("a-program-of-this-test", &[&pattern]), Some(program));
        assert_eq!(find("a-program-of-this-test", &["/nowhere/*/bin", "/nowhere"]), None);
        assert!(find("cargo", &[]).is_some());
    }
}
