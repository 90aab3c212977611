//! `Expression`: the JavaScript that stands in filters and scripts, read and evaluated.
//!
//! A small part of the language: literals, `@`, members, the usual operators, and the methods of texts and lists that
//! people use there. No assignments, no functions of their own.

use super::operators::{Js, Operator};
use super::read::{error, unsupported};
use super::{JsonPathError, Thrown, member};
use regress::Regex;
use serde_json::Value;
use std::borrow::Cow;

/// Expressions nested deeper than this are refused.
const DEEPEST: usize = 48;

/// A compiled expression.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Literal(Value),
    Undefined,
    Pattern(Box<Regex>),
    /// `@`.
    This,
    /// `@root`.
    Root,
    /// `@parent`.
    Parent,
    /// `@property`.
    Property,
    Member(Box<Expression>, Box<Expression>),
    Call(Box<Expression>, Method, Option<Box<Expression>>),
    Not(Box<Expression>),
    /// `typeof`.
    TypeOf(Box<Expression>),
    Number(Box<Expression>, f64),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
}

/// The methods of texts, lists and patterns that can be called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Method {
    Includes,
    StartsWith,
    EndsWith,
    IndexOf,
    LowerCase,
    UpperCase,
    Trim,
    Match,
    Test,
}

const METHODS: [(&str, Method); 9] = [
    ("includes", Method::Includes),
    ("startsWith", Method::StartsWith),
    ("endsWith", Method::EndsWith),
    ("indexOf", Method::IndexOf),
    ("toLowerCase", Method::LowerCase),
    ("toUpperCase", Method::UpperCase),
    ("trim", Method::Trim),
    ("match", Method::Match),
    ("test", Method::Test),
];

/// What `@` and its kin stand for.
pub(super) struct Scene<'a, 's> {
    pub(super) this: &'a Value,
    pub(super) parent: &'a Value,
    pub(super) root: &'a Value,
    pub(super) key: Option<&'s Value>,
}

impl Expression {
    /// Whether JavaScript takes it for true.
    pub(super) fn is_true(&self, scene: &Scene<'_, '_>) -> Result<bool, Thrown> {
        Ok(self.evaluate(scene)?.is_true())
    }

    /// Its value as text, as a member is named.
    pub(super) fn text(&self, scene: &Scene<'_, '_>) -> Result<String, Thrown> {
        Ok(self.evaluate(scene)?.to_text())
    }

    fn evaluate<'a>(&'a self, scene: &Scene<'a, '_>) -> Result<Js<'a>, Thrown> {
        Ok(match self {
            Expression::Literal(value) => Js::Value(Cow::Borrowed(value)),
            Expression::Undefined => Js::Undefined,
            Expression::Pattern(pattern) => Js::Pattern(pattern),
            Expression::This => Js::Value(Cow::Borrowed(scene.this)),
            Expression::Root => Js::Value(Cow::Borrowed(scene.root)),
            Expression::Parent => Js::Value(Cow::Borrowed(scene.parent)),
            Expression::Property => scene.key.map_or(Js::Undefined, |key| Js::Value(Cow::Owned(key.clone()))),
            Expression::Member(object, name) => {
                let object = object.evaluate(scene)?;
                part(object, &name.evaluate(scene)?.to_text())?
            }
            Expression::Call(object, method, argument) => {
                let object = object.evaluate(scene)?;
                let argument = match argument {
                    Some(argument) => argument.evaluate(scene)?,
                    None => Js::Undefined,
                };
                call(&object, *method, &argument)?
            }
            Expression::Not(inner) => Js::from(!inner.evaluate(scene)?.is_true()),
            Expression::TypeOf(inner) => Js::text(inner.evaluate(scene)?.type_name().to_owned()),
            Expression::Number(inner, sign) => Js::number(inner.evaluate(scene)?.to_number() * sign),
            Expression::Binary(operator, left, right) => {
                let left = left.evaluate(scene)?;
                match (operator, left.is_true()) {
                    (Operator::And, false) | (Operator::Or, true) => left,
                    (Operator::And | Operator::Or, _) => right.evaluate(scene)?,
                    _ => operator.apply(&left, &right.evaluate(scene)?),
                }
            }
            Expression::Choice(question, yes, no) => {
                if question.evaluate(scene)?.is_true() {
                    yes.evaluate(scene)?
                } else {
                    no.evaluate(scene)?
                }
            }
        })
    }
}

/// A member of a value; of nothing there is none, which JavaScript takes for an error.
fn part<'a>(object: Js<'a>, name: &str) -> Result<Js<'a>, Thrown> {
    let value = match object {
        Js::Undefined => return Err(Thrown),
        Js::Pattern(_) => return Ok(Js::Undefined),
        Js::Value(value) => value,
    };
    if value.is_null() {
        return Err(Thrown);
    }
    let found = match (&*value, name) {
        (Value::Array(items), "length") => return Ok(Js::number(items.len() as f64)),
        (Value::String(text), "length") => return Ok(Js::number(text.encode_utf16().count() as f64)),
        _ => match value {
            Cow::Borrowed(value) => member(value, name).map(Cow::Borrowed),
            Cow::Owned(value) => member(&value, name).cloned().map(Cow::Owned),
        },
    };
    Ok(found.map_or(Js::Undefined, Js::Value))
}

fn call<'a>(object: &Js<'a>, method: Method, argument: &Js<'a>) -> Result<Js<'a>, Thrown> {
    let find = |pattern: &Regex, text: &str| pattern.find(text).map(|found| text[found.range()].to_owned());
    match (object, method) {
        (Js::Pattern(pattern), Method::Test) => Ok(Js::from(pattern.find(&argument.to_text()).is_some())),
        (Js::Value(value), method) => match (&**value, method) {
            (Value::String(text), Method::Match) => {
                let found = match argument {
                    Js::Pattern(pattern) => find(pattern, text),
                    other => Regex::new(&other.to_text()).ok().and_then(|pattern| find(&pattern, text)),
                };
                let value = found.map_or(Value::Null, |found| Value::Array(vec![found.into()]));
                Ok(Js::Value(Cow::Owned(value)))
            }
            (Value::String(text), method) => {
                let wanted = argument.to_text();
                let text = text.as_str();
                Ok(match method {
                    Method::Includes => Js::from(text.contains(&wanted)),
                    Method::StartsWith => Js::from(text.starts_with(&wanted)),
                    Method::EndsWith => Js::from(text.ends_with(&wanted)),
                    Method::IndexOf => Js::number(
                        text.find(&wanted).map_or(-1.0, |at| text[..at].encode_utf16().count() as f64),
                    ),
                    Method::LowerCase => Js::text(text.to_lowercase()),
                    Method::UpperCase => Js::text(text.to_uppercase()),
                    Method::Trim => Js::text(text.trim().to_owned()),
                    Method::Match | Method::Test => return Err(Thrown),
                })
            }
            (Value::Array(items), Method::Includes | Method::IndexOf) => {
                let same =
                    |item: &Value| Operator::Same.apply(&Js::Value(Cow::Borrowed(item)), argument).is_true();
                let place = items.iter().position(same);
                Ok(match method {
                    Method::Includes => Js::from(place.is_some()),
                    _ => Js::number(place.map_or(-1.0, |place| place as f64)),
                })
            }
            _ => Err(Thrown),
        },
        _ => Err(Thrown),
    }
}

/// Where an expression is being read.
pub(super) struct Cursor<'t> {
    text: &'t [char],
    pub(super) at: usize,
    depth: usize,
}

type Read = Result<Expression, JsonPathError>;

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t [char], at: usize) -> Self {
        Cursor { text, at, depth: 0 }
    }

    fn peek(&mut self) -> Option<char> {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: &str) -> bool {
        self.peek();
        let length = wanted.chars().count();
        let found = self.text[self.at..].iter().take(length).copied().eq(wanted.chars());
        if found {
            self.at += length;
        }
        found
    }

    fn expect(&mut self, wanted: &str) -> Result<(), JsonPathError> {
        if self.take(wanted) { Ok(()) } else { Err(error(self.at, format!("`{wanted}` was expected"))) }
    }

    /// Reads an expression, as far as it goes.
    pub(super) fn expression(&mut self) -> Read {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(error(self.at, "nested too deeply"));
        }
        let question = self.binary(0)?;
        let read = if self.take("?") {
            let yes = self.expression()?;
            self.expect(":")?;
            let no = self.expression()?;
            Expression::Choice(Box::new(question), Box::new(yes), Box::new(no))
        } else {
            question
        };
        self.depth -= 1;
        Ok(read)
    }

    fn binary(&mut self, weakest: u8) -> Read {
        let mut left = self.unary()?;
        loop {
            self.peek();
            let Some((operator, length)) = Operator::at(&self.text[self.at..]) else { return Ok(left) };
            if operator.strength() < weakest {
                return Ok(left);
            }
            self.at += length;
            let right = self.binary(operator.strength() + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
    }

    fn unary(&mut self) -> Read {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(error(self.at, "nested too deeply"));
        }
        let read = match self.peek() {
            Some('!') => {
                self.at += 1;
                Expression::Not(Box::new(self.unary()?))
            }
            Some(sign @ ('-' | '+')) => {
                self.at += 1;
                Expression::Number(Box::new(self.unary()?), if sign == '-' { -1.0 } else { 1.0 })
            }
            _ if self.is_typeof() => {
                self.at += "typeof".len();
                Expression::TypeOf(Box::new(self.unary()?))
            }
            _ => self.members()?,
        };
        self.depth -= 1;
        Ok(read)
    }

    /// Whether the word `typeof` is next.
    fn is_typeof(&self) -> bool {
        let rest = &self.text[self.at..];
        rest.iter().take(6).copied().eq("typeof".chars())
            && !rest.get(6).is_some_and(|c| c.is_alphanumeric() || *c == '_')
    }

    /// A value and the members and methods that are asked of it.
    fn members(&mut self) -> Read {
        let mut value = self.primary()?;
        loop {
            match self.peek() {
                Some('.') => {
                    self.at += 1;
                    let begin = self.at;
                    let name = self.word();
                    if name.is_empty() {
                        return Err(error(begin, "a name was expected"));
                    }
                    if !self.take("(") {
                        let name = Expression::Literal(name.into());
                        value = Expression::Member(Box::new(value), Box::new(name));
                        continue;
                    }
                    let Some((_, method)) = METHODS.iter().find(|(known, _)| *known == name) else {
                        return Err(unsupported(
                            begin,
                            format!("the method `{name}` is not supported in a JSONPath"),
                        ));
                    };
                    let argument =
                        if self.peek() == Some(')') { None } else { Some(Box::new(self.expression()?)) };
                    self.expect(")")?;
                    value = Expression::Call(Box::new(value), *method, argument);
                }
                Some('[') => {
                    self.at += 1;
                    let name = self.expression()?;
                    self.expect("]")?;
                    value = Expression::Member(Box::new(value), Box::new(name));
                }
                _ => return Ok(value),
            }
        }
    }

    fn word(&mut self) -> String {
        let begin = self.at;
        while self.text.get(self.at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
            self.at += 1;
        }
        self.text[begin..self.at].iter().collect()
    }

    fn primary(&mut self) -> Read {
        let next = self.peek();
        let begin = self.at;
        match next {
            Some('(') => {
                self.at += 1;
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(quote @ ('\'' | '"')) => Ok(Expression::Literal(self.quoted(quote)?.into())),
            Some('/') => self.pattern(),
            Some('@') => {
                self.at += 1;
                match self.word().as_str() {
                    "" => Ok(Expression::This),
                    "root" => Ok(Expression::Root),
                    "parent" => Ok(Expression::Parent),
                    "property" => Ok(Expression::Property),
                    other => Err(unsupported(begin, format!("`@{other}` is not supported in a JSONPath"))),
                }
            }
            Some(c) if c.is_ascii_digit() => {
                while self.text.get(self.at).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '.') {
                    self.at += 1;
                }
                let text: String = self.text[begin..self.at].iter().collect();
                let number: f64 = text.parse().map_err(|_| error(begin, format!("`{text}` is no number")))?;
                match Js::number(number) {
                    Js::Value(value) => Ok(Expression::Literal(value.into_owned())),
                    _ => Err(error(begin, format!("`{text}` is too large a number"))),
                }
            }
            Some(_) => match self.word().as_str() {
                "true" => Ok(Expression::Literal(true.into())),
                "false" => Ok(Expression::Literal(false.into())),
                "null" => Ok(Expression::Literal(Value::Null)),
                "undefined" => Ok(Expression::Undefined),
                "" => Err(error(begin, "a value was expected")),
                other => Err(error(begin, format!("`{other}` is no value: a member is written `@.{other}`"))),
            },
            None => Err(error(begin, "a value was expected")),
        }
    }

    /// A text in quotes, from the quote on.
    pub(super) fn quoted(&mut self, quote: char) -> Result<String, JsonPathError> {
        let begin = self.at;
        let mut text = String::new();
        self.at += 1;
        while let Some(c) = self.text.get(self.at).copied() {
            self.at += 1;
            match c {
                c if c == quote => return Ok(text),
                '\\' => {
                    let escaped = self.text.get(self.at).copied();
                    self.at += 1;
                    match escaped {
                        Some('n') => text.push('\n'),
                        Some('t') => text.push('\t'),
                        Some('r') => text.push('\r'),
                        Some(other) => text.push(other),
                        None => break,
                    }
                }
                c => text.push(c),
            }
        }
        Err(error(begin, "this quote is not closed"))
    }

    /// `/…/i`.
    fn pattern(&mut self) -> Read {
        let begin = self.at;
        let (mut source, mut in_class) = (String::new(), false);
        self.at += 1;
        loop {
            let Some(c) = self.text.get(self.at).copied() else {
                return Err(error(begin, "this regular expression is not closed"));
            };
            self.at += 1;
            match c {
                '/' if !in_class => break,
                '[' => in_class = true,
                ']' => in_class = false,
                _ => {}
            }
            source.push(c);
            if c == '\\' {
                source.extend(self.text.get(self.at));
                self.at += 1;
            }
        }
        let flags = self.word();
        match Regex::with_flags(&source, flags.as_str()) {
            Ok(pattern) => Ok(Expression::Pattern(Box::new(pattern))),
            Err(cause) => Err(error(begin, format!("no regular expression: {cause}"))),
        }
    }
}
