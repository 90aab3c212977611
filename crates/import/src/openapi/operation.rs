//! One operation becomes a request.

use super::document::{Document, items, members};
use super::example::{self, Patterns, of_holder};
use super::parameter;
use super::security;
use crate::body;
use crate::compose::some;
use crate::draft::{Body, Capture, Draft, From, Part, Request, Variable};
use serde_json::Value;

/// An operation on its way to a request.
#[derive(Clone, Debug)]
pub(crate) struct Operation<'a> {
    /// In capitals.
    pub(crate) method: String,
    /// With its parameters in braces.
    pub(crate) path: &'a str,
    pub(crate) node: &'a Value,
    /// The parameters of the path and its own, which win.
    pub(crate) parameters: Vec<&'a Value>,
}

/// A path parameter that an earlier request of the scenario captures.
#[derive(Clone, Debug)]
pub(crate) struct Created {
    /// The path up to the parameter: `/users/`.
    pub(crate) before: String,
    /// The variable's name.
    pub(crate) variable: String,
}

impl Operation<'_> {
    fn text(&self, key: &str) -> &str {
        self.node.get(key).and_then(Value::as_str).unwrap_or("").trim()
    }

    /// The request; `created` says which path parameters are at hand.
    pub(crate) fn request(&self, document: &Document, created: &[Created], draft: &mut Draft) -> Request {
        let mut request = Request::new(&self.method, self.url(document, created, draft));
        let about = [self.text("summary"), self.text("operationId"), self.text("description")];
        request.about = about
            .into_iter()
            .find(|text| !text.is_empty())
            .map(|text| text.lines().next().unwrap_or("").chars().take(100).collect());
        security::add(document, self.node, &mut request, draft);
        let mut patterns = Patterns::new();
        for parameter in &self.parameters {
            self.parameter(document, parameter, &mut request, &mut patterns, draft);
        }
        self.body(document, &mut request, &mut patterns, draft);
        if !patterns.is_empty() {
            let names: Vec<String> = patterns.into_iter().collect();
            draft.note(format!(
                "{} {}: made-up texts do not follow a `pattern`, put fitting ones there: {}.",
                self.method,
                self.path,
                some(&names)
            ));
        }
        request
    }

    fn url(&self, document: &Document, created: &[Created], draft: &mut Draft) -> String {
        let mut url = String::new();
        let mut rest = self.path;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            url.push_str(before);
            let place = &self.path[..self.path.len() - rest.len() + before.len()];
            match created.iter().find(|it| it.before == place) {
                Some(it) => url.push_str(&format!("{{{{ {} }}}}", it.variable)),
                None => url.push_str(&self.path_value(document, name, draft)),
            }
            rest = after;
        }
        url + rest
    }

    /// The example of a path parameter; where there is none, a variable for people to fill.
    fn path_value(&self, document: &Document, name: &str, draft: &mut Draft) -> String {
        let is = |it: &&&Value| it["in"] == "path" && it["name"] == name;
        let parameter = self.parameters.iter().find(is);
        match parameter.and_then(|it| example::shown(document, it)) {
            Some(Value::String(text)) => {
                percent_encoding::utf8_percent_encode(&text, crate::openapi::SEGMENT).to_string()
            }
            Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            _ => {
                let variable = identifier(name);
                let schema = parameter.map_or(&Value::Null, |it| document.get(it, "schema"));
                let is_uuid = schema["format"] == "uuid";
                let value = if is_uuid { "00000000-0000-4000-8000-000000000000" } else { "1" };
                if !draft.variables.iter().any(|it| it.name == variable) {
                    draft.variables.push(Variable {
                        name: variable.clone(),
                        value: value.into(),
                        remark: Some("put one that exists, or a list of them".into()),
                    });
                    draft.note(format!(
                        "The document has no example of the path parameter {name}: see config.variables."
                    ));
                }
                format!("{{{{ {variable} }}}}")
            }
        }
    }

    fn parameter(
        &self,
        document: &Document,
        parameter: &Value,
        request: &mut Request,
        patterns: &mut Patterns,
        draft: &mut Draft,
    ) {
        let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or("");
        let (name, place) = (text("name"), text("in"));
        let required = parameter.get("required") == Some(&Value::Bool(true));
        let shown = ["example", "examples"].iter().any(|key| parameter.get(*key).is_some());
        let schema = document.get(parameter, "schema");
        let has_default = ["example", "default"].iter().any(|key| schema.get(*key).is_some());
        // Those of the path are in the URL already.
        let wanted = required || shown || (place == "query" && has_default);
        if name.is_empty() || place == "path" || !wanted {
            return;
        }
        let value = parameter::value(document, parameter, patterns);
        match (value, place) {
            (Some(value), "header") => {
                let name = name.to_ascii_lowercase();
                if !["accept", "content-type", "authorization"].contains(&name.as_str()) {
                    request.set_header(&name, &parameter::text(&value));
                }
            }
            (Some(value), "cookie") => request.cookies.push((name.to_owned(), parameter::text(&value))),
            (value, _) => {
                let pairs =
                    value.filter(|_| place == "query").and_then(|it| parameter::query(name, &it, parameter));
                if pairs.is_none() {
                    draft.note(format!(
                        "{} {}: the {place} parameter {name} was not carried over: nothing shows how to write it.",
                        self.method, self.path
                    ));
                }
                for (name, value) in pairs.into_iter().flatten() {
                    request.query.retain(|(other, _)| *other != name);
                    request.query.push((name, value));
                }
            }
        }
    }

    fn body(&self, document: &Document, request: &mut Request, patterns: &mut Patterns, draft: &mut Draft) {
        let content = document.get(self.node, "requestBody").get("content").unwrap_or(&Value::Null);
        let is = |wanted: &str| members(content).find(|(kind, _)| kind.starts_with(wanted));
        let json =
            members(content).find(|(kind, _)| body::is_json(kind.split(';').next().unwrap_or("").trim()));
        let chosen = json
            .or_else(|| is("application/x-www-form-urlencoded"))
            .or_else(|| is("multipart/form-data"))
            .or_else(|| members(content).next());
        let Some((kind, media)) = chosen else { return };
        let Some(example) = of_holder(document, media, patterns) else {
            draft.note(format!("{} {} has a body without an end; it was left out.", self.method, self.path));
            return;
        };
        let kind = if kind == "*/*" { "application/json" } else { kind.as_str() };
        let plain = kind.split(';').next().unwrap_or("").trim();
        let fields = || members(&example).map(|(name, value)| (name.clone(), as_field(value))).collect();
        match plain {
            _ if body::is_json(plain) && !example.is_null() => request.body = Body::Json(example),
            "application/x-www-form-urlencoded" => request.body = Body::Form(fields()),
            "multipart/form-data" => request.body = Body::Parts(self.parts(document, media, &example)),
            _ => {
                let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                request.body = Body::Text(text);
                if example::shown(document, media).is_none() {
                    let what = format!("{} {} sends {plain}", self.method, self.path);
                    draft.note(format!("{what}: put a fitting body there."));
                }
            }
        }
        body::settle_type(request, kind);
    }

    fn parts(&self, document: &Document, media: &Value, example: &Value) -> Vec<Part> {
        let schema = document.get(media, "schema");
        let properties = schema.get("properties").unwrap_or(&Value::Null);
        let part = |(name, value): (&String, &Value)| {
            let property = document.get(properties, name);
            let is_file = property["format"] == "binary" || property.get("contentMediaType").is_some();
            Part {
                name: name.clone(),
                value: as_field(value).as_str().unwrap_or_default().to_owned(),
                content_type: None,
                file: is_file.then(|| format!("{name}.bin")),
            }
        };
        members(example).map(part).collect()
    }

    /// Which member of its answer names what it created, as a JSONPath; `parameter` is how paths call it.
    pub(crate) fn created_id(&self, document: &Document, parameter: &str) -> Option<String> {
        let responses = self.node.get("responses")?;
        let (_, answer) = members(responses)
            .find(|(status, _)| status.starts_with('2'))
            .or_else(|| members(responses).find(|(status, _)| *status == "default"))?;
        let content = document.resolve(answer).0.get("content")?;
        let (_, media) =
            members(content).find(|(kind, _)| body::is_json(kind.split(';').next().unwrap_or("").trim()))?;
        let path = media.get("schema").and_then(|schema| self.id_in(document, schema, parameter, 0));
        // Without a schema an example may tell.
        path.or_else(|| {
            let example = example::shown(document, media)?;
            let names = example.as_object()?;
            let name = id_name(parameter, |name| names.contains_key(name))?;
            Some(format!("$.{name}"))
        })
    }

    fn id_in(&self, document: &Document, schema: &Value, parameter: &str, depth: usize) -> Option<String> {
        let (schema, _) = document.resolve(schema);
        if depth > 3 {
            return None;
        }
        for part in schema.get("allOf").map(items).unwrap_or_default() {
            if let Some(path) = self.id_in(document, part, parameter, depth + 1) {
                return Some(path);
            }
        }
        let properties = schema.get("properties")?;
        if let Some(name) = id_name(parameter, |name| properties.get(name).is_some()) {
            return Some(format!("$.{name}"));
        }
        // In an envelope: `{"data": {"id": …}}`.
        members(properties).find_map(|(name, inner)| {
            let (inner, _) = document.resolve(inner);
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let wanted = plain && depth == 0 && example::kind(inner) == "object";
            let path = wanted.then(|| self.id_in(document, inner, parameter, depth + 2)).flatten()?;
            Some(format!("$.{name}{}", path.trim_start_matches('$')))
        })
    }
}

/// The name by which an answer has what paths call `parameter`.
fn id_name(parameter: &str, has: impl Fn(&str) -> bool) -> Option<String> {
    let plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let candidates = [parameter, "id", "_id", "uuid", "slug", "key"];
    candidates.into_iter().find(|name| plain(name) && has(name)).map(str::to_owned)
}

/// A field of a form is text.
fn as_field(value: &Value) -> Value {
    match value {
        Value::String(_) => value.clone(),
        other => Value::String(other.to_string()),
    }
}

/// The capture of a created thing.
pub(crate) fn capture(path: String, variable: &str) -> Capture {
    Capture { from: From::Json(path), name: variable.to_owned() }
}

/// A name that a variable can have: `user-id` is `user_id`.
pub(crate) fn identifier(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let is_fine = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name != "target";
    if is_fine { name } else { format!("value{name}") }
}
