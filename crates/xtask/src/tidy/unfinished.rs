//! Nothing is left half done: no reminders in comments, no `todo!`, no test that is switched off. What is still to be
//! done stands in an issue, where people look for it.
//!
//! A marker between backticks, such as `TODO`, is a word like any other.

use super::finding::Finding;
use super::tree::Tree;

const MARKERS: &[&str] = &["TODO", "FIXME", "XXX"];
const MACROS: &[&str] = &["todo", "unimplemented"];

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.rust() {
        for comment in file.comments() {
            if let Some(marker) = marker_in(&comment.text) {
                finding.line(file.path(), comment.line, format!("`{marker}` belongs in an issue"));
            }
        }
        for name in MACROS {
            for token in file.find(&[name, "!"]) {
                finding.line(file.path(), token.line, format!("`{name}!` is unfinished work"));
            }
        }
        for token in file.find(&["#", "[", "ignore"]) {
            finding.line(
                file.path(),
                token.line,
                "a test that does not run proves nothing: mend it or remove it",
            );
        }
    }
    finding
}

fn marker_in(comment: &str) -> Option<&'static str> {
    let prose: String = comment.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let mut words = prose.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| MARKERS.iter().find(|marker| **marker == word).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_and_gaps_are_reported() {
        let text = "//! Purpose.\n// TODO: more\n/// FIXME(me) later\nfn a() {\n    todo!();\n    unimplemented ! (\"x\");\n}\n\
                    #[test]\n#[ignore = \"slow\"]\nfn b() {}\n#[ignore]\nfn c() {}\n";
        let mut places = check(&Tree::of(&[("a.rs", text)])).places();
        places.sort();
        assert_eq!(places, ["a.rs:11", "a.rs:2", "a.rs:3", "a.rs:5", "a.rs:6", "a.rs:9"]);
    }

    #[test]
    fn talk_about_them_is_not() {
        let text = "//! Forbids `TODO` and todo!.\nfn a() { let todo = \"TODO todo!()\"; let x = todo != 1; ignore(x); }\n";
        let places = check(&Tree::of(&[("a.rs", text)])).places();
        // `todo != 1` reads as `todo` `!` `=`: the one known false alarm, and no name for a variable anyway.
        assert_eq!(places, ["a.rs:2"]);
    }
}
