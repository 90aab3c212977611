//! `Kind`: the documents that are understood, and how to tell which one a text is.

use serde_json::Value;

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A browser's recording of its traffic, HAR 1.2.
    Har,
    /// A description of an API, OpenAPI 3.0 or 3.1, in JSON or YAML.
    OpenApi,
    /// One or more curl command lines.
    Curl,
    /// A Postman collection, format v2.1 or v2.0.
    Postman,
}

impl Kind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [Kind; 4] = [Kind::Har, Kind::OpenApi, Kind::Curl, Kind::Postman];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Har => "har",
            Kind::OpenApi => "openapi",
            Kind::Curl => "curl",
            Kind::Postman => "postman",
        }
    }

    /// The kind of this name, in any case.
    pub fn of_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// What people call it.
    pub const fn describe(self) -> &'static str {
        match self {
            Kind::Har => "a HAR recording",
            Kind::OpenApi => "an OpenAPI 3 document",
            Kind::Curl => "a curl command",
            Kind::Postman => "a Postman collection",
        }
    }

    /// Where to get one.
    pub(crate) const fn where_from(self) -> &'static str {
        match self {
            Kind::Har => "in the browser's developer tools: Network, then \"Save all as HAR with content\"",
            Kind::OpenApi => "an OpenAPI document is YAML or JSON that begins with `openapi: 3…`",
            Kind::Curl => "such as curl -H 'accept: application/json' https://example.com/users",
            Kind::Postman => "in Postman: Export, then \"Collection v2.1\"",
        }
    }

    /// What this text is, by its looks.
    pub fn guess(text: &str) -> Option<Kind> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('{') {
            return serde_json::from_str::<Value>(text).ok().and_then(|value| of_value(&value));
        }
        // A document's own keys stand at the beginnings of lines; a command may come after others.
        let key = |line: &str| {
            let key = line.trim_start_matches(['"', '\'']);
            key.starts_with("openapi") || key.starts_with("swagger")
        };
        if text.lines().any(key) {
            return Some(Kind::OpenApi);
        }
        let command = |line: &str| crate::curl::is_command(line.trim_start().trim_start_matches("$ "));
        text.lines().any(command).then_some(Kind::Curl)
    }
}

fn of_value(value: &Value) -> Option<Kind> {
    // As Postman's own interface hands a collection out.
    if let Some(collection) = value.get("collection").filter(|it| it.get("item").is_some()) {
        return of_value(collection);
    }
    let is = |pointer: &str| value.pointer(pointer).is_some();
    if is("/log/entries") || is("/log/version") {
        Some(Kind::Har)
    } else if is("/openapi") || is("/swagger") {
        Some(Kind::OpenApi)
    } else if is("/info/_postman_id") || is("/info/schema") || (is("/info") && is("/item")) {
        Some(Kind::Postman)
    } else {
        None
    }
}
