//! `Form`: what the value of a key may be. The parser's readers in `fields` and their like are its other half; a test
//! compares the two.

use super::Place;

/// What a value may be.
pub(crate) enum Form {
    /// Text; a number or a truth value is taken as it is written.
    Text,
    /// Text and nothing else.
    OnlyText,
    /// A number, also one written as text.
    Number,
    /// Users per second: a number of 0 or more.
    Rate,
    /// A whole number of 0 or more.
    Count,
    /// A number of 0 or more, also as text with placeholders that are known before there are users.
    Share,
    /// A span of time: seconds, or text with a unit.
    Span,
    /// True or false, also written as text.
    Flag,
    /// A number or text whose placeholders are filled for each user.
    NumberOrText,
    /// An expression, as text.
    Expression,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Anything.
    Any,
    /// Nothing.
    Null,
    /// True, false or nothing: how a plugin may be turned on.
    Switch,
    /// Text, a number, true or false.
    Scalar,
    /// A list.
    List(&'static Form),
    /// A map whose keys are the user's own.
    Map(&'static Form),
    /// One, or a list of them.
    OneOrMany(&'static Form),
    /// Any of these.
    Either(&'static [Form]),
    /// A map with the keys of a place.
    Place(&'static Place),
    /// The same where other keys may stand beside them.
    Open(&'static Place),
    /// A list of steps.
    Steps,
}
