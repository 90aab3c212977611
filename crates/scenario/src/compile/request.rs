//! Requests: query, body and captures.

use crate::compile::Compiler;
use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::json_template::JsonTemplate;
use crate::plan::{self, Body, Capture};
use crate::scenario::{self, Request};
use crate::source::{Location, Spanned};
use crate::template::{Segment, Template};
use serde_json_path::JsonPath;

impl Compiler {
    /// Compiles a request of the scenario of that number. `None` where it has no URL, which parsing has told.
    pub(super) fn request(&mut self, request: &Request, scenario: u32, path: &str) -> Option<plan::Request> {
        let url = request.url.as_ref()?;
        let endpoint = self.endpoint(&url.value, request.name.as_deref());
        let key = (scenario, endpoint, request.method.to_string());
        let series = u32::try_from(self.series.insert_full(key, ()).0).unwrap_or(u32::MAX);
        // As in Artillery, a `json` that is there wins over `body`.
        let json = request.json.as_ref().filter(|json| is_truthy(json));
        if let (Some(said), Some(body)) = (&request.json, &request.body) {
            let (vain, counts, at) =
                if json.is_some() { ("body", "json", &body.at) } else { ("json", "body", &said.at) };
            let message = format!("`{vain}` has no effect beside `{counts}` in {path}");
            let warning = Diagnostic::warning(at, message).label(format!("not sent: `{counts}` counts"));
            self.problems.push(warning);
        }
        let url = self.url(url, path);
        let query = self.query(&request.query);
        let headers = self.headers(&request.headers, json.is_some());
        let body = match (json, &request.body) {
            (Some(json), _) => Body::Json(self.json(json)),
            (None, Some(body)) => self.text_body(body),
            (None, None) => Body::Empty,
        };
        let captures = request.captures.iter().filter_map(|capture| self.capture(capture)).collect();
        Some(plan::Request { series, method: request.method.clone(), url, query, headers, body, captures })
    }

    fn query(&mut self, pairs: &[(Spanned<String>, Node)]) -> Vec<(Template, Template)> {
        let mut query = Vec::new();
        for (name, value) in pairs {
            let key = self.template(&name.value, &name.at).into_text();
            let template = match &value.kind {
                Kind::Text(text) => self.template(text, &value.at).into_text(),
                Kind::List(_) | Kind::Map(_) => {
                    let message = format!(
                        "{} as the query value `{}` is not supported yet",
                        value.describe(),
                        name.value
                    );
                    self.error(&value.at, message, "query values are text, numbers, true or false");
                    continue;
                }
                _ => Template::of_value(&value.to_value()).into_text(),
            };
            // Undefined and null are sent as an empty value.
            let template = match template.segments.as_slice() {
                [Segment::Known(_)] => Template::text(""),
                _ => template,
            };
            query.push((key, template));
        }
        query
    }

    fn json(&mut self, value: &Node) -> JsonTemplate {
        let mut failed = Vec::new();
        let json = JsonTemplate::compile(value, &mut self.names, &mut failed, &mut self.problems);
        self.problems.extend(failed.iter().map(|(at, error)| error.diagnostic(at)));
        json
    }

    fn text_body(&mut self, body: &Spanned<String>) -> Body {
        let template = self.template(&body.value, &body.at).into_text();
        match template.segments.as_slice() {
            [] | [Segment::Known(None)] => Body::Empty,
            _ => Body::Text(template),
        }
    }

    fn capture(&mut self, capture: &scenario::Capture) -> Option<Capture> {
        let slot = self.names.declare(&capture.name.value);
        let json = &capture.json;
        if json.value.contains("{{") {
            let hint =
                "write the path out; a capture of a whole object can be taken apart as {{ object.key }}";
            self.error(&json.at, "placeholders in a JSONPath are not supported yet", hint);
            return None;
        }
        match JsonPath::parse(&json.value) {
            Ok(path) => Some(Capture { path, slot, strict: capture.strict.unwrap_or(true) }),
            Err(error) => {
                let message = format!("`{}` is not a JSONPath: {}", json.value, error.message());
                let at = within(&json.at, &json.value, error.position());
                let hint = if json.value.starts_with('$') {
                    "such as $.id, $.items[0].name, $..id or $.items[?@.price < 10].id"
                } else {
                    "a JSONPath begins with `$`: $.id"
                };
                self.error(&at, message, hint);
                None
            }
        }
    }
}

/// The place of a character of a text whose own place is known, if it is written in one piece.
pub(super) fn within(at: &Location, text: &str, position: usize) -> Location {
    let length = text.chars().count();
    let quotes = match (at.length as usize).checked_sub(length) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return at.clone(),
    };
    let offset = u32::try_from(position.min(length.saturating_sub(1)) + quotes).unwrap_or(0);
    Location { column: at.column + offset, length: 1, ..at.clone() }
}

/// Whether JavaScript takes the value for true.
fn is_truthy(node: &Node) -> bool {
    match &node.kind {
        Kind::Null => false,
        Kind::Bool(flag) => *flag,
        Kind::Number(number) => number.as_f64() != Some(0.0),
        Kind::Text(text) => !text.is_empty(),
        Kind::List(_) | Kind::Map(_) => true,
    }
}
