//! Reading: the values of serde_yaml and the marks, zipped into nodes; `<<` merge keys carried out.

use crate::diagnostic::Diagnostic;
use crate::document::marks::{self, Mark, Shape};
use crate::document::plain;
use crate::document::scalar::{self, Raw};
use crate::document::surrogates;
use crate::document::syntax;
use crate::document::{Document, Entry, Kind, Node};
use crate::source::{Location, Source};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::HashSet;

type Problem = Box<Diagnostic>;

/// Reads YAML text.
pub(super) fn yaml(source: &Source) -> Result<Node, Problem> {
    let start = Location::start(&source.name);
    if source.text.len() > Document::MAX_BYTES {
        return Err(too_long(&start));
    }
    let source = &match surrogates::joined(source.content()) {
        Cow::Borrowed(_) => Cow::Borrowed(source),
        Cow::Owned(text) => Cow::Owned(Source::new(source.name.as_str(), text)),
    };
    let Some(mark) = marks::mark(source)? else {
        return Ok(Node::new(Kind::Null, start));
    };
    let raw = serde_yaml::from_str::<Raw>(source.content()).map_err(|error| {
        let mut at = start.clone();
        if let Some(place) = error.location() {
            at.line = u32::try_from(place.line()).unwrap_or(1).max(1);
            at.column = u32::try_from(place.column()).unwrap_or(1).max(1);
        }
        let text = error.to_string();
        // The place is said by the diagnostic itself.
        let why = text.split(" at line ").next().unwrap_or(&text);
        Box::new(syntax::explain(source, &at, why))
    })?;
    zip(raw, Some(&mark), &mark.at)
}

/// Reads a JSON object.
pub(super) fn json_object(source: &Source) -> Result<Node, Problem> {
    let start = Location::start(&source.name);
    if source.text.len() > Document::MAX_BYTES {
        return Err(too_long(&start));
    }
    let name = &source.name;
    let raw = serde_json::from_str::<Raw>(source.content()).map_err(|error| {
        let at = Location {
            line: u32::try_from(error.line()).unwrap_or(1).max(1),
            column: u32::try_from(error.column()).unwrap_or(1).max(1),
            ..start.clone()
        };
        let text = error.to_string();
        let why = text.split(" at line ").next().unwrap_or(&text).to_owned();
        let problem = Diagnostic::error(&at, format!("{name} is not JSON: {why}"));
        let object = format!("{name} '{{\"key\": \"value\"}}'");
        if source.content().trim_start().starts_with('{') {
            problem
                .hint(format!("often a comma, a quote or a bracket; in a shell, in single quotes: {object}"))
        } else {
            problem.hint(format!("a JSON object is wanted, such as {object}"))
        }
    })?;
    if !matches!(raw, Raw::Map(_)) {
        let problem = Diagnostic::error(&start, format!("{name} is JSON, but not a JSON object"));
        return Err(problem.hint(format!("such as {name} '{{\"key\": \"value\"}}'")).into());
    }
    // Places are a comfort here: JSON that the YAML parser does not take is JSON all the same.
    let mark = marks::mark(source).ok().flatten();
    zip(raw, mark.as_deref(), &start)
}

fn too_long(start: &Location) -> Problem {
    let message = format!("too long: no more than {} MiB are read", Document::MAX_BYTES >> 20);
    let hint = "large data belongs into a file of its own";
    Diagnostic::error(start, message).hint(hint).into()
}

/// A value with its marks. Where the two disagree, which a difference between the parsers could cause, the place is
/// that of the nearest value around it.
fn zip(raw: Raw, mark: Option<&Mark>, around: &Location) -> Result<Node, Problem> {
    let at = mark.map_or(around, |mark| &mark.at);
    let kind = match raw {
        Raw::Scalar(kind) => match mark.map(|mark| &mark.shape) {
            Some(Shape::Scalar { plain: true, text }) => match plain::value(text) {
                Raw::Scalar(kind) => kind,
                _ => return Err(not_finite(at)),
            },
            _ => kind,
        },
        Raw::NotFinite => return Err(not_finite(at)),
        Raw::List(items) => {
            let marks = match mark.map(|mark| &mark.shape) {
                Some(Shape::List(marks)) => marks.as_slice(),
                _ => &[],
            };
            let zipped = items.into_iter().enumerate();
            Kind::List(
                zipped
                    .map(|(index, item)| zip(item, marks.get(index).map(|mark| &**mark), at))
                    .collect::<Result<_, _>>()?,
            )
        }
        Raw::Map(members) => Kind::Map(zip_map(members, mark, at)?),
    };
    Ok(Node::new(kind, at.clone()))
}

fn not_finite(at: &Location) -> Problem {
    Diagnostic::error(at, "infinite numbers and .nan are not values that JSON can hold").into()
}

fn zip_map(
    members: Vec<(Raw, Raw)>,
    mark: Option<&Mark>,
    at: &Location,
) -> Result<IndexMap<String, Entry>, Problem> {
    let marks = match mark.map(|mark| &mark.shape) {
        Some(Shape::Map(marks)) if marks.len() == members.len() => marks.as_slice(),
        _ => &[],
    };
    let mut map = IndexMap::with_capacity(members.len());
    // Keys that a merge brought: the map's own replace them, in their place, as js-yaml does.
    let mut merged = HashSet::new();
    for (index, (key, value)) in members.into_iter().enumerate() {
        let (key_mark, value_mark) =
            marks.get(index).map_or((None, None), |(key, value)| (Some(&**key), Some(&**value)));
        let key_at = key_mark.map_or(at, |mark| &mark.at);
        let number = match key_mark.map(|mark| &mark.shape) {
            Some(Shape::Scalar { plain: true, text }) => Some(plain::value(text)).filter(Raw::is_number),
            _ => None,
        };
        let Some(key) = scalar::key(&number.unwrap_or(key)) else {
            return Err(Diagnostic::error(key_at, "a key has to be text").into());
        };
        let node = zip(value, value_mark, key_at)?;
        let plain = matches!(key_mark.map(|mark| &mark.shape), Some(Shape::Scalar { plain: true, .. }));
        if key == "<<" && plain {
            merge(&mut map, &mut merged, node)?;
            continue;
        }
        let anchored = value_mark.is_some_and(|mark| mark.anchored);
        let entry = Entry { key_at: key_at.clone(), node, anchored };
        if map.insert(key.clone(), entry).is_some() && !merged.remove(&key) && !marks.is_empty() {
            return Err(Diagnostic::error(key_at, format!("the key `{key}` is set twice")).into());
        }
    }
    numbers_first(&mut map);
    Ok(map)
}

/// JavaScript's objects have their integer keys first, in their order, whatever the source says.
fn numbers_first(map: &mut IndexMap<String, Entry>) {
    const PAST: u32 = u32::MAX;
    let number =
        |key: &str| key.parse().ok().filter(|number: &u32| *number < PAST && number.to_string() == key);
    if map.keys().any(|key| number(key).is_some()) {
        // The sort is stable: keys that are no numbers stay as they are.
        map.sort_by_cached_key(|key, _| number(key).unwrap_or(PAST));
    }
}

/// `<<: *other` or `<<: [*one, *two]`: members that the map does not have yet; earlier ones win.
fn merge(map: &mut IndexMap<String, Entry>, merged: &mut HashSet<String>, node: Node) -> Result<(), Problem> {
    match node.kind {
        Kind::Map(members) => {
            for (key, entry) in members {
                if !map.contains_key(&key) {
                    merged.insert(key.clone());
                    map.insert(key, entry);
                }
            }
            Ok(())
        }
        Kind::List(parts) if parts.iter().all(|part| matches!(part.kind, Kind::Map(_))) => {
            parts.into_iter().try_for_each(|part| merge(map, merged, part))
        }
        _ => {
            let problem = Diagnostic::error(&node.at, "`<<` merges maps only");
            Err(problem.hint("such as `<<: *name`, where `&name` marks a map").into())
        }
    }
}
