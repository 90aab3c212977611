//! Only `cli` (and xtask) ends the process: the exit code is decided once, after the report is written.
//!
//! clippy denies `exit` as well; this check takes no `#[allow]` for an answer.

use super::finding::Finding;
use super::tree::{Tree, crate_of};

const MAY_EXIT: &[&str] = &["cli", "xtask"];

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.rust() {
        if crate_of(file.path()).is_some_and(|name| MAY_EXIT.contains(&name)) {
            continue;
        }
        for end in ["exit", "abort"] {
            for token in file.find(&["process", ":", ":", end]) {
                finding.line(
                    file.path(),
                    token.line,
                    format!("`process::{end}` outside cli; return an error"),
                );
            }
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_must_not_end_the_process() {
        let text = "//! x\nfn a() { std::process::exit(1) }\nfn b() { process::abort() }\nfn c() -> process::ExitCode {}\n";
        let tree = Tree::of(&[("crates/engine/src/a.rs", text), ("crates/cli/src/main.rs", text)]);
        assert_eq!(check(&tree).places(), ["crates/engine/src/a.rs:2", "crates/engine/src/a.rs:3"]);
    }
}
