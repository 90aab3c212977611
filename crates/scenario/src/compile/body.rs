//! Bodies: JSON, text, forms, multipart forms, and those that cannot be sent.

use crate::compile::Compiler;
use crate::compile::request::is_truthy;
use crate::diagnostic::Diagnostic;
use crate::document::Kind;
use crate::plan::{Body, Multipart, Part, PartValue, Refusal};
use crate::scenario::{PartOptions, Request};
use crate::source::{Location, Spanned};
use crate::template::{Segment, Template};
use http::Method;

/// The type of a `form`.
const FORM: &str = "application/x-www-form-urlencoded";

impl Compiler {
    /// Compiles the body, and the content type that goes with it unless the script sets one.
    pub(super) fn body(&mut self, request: &Request, path: &str) -> (Body, Option<&'static str>) {
        let options = &request.options;
        let json = request.json.as_ref();
        let form = options.form.as_ref();
        let multipart = options.form_data.as_ref();
        // Artillery's HTTP library takes one of them. With formData, Artillery itself drops the others.
        if let (Some((at, _)), None) = (form, multipart)
            && (json.is_some() || request.body.is_some())
        {
            self.refused(at, &format!("`form` beside another body in {path}"));
            return (Body::Refused("form beside another body"), None);
        }
        if let (None, Some(json), Some(body)) = (multipart, json, &request.body)
            && !is_truthy(json)
        {
            self.refused(&body.at, &format!("`body` beside a `json` that is nothing in {path}"));
            return (Body::Refused("body beside json"), None);
        }
        if let (None, None, Some(at)) = (multipart, json, &options.odd_body) {
            self.refused(at, &format!("a body that is not text in {path}"));
            return (Body::Refused("a body that is not text"), None);
        }
        let (body, content_type) = match (multipart, json, form, &request.body) {
            (Some((_, parts)), ..) => {
                let parts = parts.iter().filter_map(|(name, part)| self.part(name, part, path)).collect();
                (Body::Multipart(Multipart { parts }), None)
            }
            (None, Some(json), ..) => {
                let json = self.json(json);
                let lone = json.is_lone();
                if json.is_undefined() {
                    return (Body::Empty, None);
                }
                // A lone variable may turn out to hold nothing: then there is no body, and no type of it.
                (Body::Json(json), (!lone).then_some("application/json"))
            }
            (None, None, Some((_, pairs)), _) => (Body::Form(self.texts(pairs)), Some(FORM)),
            (None, None, None, Some(body)) => (self.text_body(body), None),
            (None, None, None, None) => (Body::Empty, None),
        };
        let bodiless = match request.method {
            Method::HEAD => true,
            Method::GET => !options.body_on_get.unwrap_or(false),
            _ => false,
        };
        // An empty text is a body to Artillery's HTTP library.
        let empty_text = request.body.is_some() && json.is_none() && form.is_none() && multipart.is_none();
        if bodiless && (empty_text || !matches!(body, Body::Empty)) {
            let at = request.url.as_ref().map(|url| &url.at);
            if let Some(at) = at {
                self.refused(at, &format!("a body on a {} in {path}", request.method));
            }
            return (Body::Refused("this method has no body"), None);
        }
        (body, content_type)
    }

    fn refused(&mut self, at: &Location, what: &str) {
        let message = format!("{what} is not sent: the user fails there with ERR_GOT_REQUEST_ERROR");
        let warning = Diagnostic::warning(at, message);
        self.problems.push(warning.hint(
            "as in Artillery; `allowGetBody: true` sends a body on a GET, `json:` a value that is not text",
        ));
    }

    fn text_body(&mut self, body: &Spanned<String>) -> Body {
        let template = self.template(&body.value, &body.at).into_text();
        match template.segments.as_slice() {
            [] | [Segment::Known(None)] => Body::Empty,
            _ => Body::Text(template),
        }
    }

    fn part(&mut self, name: &Spanned<String>, part: &PartOptions, path: &str) -> Option<Part> {
        let place = format!("{path}.formData.{}", name.value);
        if name.value.contains(['"', '\r', '\n']) {
            self.error(
                &name.at,
                format!("\"{place}\": no part can have this name"),
                "quotes and line breaks end a name",
            );
            return None;
        }
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", name.value);
        let mut content_type = part.content_type.as_ref().map(|it| it.value.clone());
        let value = match (&part.file, &part.value) {
            (Some(file), _) => {
                if file.value.contains("{{") {
                    let hint = "files are read before the run, once for all users";
                    self.error(&file.at, format!("\"{place}.fromFile\" is not known before the run"), hint);
                    return None;
                }
                // As in Artillery, a file that is missing is found out by whoever is to send it.
                let content = match self.files.read(&file.value) {
                    Ok(content) => content,
                    Err(error) => {
                        let shown: String = file.value.chars().take(80).collect();
                        let message = format!("\"{place}.fromFile\": cannot read `{shown}`: {error}");
                        let warning = Diagnostic::warning(&file.at, message).label("users fail here");
                        self.problems.push(warning.hint("paths are relative to the script's folder"));
                        self.refusal = Some(Refusal::Option);
                        return None;
                    }
                };
                let base = file.value.rsplit(['/', '\\']).next().unwrap_or(&file.value);
                head.push_str(&format!("; filename=\"{}\"", base.replace('"', "%22")));
                content_type.get_or_insert_with(|| {
                    mime_guess::from_path(base).first_or_octet_stream().essence_str().to_owned()
                });
                PartValue::File(content.into())
            }
            (None, Some(node)) => PartValue::Text(match &node.kind {
                Kind::Text(text) => self.template(text, &node.at).into_text(),
                Kind::Bool(_) => {
                    let message = format!("\"{place}\" is neither text nor a number");
                    let warning = Diagnostic::warning(&node.at, message).label("users fail here");
                    self.problems.push(warning.hint("as in Artillery; put it in quotes"));
                    self.refusal = Some(Refusal::Part);
                    return None;
                }
                _ => Template::of_value(&node.to_value()).into_text(),
            }),
            (None, None) => return None,
        };
        if let Some(content_type) = content_type {
            if content_type.contains(['\r', '\n']) || content_type.contains("{{") {
                let at = part.content_type.as_ref().map_or(&name.at, |it| &it.at).clone();
                self.error(
                    &at,
                    format!("\"{place}.contentType\" is no content type"),
                    "such as application/json",
                );
                return None;
            }
            head.push_str(&format!("\r\nContent-Type: {content_type}"));
        }
        head.push_str("\r\n\r\n");
        Some(Part { head, value })
    }
}
