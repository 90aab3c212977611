//! `Quick`: a run of one request, told on a command line, written out as a script.
//!
//! The script is JSON, so it is read as any other is. It has no placeholders: with `Choices::literal` it is compiled
//! with whatever braces its texts have, and with `Choices::timed` its time is kept whatever else was asked for.

use crate::Choices;
use crate::url::{self, Origin, UrlError};
use serde_json::{Map, Value, json};

/// Most connections of an open load where none are asked for.
const CONNECTIONS: u64 = 10_000;

/// One request, and how often it is sent.
#[derive(Clone, Debug)]
pub struct Quick {
    /// Where to.
    pub address: Address,
    /// The method, in capitals: one of those that a step can have.
    pub method: String,
    /// Names and values, in the order of sending. The last of a name counts.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<String>,
    /// The time limit, as a script has it: `5`, `500ms`.
    pub timeout: Option<String>,
    /// Whether it goes by HTTP/2.
    pub http2: bool,
    /// How many are sent.
    pub load: Load,
}

/// How much is sent. Times are as a script has them.
#[derive(Clone, Debug)]
pub enum Load {
    /// So many users in the first second, each of whom sends so many requests.
    Users {
        /// Users.
        users: u64,
        /// Requests of each.
        requests: u64,
    },
    /// So many users at a time for so long. A user who has sent its requests is replaced by a new one.
    Closed {
        /// Users at a time.
        users: u64,
        /// How long.
        duration: String,
        /// Requests of each; as many as there is time for, if not told.
        requests: Option<u64>,
    },
    /// So many requests per second for so long, on connections that they share.
    Open {
        /// Requests per second.
        rate: f64,
        /// How long.
        duration: String,
        /// Most connections.
        connections: Option<u64>,
    },
}

/// A URL taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host and port.
    pub origin: Origin,
    /// Path and query, percent-encoded.
    pub path: String,
    /// Name and password.
    pub credentials: Option<(String, String)>,
}

/// A text that is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not a URL at all.
    #[error("not a URL; such as http://localhost:8080/users or localhost:8080/users")]
    Syntax,
    /// WebSocket.
    #[error("WebSocket is not supported yet")]
    WebSocket,
    /// Some other scheme.
    #[error("only http and https can be asked")]
    Scheme,
}

impl Address {
    /// Reads a URL. One without a scheme is http.
    ///
    /// # Errors
    /// A text that is no http or https URL.
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        let text = text.trim();
        let legal =
            |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        let has_scheme = text.split_once("://").is_some_and(|(scheme, _)| legal(scheme));
        let whole = if has_scheme { text.to_owned() } else { format!("http://{text}") };
        match url::split(&whole) {
            Ok((origin, path)) => Ok(Address { origin, path, credentials: url::credentials(&whole) }),
            Err(UrlError::Syntax(_)) => Err(AddressError::Syntax),
            Err(UrlError::Scheme(_)) if whole.to_ascii_lowercase().starts_with("ws") => {
                Err(AddressError::WebSocket)
            }
            Err(UrlError::Scheme(_)) => Err(AddressError::Scheme),
        }
    }
}

impl Quick {
    /// What people see it as, such as `quick GET /users` or `quick GET /users over HTTP/2`.
    pub fn name(&self) -> String {
        let path = self.address.path.split('?').next().unwrap_or_default();
        let over = if self.http2 { " over HTTP/2" } else { "" };
        format!("quick {} {path}{over}", self.method)
    }

    /// The choices that its script is compiled with, beside those of the command line.
    pub fn choices(&self) -> Choices {
        Choices { literal: true, timed: true, http2: self.http2, ..Choices::default() }
    }

    /// The script.
    pub fn script(&self) -> String {
        let mut http = Map::new();
        if let Some(timeout) = &self.timeout {
            http.insert("timeout".to_owned(), json!(timeout));
        }
        let step = json!({ self.method.to_ascii_lowercase(): self.request() });
        let (phase, step) = match &self.load {
            Load::Users { users, requests } => {
                (json!({"duration": 1, "arrivalCount": users}), json!({"loop": [step], "count": requests}))
            }
            Load::Closed { users, duration, requests: None } => {
                (json!({"users": users, "duration": duration}), json!({"loop": [step]}))
            }
            Load::Closed { users, duration, requests: Some(requests) } => {
                (json!({"users": users, "duration": duration}), json!({"loop": [step], "count": requests}))
            }
            Load::Open { rate, duration, connections } => {
                http.insert("pool".to_owned(), json!(connections.unwrap_or(CONNECTIONS)));
                (json!({"arrivalRate": rate, "duration": duration}), step)
            }
        };
        let script = json!({
            "config": {"target": self.address.origin.to_string(), "http": http, "phases": [phase]},
            "scenarios": [{"flow": [step]}],
        });
        printable(&script.to_string())
    }

    fn request(&self) -> Value {
        let mut request = Map::from_iter([("url".to_owned(), json!(self.address.path))]);
        if !self.headers.is_empty() {
            let mut headers: Map<String, Value> = Map::new();
            for (name, value) in &self.headers {
                headers.insert(name.to_ascii_lowercase(), json!(value));
            }
            request.insert("headers".to_owned(), headers.into());
        }
        if let Some((user, password)) = &self.address.credentials {
            request.insert("auth".to_owned(), json!({"user": user, "pass": password}));
        }
        if let Some(body) = &self.body {
            request.insert("body".to_owned(), json!(body));
            if self.method == "GET" {
                request.insert("allowGetBody".to_owned(), json!(true));
            }
        }
        request.into()
    }
}

/// JSON text that is YAML too: characters that YAML takes only in writing. They can only stand within quotes.
fn printable(text: &str) -> String {
    let unprintable = |c: char| {
        matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if unprintable(c) { out.push_str(&format!("\\u{:04x}", c as u32)) } else { out.push(c) }
    }
    out
}
