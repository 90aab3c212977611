//! Values that hold placeholders themselves, such as `{{ first }} {{ last }}` in a row of CSV.
//!
//! Where a value is put into text, Artillery fills the placeholders of the result as long as there are any; functions
//! are not called, and `$$` becomes `$`, as JavaScript's `replace` has it. A lone placeholder gives its value as it is.
//! Artillery hangs where that never ends (`a` holds `{{ a }}`, or `$&`); here it is an error.

use super::compile::variable_at;
use super::path;
use crate::js;
use crate::names::Known;
use crate::plan::Slot;
use crate::template::Scope;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// Values within values, at most.
const DEEPEST: usize = 24;
/// Placeholders that one value may bring, at most.
const MOST: usize = 10_000;
/// Longest text that one value may grow to, in bytes.
const LONGEST: usize = 4 << 20;

/// The text of a value that is put into text. `None` where it would grow without end.
pub(super) fn expanded<'v, S: Scope + ?Sized>(value: &'v Value, scope: &S) -> Option<Cow<'v, str>> {
    let text = match value {
        Value::String(text) => Cow::Borrowed(text.as_str()),
        value => {
            let mut text = String::new();
            js::text(value, &mut text);
            Cow::Owned(text)
        }
    };
    if !text.contains("{{") && !text.contains("$$") {
        return Some(text);
    }
    let mut expansion = Expansion { scope, left: MOST, out: String::with_capacity(text.len()) };
    expansion.add(&text, 0)?;
    Some(Cow::Owned(expansion.out))
}

struct Expansion<'s, S: ?Sized> {
    scope: &'s S,
    left: usize,
    out: String,
}

impl<S: Scope + ?Sized> Expansion<'_, S> {
    fn add(&mut self, value: &str, depth: usize) -> Option<()> {
        let value = value.replace("$$", "$");
        let mut rest = value.as_str();
        while let Some(open) = rest.find("{{") {
            self.out.push_str(&rest[..open]);
            rest = &rest[open..];
            let Some((name, length)) = variable_at(rest) else {
                self.out.push('{');
                rest = &rest[1..];
                continue;
            };
            self.left = self.left.checked_sub(1)?;
            if depth >= DEEPEST {
                return None;
            }
            let mut text = String::new();
            match self.scope.named(name) {
                Some(value) => js::text(&value, &mut text),
                None => text.push_str("undefined"),
            }
            self.add(&text, depth + 1)?;
            rest = &rest[length..];
        }
        self.out.push_str(rest);
        (self.out.len() <= LONGEST).then_some(())
    }
}

/// The names that placeholders in values can use: all that the script itself can.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    slots: HashMap<String, Slot>,
    known: HashMap<String, Value>,
}

impl Lexicon {
    pub(crate) fn new<'a>(
        slots: impl Iterator<Item = &'a String>,
        known: impl Iterator<Item = (&'a String, &'a Known)>,
        environment: &BTreeMap<String, String>,
    ) -> Lexicon {
        let slot = |index| Slot(u32::try_from(index).unwrap_or(u32::MAX));
        let environment =
            || environment.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let known = known.filter_map(|(name, known)| match known {
            Known::Fixed(value) => Some((name.clone(), value.clone()?)),
            Known::Environment => Some((name.clone(), Value::Object(environment()))),
            Known::Late => None,
        });
        Lexicon {
            slots: slots.enumerate().map(|(index, name)| (name.clone(), slot(index))).collect(),
            known: known.collect(),
        }
    }

    /// The value of a placeholder, of which this is the inside, for a user whose variables `value` gives.
    pub fn find<'a>(
        &'a self,
        name: &str,
        value: impl Fn(Slot) -> Option<&'a Value>,
    ) -> Option<Cow<'a, Value>> {
        if let Some(slot) = self.slots.get(name) {
            return value(*slot).map(Cow::Borrowed);
        }
        let parts = path::parts(name);
        let (root, rest) = parts.split_first()?;
        let root = match self.slots.get(root) {
            Some(slot) => value(*slot)?,
            None => self.known.get(root)?,
        };
        path::follow(root, &path::keys(rest))
    }
}
