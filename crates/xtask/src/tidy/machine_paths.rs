//! No file names a folder of somebody's machine: the project is the same wherever it is cloned.
//!
//! Only absolute paths count; `http://host/tmp/x` and `{folder}/tmp/x` are no paths of this machine.

use super::finding::Finding;
use super::tree::Tree;

const FOLDERS: &[&str] = &["/work/", "/tmp/", "/root/"];

/// Files that must name such folders.
const EXCEPTIONS: &[(&str, &str)] = &[("crates/xtask/src/tidy/machine_paths.rs", "this list and its tests")];

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.files() {
        if EXCEPTIONS.iter().any(|(path, _)| *path == file.path) || file.path.ends_with(".gitignore") {
            continue;
        }
        for (index, line) in file.text.as_deref().unwrap_or_default().lines().enumerate() {
            if let Some(folder) = FOLDERS.iter().find(|folder| names(line, folder)) {
                finding.line(&file.path, index + 1, format!("names `{folder}`, a folder of one machine"));
            }
        }
    }
    finding
}

fn names(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"._-}~*/".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_a_machine_are_reported() {
        let tree = Tree::of(&[
            ("README.md", "run it\nin `/work/main`\n"),
            ("scenarios/a.yml", "output: \"/tmp/run.json\"\n"),
            (".gitignore", "/work/\n"),
            ("crates/a/src/lib.rs", "//! x\nlet home = \"/root/.cargo\";\n"),
            ("docs/a.md", "http://localhost/tmp/x, `./tmp/x`, ~/work/x, /tmpfile, 2/work/3\n"),
        ]);
        assert_eq!(check(&tree).places(), ["README.md:2", "crates/a/src/lib.rs:2", "scenarios/a.yml:1"]);
    }
}
