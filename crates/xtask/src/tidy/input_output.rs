//! Who may touch the world: only `cli` reads and writes files; `scenario`, `metrics`, `report` and
//! `import` touch nothing at all.
//!
//! Test code may, and so may `testkit` and `xtask`. What a library from elsewhere does is its own affair.

use super::finding::Finding;
use super::tree::{Tree, crate_of};

/// Crates that may open files.
const MAY_OPEN_FILES: &[&str] = &["cli", "testkit", "xtask"];
/// Crates that are functions from values to values.
const PURE: &[&str] = &["scenario", "metrics", "report", "import"];
const PURE_MUST_NOT: &[&str] = &["fs", "env", "process", "thread"];

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.rust() {
        let Some(name) = crate_of(file.path()) else { continue };
        let forbidden = if PURE.contains(&name) {
            PURE_MUST_NOT
        } else if MAY_OPEN_FILES.contains(&name) {
            continue;
        } else {
            &["fs"][..]
        };
        for library in ["std", "tokio"] {
            for token in file.modules_of(library) {
                if !token.is_test && forbidden.contains(&token.text.as_str()) {
                    let what =
                        format!("`{library}::{}` in {name}; let cli do it and hand the value in", token.text);
                    finding.line(file.path(), token.line, what);
                }
            }
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "//! x\nuse std::fs::File;\nfn a() { std::env::var(NAME); }\nuse tokio::{fs, net};\n\
                        #[cfg(test)]\nmod tests { use std::fs; }\n";

    fn places(path: &str) -> Vec<String> {
        check(&Tree::of(&[(path, TEXT)])).places().iter().map(|place| place.replace(path, "")).collect()
    }

    #[test]
    fn libraries_open_no_files_and_pure_ones_ask_nothing() {
        assert_eq!(places("crates/engine/src/a.rs"), [":2", ":4"]);
        assert_eq!(places("crates/metrics/src/a.rs"), [":2", ":3", ":4"]);
    }

    #[test]
    fn cli_and_tests_may() {
        assert!(places("crates/cli/src/a.rs").is_empty());
        assert!(places("crates/engine/tests/a.rs").is_empty());
        assert!(places("crates/testkit/src/a.rs").is_empty());
    }
}
