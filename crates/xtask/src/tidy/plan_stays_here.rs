//! A `Plan` is never serialised: another machine gets the scenario's text and compiles it itself.

use super::finding::Finding;
use super::tree::Tree;

const FILE: &str = "crates/scenario/src/plan.rs";
/// Where the plan's parts go if one file becomes too small for them.
const FOLDER: &str = "crates/scenario/src/plan/";

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    let mut seen = false;
    for file in tree.rust().iter().filter(|file| file.path() == FILE || file.path().starts_with(FOLDER)) {
        seen = true;
        for word in ["Serialize", "Deserialize", "serde"] {
            for token in file.find(&[word]) {
                finding.line(file.path(), token.line, format!("`{word}`: a plan is never serialised"));
            }
        }
    }
    if !seen {
        finding.file(FILE, "is missing; tell tidy/plan_stays_here.rs where the plan is now");
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_on_a_plan_is_reported() {
        let text = "//! x\nuse serde::Serialize;\n/// Not Serialize.\n#[derive(Clone, Serialize)]\npub struct Plan;\n";
        let mut places = check(&Tree::of(&[(FILE, text), ("crates/metrics/src/snapshot.rs", text)])).places();
        places.sort();
        assert_eq!(places, [format!("{FILE}:2"), format!("{FILE}:2"), format!("{FILE}:4")]);
        assert!(check(&Tree::of(&[(FILE, "//! Serialize\npub struct Plan;\n")])).problems.is_empty());
    }

    #[test]
    fn the_plan_must_be_where_it_is_looked_for() {
        assert_eq!(check(&Tree::of(&[])).places(), [FILE]);
        assert!(check(&Tree::of(&[("crates/scenario/src/plan/flow.rs", "//! x\n")])).problems.is_empty());
    }
}
