//! Headers: the defaults, and a request's own over them.

use crate::compile::Compiler;
use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::plan::Refusal;
use crate::scenario::{Config, Headers};
use crate::source::Spanned;
use crate::template::{Segment, Template};
use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING, USER_AGENT,
};
use serde_json::Value;

/// What Artillery sends as `user-agent` where a script sets no default headers.
const ARTILLERY: &str = "Artillery (https://artillery.io)";
/// What it sends where a script sets some, but not this one: its HTTP library's name.
const GOT: &str = "got (https://github.com/sindresorhus/got)";

/// Names and values in the order of sending.
type Compiled = Vec<(HeaderName, Template)>;

/// The headers of every request.
#[derive(Clone, Default)]
pub(super) struct DefaultHeaders(Compiled);

impl Compiler {
    /// Compiles the default headers.
    pub(super) fn default_headers(&mut self, config: &Config) {
        let mut headers = Vec::new();
        match config.default_headers.as_ref().or(config.legacy_headers.as_ref()) {
            None => headers.push((USER_AGENT, Template::text(ARTILLERY))),
            Some(defaults) => {
                self.add_headers(&mut headers, defaults);
                if !headers.iter().any(|(name, _)| *name == USER_AGENT) {
                    headers.insert(0, (USER_AGENT, Template::text(GOT)));
                }
            }
        }
        if config.options.keep_alive == Some(false) && !headers.iter().any(|(name, _)| *name == CONNECTION) {
            headers.push((CONNECTION, Template::text("close")));
        }
        self.defaults = DefaultHeaders(headers);
    }

    /// The headers of a request with these of its own.
    pub(super) fn headers(&mut self, own: &Headers, content_type: Option<&'static str>) -> Compiled {
        let mut headers = self.defaults.0.clone();
        self.add_headers(&mut headers, own);
        if let Some(content_type) = content_type
            && !headers.iter().any(|(name, _)| *name == CONTENT_TYPE)
        {
            headers.push((CONTENT_TYPE, Template::text(content_type)));
        }
        headers
    }

    fn add_headers(&mut self, headers: &mut Compiled, added: &Headers) {
        for (name, value) in added {
            let Some((name, value)) = self.header(name, value) else { continue };
            // A value that is certainly undefined takes the header away.
            let gone = matches!(value.segments.as_slice(), [Segment::Known(None)]);
            match headers.iter().position(|(old, _)| *old == name) {
                Some(index) if gone => {
                    headers.remove(index);
                }
                Some(index) => headers[index].1 = value,
                None if gone => {}
                None => headers.push((name, value)),
            }
        }
    }

    fn header(&mut self, name: &Spanned<String>, value: &Node) -> Option<(HeaderName, Template)> {
        let shown: String = name.value.chars().take(80).collect();
        let Ok(known) = HeaderName::from_bytes(name.value.to_ascii_lowercase().as_bytes()) else {
            let message = format!("`{shown}` is not a header name");
            let warning = Diagnostic::warning(&name.at, message).label("users fail here");
            let hint = "names are letters, digits and hyphens; the value comes after the colon";
            self.problems.push(warning.hint(hint));
            self.refusal = Some(Refusal::HeaderName);
            return None;
        };
        if [CONTENT_LENGTH, TRANSFER_ENCODING].contains(&known) {
            let warning = Diagnostic::warning(&name.at, format!("the header `{shown}` is not sent"));
            self.problems.push(warning.hint("loadgen sets it itself, so that it fits the body"));
            return None;
        }
        let template = match &value.kind {
            Kind::Text(text) => self.template(text, &value.at).into_text(),
            Kind::Number(_) | Kind::Bool(_) => Template::of_value(&value.to_value()).into_text(),
            // Sent once for each item.
            Kind::List(_) => Template::of_value(&value.to_value()),
            Kind::Map(_) => {
                let message =
                    format!("the value of the header `{shown}` is a map: `[object Object]` is sent");
                let warning = Diagnostic::warning(&value.at, message);
                self.problems.push(warning.hint("as in Artillery; put the text in quotes"));
                Template::text("[object Object]")
            }
            Kind::Null => {
                let message = format!("the value of the header `{shown}` is null");
                let warning = Diagnostic::warning(&value.at, message).label("users fail here");
                self.problems.push(warning.hint("leave the header out, or put the value in quotes"));
                Template::of_value(&Value::Null)
            }
        };
        if let Some(text) = template.as_text()
            && HeaderValue::from_bytes(text.as_bytes()).is_err()
        {
            let message = format!("the value of the header `{shown}` has characters that no header can hold");
            let warning = Diagnostic::warning(&value.at, message).label("users fail here");
            let hint = "line breaks and control characters cannot be sent in a header";
            self.problems.push(warning.hint(hint));
        }
        Some((known, template))
    }
}
