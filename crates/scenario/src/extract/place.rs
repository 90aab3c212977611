//! `Place`: the variable, or the part of one, that a captured value goes into: `id`, `item.sku`, `list[1]`.
//!
//! What is missing on the way is made, as lodash's `set` does: a list where a number follows, else an object.

use crate::plan::Slot;
use crate::template::Key;
use serde_json::{Map, Value};

/// The furthest place in a list that can be written to: the list is filled up to it.
const FURTHEST: usize = 10_000;

/// A variable and the way into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The variable.
    pub slot: Slot,
    keys: Vec<Key>,
}

/// A place that cannot be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// A list would have to be filled too far.
    #[error("a list with more than {FURTHEST} items would have to be made")]
    TooFar,
}

impl Place {
    /// The whole of a variable.
    pub fn whole(slot: Slot) -> Place {
        Place { slot, keys: Vec::new() }
    }

    /// A part of a variable.
    pub(crate) fn part(slot: Slot, keys: Vec<Key>) -> Result<Place, PlaceError> {
        let far = |key: &Key| matches!(key, Key::Index(index) if *index > FURTHEST);
        if keys.iter().any(far) { Err(PlaceError::TooFar) } else { Ok(Place { slot, keys }) }
    }

    /// Writes a value into the variable that holds `variable`. `None` is undefined, in both.
    pub fn write(&self, variable: &mut Option<Value>, value: Option<Value>) {
        let Some((last, way)) = self.keys.split_last() else {
            *variable = value;
            return;
        };
        let mut here = variable.get_or_insert(Value::Null);
        for key in way {
            here = step(here, key);
        }
        match value {
            Some(value) => *step(here, last) = value,
            // An undefined member is one that JSON leaves out; an undefined item is null there.
            None => match (here, last) {
                (Value::Object(members), key) => {
                    members.shift_remove(&name(key));
                }
                (here, key) => *step(here, key) = Value::Null,
            },
        }
    }
}

fn name(key: &Key) -> String {
    match key {
        Key::Name(name) => name.to_string(),
        Key::Index(index) => index.to_string(),
    }
}

/// The part of that name, made if it is missing. What can hold no part is replaced by something that can.
fn step<'a>(here: &'a mut Value, key: &Key) -> &'a mut Value {
    match (&*here, key) {
        (Value::Object(_), _) | (Value::Array(_), Key::Index(_)) => {}
        (_, Key::Index(_)) => *here = Value::Array(Vec::new()),
        (_, Key::Name(_)) => *here = Value::Object(Map::new()),
    }
    match (here, key) {
        (Value::Array(items), Key::Index(index)) => {
            if items.len() <= *index {
                items.resize(*index + 1, Value::Null);
            }
            &mut items[*index]
        }
        (here, key) => &mut here[name(key)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::path_keys;
    use serde_json::json;

    fn written(path: &str, variable: Option<Value>, value: Option<Value>) -> Option<Value> {
        let place = Place::part(Slot(0), path_keys(path)).unwrap();
        let mut variable = variable;
        place.write(&mut variable, value);
        variable
    }

    #[test]
    fn values_go_where_lodash_puts_them() {
        let one = Some(json!(1));
        let cases = [
            ("v", Some(json!("old")), one.clone(), one.clone()),
            ("v", Some(json!("old")), None, None),
            ("v.sku", Some(json!({"colour": "red"})), one.clone(), Some(json!({"colour": "red", "sku": 1}))),
            ("v[1]", None, one.clone(), Some(json!([null, 1]))),
            ("v.a[1].b", None, one.clone(), Some(json!({"a": [null, {"b": 1}]}))),
            ("v.a", Some(json!("text")), one.clone(), Some(json!({"a": 1}))),
            ("v[0]", Some(json!({"x": 2})), one, Some(json!({"x": 2, "0": 1}))),
            ("v.x", Some(json!({"x": 2, "y": 3})), None, Some(json!({"y": 3}))),
            ("v[0]", Some(json!([5])), None, Some(json!([null]))),
        ];
        for (path, variable, value, wanted) in cases {
            assert_eq!(written(path, variable, value), wanted, "{path}");
        }
    }

    #[test]
    fn a_list_is_not_filled_without_end() {
        assert_eq!(Place::part(Slot(0), path_keys("v[4000000000]")), Err(PlaceError::TooFar));
    }
}
