//! The bytes of a request's body: templates rendered, forms encoded, multipart forms put together.

use crate::session::Session;
use bytes::Bytes;
use loadgen_scenario::plan::{Body, Multipart, PartValue};
use loadgen_scenario::{Scope, Template};
use rand::Rng;
use std::borrow::Cow;

/// A body as it will be sent.
#[derive(Default)]
pub(crate) struct Content {
    pub(crate) bytes: Bytes,
    /// The content type, where only the body knows it and the script sets none.
    pub(crate) content_type: Option<String>,
}

/// Renders a body. `Err` is why it cannot be sent.
pub(crate) fn render(body: &Body, session: &mut Session) -> Result<Content, &'static str> {
    let bytes = match body {
        Body::Empty => Bytes::new(),
        Body::Json(template) => {
            let mut bytes = Vec::with_capacity(128);
            template.render_into(session, &mut bytes);
            if template.is_lone() && !bytes.is_empty() {
                let content_type = Some("application/json".to_owned());
                return Ok(Content { bytes: bytes.into(), content_type });
            }
            bytes.into()
        }
        // A body whose variable holds nothing is none.
        Body::Text(template) if template.is_undefined(session) => Bytes::new(),
        Body::Text(template) => {
            // Artillery's HTTP library takes text alone.
            if template.as_text().is_none()
                && template.lone_value(&*session).is_some_and(|it| !it.is_string())
            {
                return Err("the body's variable holds no text");
            }
            text(template, session).into_owned().into()
        }
        Body::Form(pairs) => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for (name, value) in pairs {
                form.append_pair(name, &string(value, session));
            }
            form.finish().into()
        }
        Body::Multipart(parts) => return Ok(multipart(parts, session)),
        Body::Refused(why) => return Err(why),
    };
    Ok(Content { bytes, ..Content::default() })
}

fn multipart(form: &Multipart, session: &mut Session) -> Content {
    // 26 hyphens and 24 hexadecimal digits: as long as Artillery's, so that bodies are too.
    let boundary = format!("{:-<26}{:024x}", "", session.random().random::<u128>() >> 32);
    let mut bytes = Vec::new();
    for part in &form.parts {
        bytes.extend_from_slice(b"--");
        bytes.extend_from_slice(boundary.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(part.head.as_bytes());
        match &part.value {
            PartValue::Text(template) => bytes.extend_from_slice(text(template, session).as_bytes()),
            PartValue::File(content) => bytes.extend_from_slice(content),
        }
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Content { bytes: bytes.into(), content_type: Some(format!("multipart/form-data; boundary={boundary}")) }
}

/// The template's value as JavaScript's `String(…)` has it: a lone list is its items with commas, a lone object
/// `[object Object]`, where [`text`] gives JSON.
pub(crate) fn string<'t>(template: &'t Template, session: &mut Session) -> Cow<'t, str> {
    if template.as_text().is_none()
        && let Some(value) = template.lone_value(&*session)
        && (value.is_array() || value.is_object())
    {
        return Cow::Owned(loadgen_scenario::string_of(&value));
    }
    text(template, session)
}

/// The template's text; what it holds as it stands where it has no placeholder.
pub(crate) fn text<'t>(template: &'t Template, session: &mut Session) -> Cow<'t, str> {
    match template.as_text() {
        Some(text) => Cow::Borrowed(text),
        None => {
            let mut text = String::new();
            template.render_into(session, &mut text);
            Cow::Owned(text)
        }
    }
}
