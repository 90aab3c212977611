//! ARCHITECTURE.md names every crate, and what it names exists: a map that is wrong is worse than none.
//!
//! Read as a path: `crates/…`; `engine/user.rs` and `engine/step/` (from that crate's root or its `src`); and a file
//! without its crate, `step/*.rs` or `parse.rs`, which must end the path of some Rust file. `{a,b}` and `*` stand for
//! several names. Everything else is prose. A crate is named by such a path or by its name between backticks.

use super::finding::Finding;
use super::tree::Tree;

const FILE: &str = "ARCHITECTURE.md";

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    let Some(text) = tree.text(FILE) else {
        finding.file(FILE, "is missing");
        return finding;
    };
    let mut named: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for word in words(line).iter().flat_map(|word| alternatives(word)) {
            if is_missing(tree, &word) {
                finding.line(FILE, index + 1, format!("names `{word}`, which does not exist"));
            }
            let path = word.strip_prefix("crates/").unwrap_or(&word);
            if path.contains('/') || path != word {
                named.extend(path.split('/').next().map(str::to_owned));
            }
        }
    }
    for name in tree.crates() {
        let as_word = [format!("`{name}`"), format!("`loadgen-{name}`")];
        if !named.iter().any(|word| word == name) && !as_word.iter().any(|word| text.contains(word.as_str()))
        {
            finding.file(FILE, format!("does not name `crates/{name}`"));
        }
    }
    finding
}

fn is_missing(tree: &Tree, word: &str) -> bool {
    let (first, rest) = word.split_once('/').unwrap_or((word, ""));
    if first == "crates" {
        return word != "crates" && !exists(tree, word);
    }
    // `.rs` alone is a kind of file.
    let is_file = word.strip_suffix(".rs").is_some_and(|name| !name.is_empty());
    if !is_file && !word.ends_with('/') {
        return false;
    }
    if tree.crates().contains(&first) && word.contains('/') {
        return ["", "src/", "tests/"]
            .iter()
            .all(|part| !exists(tree, &format!("crates/{first}/{part}{rest}")));
    }
    is_file && !tree.rust().iter().any(|file| ends_with(file.path(), word))
}

/// Whether the pattern is a file, or a folder above one.
fn exists(tree: &Tree, pattern: &str) -> bool {
    let pattern: Vec<&str> = pattern.trim_end_matches('/').split('/').collect();
    tree.files().iter().any(|file| {
        let parts: Vec<&str> = file.path.split('/').collect();
        parts.len() >= pattern.len() && parts.iter().zip(&pattern).all(|(part, pattern)| fits(part, pattern))
    })
}

/// Whether the last parts of the path are those of the pattern.
fn ends_with(path: &str, pattern: &str) -> bool {
    let mut parts = path.split('/').rev();
    pattern.split('/').rev().all(|pattern| parts.next().is_some_and(|part| fits(part, pattern)))
}

/// One part of a path; `*` stands for any part of a name, and is understood once.
fn fits(part: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            part.len() >= start.len() + end.len() && part.starts_with(start) && part.ends_with(end)
        }
        None => part == pattern,
    }
}

/// The parts of a line that could be paths. A comma belongs to a word only between braces.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut in_braces = false;
    for c in line.chars() {
        in_braces = (in_braces || c == '{') && c != '}' && !c.is_whitespace();
        if c.is_alphanumeric() || "_-./*{}".contains(c) || (c == ',' && in_braces) {
            if let Some(word) = words.last_mut() {
                word.push(c);
            }
        } else {
            words.push(String::new());
        }
    }
    words.iter().map(|word| word.trim_end_matches('.').to_owned()).filter(|word| !word.is_empty()).collect()
}

/// `render/{text,json}.rs` is two paths.
fn alternatives(word: &str) -> Vec<String> {
    let parts = word.split_once('{').and_then(|(start, rest)| Some((start, rest.split_once('}')?)));
    match parts {
        Some((start, (names, end))) => names.split(',').map(|name| format!("{start}{name}{end}")).collect(),
        None => vec![word.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(architecture: &str) -> Vec<String> {
        let files = [
            ("crates/engine/src/user.rs", "//! x"),
            ("crates/engine/src/step/get.rs", "//! x"),
            ("crates/cli/src/main.rs", "//! x"),
            ("crates/cli/tests/run.rs", "//! x"),
            ("docs/guide.md", ""),
            (FILE, architecture),
        ];
        check(&Tree::of(&files)).texts()
    }

    #[test]
    fn what_exists_may_be_named_in_many_ways() {
        let text = "# Crates\n`crates/engine/src/user.rs`, engine/user.rs, engine/step/*.rs, step/get.rs, user.rs.\n\
                    cli/ glues; `cli/tests/run.rs`; crates/{cli,engine}; see https://example.com/a/b and \
                    [guide](docs/guide.md), and/or other words. A request/response. `scenarios/`. Any `.rs`.\n";
        assert_eq!(texts(text), Vec::<String>::new());
    }

    #[test]
    fn what_does_not_exist_is_reported_with_its_line() {
        let text = "`engine`, `loadgen-cli`\ncrates/gone\nengine/gone.rs\nuser.rs, gone.rs, step/{get,put}.rs\nengine/gone/\n";
        let expected = [
            (2, "crates/gone"),
            (3, "engine/gone.rs"),
            (4, "gone.rs"),
            (4, "step/put.rs"),
            (5, "engine/gone/"),
        ];
        let expected =
            expected.map(|(line, name)| format!("{FILE}:{line}: names `{name}`, which does not exist"));
        assert_eq!(texts(text), expected);
    }

    #[test]
    fn every_crate_must_be_named() {
        assert_eq!(texts("the cli and the `engine` alone"), [format!("{FILE}: does not name `crates/cli`")]);
        assert_eq!(check(&Tree::of(&[])).texts(), [format!("{FILE}: is missing")]);
    }
}
