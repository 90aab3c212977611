//! `Draft`: what all kinds of documents become before it is written as a script.
//!
//! Texts may hold placeholders, as they do in a script. URLs are whole until the target is settled.

use crate::secret;
use indexmap::IndexSet;
use serde_json::Value;

/// A script in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    /// `config.target`, once it is settled, with a remark.
    pub(crate) target: String,
    pub(crate) target_remark: Option<String>,
    /// Whether any certificate is accepted.
    pub(crate) insecure: bool,
    pub(crate) variables: Vec<Variable>,
    pub(crate) scenarios: Vec<Scenario>,
    /// What the user should know: things left out, things to fill in.
    pub(crate) notes: IndexSet<String>,
}

/// A member of `config.variables`.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) remark: Option<String>,
}

/// A scenario with a name.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

/// A step of a flow.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Milliseconds of thought.
    Think(u64),
    Request(Box<Request>),
}

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// In capitals.
    pub(crate) method: String,
    pub(crate) url: String,
    /// A comment above it.
    pub(crate) about: Option<String>,
    pub(crate) query: Vec<(String, Value)>,
    pub(crate) headers: Vec<Header>,
    pub(crate) cookies: Vec<(String, String)>,
    /// User and password.
    pub(crate) auth: Option<(String, String)>,
    pub(crate) body: Body,
    pub(crate) follow: Option<bool>,
    pub(crate) captures: Vec<Capture>,
}

/// A header; names in small letters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// What a request carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Body {
    #[default]
    None,
    Json(Value),
    Form(Vec<(String, Value)>),
    Parts(Vec<Part>),
    Text(String),
}

/// A part of a multipart form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) content_type: Option<String>,
    /// The file that was sent here, and is not at hand.
    pub(crate) file: Option<String>,
}

/// A value taken from an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Capture {
    pub(crate) from: From,
    pub(crate) name: String,
}

/// Where a captured value stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum From {
    /// A JSONPath in the body.
    Json(String),
    /// A header of this name.
    Header(String),
    /// An attribute of the element that a CSS selector finds.
    Selector { selector: String, attr: String },
}

impl Request {
    /// A request without anything but its line.
    pub(crate) fn new(method: &str, url: impl Into<String>) -> Self {
        Request { method: method.to_ascii_uppercase(), url: url.into(), ..Request::default() }
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.name == name).map(|header| header.value.as_str())
    }

    /// Adds a header, its name in small letters. A later one of the same name joins the earlier one.
    pub(crate) fn add_header(&mut self, name: &str, value: &str) {
        let name = name.trim().to_ascii_lowercase();
        match self.headers.iter_mut().find(|header| header.name == name) {
            Some(header) => {
                header.value.push_str(", ");
                header.value.push_str(value);
            }
            None => self.headers.push(Header { name, value: value.to_owned() }),
        }
    }

    /// Sets a header, whatever it was.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        self.remove_header(name);
        self.add_header(name, value);
    }

    pub(crate) fn remove_header(&mut self, name: &str) {
        self.headers.retain(|header| header.name != name);
    }

    /// Whether the script language has a step for it.
    pub(crate) fn is_known(&self) -> bool {
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(&self.method.as_str())
    }
}

impl Draft {
    /// All requests.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &Request> {
        self.scenarios.iter().flat_map(|scenario| &scenario.steps).filter_map(|step| match step {
            Step::Request(request) => Some(&**request),
            Step::Think(_) => None,
        })
    }

    /// All requests, to be changed.
    pub(crate) fn requests_mut(&mut self) -> impl Iterator<Item = &mut Request> {
        self.scenarios.iter_mut().flat_map(|scenario| &mut scenario.steps).filter_map(|step| match step {
            Step::Request(request) => Some(&mut **request),
            Step::Think(_) => None,
        })
    }

    /// A note, once.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.insert(note.into());
    }

    /// Says that something in it looks like a secret, if so.
    pub(crate) fn note_secrets(&mut self) {
        let found = self.requests().any(secret::in_request)
            || self
                .variables
                .iter()
                .any(|it| it.value.as_str().is_some_and(|value| secret::remark(&it.name, value).is_some()));
        if found {
            self.note(
                "What looks like a secret is marked: take it from the environment with \"{{ $env.NAME }}\" before \
                 this file is shared.",
            );
        }
    }
}
