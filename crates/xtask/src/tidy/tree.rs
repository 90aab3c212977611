//! The tree as tidy sees it: every file that belongs to the project, with its text, and the workspace's packages.
//!
//! What belongs to the project is what git tracks or would track. Outside a git checkout (a source archive) it is every
//! file that is not below `target/`.

use std::fs;
use std::io;
use std::path::Path;

use super::packages::{self, Package, PackagesError};
use super::rust_file::RustFile;
use crate::workspace::Workspace;

/// All files of the project.
pub(crate) struct Tree {
    files: Vec<File>,
    rust: Vec<RustFile>,
    packages: Vec<Package>,
}

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    /// Relative to the root, with `/` between the parts.
    pub(crate) path: String,
    /// Nothing if the file is not UTF-8.
    pub(crate) text: Option<String>,
}

/// Why the tree could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TreeError {
    #[error("{path}: {source}")]
    Read { path: String, source: io::Error },
    #[error(transparent)]
    Packages(#[from] PackagesError),
}

impl Tree {
    /// Reads the workspace's tree.
    pub(crate) fn read(workspace: &Workspace) -> Result<Tree, TreeError> {
        let root = workspace.root();
        let paths = match listed_by_git(workspace) {
            Some(paths) if !paths.is_empty() => paths,
            _ => {
                walked(root).map_err(|source| TreeError::Read { path: root.display().to_string(), source })?
            }
        };
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            let full = root.join(&path);
            // Git lists a tracked file that was deleted, and a link that leads to a folder.
            if !full.is_file() {
                continue;
            }
            let bytes = fs::read(&full).map_err(|source| TreeError::Read { path: path.clone(), source })?;
            files.push(File { path, text: String::from_utf8(bytes).ok() });
        }
        Ok(Tree::new(files, packages::read(workspace)?))
    }

    fn new(mut files: Vec<File>, packages: Vec<Package>) -> Tree {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let is_rust = |file: &&File| Path::new(&file.path).extension().is_some_and(|end| end == "rs");
        let rust = files
            .iter()
            .filter(is_rust)
            .filter_map(|file| Some(RustFile::new(&file.path, file.text.as_deref()?)))
            .collect();
        Tree { files, rust, packages }
    }

    /// All files, sorted by path.
    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    /// The Rust files among them.
    pub(crate) fn rust(&self) -> &[RustFile] {
        &self.rust
    }

    /// The packages of the workspace.
    pub(crate) fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// The text of the file at `path`, if it exists and is text.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path)?.text.as_deref()
    }

    /// Whether there is a file at `path`, or below it.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.iter().any(|file| {
            file.path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || path.is_empty() || rest.starts_with('/'))
        })
    }

    /// The names of the folders in `crates/`.
    pub(crate) fn crates(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.files.iter().filter_map(|file| crate_of(&file.path)).collect();
        names.dedup();
        names
    }
}

/// The folder in `crates/` that `path` is below.
pub(crate) fn crate_of(path: &str) -> Option<&str> {
    Some(path.strip_prefix("crates/")?.split_once('/')?.0)
}

fn listed_by_git(workspace: &Workspace) -> Option<Vec<String>> {
    let arguments = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    let output = workspace.command("git").args(arguments).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Some(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn walked(root: &Path) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = format!("{folder}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                if path != "target" && path != ".git" {
                    folders.push(format!("{path}/"));
                }
            } else {
                paths.push(path);
            }
        }
    }
    Ok(paths)
}

#[cfg(test)]
impl Tree {
    /// A tree of the given (path, text), for tests.
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: Some((*text).to_owned()) };
        Tree::new(files.iter().map(file).collect(), Vec::new())
    }

    /// A tree of packages alone, for tests.
    pub(crate) fn of_packages(packages: Vec<Package>) -> Tree {
        Tree::new(Vec::new(), packages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_are_found_by_whole_names() {
        let tree =
            Tree::of(&[("crates/engine/src/lib.rs", ""), ("crates/cli/Cargo.toml", ""), ("README.md", "")]);
        for there in ["README.md", "crates", "crates/", "crates/engine/src", "crates/cli/Cargo.toml", ""] {
            assert!(tree.has(there), "{there}");
        }
        for missing in ["READ", "crates/eng", "crates/engine/lib.rs"] {
            assert!(!tree.has(missing), "{missing}");
        }
        assert_eq!(tree.crates(), ["cli", "engine"]);
    }

    #[test]
    fn outside_a_checkout_the_folders_are_walked() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["a/b/c.rs", "target/d.rs", ".ci/run", "README.md"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let mut paths = walked(folder.path()).unwrap();
        paths.sort();
        assert_eq!(paths, [".ci/run", "README.md", "a/b/c.rs"]);
    }

    #[test]
    fn the_project_s_own_tree_is_read() {
        let tree = Tree::read(&Workspace::find().unwrap()).unwrap();
        assert!(tree.text("Cargo.toml").is_some());
        assert!(tree.rust().iter().any(|file| file.path() == "crates/xtask/src/tidy/tree.rs"));
        assert!(tree.packages().iter().any(|package| package.name == "xtask"));
        assert!(!tree.has("target"));
    }
}
