//! The engine takes the time from its clock, so that a test can stop it: only `clock.rs` asks the system.
//!
//! clippy forbids `std::time::Instant::now` everywhere; this check adds the wall clock and tokio's, and takes no
//! `#[allow]` for an answer.

use super::finding::Finding;
use super::tree::{Tree, crate_of};

/// Crates that must run on a clock that tests can stop.
const WATCHED: &[&str] = &["engine"];

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.rust() {
        let watched = crate_of(file.path()).is_some_and(|name| WATCHED.contains(&name));
        if !watched || file.path().ends_with("/src/clock.rs") {
            continue;
        }
        for clock in ["Instant", "SystemTime"] {
            for token in file.find(&[clock, ":", ":", "now"]) {
                finding.line(
                    file.path(),
                    token.line,
                    format!("`{clock}::now` outside clock.rs; ask the Clock"),
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
    fn only_the_clock_of_the_engine_reads_the_time() {
        let text = "//! x\nfn a() { std::time::Instant::now(); }\nfn b() { map(SystemTime::now) }\n";
        let tree = Tree::of(&[
            ("crates/engine/src/user.rs", text),
            ("crates/engine/src/clock.rs", text),
            ("crates/cli/src/main.rs", text),
        ]);
        assert_eq!(check(&tree).places(), ["crates/engine/src/user.rs:2", "crates/engine/src/user.rs:3"]);
    }
}
