//! A request as it will go over the wire: templates rendered, the URL resolved.

use crate::session::Session;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST, HeaderValue};
use http::{HeaderMap, Method, Uri};
use loadgen_metrics::ErrorKind;
use loadgen_scenario::Template;
use loadgen_scenario::plan::{Body, Request, Url};
use loadgen_scenario::url::{self, Origin};
use serde_json::Value;
use std::borrow::Cow;
use std::rc::Rc;

/// A request that cannot be made from what the variables hold.
#[derive(Debug)]
pub(crate) struct Unsendable {
    pub(crate) kind: ErrorKind,
    pub(crate) url: String,
    pub(crate) detail: String,
}

/// Renders the request. `target` is where a URL that is only a path goes.
pub(crate) fn compose(
    request: &Request,
    target: &Rc<Origin>,
    session: &mut Session,
) -> Result<(Rc<Origin>, http::Request<Bytes>), Unsendable> {
    // The body first: entries of loops are filled only after it, as in Artillery.
    let body = body(&request.body, session);
    session.fill_entries();
    let (origin, mut path) = resolve(&request.url, target, session)?;
    if !request.query.is_empty() {
        path = with_query(&path, &request.query, session);
    }
    let invalid = |kind, detail: String| Unsendable { kind, url: format!("{origin}{path}"), detail };

    let mut headers = HeaderMap::with_capacity(request.headers.len() + 1);
    let host = HeaderValue::from_str(&origin.authority())
        .map_err(|_| invalid(ErrorKind::InvalidUrl, "the host cannot stand in a header".into()))?;
    headers.insert(HOST, host);
    for (name, template) in &request.headers {
        // A header whose variable holds nothing is not sent.
        if template.is_undefined(session) {
            continue;
        }
        let value = text(template, session);
        let value = HeaderValue::from_str(&value).map_err(|_| {
            invalid(ErrorKind::InvalidHeader, format!("`{name}: {value}` is no legal header"))
        })?;
        headers.insert(name, value);
    }
    // A method that usually has a body says that there is none, as Node does and RFC 9110 (8.6) asks.
    if body.is_empty() && matches!(request.method, Method::POST | Method::PUT | Method::PATCH) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let uri = Uri::try_from(path.as_str())
        .map_err(|error| invalid(ErrorKind::InvalidUrl, format!("`{path}` is no path: {error}")))?;

    let mut message = http::Request::new(body);
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = uri;
    *message.headers_mut() = headers;
    Ok((origin, message))
}

/// Where to, and the path with its query.
fn resolve(
    url: &Url,
    target: &Rc<Origin>,
    session: &mut Session,
) -> Result<(Rc<Origin>, String), Unsendable> {
    let (whole, text) = match url {
        Url::OnTarget(template) => {
            let path = text(template, session).into_owned();
            if is_plain(&path) {
                return Ok((Rc::clone(target), path));
            }
            (format!("{target}{path}"), path)
        }
        Url::Whole(template) => {
            let text = text(template, session).into_owned();
            (text.clone(), text)
        }
    };
    match url::split(&whole) {
        Ok((origin, path)) => Ok((Rc::new(origin), path)),
        Err(error) => Err(Unsendable { kind: ErrorKind::InvalidUrl, url: text, detail: error.to_string() }),
    }
}

/// Whether a path can be sent as it stands: nothing to encode, no `.` or `..` segment, no fragment.
fn is_plain(path: &str) -> bool {
    path.starts_with('/')
        && !path.contains("/.")
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_~.?&=%+:@!$*(),;".contains(&byte))
}

/// The path with the query's names set, each replacing what the path already has of that name.
fn with_query(path: &str, query: &[(Template, Template)], session: &mut Session) -> String {
    let (path, old) = path.split_once('?').unwrap_or((path, ""));
    let new: Vec<(String, String)> = query
        .iter()
        .map(|(name, value)| (text(name, session).into_owned(), query_value(value, session)))
        .collect();
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(old.as_bytes()) {
        if !new.iter().any(|(ours, _)| *ours == name) {
            pairs.append_pair(&name, &value);
        }
    }
    pairs.extend_pairs(new);
    let query = pairs.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The template's text; what it holds as it stands where it has no placeholder.
fn text<'t>(template: &'t Template, session: &mut Session) -> Cow<'t, str> {
    match template.as_text() {
        Some(text) => Cow::Borrowed(text),
        None => {
            let mut text = String::new();
            template.render_into(session, &mut text);
            Cow::Owned(text)
        }
    }
}

fn body(body: &Body, session: &mut Session) -> Bytes {
    match body {
        Body::Empty => Bytes::new(),
        Body::Json(template) => {
            let mut bytes = Vec::with_capacity(128);
            template.render_into(session, &mut bytes);
            bytes.into()
        }
        Body::Text(template) => match template.as_text() {
            Some(text) => Bytes::copy_from_slice(text.as_bytes()),
            None => {
                let mut text = String::new();
                template.render_into(session, &mut text);
                text.into()
            }
        },
    }
}

/// A value as it stands in a query: undefined and null are empty there.
fn query_value(template: &Template, session: &mut Session) -> String {
    match template.evaluate(session).as_deref() {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => text(template, session).into_owned(),
    }
}
