//! `JsonQuery`: JSONPath as Artillery's library understands it, compiled once.
//!
//! What RFC 9535 can say is handed to serde_json_path: names, indexes, slices, unions, wildcards, recursion. The rest
//! (`.length`, `(@.length-1)`, filters in JavaScript, `^`, `~`) is evaluated here. A path that is in neither language
//! is refused when the script is compiled. Not here: `@path`, `@parentProperty`, type selectors such as `@number()`.

mod expression;
mod operators;
mod read;

use expression::{Expression, Scene};
use serde_json::Value;
use serde_json_path::JsonPath;
use std::borrow::Cow;

/// Results past this number are no query that anybody meant; Artillery would run out of memory.
const MOST_RESULTS: usize = 1_000_000;

/// A compiled path.
#[derive(Clone, Debug)]
pub struct JsonQuery {
    stages: Vec<Stage>,
    /// Whether it can find several values, so that `multiple: false` gives a list.
    many: bool,
}

/// A part of a path: from each value that was found so far to the next.
#[derive(Clone, Debug)]
enum Stage {
    /// What RFC 9535 can say.
    Standard(Box<JsonPath>),
    /// The value itself and all lists and objects in it.
    Descend,
    /// `.length`, of a list or a text; a member of that name of an object.
    Length,
    /// `[?(…)]`: the parts of a value for which it is true.
    Filter(Expression),
    /// `[(…)]`: the part that it names.
    Script(Expression),
    /// `^`: what the value is in.
    Parent,
    /// `~`: the name under which the value stands, or its place in a list.
    Key,
}

/// A path that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonPathError {
    /// What is wrong with it.
    pub message: String,
    /// Where, in characters from the path's beginning.
    pub position: usize,
    /// Whether it is a path that Artillery would understand, or may.
    pub unsupported: bool,
}

/// The path cannot be evaluated in this document: JavaScript would have thrown an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an expression in the path asks for a part of nothing, or finds too much")]
pub struct Thrown;

type Found<'a> = Vec<Cow<'a, Value>>;

impl JsonQuery {
    /// Compiles a path.
    ///
    /// # Errors
    /// What is no JSONPath, or a form of it that is not supported, with its place.
    pub fn parse(text: &str) -> Result<JsonQuery, JsonPathError> {
        read::path(text)
    }

    /// Whether it can find several values.
    pub fn finds_many(&self) -> bool {
        self.many
    }

    /// All values that it finds, in the order of the document.
    ///
    /// # Errors
    /// An expression that asks for a part of nothing, or more results than anybody could mean.
    pub fn find<'a>(&self, root: &'a Value) -> Result<Found<'a>, Thrown> {
        let mut found: Found<'a> = vec![Cow::Borrowed(root)];
        for stage in &self.stages {
            let mut next = Vec::new();
            for value in found {
                // What was made on the way, a length or a key, has no parts.
                let Cow::Borrowed(value) = value else { continue };
                stage.follow(root, value, &mut next)?;
                if next.len() > MOST_RESULTS {
                    return Err(Thrown);
                }
            }
            found = next;
        }
        Ok(found)
    }
}

impl Stage {
    fn follow<'a>(&self, root: &'a Value, value: &'a Value, next: &mut Found<'a>) -> Result<(), Thrown> {
        match self {
            Stage::Standard(path) => next.extend(path.query(value).all().into_iter().map(Cow::Borrowed)),
            Stage::Descend => descend(value, next),
            Stage::Length => next.extend(length(value)),
            Stage::Filter(expression) => {
                for (key, part) in parts(value) {
                    let scene = Scene { this: part, parent: value, root, key: Some(&key) };
                    if expression.is_true(&scene)? {
                        next.push(Cow::Borrowed(part));
                    }
                }
            }
            Stage::Script(expression) => {
                let scene = Scene { this: value, parent: value, root, key: None };
                let named = expression.text(&scene)?;
                next.extend(member(value, &named).map(Cow::Borrowed));
            }
            Stage::Parent => next.extend(holder(root, value).map(|(holder, _)| Cow::Borrowed(holder))),
            Stage::Key => next.push(Cow::Owned(holder(root, value).map(|(_, key)| key).unwrap_or_default())),
        }
        Ok(())
    }
}

fn descend<'a>(value: &'a Value, next: &mut Found<'a>) {
    if value.is_array() || value.is_object() {
        next.push(Cow::Borrowed(value));
        parts(value).for_each(|(_, part)| descend(part, next));
    }
}

fn length<'a>(value: &'a Value) -> Option<Cow<'a, Value>> {
    match value {
        Value::Array(items) => Some(Cow::Owned(items.len().into())),
        Value::String(text) => Some(Cow::Owned(text.encode_utf16().count().into())),
        value => value.get("length").map(Cow::Borrowed),
    }
}

/// The members of an object with their names, the items of a list with their places.
fn parts(value: &Value) -> Box<dyn Iterator<Item = (Value, &Value)> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter().enumerate().map(|(place, item)| (place.into(), item))),
        Value::Object(members) => {
            Box::new(members.iter().map(|(name, value)| (Value::String(name.clone()), value)))
        }
        _ => Box::new(std::iter::empty()),
    }
}

/// The part of that name, or at that place.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members.get(name),
        Value::Array(items) => items.get(place(name)?),
        _ => None,
    }
}

/// The place in a list that a name stands for: no sign, no leading zero.
fn place(name: &str) -> Option<usize> {
    name.parse().ok().filter(|place: &usize| place.to_string() == name)
}

/// What holds the value, and where in it, found by its address: each value of a document is in one place.
fn holder<'a>(root: &'a Value, value: &Value) -> Option<(&'a Value, Value)> {
    let mut found = Vec::new();
    descend(root, &mut found);
    found.into_iter().find_map(|holder| match holder {
        Cow::Borrowed(holder) => {
            let (key, _) = parts(holder).find(|(_, part)| std::ptr::eq(*part, value))?;
            Some((holder, key))
        }
        Cow::Owned(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document() -> Value {
        json!({
            "total": 4, "0": "zero", "length": "long", "empty": "",
            "meta": {"request-id": "req-77", "page": {"size": 4}},
            "items": [
                {"id": 11, "kind": "book", "title": "Tidal Maps", "price": 12.5, "owner": {"langs": ["pt", "en"]}},
                {"id": 12, "kind": "disc", "title": "Low Winter", "price": 8, "owner": {"langs": ["de"]}},
                {"id": 13, "kind": "book", "title": "A Plain Key", "price": "21", "owner": {"langs": []}},
                {"id": 14, "kind": "book", "title": "Salt & Iron", "price": 5, "owner": null},
            ],
        })
    }

    fn find(path: &str) -> Value {
        let document = document();
        let query = JsonQuery::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        match query.find(&document) {
            Ok(found) => found.into_iter().map(Cow::into_owned).collect(),
            Err(Thrown) => json!("thrown"),
        }
    }

    #[test]
    fn paths_find_what_artillery_s_library_finds() {
        let cases = [
            ("$.items[0].title", json!(["Tidal Maps"])),
            ("meta.page.size", json!([4])),
            ("$.meta['request-id']", json!(["req-77"])),
            ("$.meta.request-id", json!(["req-77"])),
            ("$[meta][page].size", json!([4])),
            ("$.items[-1:].id", json!([14])),
            ("$.items[1:3].id", json!([12, 13])),
            ("$.items[0,2].id", json!([11, 13])),
            ("$.items[0]['id','kind']", json!([])),
            ("$.items[0][id,kind]", json!([11, "book"])),
            ("[0]", json!([])),
            ("$.items.0.id", json!([11])),
            ("$.0", json!(["zero"])),
            ("$[0]", json!(["zero"])),
            ("$.items[-1].id", json!([])),
            ("$..size", json!([4])),
            ("$.items.*.id", json!([11, 12, 13, 14])),
            ("$.items[*].id", json!([11, 12, 13, 14])),
            ("$.items.length", json!([4])),
            ("$.length", json!(["long"])),
            ("$.meta.request-id.length", json!([6])),
            ("$.items[(@.length-1)].id", json!([14])),
            ("$.items[?(@.price > 10)].id", json!([11, 13])),
            ("$.items[?(@.kind == 'disc')].id", json!([12])),
            ("$.items[?@.kind == 'disc'].id", json!([12])),
            ("$.items[?(@.kind === 'book' && @.price < 6)].title", json!(["Salt & Iron"])),
            ("$.items[?(@.owner && @.owner.langs.length > 1)].id", json!([11])),
            ("$.items[?(!@.owner)].id", json!([14])),
            ("$.items[?(typeof @.price === 'string')].id", json!([13])),
            ("$.items[?(typeof @.nope == 'undefined' && @.id > 13)].id", json!([14])),
            ("$.items[3:1:-1].id", json!([])),
            ("$.items[?(@.owner.langs.length > 1)].id", json!("thrown")),
            ("$.items[?(@.title.includes('Win') || @.id == 11)].id", json!([11, 12])),
            ("$.items[?(@.title.match(/^a.*key$/i))].id", json!([13])),
            ("$.items[?(@property > 1)].id", json!([13, 14])),
            ("$.items[?(@.id % 2 === 1 ? true : false)].id", json!([11, 13])),
            ("$.items[?(@['id'] - 1 >= @root.total + 9)].id", json!([14])),
            ("$.meta..[?(@.size)].size", json!([4])),
            ("$..[?(@.size)].size", json!("thrown")),
            ("$.items[?(@.id == 12)]^.length", json!([4])),
            ("$.meta~", json!(["meta"])),
            ("$.meta.*~", json!(["request-id", "page"])),
            ("$.items[*]~", json!([0, 1, 2, 3])),
            ("$.nope.deeper", json!([])),
            ("$", json!([document()])),
        ];
        for (path, wanted) in cases {
            assert_eq!(find(path), wanted, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused_with_its_place() {
        let cases = [
            ("", 0),
            ("$.", 2),
            ("$.items[", 7),
            ("$.items[0", 7),
            ("$.items[?(@.price >)].id", 19),
            ("$.items[?(price > 1)]", 10),
            ("$.items[?(@.title.explode())]", 18),
            ("$.a[?(@parentProperty == 'x')]", 6),
            ("$.a[?(/[/.test(@.b))]", 6),
            ("$.x.@number()", 4),
        ];
        for (path, position) in cases {
            match JsonQuery::parse(path) {
                Ok(query) => panic!("{path}: {query:?}"),
                Err(error) => assert_eq!(error.position, position, "{path}: {error}"),
            }
        }
    }

    #[test]
    fn deep_nesting_is_refused_rather_than_followed() {
        let path = format!("$[?({}1{})]", "(".repeat(5_000), ")".repeat(5_000));
        assert!(JsonQuery::parse(&path).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[$@.\\[\\]()?*:,'\"a0 !=<>&|^~/-]{0,24}") {
            if let Ok(query) = JsonQuery::parse(&text) {
                let _ = query.find(&document());
            }
        }
    }
}
