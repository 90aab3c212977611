//! How each extractor finds its value.

use super::{Answer, Css, Extractor, Group, Index, Written};
use crate::jsonpath::JsonQuery;
use crate::template::{Scope, Template};
use http::HeaderMap;
use http::header::{COOKIE, HeaderName, SET_COOKIE};
use rand::Rng;
use regress::Regex;
use serde_json::Value;
use std::borrow::Cow;

/// Headers of which Node keeps the first where there are several.
const SINGLE: [&str; 17] = [
    "age",
    "authorization",
    "content-length",
    "content-type",
    "etag",
    "expires",
    "from",
    "host",
    "if-modified-since",
    "if-unmodified-since",
    "last-modified",
    "location",
    "max-forwards",
    "proxy-authorization",
    "referer",
    "retry-after",
    "user-agent",
];

impl Extractor {
    /// Finds the value. `None` is undefined.
    pub fn extract<S: Scope + ?Sized>(&self, answer: &Answer<'_>, scope: &mut S) -> Option<Value> {
        let nothing = || Some(Value::String(String::new()));
        match self {
            Extractor::Json { path, whole } => {
                let path = path.compiled(scope, |text| JsonQuery::parse(text).ok());
                match path {
                    Some(path) => json(&path, *whole, answer, scope),
                    None => nothing(),
                }
            }
            Extractor::Regexp { pattern, flags, group } => {
                let pattern = pattern.compiled(scope, |text| Regex::with_flags(text, &**flags).ok());
                match pattern.and_then(|pattern| part(&pattern, group.as_ref(), answer.text())) {
                    Some(found) => found,
                    None => nothing(),
                }
            }
            Extractor::Header(name) => {
                let name = rendered(name, scope);
                let name = HeaderName::from_bytes(name.as_bytes()).ok();
                name.and_then(|name| header(&name, answer.headers())).or_else(nothing)
            }
            Extractor::Element { selector, index, attribute } => {
                let selector = selector.compiled(scope, |text| Css::parse(text).ok())?;
                element(&selector, *index, attribute.as_deref(), answer, scope)
            }
            Extractor::Nothing => nothing(),
        }
    }
}

impl<T: Clone> Written<T> {
    /// The expression, compiled now if it had placeholders; `None` where it then is none.
    pub(crate) fn compiled<'a, S: Scope + ?Sized>(
        &'a self,
        scope: &mut S,
        compile: impl Fn(&str) -> Option<T>,
    ) -> Option<Cow<'a, T>> {
        match self {
            Written::Fixed(expression) => Some(Cow::Borrowed(expression)),
            Written::Rendered(template) => compile(&rendered(template, scope)).map(Cow::Owned),
        }
    }
}

fn rendered<S: Scope + ?Sized>(template: &Template, scope: &mut S) -> String {
    let mut text = String::new();
    template.render_into(scope, &mut text);
    text
}

fn json<S: Scope + ?Sized>(
    path: &JsonQuery,
    whole: bool,
    answer: &Answer<'_>,
    scope: &mut S,
) -> Option<Value> {
    let nothing = || Some(Value::String(String::new()));
    // A body that is no JSON gives undefined, JSON that has no parts an empty text: Artillery tells the two apart.
    let document = answer.json()?;
    if !document.is_object() && !document.is_array() {
        return nothing();
    }
    let Ok(mut found) = path.find(document) else { return nothing() };
    if !whole {
        // A random number is drawn only where there is a choice.
        let chosen = match found.len() {
            0 => return None,
            1 => 0,
            several => scope.random().random_range(0..several),
        };
        return Some(found.swap_remove(chosen).into_owned());
    }
    if found.is_empty() {
        return nothing();
    }
    if path.finds_many() || found.len() > 1 {
        return Some(found.into_iter().map(Cow::into_owned).collect());
    }
    // A lone value that JavaScript takes for false counts as none.
    found
        .pop()
        .map(Cow::into_owned)
        .filter(|value| match value {
            Value::Null | Value::Bool(false) => false,
            Value::Number(number) => number.as_f64() != Some(0.0),
            _ => true,
        })
        .or_else(nothing)
}

/// The group of the first match, or all of it where the group is empty or missing. In a pattern that names groups,
/// only a name finds one: what such a group is not, is undefined (`Some(None)`). `None` where nothing matches.
fn part(pattern: &Regex, group: Option<&Group>, text: &str) -> Option<Option<Value>> {
    let found = pattern.find(text)?;
    let names_groups = found.named_groups().next().is_some();
    let range = match group {
        // Group 0 is as good as none.
        None | Some(Group::Number(0)) => None,
        Some(Group::Number(_)) if names_groups => return Some(None),
        Some(Group::Number(number)) => found.group(*number),
        Some(Group::Name(name)) if names_groups => {
            return Some(found.named_group(name).and_then(|range| text.get(range)).map(Value::from));
        }
        Some(Group::Name(_)) => None,
    };
    let range = range.filter(|range| !range.is_empty()).unwrap_or_else(|| found.range());
    text.get(range).map(|text| Some(Value::from(text)))
}

/// A header as Node has it: several of a name are joined, those that must be single keep the first, cookies are a
/// list.
pub(crate) fn header(name: &HeaderName, headers: &HeaderMap) -> Option<Value> {
    let mut values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    if name == SET_COOKIE {
        let cookies: Vec<Value> = values.map(|value| value.into_owned().into()).collect();
        return if cookies.is_empty() { None } else { Some(cookies.into()) };
    }
    let first = values.next()?.into_owned();
    if SINGLE.contains(&name.as_str()) {
        return Some(first.into());
    }
    let comma = if name == COOKIE { "; " } else { ", " };
    Some(values.fold(first, |joined, value| joined + comma + &value).into())
}

fn element<S: Scope + ?Sized>(
    selector: &Css,
    index: Index,
    attribute: Option<&str>,
    answer: &Answer<'_>,
    scope: &mut S,
) -> Option<Value> {
    let mut elements = selector.select(answer.html()?).into_iter();
    let element = match index {
        Index::At(place) if place >= 0 => elements.nth(usize::try_from(place).ok()?)?,
        Index::Nowhere => return None,
        // As a slice from there to the next place: the one before the end is out of its reach.
        Index::At(-1) => return None,
        Index::At(place) => {
            let all: Vec<_> = elements.collect();
            let back = usize::try_from(place.unsigned_abs()).ok()?;
            *all.get(all.len().checked_sub(back)?)?
        }
        Index::Last => elements.next_back()?,
        Index::Random => {
            let all: Vec<_> = elements.collect();
            let chosen = if all.is_empty() { 0 } else { scope.random().random_range(0..all.len()) };
            *all.get(chosen)?
        }
    };
    match attribute {
        Some(name) => element.value().attr(name).map(Value::from),
        None => {
            Some(element.value().attrs().map(|(name, value)| (name.to_owned(), Value::from(value))).collect())
        }
    }
}
