//! Requests: query and body.

use crate::compile::Compiler;
use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::json_template::JsonTemplate;
use crate::plan::{self, Body};
use crate::scenario::Request;
use crate::source::Spanned;
use crate::template::{Segment, Template};

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
        let matches = request.matches.iter().filter_map(|wanted| self.match_of(wanted)).collect();
        Some(plan::Request {
            series,
            method: request.method.clone(),
            url,
            query,
            headers,
            body,
            captures,
            matches,
        })
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
