//! `Template`: text with `{{ placeholders }}`, compiled to segments.
//!
//! Rules as in Artillery (docs/artillery.md): a text that is exactly one variable placeholder gives that variable's
//! value with its type; anything else gives text, in which objects and null are JSON and undefined is the word
//! "undefined". Functions always give text. Compiling is in `compile`, ways into values in `path`.
//!
//! A value that holds placeholders itself is rendered in turn where it is put into text: see `expand`.

mod compile;
mod expand;
mod path;

pub use compile::TemplateError;
pub(crate) use compile::{Dialect, call_of};
pub use expand::Lexicon;
pub(crate) use path::{follow, path_keys, path_root};

use crate::fake::Fake;
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
    /// The value of a placeholder that stands in a value, of which this is the inside; [`Lexicon`] knows the names.
    fn named(&self, _name: &str) -> Option<Cow<'_, Value>> {
        None
    }
    /// A value would have grown without end, because it holds itself or too much; it was written as it stands.
    fn note_endless(&mut self) {}
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
    /// A text whose placeholders are filled again once it is rendered: `{{ {{ name }} }}`.
    Again(Template),
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
    /// One of the plugin `fake-data`.
    Fake(Fake),
}

impl Template {
    /// A template that is just this text.
    pub fn text(text: impl Into<Box<str>>) -> Template {
        Template { segments: vec![Segment::Text(text.into())] }
    }

    /// A template that has no value.
    pub(crate) fn undefined() -> Template {
        Template { segments: vec![Segment::Known(None)] }
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

    /// The value of a template that is exactly one placeholder for a variable, if it has one.
    pub fn lone_value<'a, S: Scope + ?Sized>(&'a self, scope: &'a S) -> Option<Cow<'a, Value>> {
        match self.segments.as_slice() {
            [Segment::Known(value)] => value.as_ref().map(Cow::Borrowed),
            [Segment::Variable(path)] => path.find(scope),
            _ => None,
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
        // A lone placeholder gives its value as it is, also where that is written as text.
        let lone = self.segments.len() == 1;
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => out.raw(text),
                Segment::Variable(path) => {
                    let mut endless = false;
                    match path.find(&*scope) {
                        None => out.raw("undefined"),
                        Some(value) if lone || !may_grow(&value) => js::text(&value, out),
                        Some(value) => match expand::expanded(&value, &*scope) {
                            Some(text) => out.put(&text),
                            None => endless = true,
                        },
                    }
                    if endless {
                        scope.note_endless();
                    }
                }
                Segment::Known(Some(value)) => js::text(value, out),
                Segment::Known(None) => out.raw("undefined"),
                Segment::Again(inner) => {
                    let mut text = String::new();
                    inner.render_segments(scope, &mut text);
                    let text = Value::String(text);
                    match expand::expanded(&text, &*scope) {
                        Some(text) => out.put(&text),
                        None => scope.note_endless(),
                    }
                }
                Segment::Call(Function::RandomString(length)) => {
                    js::random_text(*length, scope.random(), out);
                }
                Segment::Call(Function::RandomNumber(min, max)) => {
                    js::random_number(*min, *max, scope.random(), out);
                }
                Segment::Call(Function::Fake(fake)) => out.put(&fake.make(scope.random())),
            }
        }
    }
}

/// Whether a value can hold anything that text around it would change.
fn may_grow(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.contains(['{', '$']),
        Value::Array(_) | Value::Object(_) => true,
    }
}
