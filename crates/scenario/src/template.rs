//! `Template`: text with `{{ placeholders }}`, compiled to segments.
//!
//! Rules as in Artillery (docs/artillery.md): a text that is exactly one variable placeholder gives that variable's
//! value with its type; anything else gives text, in which objects and null are JSON and undefined is the word
//! "undefined". Functions always give text. Compiling is in `compile`, ways into values in `path`.
//!
//! Not here yet: a value that holds placeholders itself is written as it stands. Artillery renders the result again
//! as long as placeholders remain; `render_segments` is where that belongs.

mod compile;
mod path;

pub use compile::TemplateError;
pub(crate) use compile::{Dialect, call_of};

use crate::js::{self, Out};
use crate::plan::Slot;
use rand::rngs::SmallRng;
use serde_json::Value;
use std::borrow::Cow;

/// What a template may ask for while it is rendered.
pub trait Scope {
    /// What the variable holds; `None` where it is undefined.
    fn value(&self, slot: Slot) -> Option<&Value>;
    /// The user's own source of random numbers.
    fn random(&mut self) -> &mut SmallRng;
}

/// A compiled text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    pub(crate) segments: Vec<Segment>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Segment {
    /// As it stands.
    Text(Box<str>),
    /// A variable, or a part of it.
    Variable(Path),
    /// A value that is known when the script is compiled, such as `$env.HOME`; `None` is undefined.
    Known(Option<Value>),
    /// A function's result.
    Call(Function),
}

/// `user.items[0].id`: a variable and the way into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// The variable.
    pub(crate) slot: Slot,
    /// The way into its value.
    pub(crate) keys: Vec<Key>,
}

/// One step of the way into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A member of an object.
    Name(Box<str>),
    /// A number: a place in an array, or a member of an object with that name.
    Index(usize),
}

/// A template function with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// `$randomString(length)`: letters and digits; 10 unless told.
    RandomString(usize),
    /// `$randomNumber(min, max)`, `$randomInt(min, max)`: a whole number, both ends included.
    RandomNumber(i64, i64),
}

impl Template {
    /// A template that is just this text.
    pub fn text(text: impl Into<Box<str>>) -> Template {
        Template { segments: vec![Segment::Text(text.into())] }
    }

    /// The text of a template that has no placeholder.
    pub fn as_text(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [] => Some(""),
            [Segment::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it is exactly one placeholder that has no value at the moment. Rendered, that gives the word
    /// "undefined"; Artillery leaves out a header and empties a body whose value this is.
    pub fn is_undefined<S: Scope + ?Sized>(&self, scope: &S) -> bool {
        match self.segments.as_slice() {
            [Segment::Known(value)] => value.is_none(),
            [Segment::Variable(path)] => path.find(scope).is_none(),
            _ => false,
        }
    }

    /// The variable that it is, if it is one and nothing else.
    pub fn lone_slot(&self) -> Option<Slot> {
        match self.segments.as_slice() {
            [Segment::Variable(path)] if path.keys.is_empty() => Some(path.slot),
            _ => None,
        }
    }

    /// Writes the text.
    pub fn render_into<S: Scope + ?Sized>(&self, scope: &mut S, out: &mut String) {
        self.render_segments(scope, out);
    }

    /// The value with its type: that of the variable for a lone placeholder, else text. `None` is undefined.
    pub fn evaluate<'a, S: Scope + ?Sized>(&'a self, scope: &'a mut S) -> Option<Cow<'a, Value>> {
        match self.segments.as_slice() {
            [Segment::Known(value)] => value.as_ref().map(Cow::Borrowed),
            [Segment::Variable(path)] => path.find(scope),
            _ => {
                let mut text = String::new();
                self.render_segments(scope, &mut text);
                Some(Cow::Owned(Value::String(text)))
            }
        }
    }

    pub(crate) fn render_segments<S: Scope + ?Sized>(&self, scope: &mut S, out: &mut impl Out) {
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => out.raw(text),
                Segment::Variable(path) => match path.find(&*scope) {
                    Some(value) => js::text(&value, out),
                    None => out.raw("undefined"),
                },
                Segment::Known(Some(value)) => js::text(value, out),
                Segment::Known(None) => out.raw("undefined"),
                Segment::Call(Function::RandomString(length)) => {
                    js::random_text(*length, scope.random(), out);
                }
                Segment::Call(Function::RandomNumber(min, max)) => {
                    js::random_number(*min, *max, scope.random(), out);
                }
            }
        }
    }
}
