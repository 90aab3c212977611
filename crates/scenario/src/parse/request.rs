//! The options of a request.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::scenario::Request;
use crate::source::Location;
use http::Method;

impl Parser {
    pub(super) fn request(
        &mut self,
        method: Method,
        node: &Node,
        path: &str,
        at: &Location,
    ) -> Option<Request> {
        let required = |at: &Location| {
            Diagnostic::error(at, format!("\"{path}.url\" is required")).hint("such as `url: /users`")
        };
        if matches!(node.kind, Kind::Null) {
            self.problems.push(required(at));
            return None;
        }
        if let Kind::Text(url) = &node.kind {
            let shown: String = url.chars().take(80).collect();
            let problem =
                Diagnostic::error(&node.at, format!("\"{path}\" must be a map of options, not `{shown}`"));
            self.problems.push(problem.hint(format!("write it as `url: {shown}`, indented below")));
            return None;
        }
        let members = self.fields(node, path, &keys::REQUEST)?;
        let mut request = Request::new(method);
        let nested = path.contains(".loop[") || path.contains(".parallel[");
        // Before a run Artillery looks for `url` alone, though `uri` would do.
        if !members.contains_key("url") && (!nested || !members.contains_key("uri")) {
            let mut problem = required(at);
            // As in Artillery, what stands in a loop is not looked at before a user comes to it.
            if nested {
                problem.severity = Severity::Warning;
            }
            self.problems.push(problem);
        }
        let place = path;
        for (key, entry) in members {
            let node = &entry.node;
            let path = format!("{path}.{key}");
            match key.as_str() {
                // `uri` is another name of `url`, and wins.
                "url" if members.contains_key("uri") => {
                    let warning = Diagnostic::warning(
                        &entry.key_at,
                        format!("`url` has no effect beside `uri` in {place}"),
                    );
                    self.problems.push(warning.hint("`uri` counts; leave the other out"));
                }
                // As there, what stands in a loop is not looked at, and `uri` never.
                "url" if !nested => request.url = self.only_text(node, &path),
                "url" | "uri" => request.url = self.text(node, &path),
                "name" => request.name = self.text(node, &path).map(|name| name.value),
                "json" => request.json = Some(node.clone()),
                "body" if !matches!(node.kind, Kind::Text(_) | Kind::Null) => {
                    request.options.odd_body = Some(node.at.clone());
                }
                "body" if matches!(node.kind, Kind::Null) => {}
                "body" => request.body = self.text(node, &path),
                "qs" => request.query = self.pairs(node, &path).unwrap_or_default(),
                "headers" => request.headers = self.pairs(node, &path).unwrap_or_default(),
                "capture" => request.captures = self.captures(node, &path),
                "match" => request.matches = self.matches(node, &path),
                "expect" => request.expectations = self.expectations(node, &path, &entry.key_at),
                key => self.option(key, node, &path, &mut request.options),
            }
        }
        Some(request)
    }
}
