//! One request of a collection.

use super::comments;
use super::variables::{LONGEST, Variables, identifier};
use crate::body;
use crate::draft::{Body, Draft, Part, Request};
use crate::noise;
use serde_json::{Value, json};

/// Items of a list that are not switched off.
pub(crate) fn enabled<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    let list = value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter(|item| item.get("disabled") != Some(&Value::Bool(true)))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

/// Reads a request; its credentials come later. `None` if it has no URL.
pub(crate) fn read(item: &Value, variables: &mut Variables, draft: &mut Draft) -> Option<Request> {
    let request = item.get("request")?;
    // A text alone is the URL of a GET.
    let url = request.as_str().map_or_else(|| request.get("url"), |_| Some(request))?;
    let method = Some(text(request, "method")).filter(|it| !it.is_empty()).unwrap_or("GET");
    let mut read = Request::new(method, self::url(url, variables)?);
    read.about = Some(text(item, "name").trim().to_owned()).filter(|name| !name.is_empty());
    for (name, value) in headers(request) {
        let name = name.trim().to_ascii_lowercase();
        if !name.is_empty() && !noise::is_transport(&name) {
            read.add_header(&name, &variables.text(value));
        }
    }
    if let Some(body) = request.get("body").filter(|it| it.get("disabled") != Some(&Value::Bool(true))) {
        self::body(body, &mut read, variables, draft);
    }
    if item.pointer("/protocolProfileBehavior/followRedirects") == Some(&Value::Bool(false)) {
        read.follow = Some(false);
    }
    Some(read)
}

/// The headers: a list, or a text with one in each line, where `//` switches one off.
fn headers(request: &Value) -> Vec<(&str, &str)> {
    let pairs = |text| {
        str::lines(text)
            .map(str::trim)
            .filter(|line| !line.starts_with("//"))
            .map(|line| line.split_once(':').map_or((line, ""), |(name, value)| (name, value.trim())))
    };
    match request.get("header") {
        Some(Value::String(lines)) => pairs(lines).collect(),
        _ => enabled(request, "header")
            .flat_map(|header| match header.as_str() {
                Some(lines) => pairs(lines).collect(),
                None => vec![(text(header, "key"), text(header, "value"))],
            })
            .collect(),
    }
}

/// The URL with its query, its path variables filled in, and a variable at its beginning as well where it is known.
fn url(url: &Value, variables: &mut Variables) -> Option<String> {
    let raw = match url {
        Value::String(raw) => raw.clone(),
        Value::Object(_) => match url.get("raw").and_then(Value::as_str) {
            Some(raw) => raw.to_owned(),
            None => assembled(url),
        },
        _ => return None,
    };
    let mut raw = raw.trim().to_owned();
    if raw.is_empty() {
        return None;
    }
    if url.get("query").is_some_and(Value::is_array) {
        let pairs: Vec<String> = enabled(url, "query")
            .filter(|pair| !text(pair, "key").is_empty())
            .map(|pair| match pair.get("value").and_then(Value::as_str) {
                Some(value) => format!("{}={value}", text(pair, "key")),
                None => text(pair, "key").to_owned(),
            })
            .collect();
        raw = raw.split('?').next().unwrap_or("").to_owned();
        if !pairs.is_empty() {
            raw = format!("{raw}?{}", pairs.join("&"));
        }
    }
    // The target has to be known before any user runs.
    while raw.len() <= LONGEST
        && let Some((scheme, rest)) = raw.split_once("://")
        && let Some((before, rest)) = rest.split_once("{{")
        && !before.contains('/')
        && let Some((name, rest)) = rest.split_once("}}")
        && let Some(value) = variables.value(name).filter(|value| !value.is_empty() && !value.contains("{{"))
    {
        raw = format!("{scheme}://{before}{value}{rest}");
    }
    if let Some((name, rest)) = raw.strip_prefix("{{").and_then(|rest| rest.split_once("}}"))
        && let Some(value) = variables.value(name).filter(|value| !value.is_empty())
    {
        raw = format!("{}{rest}", value.trim_end_matches('/'));
    }
    // One without a value stands for the service, as a rule: that is the target.
    if let Some((name, rest)) = raw.strip_prefix("{{").and_then(|rest| rest.split_once("}}"))
        && (rest.is_empty() || rest.starts_with(['/', '?']))
        && !variables.captured.contains(&identifier(name))
    {
        variables.bases.push(name.trim().to_owned());
        raw = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    }
    if !raw.contains("://") && !raw.starts_with(['{', '/']) {
        raw = format!("http://{raw}");
    }
    let (path, query) = raw.split_once('?').map_or((raw.as_str(), None), |(path, query)| (path, Some(query)));
    let segments: Vec<String> = path.split('/').map(|segment| path_variable(segment, url)).collect();
    let mut filled = segments.join("/");
    if let Some(query) = query {
        filled = format!("{filled}?{}", query.replace(' ', "%20"));
    }
    Some(variables.text(&filled))
}

/// `:id` with the value that the collection gives it, or as a variable of that name.
fn path_variable(segment: &str, url: &Value) -> String {
    let Some(name) = segment.strip_prefix(':').filter(|name| !name.is_empty()) else {
        return segment.to_owned();
    };
    let list = url.get("variable").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let value = list.iter().find(|it| text(it, "key") == name).map(|it| text(it, "value")).unwrap_or("");
    if value.is_empty() { format!("{{{{{}}}}}", identifier(name)) } else { value.to_owned() }
}

/// A URL from its parts.
fn assembled(url: &Value) -> String {
    let joined = |key: &str, with: &str| match url.get(key) {
        Some(Value::Array(parts)) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(with),
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    };
    let protocol = Some(joined("protocol", "")).filter(|it| !it.is_empty()).unwrap_or_else(|| "http".into());
    let host = joined("host", ".");
    if host.is_empty() {
        return String::new();
    }
    let port =
        Some(joined("port", "")).filter(|it| !it.is_empty()).map_or(String::new(), |it| format!(":{it}"));
    let path = joined("path", "/");
    let start = if host.starts_with("{{") { host } else { format!("{protocol}://{host}") };
    format!("{start}{port}/{}", path.trim_start_matches('/'))
}

fn body(body: &Value, request: &mut Request, variables: &mut Variables, draft: &mut Draft) {
    match text(body, "mode") {
        "raw" => {
            let raw = text(body, "raw");
            let language = body.pointer("/options/raw/language").and_then(Value::as_str).unwrap_or("");
            let implied = match language {
                "json" => "application/json",
                "xml" => "application/xml",
                "html" => "text/html",
                "javascript" => "application/javascript",
                _ => "text/plain",
            };
            let kind = request.header("content-type").unwrap_or(implied).to_owned();
            let plain = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
            let raw = if body::is_json(&plain) { comments::strip(raw) } else { raw.into() };
            body::set(request, Some(&kind), &raw);
            // Within JSON the texts are looked at one by one; `{{n}}` outside of quotes is no JSON.
            match &mut request.body {
                Body::Json(value) => *value = variables.json(value),
                Body::Text(text) => *text = variables.text(text),
                Body::Form(fields) => {
                    for (_, value) in fields {
                        *value = variables.json(value);
                    }
                }
                _ => {}
            }
        }
        "urlencoded" => {
            let fields = enabled(body, "urlencoded");
            let fields: Vec<(String, Value)> = fields
                .map(|it| (variables.text(text(it, "key")), variables.text(text(it, "value")).into()))
                .collect();
            match body::unique(fields) {
                Some(fields) => request.body = Body::Form(fields),
                None => {
                    let pairs = enabled(body, "urlencoded");
                    let pairs: Vec<String> = pairs
                        .map(|it| format!("{}={}", text(it, "key"), text(it, "value").replace(' ', "+")))
                        .collect();
                    request.body = Body::Text(variables.text(&pairs.join("&")));
                }
            }
            body::settle_type(request, "application/x-www-form-urlencoded");
        }
        "formdata" => {
            let parts = enabled(body, "formdata");
            request.body = Body::Parts(parts.map(|it| part(it, variables)).collect());
            body::settle_type(request, "");
        }
        "graphql" => {
            let graphql = body.get("graphql").unwrap_or(&Value::Null);
            let given = text(graphql, "variables");
            let parsed: Value = serde_json::from_str(given).unwrap_or_else(|_| json!({}));
            request.body =
                Body::Json(variables.json(&json!({"query": text(graphql, "query"), "variables": parsed})));
            body::settle_type(request, "application/json");
        }
        "file" => draft.note(format!("The body of {} is a file, which was not read.", request.url)),
        _ => {}
    }
}

fn part(field: &Value, variables: &mut Variables) -> Part {
    let source = match field.get("src") {
        Some(Value::String(path)) => path.as_str(),
        Some(Value::Array(paths)) => paths.first().and_then(Value::as_str).unwrap_or("file"),
        _ => "file",
    };
    let file = source.rsplit(['/', '\\']).next().unwrap_or(source).to_owned();
    Part {
        name: text(field, "key").to_owned(),
        value: variables.text(text(field, "value")),
        content_type: Some(text(field, "contentType").to_owned()).filter(|it| !it.is_empty()),
        file: (text(field, "type") == "file").then_some(file),
    }
}
