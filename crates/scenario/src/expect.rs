//! `Expectation`: what an answer has to be like, compiled once. Artillery's plugin `expect`.
//!
//! Unlike a match, an expectation that is not met is counted, and the user goes on (unless the script says otherwise).
//! How each is checked is in `check`.

mod check;
mod words;

pub(crate) use check::broken;
pub use check::{Finding, Told};
pub(crate) use words::number;

use crate::extract::Written;
use crate::template::{Key, Template};
use crate::value_template::ValueTemplate;
use regress::Regex;
use std::sync::Arc;

/// What an answer has to be like.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What it counts as.
    pub kind: ExpectationKind,
    /// What is looked at.
    pub check: Check,
}

/// What an expectation counts as.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    /// One of the plan's kinds, by its number.
    Known(u32),
    /// `header … values equals`, where the header's name has placeholders.
    Header(Template),
}

/// What is looked at, and what it has to be.
#[derive(Clone, Debug)]
pub enum Check {
    /// `statusCode`, `notStatusCode`: one code or a list of them.
    Status {
        /// Which.
        wanted: Wanted,
        /// Whether it must be none of them.
        not: bool,
    },
    /// `contentType`: `json`, or the whole header.
    ContentType(Template),
    /// `hasProperty`, `notHasProperty`: a part of the body.
    Property {
        /// The way to it.
        path: Written<PropertyPath>,
        /// Whether it must not be there.
        not: bool,
    },
    /// `equals`: texts that are all the same.
    Equals(Vec<Template>),
    /// `hasHeader`.
    HasHeader(Template),
    /// `headerEquals`.
    HeaderEquals {
        /// Which header.
        name: Template,
        /// Its value.
        value: Template,
    },
    /// `matchesRegexp`.
    Matches(Pattern),
    /// `cdnHit`: whether a cache has answered, or has not.
    CdnHit(bool),
    /// `jmespath`, `jpath`: what an expression finds must be something.
    Query {
        /// The expression.
        expression: Arc<jmespath::Expression<'static>>,
        /// What stands in messages instead of it.
        description: Option<Box<str>>,
        /// Whether it is called `jmespath`: Artillery tells more of those.
        told: bool,
    },
}

/// Status codes.
#[derive(Clone, Debug)]
pub struct Wanted(pub ValueTemplate);

/// A regular expression for the body.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Compiled, or compiled once its placeholders are filled.
    Written(Written<Regex>),
    /// One that is none: it is never met.
    Broken(Broken),
}

/// Why a regular expression is none, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub Box<str>);

/// The way to a part of the body.
#[derive(Clone, Debug)]
pub struct PropertyPath {
    /// As it is written.
    pub(crate) text: Box<str>,
    pub(crate) keys: Vec<Key>,
}

impl PropertyPath {
    /// Reads a path; any text is one.
    pub(crate) fn new(text: &str) -> PropertyPath {
        // The path of a variable begins with the variable; here the body stands in its place.
        let keys = crate::template::path_keys(&format!("body.{text}"));
        PropertyPath { text: text.into(), keys }
    }
}

impl Expectation {
    /// Whether it looks at the answer's body.
    pub fn needs_body(&self) -> bool {
        match &self.check {
            Check::Status { .. }
            | Check::Equals(_)
            | Check::HasHeader(_)
            | Check::HeaderEquals { .. }
            | Check::CdnHit(_) => false,
            Check::ContentType(template) => template.as_text().is_none_or(|text| text == "json"),
            Check::Property { .. } | Check::Matches(_) | Check::Query { .. } => true,
        }
    }
}
