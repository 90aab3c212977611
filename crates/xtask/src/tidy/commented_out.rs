//! No code in comments: git keeps what was, and a reader cannot tell whether it is still true.
//!
//! Conservative on purpose. A line counts as code only if it ends in `;` or `{`, parses as a Rust statement, and is
//! more than a single name. Examples in documentation are left alone.

use syn::{Block, Expr, Stmt};

use super::finding::Finding;
use super::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.rust() {
        for comment in file.comments() {
            if !comment.is_doc && is_code(&comment.text) {
                finding.line(file.path(), comment.line, format!("code in a comment: {}", comment.text));
            }
        }
    }
    finding
}

fn is_code(line: &str) -> bool {
    let block = if line.ends_with(';') {
        format!("{{ {line} }}")
    } else if let Some(tail) = line.strip_prefix('}').filter(|tail| tail.trim_end().ends_with('{')) {
        // `} else {`
        format!("{{ if x {{ }} {tail} }} }}")
    } else if line.ends_with('{') {
        format!("{{ {line} }} }}")
    } else {
        return false;
    };
    let Ok(Block { stmts, .. }) = syn::parse_str(&block) else { return false };
    match stmts.as_slice() {
        [] => false,
        // `then;` is prose, and so may `Name {` be.
        [Stmt::Expr(Expr::Path(_) | Expr::Struct(_) | Expr::Lit(_) | Expr::Block(_), _)] => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_code() {
        for line in [
            "let x = 1;",
            "self.recorder.count(sample);",
            "return Err(error);",
            "use std::fmt;",
            "if x > 3 {",
            "} else {",
            "} else if y {",
            "for user in users {",
            "fn old(a: u32) -> u32 {",
            "pub(crate) struct Old {",
            "println!(\"{x}\");",
        ] {
            assert!(is_code(line), "{line}");
        }
    }

    #[test]
    fn prose_is_not() {
        for line in [
            "",
            "Wait for the socket; then go on.",
            "the first byte arrives later;",
            "then;",
            "see `Recorder::count`;",
            "k / rate seconds;",
            "one of {a, b}",
            "Shape {",
            "{",
            "}",
            "a: u32,",
        ] {
            assert!(!is_code(line), "{line}");
        }
    }

    #[test]
    fn the_line_is_named_and_documentation_is_left_alone() {
        let text = "//! let x = 1;\n/// let x = 1;\nfn a() {\n    // let x = 1;\n    let s = \"// let y = 2;\";\n}\n";
        let texts = check(&Tree::of(&[("a.rs", text)])).texts();
        assert_eq!(texts, ["a.rs:4: code in a comment: let x = 1;"]);
    }
}
