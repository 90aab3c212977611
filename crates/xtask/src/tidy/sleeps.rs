//! No test spends real seconds: a thread does not sleep, and a task sleeps for seconds only on paused time.
//!
//! A sleep of milliseconds in a test is left to reviewers, as is one whose length is a variable.

use super::finding::Finding;
use super::rust_file::{RustFile, Token};
use super::tree::Tree;

/// Files that may put a thread to sleep, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.rust() {
        if EXCEPTIONS.iter().any(|(path, _)| *path == file.path()) {
            continue;
        }
        for token in file.find(&["thread", ":", ":", "sleep"]) {
            finding.line(file.path(), token.line, "`thread::sleep`: wait for the event itself");
        }
        let paused = file.find(&["start_paused"]).next().is_some()
            || file.find(&["time", ":", ":", "pause"]).next().is_some();
        if paused {
            continue;
        }
        for line in long_sleeps(file) {
            finding.line(
                file.path(),
                line,
                "a test sleeps for real seconds; pause the time (`start_paused = true`)",
            );
        }
    }
    finding
}

/// Lines of test code where `sleep(…)` is given a duration of a second or more.
fn long_sleeps(file: &RustFile) -> Vec<usize> {
    let tokens = file.tokens();
    let mut lines = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.text != "sleep"
            || !token.is_test
            || tokens.get(index + 1).is_none_or(|next| next.text != "(")
        {
            continue;
        }
        // `sleep(std::time::Duration::from_secs(2))`: a path, its last name, and the number.
        let rest = &tokens[index + 2..];
        if let Some(end) = rest.iter().position(|token| token.text == "(")
            && is_long(&rest[..end], rest.get(end + 1))
        {
            lines.push(token.line);
        }
    }
    lines
}

fn is_long(path: &[Token], number: Option<&Token>) -> bool {
    let is_path = path
        .iter()
        .all(|token| token.text == ":" || token.text.chars().all(|c| c.is_alphanumeric() || c == '_'));
    let number = number.and_then(|token| token.text.replace('_', "").parse::<u64>().ok());
    match path.last().map(|token| token.text.as_str()) {
        Some("from_secs" | "from_mins" | "from_hours") => is_path && number != Some(0),
        Some("from_millis") => is_path && number.is_some_and(|millis| millis >= 1000),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_a_test(code: &str) -> usize {
        let text = format!("//! x\n#[cfg(test)]\nmod tests {{ fn a() {{ {code}; }} }}\n");
        check(&Tree::of(&[("crates/a/src/lib.rs", &text)])).problems.len()
    }

    #[test]
    fn real_seconds_are_reported() {
        for code in [
            "thread::sleep(SHORT)",
            "std::thread::sleep(a)",
            "sleep(Duration::from_secs(2)).await",
            "tokio::time::sleep(std::time::Duration::from_secs(n)).await",
            "sleep(Duration::from_millis(1_500)).await",
        ] {
            assert_eq!(in_a_test(code), 1, "{code}");
        }
    }

    #[test]
    fn the_rest_is_fine() {
        for code in [
            "sleep(Duration::from_millis(20)).await",
            "timeout(Duration::from_secs(5), x).await",
            "sleep(due).await",
            "sleep(until(Duration::from_secs(5))).await",
            "tokio::time::pause(); sleep(Duration::from_secs(60)).await",
        ] {
            assert_eq!(in_a_test(code), 0, "{code}");
        }
        let paused = "//! x\n#[tokio::test(start_paused = true)]\nasync fn a() { sleep(Duration::from_secs(600)).await; }\n";
        assert!(check(&Tree::of(&[("crates/a/tests/a.rs", paused)])).problems.is_empty());
        let outside = "//! x\nasync fn tick() { sleep(Duration::from_secs(1)).await; }\n";
        assert!(check(&Tree::of(&[("crates/a/src/a.rs", outside)])).problems.is_empty());
    }
}
