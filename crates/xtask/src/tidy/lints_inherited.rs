//! Every crate takes the workspace's lints; one that does not escapes all of clippy's rules at once.

use super::finding::Finding;
use super::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for name in tree.crates() {
        let path = format!("crates/{name}/Cargo.toml");
        match tree.text(&path) {
            Some(text) if inherits(text) => {}
            Some(_) => finding.file(&path, "does not say `[lints]` `workspace = true`"),
            None => finding.file(&path, "is missing"),
        }
    }
    finding
}

fn inherits(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.any(|line| line == "[lints]") && lines.next() == Some("workspace = true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_without_the_lints_is_reported() {
        let tree = Tree::of(&[
            ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"),
            ("crates/b/Cargo.toml", "[package]\nname = \"b\"\n"),
            ("crates/c/Cargo.toml", "[lints]\n[lints.rust]\nunsafe_code = \"allow\"\n"),
            ("crates/d/src/lib.rs", ""),
        ]);
        assert_eq!(
            check(&tree).places(),
            ["crates/b/Cargo.toml", "crates/c/Cargo.toml", "crates/d/Cargo.toml"]
        );
    }
}
