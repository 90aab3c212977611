//! `Extractor`: what is taken out of an answer, compiled once; and the captures and matches that use it.
//!
//! Words: to *extract* is to find a value in an answer, to *capture* is to keep it in a variable, to *match* is to
//! compare it. A value is `None` where JavaScript has undefined. Nothing is parsed before it is asked for: see
//! [`Answer`].

mod answer;
mod css;
mod html;
mod place;
mod take;

pub use answer::Answer;
pub use css::{Css, CssError};
pub use place::{Place, PlaceError};
pub(crate) use take::header;

use crate::jsonpath::JsonQuery;
use crate::template::{Scope, Template};
use regress::Regex;
use serde_json::Value;

/// What finds a value in an answer.
#[derive(Clone, Debug)]
pub enum Extractor {
    /// `json`: a value of the body, read as JSON whatever its content type.
    Json {
        /// Where.
        path: Written<JsonQuery>,
        /// `multiple: false`: all that is found, instead of a random one.
        whole: bool,
    },
    /// `regexp`: a part of the body's text.
    Regexp {
        /// The pattern, as JavaScript understands it.
        pattern: Written<Regex>,
        /// `flags`.
        flags: Box<str>,
        /// `group`; the whole match where there is none, or it is empty.
        group: Option<Group>,
    },
    /// `header`: the header of that name; capitals do not matter.
    Header(Template),
    /// `selector`: an attribute of an element of the body, read as HTML.
    Element {
        /// Which elements, in CSS with cheerio's additions.
        selector: Written<Css>,
        /// Which one of them.
        index: Index,
        /// `attr`: the attribute's name; all attributes where there is none, as Artillery has it.
        attribute: Option<Box<str>>,
    },
    /// `xpath`, which Artillery takes for nothing unless an optional module is there, or no word of what is wanted:
    /// always the empty text.
    Nothing,
}

/// An expression that is compiled, or that has placeholders and is compiled once they are filled.
#[derive(Clone, Debug)]
pub enum Written<T> {
    /// Known beforehand.
    Fixed(T),
    /// Rendered for each request.
    Rendered(Template),
}

/// A group of a regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// By its number, from 1; 0 is the whole match.
    Number(usize),
    /// By its name.
    Name(Box<str>),
}

/// Which one of several elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// The one at that place, from 0. From -2 on, places count from the end.
    At(i64),
    /// None: what the script says is no place.
    Nowhere,
    /// Any.
    Random,
    /// The last.
    Last,
}

/// `capture`: a value of an answer that goes into a variable.
#[derive(Clone, Debug)]
pub struct Capture {
    /// What finds it.
    pub from: Extractor,
    /// Where it goes.
    pub into: Place,
    /// Whether it is an error when there is no such value, or an empty text.
    pub strict: bool,
    /// What is looked for, in words, such as ``json `$.id` ``.
    pub what: Box<str>,
}

/// `match`: a value of an answer that has to be another one.
#[derive(Clone, Debug)]
pub struct Match {
    /// What finds it.
    pub from: Extractor,
    /// What it has to be: the same type, the same value.
    pub value: Expected,
    /// Whether it is an error when it is not.
    pub strict: bool,
    /// What is looked for, in words.
    pub what: Box<str>,
}

/// What a value has to be.
#[derive(Clone, Debug)]
pub enum Expected {
    /// This, once its placeholders are filled.
    Value(Template),
    /// A list or an object, which nothing equals in JavaScript but itself.
    Unequalled,
}

/// Why an answer is not what the script wants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// A strict capture found nothing.
    #[error("nothing found by {0}{1}")]
    Nothing(Box<str>, &'static str),
    /// A strict match found something else.
    #[error("{what} gives {found}, not {wanted}")]
    Unequal {
        /// What was looked for.
        what: Box<str>,
        /// What was found, cropped.
        found: String,
        /// What was wanted, cropped.
        wanted: String,
    },
}

impl Capture {
    /// Finds the value. `None` is undefined; only a capture that is not strict gives that, or an empty text.
    ///
    /// # Errors
    /// The capture is strict and there is no such value, or an empty text.
    pub fn find<S: Scope + ?Sized>(
        &self,
        answer: &Answer<'_>,
        scope: &mut S,
    ) -> Result<Option<Value>, ExtractError> {
        let value = self.from.extract(answer, scope);
        let empty = value.as_ref().is_none_or(|value| value.as_str().is_some_and(str::is_empty));
        if empty && self.strict {
            let cause = match &self.from {
                Extractor::Json { .. } => answer.json_trouble(),
                Extractor::Element { .. } => answer.html_trouble(),
                _ => "",
            };
            return Err(ExtractError::Nothing(self.what.clone(), cause));
        }
        Ok(value)
    }
}

impl Match {
    /// Compares.
    ///
    /// # Errors
    /// The match is strict and the value is another one.
    pub fn check<S: Scope + ?Sized>(&self, answer: &Answer<'_>, scope: &mut S) -> Result<(), ExtractError> {
        let found = self.from.extract(answer, scope);
        let wanted = match &self.value {
            Expected::Value(template) => template.evaluate(scope),
            Expected::Unequalled => None,
        };
        let equal = match (&found, &wanted) {
            (Some(found), Some(wanted)) => crate::js::strictly_equal(found, wanted),
            (None, None) => matches!(self.value, Expected::Value(_)),
            _ => false,
        };
        if equal || !self.strict {
            return Ok(());
        }
        Err(ExtractError::Unequal {
            what: self.what.clone(),
            found: show(found.as_ref()),
            wanted: show(wanted.as_deref()),
        })
    }
}

impl Extractor {
    /// Whether it looks at the answer's body.
    pub fn needs_body(&self) -> bool {
        !matches!(self, Extractor::Header(_) | Extractor::Nothing)
    }

    /// Whether it looks at the answer's headers.
    pub fn needs_headers(&self) -> bool {
        matches!(self, Extractor::Header(_))
    }
}

/// A value for a message: JSON, not too long.
fn show(value: Option<&Value>) -> String {
    const LONGEST: usize = 80;
    let Some(value) = value else { return "nothing".to_owned() };
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
