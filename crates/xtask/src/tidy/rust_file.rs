//! A Rust file cut into tokens and comments, so that a check can tell code from strings and from prose.
//!
//! Tokens are a flat list: delimiters are tokens like any other, `::` is two of them. Each knows its line and whether it
//! is *test code*: in a `tests` folder, a file `tests.rs`, or an item under `#[cfg(test)]` or `#[test]`.
//! Names are not resolved: `use std::time::Instant as Watch` hides a clock from the checks; reviewers see that.

use std::ops::Range;
use std::str::FromStr;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// A Rust file.
pub(crate) struct RustFile {
    path: String,
    text: String,
    tokens: Option<Vec<Token>>,
    comments: Vec<Comment>,
}

/// A token of code.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) text: String,
    /// From 1.
    pub(crate) line: usize,
    pub(crate) is_test: bool,
}

/// One line of a comment.
#[derive(Debug, PartialEq)]
pub(crate) struct Comment {
    /// Without slashes, stars and surrounding blanks.
    pub(crate) text: String,
    /// From 1.
    pub(crate) line: usize,
    /// Whether this is documentation (`///`, `//!`, `/** */`).
    pub(crate) is_doc: bool,
}

impl RustFile {
    /// Cuts up `text`. A file that is no Rust at all has neither tokens nor comments; the compiler will say so.
    pub(crate) fn new(path: &str, text: &str) -> RustFile {
        let mut file =
            RustFile { path: path.to_owned(), text: text.to_owned(), tokens: None, comments: Vec::new() };
        let Ok(stream) = TokenStream::from_str(text) else { return file };
        let mut cutter = Cutter { text, tokens: Vec::new(), docs: Vec::new(), code: Vec::new() };
        cutter.level(stream, is_test_path(path));
        let Cutter { tokens, docs, code, .. } = cutter;
        file.comments = comments(text, &docs, &code);
        file.tokens = Some(tokens);
        file
    }

    /// Relative to the root.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        self.tokens.as_deref().unwrap_or_default()
    }

    pub(crate) fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Whether the whole file is test code.
    pub(crate) fn is_test(&self) -> bool {
        is_test_path(&self.path)
    }

    /// Places where the tokens of `code` follow each other, however they are laid out.
    pub(crate) fn find<'a>(&'a self, code: &[&'a str]) -> impl Iterator<Item = &'a Token> {
        let is_here =
            move |window: &&[Token]| window.iter().zip(code).all(|(token, wanted)| token.text == *wanted);
        self.tokens().windows(code.len()).filter(is_here).map(|window| &window[0])
    }

    /// The modules of crate `library` that are named in paths or imports, such as `fs` for `std`.
    pub(crate) fn modules_of(&self, library: &str) -> Vec<&Token> {
        let tokens = self.tokens();
        let text = |index: usize| tokens.get(index).map(|token| token.text.as_str());
        let mut modules = Vec::new();
        for start in 0..tokens.len() {
            if text(start) != Some(library) || text(start + 1) != Some(":") || text(start + 2) != Some(":") {
                continue;
            }
            if text(start + 3) != Some("{") {
                modules.extend(tokens.get(start + 3));
                continue;
            }
            // `use std::{fs, io::{Read, Write}}`: the first name after the brace and after each comma of this level.
            let mut depth = 0;
            let mut index = start + 3;
            while let Some(token) = tokens.get(index) {
                match token.text.as_str() {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                if depth == 1 && matches!(token.text.as_str(), "{" | ",") {
                    modules.extend(tokens.get(index + 1));
                }
                index += 1;
            }
        }
        modules
    }
}

fn is_test_path(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs")
}

struct Cutter<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// Byte ranges of documentation comments, which are tokens (`#[doc = …]`) to the lexer.
    docs: Vec<Range<usize>>,
    /// Byte ranges of everything else that is code.
    code: Vec<Range<usize>>,
}

impl Cutter<'_> {
    /// Takes the tokens of one level of nesting; `is_test` if what surrounds them is test code.
    fn level(&mut self, stream: TokenStream, is_test: bool) {
        let mut marked = false;
        for tree in stream {
            let span = tree.span();
            if self.take_doc(span) {
                continue;
            }
            let here = is_test || marked;
            match tree {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    if open == "[" && self.tokens.last().is_some_and(|last| last.text == "#") {
                        marked |= marks_test(&group.stream().to_string());
                    }
                    self.push(open, group.span_open(), here);
                    self.level(group.stream(), here);
                    self.push(close, group.span_close(), here);
                    // The item that the attribute belongs to ends with its body.
                    marked &= open != "{";
                }
                TokenTree::Punct(punct) => {
                    self.push(&punct.as_char().to_string(), span, here);
                    marked &= punct.as_char() != ';';
                }
                TokenTree::Ident(ident) => self.push(&ident.to_string(), span, here),
                TokenTree::Literal(literal) => self.push(&literal.to_string(), span, here),
            }
        }
    }

    fn push(&mut self, text: &str, span: Span, is_test: bool) {
        self.code.push(span.byte_range());
        self.tokens.push(Token { text: text.to_owned(), line: span.start().line, is_test });
    }

    /// Every token of a documentation comment has the whole comment for its span.
    fn take_doc(&mut self, span: Span) -> bool {
        let range = span.byte_range();
        let is_doc =
            self.text.get(range.clone()).is_some_and(|text| text.starts_with("//") || text.starts_with("/*"));
        if is_doc && self.docs.last() != Some(&range) {
            self.docs.push(range);
        }
        is_doc
    }
}

/// Whether an attribute says that what follows is compiled for tests only. Takes the attribute's text as the lexer
/// spaces it.
fn marks_test(attribute: &str) -> bool {
    let mut words =
        attribute.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let first = words.clone().next();
    match first {
        Some("cfg") => words.clone().any(|word| word == "test") && !words.any(|word| word == "not"),
        // `#[test]`, `#[tokio::test(start_paused = true)]`
        Some("test") => true,
        Some("tokio") => words.nth(1) == Some("test"),
        _ => false,
    }
}

/// Comments are what lies between the tokens of code, and documentation.
fn comments(text: &str, docs: &[Range<usize>], code: &[Range<usize>]) -> Vec<Comment> {
    let mut known: Vec<(&Range<usize>, bool)> = docs.iter().map(|range| (range, true)).collect();
    known.extend(code.iter().map(|range| (range, false)));
    known.sort_by_key(|(range, _)| range.start);
    let mut found = Vec::new();
    let (mut end, mut line) = (0, 1);
    let mut take = |until: usize, is_comment: bool, is_doc: bool| {
        let part = text.get(end..until).unwrap_or_default();
        for (offset, row) in part.split('\n').enumerate() {
            if is_comment && !row.trim().is_empty() {
                found.push(Comment { text: bare(row.trim()).to_owned(), line: line + offset, is_doc });
            }
        }
        line += part.matches('\n').count();
        end = end.max(until);
    };
    for (range, is_doc) in known {
        take(range.start, true, false);
        take(range.end, is_doc, is_doc);
    }
    take(text.len(), true, false);
    found
}

fn bare(row: &str) -> &str {
    let row = row.trim_start_matches(['/', '*', '!']).trim();
    row.strip_suffix("*/").unwrap_or(row).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments_of(text: &str) -> Vec<(usize, String, bool)> {
        let file = RustFile::new("crates/a/src/lib.rs", text);
        file.comments().iter().map(|c| (c.line, c.text.clone(), c.is_doc)).collect()
    }

    #[test]
    fn comments_are_told_from_code_and_strings() {
        let text = "//! Wörter – für alle.\n\nfn a() { // first\n    let s = \"// no\"; /* two\n * lines */\n}\n/// Doc.\nfn b() {}\n// last";
        let expected = [
            (1, "Wörter – für alle.", true),
            (3, "first", false),
            (4, "two", false),
            (5, "lines", false),
            (7, "Doc.", true),
            (9, "last", false),
        ];
        assert_eq!(comments_of(text), expected.map(|(line, text, doc)| (line, text.to_owned(), doc)));
    }

    #[test]
    fn sequences_are_found_across_lines_and_not_in_strings() {
        let text = "fn a() { Instant\n  ::now(); let s = \"Instant::now()\"; } // Instant::now()";
        let file = RustFile::new("a.rs", text);
        let lines: Vec<usize> = file.find(&["Instant", ":", ":", "now"]).map(|token| token.line).collect();
        assert_eq!(lines, [1]);
    }

    #[test]
    fn test_code_is_known() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}\n#[cfg(test)]\nuse x;\nfn d() {}\n\
                    #[cfg(not(test))]\nfn e() {}\n#[tokio::test(start_paused = true)]\nasync fn f() {}";
        let file = RustFile::new("crates/a/src/lib.rs", text);
        let is_test = |name: &str| file.tokens().iter().find(|token| token.text == name).unwrap().is_test;
        assert_eq!(
            ["a", "b", "c", "x", "d", "e", "f"].map(is_test),
            [false, true, false, true, false, false, true]
        );
        assert!(RustFile::new("crates/a/tests/run.rs", "fn a() {}").tokens()[0].is_test);
        assert!(RustFile::new("crates/a/src/user/tests.rs", "fn a() {}").tokens()[0].is_test);
    }

    #[test]
    fn modules_are_found_in_paths_and_imports() {
        let text =
            "use std::{fs::File, io::{self, fs2}, env}; fn a() { std::process::exit(1); other::net::x(); }";
        let file = RustFile::new("a.rs", text);
        let modules: Vec<&str> = file.modules_of("std").iter().map(|token| token.text.as_str()).collect();
        assert_eq!(modules, ["fs", "io", "env", "process"]);
    }

    #[test]
    fn what_is_no_rust_has_no_tokens() {
        assert!(RustFile::new("a.rs", "fn a( {").tokens().is_empty());
    }
}
