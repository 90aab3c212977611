//! `Source`: a text that somebody wrote, and `Location`: a place in one.
//!
//! Texts come from several places (the script, `--overrides`, `--variables`, `--target`) and are merged, so each
//! value remembers which text it is from. Nothing here reads files.

use std::sync::Arc;

/// A text with the name that people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as it was typed, or the option that held the text, such as `--overrides`.
    pub name: String,
    /// The text.
    pub text: String,
}

impl Source {
    /// A source of this name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        Source { name: name.into(), text: text.into() }
    }

    /// The text without the byte order mark that some editors put before it. Places count from here.
    pub fn content(&self) -> &str {
        self.text.strip_prefix('\u{feff}').unwrap_or(&self.text)
    }
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    /// The source's name.
    pub source: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// How many characters of the line are meant; may reach past the line's end.
    pub length: u32,
}

impl Location {
    /// The beginning of the source of that name.
    pub fn start(source: &str) -> Location {
        Location { source: source.into(), line: 1, column: 1, length: 1 }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: Location,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, at: Location) -> Spanned<T> {
        Spanned { value, at }
    }
}
