//! A request as it will go over the wire: templates rendered, the URL resolved.

use crate::body::{self, text};
use crate::session::Session;
use crate::trace::{self, Trace};
use crate::transport::{Head, Message};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue,
};
use http::{HeaderMap, Uri};
use loadgen_metrics::{ErrorKind, SpanId, TraceId};
use loadgen_scenario::Template;
use loadgen_scenario::plan::{Body, Refusal, Request, Tracing, Url};
use loadgen_scenario::url::{self, Origin, UrlError};
use rand::Rng;
use serde_json::Value;
use std::cell::OnceCell;
use std::rc::Rc;

/// A request that cannot be made from what the variables hold.
#[derive(Debug)]
pub(crate) struct Unsendable {
    pub(crate) kind: ErrorKind,
    /// What the error's name says beside its kind, where Artillery's does.
    pub(crate) text: Option<String>,
    pub(crate) url: String,
    pub(crate) detail: String,
}

/// What the requests of one step have in common, kept from the first that was made of it.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    head: OnceCell<Rc<Head>>,
    /// Where to, if that is the same each time.
    uri: OnceCell<Uri>,
}

/// What is said of a value that grows without end.
pub(crate) const ENDLESS: &str = "a variable's value holds placeholders that never come to an end";

/// Renders the request. `target` is where a URL that is only a path goes.
pub(crate) fn compose(
    request: &Request,
    target: &Rc<Origin>,
    session: &mut Session,
    kept: &Kept,
) -> Result<(Rc<Origin>, Message), Unsendable> {
    if let Some(refusal) = request.refusal {
        return Err(refused(refusal, &request.url));
    }
    // The body first: entries of loops are filled only after it, as in Artillery.
    let content = body::render(&request.body, session);
    session.fill_entries();
    if let (Some(head), Some(uri), Ok(content)) = (kept.head.get(), kept.uri.get(), &content)
        && head.is_for(&content.bytes)
        && !session.is_endless()
    {
        return Ok((Rc::clone(target), Message::new(Rc::clone(head), uri.clone(), content.bytes.clone())));
    }
    let (origin, mut path, mut credentials) = resolve(&request.url, target, session)?;
    let mut written = None;
    if !request.query.is_empty() {
        written = request.watch.wants_url.then(|| Rc::from(path.as_str()));
        path = with_query(&path, &request.query, session);
    }
    let on_target = Rc::ptr_eq(&origin, target);
    let path = Bytes::from(path);
    let uri = Uri::from_maybe_shared(path.clone());
    if let (Some(head), Ok(uri), Ok(content)) = (kept.head.get(), &uri, &content)
        && on_target
        && head.is_for(&content.bytes)
        && !session.is_endless()
    {
        let message = Message::new(Rc::clone(head), uri.clone(), content.bytes.clone());
        return Ok((origin, message.written_as(written)));
    }
    let invalid = |kind, detail: String| {
        let path = String::from_utf8_lossy(&path);
        Unsendable { kind, text: None, url: format!("{origin}{path}"), detail }
    };

    let mut headers = HeaderMap::with_capacity(request.headers.len() + 1);
    let host = HeaderValue::from_str(&origin.authority())
        .map_err(|_| invalid(ErrorKind::InvalidUrl, "the host cannot stand in a header".into()))?;
    headers.insert(HOST, host);
    for (name, template) in &request.headers {
        // As Node has it, a list is a header several times.
        if let Some(items) = list(template, session) {
            headers.remove(name);
            for item in &items {
                let value = legal(item).map_err(|_| {
                    invalid(
                        ErrorKind::InvalidHeader,
                        format!("the header `{name}` has characters that no header can hold"),
                    )
                })?;
                headers.append(name, value);
            }
            continue;
        }
        let value = match header(template, session) {
            Ok(Some(value)) => value,
            // A header whose variable holds nothing is not sent.
            Ok(None) => continue,
            Err(Illegal::Null) => {
                return Err(invalid(ErrorKind::RequestRefused, format!("the header `{name}` is null")));
            }
            // Its value may be a secret.
            Err(Illegal::Characters) => {
                let detail = format!("the header `{name}` has characters that no header can hold");
                return Err(invalid(ErrorKind::InvalidHeader, detail));
            }
        };
        headers.insert(name, value);
    }
    headers.entry(CONNECTION).or_insert(HeaderValue::from_static("keep-alive"));
    if request.decompress {
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip, deflate, br"));
    }
    if let Some(auth) = &request.auth {
        let mut side = |template| {
            credential(template, session)
                .ok_or_else(|| invalid(ErrorKind::RequestRefused, "`auth` takes texts alone".to_owned()))
        };
        credentials = Some((side(&auth.user)?, side(&auth.password)?));
    }
    if let Some((user, password)) = credentials {
        let value = format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")));
        // Base64 is legal in a header.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(AUTHORIZATION, value);
        }
    }
    let content = content.map_err(|why| invalid(ErrorKind::RequestRefused, why.to_owned()))?;
    if let Some(value) = content.content_type.and_then(|value| HeaderValue::from_str(&value).ok()) {
        headers.entry(CONTENT_TYPE).or_insert(value);
    }
    let body = content.bytes;
    if session.take_endless() {
        return Err(invalid(ErrorKind::EndlessTemplate, ENDLESS.into()));
    }
    let uri = uri.map_err(|error| {
        let path = String::from_utf8_lossy(&path);
        invalid(ErrorKind::InvalidUrl, format!("`{path}` is no path: {error}"))
    })?;
    let (method, own_tls, http2) = (request.method.clone(), request.tls, request.http2);
    let mut head = Head { method, headers, own_tls, http2, ..Head::default() };
    if body.is_empty() && head.tells_of_no_body() {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let head = if on_target && has_one_head(request) {
        let head = Rc::new(head.keep());
        if let (Url::OnTarget(template), true) = (&request.url, request.query.is_empty())
            && template.as_text().is_some()
        {
            let _ = kept.uri.set(uri.clone());
        }
        let _ = kept.head.set(Rc::clone(&head));
        head
    } else {
        Rc::new(head)
    };
    Ok((origin, Message::new(head, uri, body).written_as(written)))
}

/// Whether the headers are the same each time, wherever on the target it goes.
fn has_one_head(request: &Request) -> bool {
    request.headers.iter().all(|(_, value)| value.as_text().is_some())
        && request.auth.iter().all(|auth| auth.user.as_text().is_some() && auth.password.as_text().is_some())
        && !matches!(request.body, Body::Multipart(_))
        && !matches!(&request.body, Body::Json(template) if template.is_lone())
}

/// A request that the script has wrong.
fn refused(refusal: Refusal, url: &Url) -> Unsendable {
    let (kind, detail) = match refusal {
        Refusal::HeaderName => (ErrorKind::InvalidHeaderName, "a header has a name that is none"),
        Refusal::Part => (ErrorKind::InvalidPart, "a part of formData is neither text nor a number"),
        Refusal::Option => (ErrorKind::RequestRefused, "an option has a value that it does not take"),
        Refusal::Path => (ErrorKind::MalformedPath, "a `%` in the path stands for nothing"),
    };
    let (Url::OnTarget(template) | Url::Whole(template, _)) = url;
    let url = template.as_text().unwrap_or_default().to_owned();
    Unsendable { kind, text: None, url, detail: detail.to_owned() }
}

/// A side of `auth`: undefined is empty; `None` for what is no text, which Artillery's HTTP library refuses.
fn credential(template: &Template, session: &mut Session) -> Option<String> {
    if let Some(text) = template.as_text() {
        return Some(text.to_owned());
    }
    match template.evaluate(session).as_deref() {
        None => Some(String::new()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => None,
    }
}

/// Why a header cannot be sent.
pub(crate) enum Illegal {
    Null,
    Characters,
}

/// The texts of a lone variable that holds a list.
fn list(template: &Template, session: &mut Session) -> Option<Vec<String>> {
    if template.as_text().is_some() {
        return None;
    }
    match &*template.lone_value(&*session)? {
        Value::Array(items) => Some(items.iter().map(loadgen_scenario::string_of).collect()),
        _ => None,
    }
}

/// A header's value, as JavaScript makes text of it; `None` where there is none.
fn header(template: &Template, session: &mut Session) -> Result<Option<HeaderValue>, Illegal> {
    if let Some(text) = template.as_text() {
        return legal(text).map(Some);
    }
    let Some(value) = template.evaluate(session) else { return Ok(None) };
    match &*value {
        Value::Null => Err(Illegal::Null),
        Value::Object(_) | Value::Array(_) => legal(&loadgen_scenario::string_of(&value)).map(Some),
        Value::String(text) => legal(text).map(Some),
        _ => {
            drop(value);
            legal(&text(template, session)).map(Some)
        }
    }
}

/// A header's value on the wire: one byte for each character, as Node sends it (Latin-1).
pub(crate) fn legal(text: &str) -> Result<HeaderValue, Illegal> {
    let illegal = || Illegal::Characters;
    if text.is_ascii() {
        return HeaderValue::from_str(text).map_err(|_| illegal());
    }
    let bytes: Result<Vec<u8>, _> = text.chars().map(|c| u8::try_from(u32::from(c))).collect();
    HeaderValue::from_bytes(&bytes.map_err(|_| illegal())?).map_err(|_| illegal())
}

/// A request's place in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traced {
    pub(crate) trace: TraceId,
    pub(crate) span: SpanId,
}

/// A request's place in its user's trace, or in a new one, and its `traceparent` (W3C Trace Context).
pub(crate) fn traceparent(tracing: &Tracing, user: Option<&Trace>) -> Option<(Traced, HeaderValue)> {
    let trace = match user {
        Some(user) => user.id,
        None => trace::new_id(tracing)?,
    };
    let span = SpanId(rand::rng().random());
    // What has no span here is not to have one there, where spans are sent.
    let sampled = tracing.sampled && (user.is_some() || tracing.spans.is_none());
    let flags = if sampled { "01" } else { "00" };
    let header = HeaderValue::from_str(&format!("00-{trace}-{span}-{flags}"));
    Some((Traced { trace, span }, header.ok()?))
}

/// The trace that a `traceparent` names, if it is one.
pub(crate) fn trace_of(parent: &HeaderValue) -> Option<TraceId> {
    parent.to_str().ok()?.split('-').nth(1)?.parse().ok()
}

/// A URL, or what was meant to be one, without a user's name and password in it.
fn without_credentials(url: &str) -> String {
    let begin = url.find("//").map_or(0, |at| at + 2);
    let (scheme, rest) = url.split_at(begin);
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..host].rfind('@') {
        Some(at) => format!("{scheme}{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

/// Where to, the path with its query, and the credentials in a URL.
#[expect(clippy::type_complexity, reason = "three parts of a URL, taken apart at once by the one caller")]
fn resolve(
    url: &Url,
    target: &Rc<Origin>,
    session: &mut Session,
) -> Result<(Rc<Origin>, String, Option<(String, String)>), Unsendable> {
    let text = match url {
        Url::OnTarget(template) => text(template, session).into_owned(),
        Url::Whole(template, prefix) => match text(template, session) {
            path if path.starts_with('/') => format!("{prefix}{path}"),
            whole => whole.into_owned(),
        },
    };
    if is_plain(&text) {
        return Ok((Rc::clone(target), text, None));
    }
    let whole = if text.starts_with('/') { format!("{target}{text}") } else { text.clone() };
    let invalid = |kind, text, detail| Unsendable { kind, text, url: without_credentials(&whole), detail };
    // As in Artillery, in small letters.
    if !whole.starts_with("http") {
        let detail = format!("`{}` does not begin with http", without_credentials(&whole));
        return Err(invalid(ErrorKind::InvalidUrl, Some(text), detail));
    }
    match url::split(&whole) {
        Ok((origin, path)) => {
            let credentials = if whole.contains('@') { url::credentials(&whole) } else { None };
            Ok((Rc::new(origin), path, credentials))
        }
        Err(error) => {
            let shown = without_credentials(&whole);
            let (kind, error) = match error {
                UrlError::Scheme(_) => (ErrorKind::RedirectUnsupported, UrlError::Scheme(shown)),
                UrlError::Syntax(_) => (ErrorKind::RedirectInvalid, UrlError::Syntax(shown)),
            };
            Err(invalid(kind, None, error.to_string()))
        }
    }
}

/// Whether a path can be sent as it stands: nothing to encode, no `.` or `..` segment, no fragment.
fn is_plain(path: &str) -> bool {
    path.starts_with('/')
        && !path.contains("/.")
        && !path.ends_with('?')
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_~.?&=%+:@!$*(),;".contains(&byte))
}

/// The path with these names and values for its query, instead of what it has.
fn with_query(path: &str, query: &[(Template, Template)], session: &mut Session) -> String {
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, template) in query {
        let name = text(name, session);
        let value = match template.as_text() {
            Some(text) => {
                pairs.append_pair(&name, text);
                continue;
            }
            None => template.evaluate(session).map(std::borrow::Cow::into_owned).unwrap_or_default(),
        };
        match &value {
            Value::Array(items) => items.iter().for_each(|item| {
                pairs.append_pair(&name, &query_value(item));
            }),
            Value::Number(_) => {
                pairs.append_pair(&name, &text(template, session));
            }
            value => {
                pairs.append_pair(&name, &query_value(value));
            }
        }
    }
    let query = pairs.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A value as it stands in a query: null and objects are empty there.
fn query_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Object(_) | Value::Array(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_one_byte_for_each_character() {
        let bytes = |text| legal(text).ok().map(|value| value.as_bytes().to_vec());
        assert_eq!(bytes("aé"), Some(vec![b'a', 0xe9]));
        assert_eq!((bytes("č"), bytes("a\nb")), (None, None));
    }
}
