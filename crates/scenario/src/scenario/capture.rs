//! `capture` and `match`: what a script wants of an answer.

use crate::document::Node;
use crate::source::{Location, Spanned};

/// What is taken out of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Extract {
    /// Where it begins.
    pub at: Location,
    /// What finds it.
    pub from: From,
    /// `strict`.
    pub strict: Option<bool>,
}

/// What finds a value in an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum From {
    /// `json`.
    Json {
        /// The JSONPath.
        path: Spanned<String>,
        /// `multiple`.
        multiple: Option<bool>,
    },
    /// `regexp`.
    Regexp {
        /// The pattern.
        pattern: Spanned<String>,
        /// `flags`.
        flags: Option<Spanned<String>>,
        /// `group`: a number or a name.
        group: Option<Spanned<String>>,
    },
    /// `header`.
    Header(Spanned<String>),
    /// `selector`.
    Selector {
        /// The selector.
        selector: Spanned<String>,
        /// `index`: a number, `random` or `last`.
        index: Option<Spanned<String>>,
        /// `attr`.
        attribute: Option<String>,
    },
    /// `xpath`.
    Xpath,
    /// None of these.
    Unsaid,
}

/// An entry of `capture`.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// What is taken.
    pub extract: Extract,
    /// `as`: the variable, or a part of one.
    pub name: Spanned<String>,
}

/// An entry of `match`.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// What is taken.
    pub extract: Extract,
    /// `value`; `None` where it is missing, which is undefined.
    pub value: Option<Node>,
}
