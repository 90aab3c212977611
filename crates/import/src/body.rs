//! A body's text and its type become `json`, `form`, `formData` or `body`, whichever says the same.

use crate::draft::{Body, Part, Request};
use serde_json::Value;
use std::collections::HashSet;

/// Gives a request the body that this text is, by its content type; the header goes where the body implies it.
pub(crate) fn set(request: &mut Request, content_type: Option<&str>, text: &str) {
    let whole = content_type.or(request.header("content-type")).unwrap_or("").trim().to_owned();
    let kind = whole.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    request.body = match kind.as_str() {
        _ if text.is_empty() => Body::None,
        kind if is_json(kind) => match serde_json::from_str(text) {
            // A script sends null and an empty text as no body at all.
            Ok(value) if value != Value::Null && value != Value::String(String::new()) => Body::Json(value),
            _ => Body::Text(text.to_owned()),
        },
        "application/x-www-form-urlencoded" => form(text).map_or(Body::Text(text.to_owned()), Body::Form),
        "multipart/form-data" => multipart(&whole, text).map_or(Body::Text(text.to_owned()), Body::Parts),
        _ => Body::Text(text.to_owned()),
    };
    settle_type(request, &whole);
}

/// Keeps the content type only where the body does not imply it.
pub(crate) fn settle_type(request: &mut Request, content_type: &str) {
    let kind = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let implied = match request.body {
        Body::Json(_) => kind == "application/json",
        Body::Form(_) => kind == "application/x-www-form-urlencoded",
        // The boundary is made anew for each request.
        Body::Parts(_) => true,
        Body::None | Body::Text(_) => content_type.is_empty(),
    };
    if implied {
        request.remove_header("content-type");
    } else {
        request.set_header("content-type", content_type);
    }
}

/// Whether a type without its parameters is JSON.
pub(crate) fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
}

/// The fields of an encoded form; `None` where a map of them would not say the same.
pub(crate) fn form(text: &str) -> Option<Vec<(String, Value)>> {
    if text.split('&').any(|pair| !pair.contains('=')) || text.contains('\n') || text.starts_with(['{', '['])
    {
        return None;
    }
    let pairs = form_urlencoded::parse(text.as_bytes());
    unique(pairs.map(|(name, value)| (name.into_owned(), Value::from(value.into_owned()))).collect())
}

/// The fields, if each name is there once and none is empty.
pub(crate) fn unique(fields: Vec<(String, Value)>) -> Option<Vec<(String, Value)>> {
    let mut names = HashSet::new();
    let fine = fields.iter().all(|(name, _)| !name.is_empty() && names.insert(name.as_str()));
    (fine && !fields.is_empty()).then_some(fields)
}

/// The parts of a multipart body, as browsers write it.
fn multipart(content_type: &str, text: &str) -> Option<Vec<Part>> {
    let boundary = content_type.split(';').find_map(|it| it.trim().strip_prefix("boundary="))?;
    let boundary = format!("--{}", boundary.trim_matches('"'));
    let mut parts: Vec<Part> = Vec::new();
    let mut names = HashSet::new();
    for part in text.split(boundary.as_str()).skip(1) {
        if part.starts_with("--") {
            break;
        }
        let part = part.strip_prefix("\r\n").or(part.strip_prefix('\n'))?;
        let (head, body) = part.split_once("\r\n\r\n").or(part.split_once("\n\n"))?;
        let body = body.strip_suffix("\r\n").or(body.strip_suffix('\n')).unwrap_or(body);
        let header = |wanted: &str| {
            head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
            })
        };
        let disposition = header("content-disposition")?;
        let parameter = |wanted: &str| {
            disposition.split(';').find_map(|it| {
                let (name, value) = it.trim().split_once('=')?;
                (name == wanted).then(|| value.trim_matches('"').to_owned())
            })
        };
        let (name, file) = (parameter("name")?, parameter("filename"));
        if !names.insert(name.clone()) {
            return None;
        }
        let value = if file.is_some() { String::new() } else { body.to_owned() };
        parts.push(Part { name, value, content_type: header("content-type"), file });
    }
    (!parts.is_empty()).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set_to(content_type: &str, text: &str) -> Request {
        let mut request = Request::new("post", "/");
        set(&mut request, Some(content_type), text);
        request
    }

    #[test]
    fn the_body_implies_its_type() {
        let request = set_to("application/json; charset=utf-8", "{\"a\": 1}");
        assert_eq!((request.body, request.headers.len()), (Body::Json(json!({"a": 1})), 0));
        let request = set_to("application/merge-patch+json", "[]");
        assert_eq!(
            (request.header("content-type"), &request.body),
            (Some("application/merge-patch+json"), &Body::Json(json!([])))
        );
        let request = set_to("application/x-www-form-urlencoded", "a=1+2&b=%C3%A9");
        assert_eq!(request.body, Body::Form(vec![("a".into(), json!("1 2")), ("b".into(), json!("é"))]));
    }

    #[test]
    fn what_would_not_be_the_same_stays_text() {
        let cases = [
            ("application/json", "{\"a\": "),
            ("application/json", "null"),
            ("application/x-www-form-urlencoded", "a=1&a=2"),
            ("application/x-www-form-urlencoded", "{\"a\": 1}"),
            ("multipart/form-data", "--x\r\n"),
            ("application/xml", "<a/>"),
        ];
        for (kind, text) in cases {
            let request = set_to(kind, text);
            assert_eq!(
                (request.header("content-type"), request.body.clone()),
                (Some(kind), Body::Text(text.into())),
                "{text}"
            );
        }
    }

    #[test]
    fn multipart_bodies_are_taken_apart() {
        let text = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHello\r\n--b\r\nContent-Disposition: \
                    form-data; name=\"photo\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\u{1}\u{2}\r\n--b--\r\n";
        let Body::Parts(parts) = set_to("multipart/form-data; boundary=b", text).body else { panic!() };
        assert_eq!((parts[0].name.as_str(), parts[0].value.as_str()), ("title", "Hello"));
        assert_eq!(
            (parts[1].file.as_deref(), parts[1].content_type.as_deref()),
            (Some("a.jpg"), Some("image/jpeg"))
        );
    }
}
