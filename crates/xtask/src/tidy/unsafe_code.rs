//! No `unsafe`, save in modules named here, each with the gain that was measured.
//!
//! The workspace forbids it to the compiler too; this check keeps the list honest once a module is excepted there.

use super::finding::Finding;
use super::tree::Tree;

/// Files that may say `unsafe`, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.rust() {
        let excused = EXCEPTIONS.iter().any(|(path, _)| *path == file.path());
        for token in file.find(&["unsafe"]) {
            if !excused {
                finding.line(
                    file.path(),
                    token.line,
                    "`unsafe` in a file that tidy/unsafe_code.rs does not name",
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
    fn the_keyword_is_reported_and_the_word_is_not() {
        let text = "//! unsafe\n#![forbid(unsafe_code)]\nfn a() { let s = \"unsafe\"; }\nfn b() { unsafe { c() } }\n";
        assert_eq!(check(&Tree::of(&[("a.rs", text)])).places(), ["a.rs:4"]);
    }
}
