//! `Names`: the variables that a script sets, each with its slot, and the values that are known before the run.
//!
//! A variable wins over a known value of the same name, as in Artillery: `target` can be captured anew.

use crate::diagnostic::{Diagnostic, Severity};
use crate::fake;
use crate::plan::Slot;
use crate::source::Location;
use crate::suggest;
use crate::template::{self, Lexicon, TemplateError};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use std::collections::BTreeMap;

/// What placeholders can name while a script is compiled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    slots: IndexSet<String>,
    known: IndexMap<String, Known>,
    environment: BTreeMap<String, String>,
    uuid: bool,
    /// The functions of the plugin `fake-data`, where it is turned on.
    pub(crate) fakes: Option<fake::Settings>,
    /// What is odd, but no error, about the texts compiled since the notes were last taken.
    notes: Vec<Note>,
    seen: IndexSet<String>,
}

/// A value that is known before the run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Known {
    /// This, or undefined.
    Fixed(Option<Value>),
    /// `$env`: the environment of the process.
    Environment,
    /// The address of the builtin target, which it has only once it runs.
    Late,
}

/// What a placeholder's name stands for.
pub(crate) enum Resolved {
    /// The whole text is a variable's name, dots and all.
    Whole(Slot),
    /// Its first part is a variable.
    Root(Slot),
    /// Its first part is known.
    Known(Known),
    /// Nothing sets it.
    Unset,
}

/// Something odd about a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// A variable that nothing sets, and what may have been meant.
    Unset { name: String, question: Option<String> },
    /// An environment variable that is not set.
    NoEnvironment(String),
    /// Text that looks like a placeholder and is none.
    Literal(String),
    /// Text that begins like a placeholder and never ends.
    Unclosed(String),
    /// A call of a function that does not exist.
    Function(TemplateError),
    /// Something about a function of the plugin `fake-data`: a message and a hint.
    Fake(String, String),
    /// A placeholder with a brace too many on one side, which is taken as part of it.
    Braces(String),
}

impl Note {
    /// The warning about the text at that place.
    pub(crate) fn diagnostic(&self, at: &Location) -> Diagnostic {
        match self {
            Note::Unset { name, question } => {
                if let Some(call) = template::call_of(name) {
                    let message = format!("`{name}` is a function, and functions are called with brackets");
                    return Diagnostic::warning(at, message)
                        .label(format!("did you mean `{call}`?"))
                        .hint("without brackets it gives the word \"undefined\"");
                }
                let message = if name.is_empty() {
                    "a placeholder without a name gives the word \"undefined\"".to_owned()
                } else {
                    format!("nothing in this script sets the variable `{name}`")
                };
                let warning = Diagnostic::warning(at, message)
                    .hint("variables come from config.variables, -v, captures and loops");
                Diagnostic { label: question.clone(), unset: Some(name.clone()), ..warning }
            }
            Note::NoEnvironment(name) => {
                Diagnostic::warning(at, format!("the environment variable `{name}` is not set"))
                    .hint(format!("set it as in `{name}=value loadgen run …`"))
            }
            Note::Literal(text) => {
                Diagnostic::warning(at, format!("`{text}` is no placeholder and stays as it is"))
                    .hint("placeholders are variables, such as {{ user.name }}, and functions, such as {{ $randomNumber(1, 9) }}")
            }
            Note::Unclosed(text) => {
                Diagnostic::warning(at, format!("`{text}` has no `}}}}` that ends it and stays as it is"))
                    .hint("a placeholder is written {{ name }}")
            }
            Note::Function(error) => {
                let mut warning = error.diagnostic(at);
                warning.severity = Severity::Warning;
                warning.message.push_str(": the whole text is undefined");
                warning
            }
            Note::Fake(message, hint) => Diagnostic::warning(at, message.clone()).hint(hint.clone()),
            Note::Braces(text) => {
                Diagnostic::warning(at, format!("`{text}` is one placeholder, its third brace included"))
                    .hint("put a blank between the placeholder and the brace that is not its own")
            }
        }
    }
}

impl Names {
    pub(crate) fn new(known: IndexMap<String, Known>, environment: BTreeMap<String, String>) -> Names {
        Names { known, environment, ..Names::default() }
    }

    /// The slot of a variable that the script sets.
    pub(crate) fn declare(&mut self, name: &str) -> Slot {
        let (index, _) = self.slots.insert_full(name.to_owned());
        Slot(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(crate) fn is_declared(&self, name: &str) -> bool {
        self.slots.contains(name)
    }

    fn slot(&self, name: &str) -> Option<Slot> {
        self.slots.get_index_of(name).map(|index| Slot(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// What a placeholder stands for: `whole` is all of its text, `root` its first part.
    pub(crate) fn resolve(&mut self, whole: &str, root: &str) -> Resolved {
        if let Some(slot) = self.slot(whole) {
            return Resolved::Whole(slot);
        }
        if let Some(slot) = self.slot(root) {
            return Resolved::Root(slot);
        }
        if root == "$uuid" {
            self.uuid = true;
            return Resolved::Root(self.declare("$uuid"));
        }
        if let Some(known) = self.known.get(root) {
            return Resolved::Known(known.clone());
        }
        // Each name is worth one warning, and so is its first use.
        if self.seen.insert(root.to_owned()) {
            let known = self.known.keys().chain(&self.slots).map(String::as_str).chain(["$uuid"]);
            let question = suggest::question(root, known);
            self.notes.push(Note::Unset { name: root.to_owned(), question });
        }
        Resolved::Unset
    }

    /// A variable of the process's environment.
    pub(crate) fn environment_variable(&mut self, name: &str) -> Option<Value> {
        let value = self.environment.get(name).map(|value| Value::String(value.clone()));
        if value.is_none() && self.seen.insert(format!("$env.{name}")) {
            self.notes.push(Note::NoEnvironment(name.to_owned()));
        }
        value
    }

    pub(crate) fn note_literal(&mut self, text: &str) {
        self.notes.push(Note::Literal(text.to_owned()));
    }

    pub(crate) fn note_unclosed(&mut self, text: &str) {
        self.notes.push(Note::Unclosed(text.to_owned()));
    }

    pub(crate) fn note_braces(&mut self, text: &str) {
        self.notes.push(Note::Braces(text.to_owned()));
    }

    /// Notes something about a function of the plugin `fake-data`, once.
    pub(crate) fn note_fake(&mut self, message: String, hint: String) {
        if self.seen.insert(message.clone()) {
            self.notes.push(Note::Fake(message, hint));
        }
    }

    pub(crate) fn note_function(&mut self, error: TemplateError) {
        self.notes.push(Note::Function(error));
    }

    /// What placeholders in values can name while users run.
    pub(crate) fn lexicon(&self) -> Lexicon {
        Lexicon::new(self.slots.iter(), self.known.iter(), &self.environment)
    }

    /// Forgets which names have been noted.
    pub(crate) fn forget_seen(&mut self) {
        self.seen.clear();
    }

    pub(crate) fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }

    /// The slot of `$uuid`, if any text names it.
    pub(crate) fn uuid(&self) -> Option<Slot> {
        if self.uuid { self.slot("$uuid") } else { None }
    }

    /// All variables, by slot.
    pub(crate) fn into_slots(self) -> Vec<String> {
        self.slots.into_iter().collect()
    }
}
