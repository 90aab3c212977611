//! Every Rust file opens with `//!`: what it is for, the words it defines, what it deliberately does not do.

use super::finding::Finding;
use super::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.rust() {
        let first = file.text().lines().next().unwrap_or_default();
        if first.strip_prefix("//!").is_none_or(|purpose| purpose.trim().is_empty()) {
            finding.line(file.path(), 1, "must open with `//!` and what the file is for");
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_its_purpose_is_reported() {
        let tree = Tree::of(&[
            ("a.rs", "//! Adds numbers.\n\nfn a() {}\n"),
            ("b.rs", "fn b() {}\n"),
            ("c.rs", "//!\n//! Late.\n"),
            ("d.rs", "\n//! After a blank line.\n"),
            ("e.rs", ""),
            ("e.txt", "no Rust"),
        ]);
        assert_eq!(check(&tree).places(), ["b.rs:1", "c.rs:1", "d.rs:1", "e.rs:1"]);
    }
}
