//! Which keys each place of a script takes: the one table behind the parser's checks, the JSON Schema and
//! `docs/script-reference.md`.
//!
//! A key is a line in the file of its part: `takes`, `later` (Artillery has it, this version has not) or `idle`
//! (accepted, changes nothing), its name, the form of its value, and its meaning. A new key of the language starts
//! here: as a line, or with `later` made `takes`. `cargo xtask schema` then renews what is made from the table.

mod answer;
mod config;
mod ensure;
mod flow;
mod form;
mod monitor;
mod payload;
mod plugins;
mod publish;
mod request;
mod timeouts;

pub(crate) use answer::{CAPTURE, MATCH};
pub(crate) use config::{
    CONFIG, COOKIE_JAR, DEFAULTS, HTTP, HTTPS, PHASE, SCRIPT, SLACK, THINK_DEFAULTS, TLS, TRACING,
};
pub(crate) use ensure::{CONDITION, ENSURE};
pub(crate) use flow::{HOOK, LOOP, PARALLEL, SCENARIO, STEP, THINK};
pub(crate) use form::Form;
pub(crate) use monitor::{METRIC, MONITOR};
pub(crate) use payload::{CSV_OPTIONS, PAYLOAD};
pub(crate) use plugins::{APDEX, ENDPOINTS_PLUGIN, EXPECT_PLUGIN};
pub(crate) use publish::{EVENT, OTLP_METRICS, OTLP_TRACES, PUBLISHER};
pub(crate) use request::{AUTH, PART, REQUEST};
pub(crate) use timeouts::TIMEOUTS;

/// A place in a script.
pub(crate) struct Place {
    /// What people call it.
    pub(crate) name: &'static str,
    /// What it is for, in a sentence.
    pub(crate) about: &'static str,
    /// One of these has to be there; empty where none has to.
    pub(crate) needs: &'static [&'static str],
    /// Its keys, in the order in which people are told of them.
    pub(crate) keys: &'static [Key],
}

/// A key that may stand in a place.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) status: Status,
    pub(crate) form: Form,
    /// What it means, in a sentence.
    pub(crate) about: &'static str,
    /// What counts where it is missing, in words or as it would be written.
    pub(crate) default: Option<&'static str>,
    /// Values, in YAML.
    pub(crate) examples: &'static [&'static str],
}

/// What becomes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// It does something.
    Taken,
    /// Artillery has it and this version has not: an error says so.
    Later,
    /// It is accepted and changes nothing: a warning says so.
    Idle,
}

/// A key that does something.
const fn takes(name: &'static str, form: Form, about: &'static str) -> Key {
    Key { name, status: Status::Taken, form, about, default: None, examples: &[] }
}

/// A key that Artillery has and this version has not.
const fn later(name: &'static str, form: Form, about: &'static str) -> Key {
    Key { status: Status::Later, ..takes(name, form, about) }
}

/// A key that is accepted and changes nothing.
const fn idle(name: &'static str, form: Form, about: &'static str) -> Key {
    Key { status: Status::Idle, ..takes(name, form, about) }
}

impl Key {
    /// The same with what counts where it is missing.
    const fn unset(self, default: &'static str) -> Key {
        Key { default: Some(default), ..self }
    }

    /// The same with values to show.
    const fn such_as(self, examples: &'static [&'static str]) -> Key {
        Key { examples, ..self }
    }
}

impl Place {
    /// The keys that do something.
    pub(crate) fn taken(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.named(Status::Taken)
    }

    /// The keys that do something, and those that will.
    pub(crate) fn known(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.taken().chain(self.named(Status::Later))
    }

    /// The keys that do something, as a list in a sentence.
    pub(crate) fn told(&self) -> String {
        self.taken().collect::<Vec<_>>().join(", ")
    }

    /// Whether the key does something.
    pub(crate) fn takes(&self, key: &str) -> bool {
        self.is(key, Status::Taken)
    }

    /// What becomes of a key, if it is one at all.
    pub(crate) fn is(&self, key: &str, status: Status) -> bool {
        self.keys.iter().any(|it| it.name == key && it.status == status)
    }

    fn named(&self, status: Status) -> impl Iterator<Item = &'static str> + use<> {
        self.keys.iter().filter(move |key| key.status == status).map(|key| key.name)
    }
}
