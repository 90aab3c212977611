//! The flags of one curl command become requests, one for each URL.

use super::flags::Word;
use crate::body;
use crate::draft::{Body, Draft, Part, Request};
use crate::noise;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What curl leaves as it is in `--data-urlencode`.
const KEEP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What the flags say, beside headers.
#[derive(Default)]
struct Said {
    method: Option<String>,
    head: bool,
    get: bool,
    json: bool,
    data: Vec<String>,
    parts: Vec<Part>,
    query: Vec<String>,
}

/// The requests of one command.
///
/// # Errors
/// In words, if something in it cannot be understood.
pub(crate) fn requests(words: &[Word], draft: &mut Draft) -> Result<Vec<Request>, String> {
    let mut urls = Vec::new();
    let mut request = Request::default();
    let mut said = Said::default();
    let mut follows = false;
    for word in words {
        match word {
            Word::Url(url) => urls.push(url.clone()),
            Word::Flag(name, value) if name == "url" => urls.push(value.clone()),
            Word::Flag(name, _) if name == "location" || name == "location-trusted" => follows = true,
            Word::Flag(name, value) => flag(name, value, &mut request, &mut said, draft)?,
        }
    }
    if urls.is_empty() {
        return Ok(Vec::new());
    }
    let of_a_browser = noise::is_of_a_browser(&request);
    if of_a_browser {
        noise::clean(&mut request);
    } else if !follows {
        draft.note("Redirects are followed, as curl does with -L; elsewhere set `followRedirect: false`.");
    }
    request.headers.retain(|header| !noise::is_transport(&header.name));
    finish(request, said, urls)
}

fn flag(
    name: &str,
    value: &str,
    request: &mut Request,
    said: &mut Said,
    draft: &mut Draft,
) -> Result<(), String> {
    match name {
        "request" => said.method = Some(value.to_owned()),
        "head" => said.head = true,
        "get" => said.get = true,
        "header" => header(value, request, draft),
        "user-agent" => request.set_header("user-agent", value),
        "referer" => request.set_header("referer", value.trim_end_matches(";auto")),
        "user" => {
            let (user, pass) = value.split_once(':').unwrap_or((value, ""));
            request.auth = Some((user.to_owned(), pass.to_owned()));
        }
        "oauth2-bearer" => request.set_header("authorization", &format!("Bearer {value}")),
        "cookie" if value.contains('=') => cookies(value, request),
        "cookie" => draft.note(format!("The cookies in the file {value} were not read: add `cookie:`.")),
        "data" | "data-ascii" | "data-binary" if value.starts_with('@') => {
            draft.note(format!("The body comes from a file, which was not read: {}.", &value[1..]));
            said.data.push(format!("(the content of {})", &value[1..]));
        }
        "data" | "data-ascii" | "data-binary" | "data-raw" => said.data.push(value.to_owned()),
        "data-urlencode" => said.data.push(encoded(value)),
        "url-query" => said.query.push(value.strip_prefix('+').map_or_else(|| encoded(value), str::to_owned)),
        "json" => {
            said.json = true;
            said.data.push(value.to_owned());
        }
        "form" | "form-string" => said.parts.push(part(value, name == "form")?),
        "insecure" => draft.insecure = true,
        "upload-file" => {
            said.method.get_or_insert_with(|| "PUT".into());
            draft.note(format!("The body comes from a file, which was not read: {value}."));
            said.data.push(format!("(the content of {value})"));
        }
        "proxy" | "cert" | "key" | "cacert" | "resolve" | "connect-to" | "unix-socket" | "config"
        | "range" | "aws-sigv4" | "digest" | "ntlm" | "negotiate" => {
            draft.note(format!(
                "--{name} was not carried over; see docs/http.md for proxies and certificates."
            ));
        }
        "max-time" | "connect-timeout" => {
            draft.note(format!(
                "--{name} {value} was not carried over: `config.http.timeout` is for all requests."
            ));
        }
        // What is left says how curl talks to people, or what loadgen does anyhow.
        _ => {}
    }
    Ok(())
}

fn header(text: &str, request: &mut Request, draft: &mut Draft) {
    if let Some(file) = text.strip_prefix('@') {
        draft.note(format!("The headers in the file {file} were not read."));
        return;
    }
    // `name;` is an empty header, `name:` removes one.
    let (name, value) = match text.split_once(':') {
        Some((_, value)) if value.trim().is_empty() => return,
        Some((name, value)) => (name, value.trim()),
        None => (text.trim_end_matches(';'), ""),
    };
    if name.trim().eq_ignore_ascii_case("cookie") {
        cookies(value, request);
    } else if !name.trim().is_empty() {
        request.add_header(name, value);
    }
}

fn cookies(text: &str, request: &mut Request) {
    for (name, value) in text.split(';').filter_map(|pair| pair.trim().split_once('=')) {
        request.cookies.retain(|(other, _)| other != name);
        request.cookies.push((name.to_owned(), value.to_owned()));
    }
}

/// `content`, `=content`, `name=content`: the content is encoded.
fn encoded(text: &str) -> String {
    let encode = |text: &str| utf8_percent_encode(text, KEEP).to_string();
    match text.split_once('=') {
        Some(("", content)) => encode(content),
        Some((name, content)) => format!("{name}={}", encode(content)),
        None => encode(text),
    }
}

/// `name=value`, `name=@file;type=image/png`, `name=<file`.
fn part(text: &str, special: bool) -> Result<Part, String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("-F {text} has no ="))?;
    let mut part = Part { name: name.to_owned(), value: value.to_owned(), content_type: None, file: None };
    if special {
        let mut options = value.split(';');
        let first = options.next().unwrap_or("");
        let kind = options.find_map(|it| it.trim().strip_prefix("type=").map(str::to_owned));
        if kind.is_some() || first.starts_with(['@', '<']) {
            part.value = first.trim_matches('"').to_owned();
            part.content_type = kind;
        }
        if let Some(file) = first.strip_prefix(['@', '<']) {
            part.file = Some(file.rsplit('/').next().unwrap_or(file).trim_matches('"').to_owned());
            part.value = String::new();
        }
    }
    Ok(part)
}

fn finish(mut request: Request, said: Said, urls: Vec<String>) -> Result<Vec<Request>, String> {
    let mut query = said.query;
    let has_body = !said.get && !said.data.is_empty();
    if said.get {
        query.extend(said.data.iter().cloned());
    }
    let implied = match () {
        () if said.head => "HEAD",
        () if has_body || !said.parts.is_empty() => "POST",
        () => "GET",
    };
    request.method = said.method.unwrap_or_else(|| implied.to_owned()).to_ascii_uppercase();
    if !said.parts.is_empty() {
        request.body = Body::Parts(said.parts);
        body::settle_type(&mut request, "");
    } else if has_body {
        // Several pieces of JSON are put together as they are, others as the fields of a form.
        let text = said.data.join(if said.json { "" } else { "&" });
        if said.json && request.header("accept").is_none() {
            request.add_header("accept", "application/json");
        }
        let implied = if said.json { "application/json" } else { "application/x-www-form-urlencoded" };
        let kind = request.header("content-type").unwrap_or(implied).to_owned();
        body::set(&mut request, Some(&kind), &text);
    }
    let mut requests = Vec::new();
    for url in urls {
        let mut url = match url.contains("://") || url.starts_with("{{") {
            true => url,
            false => format!("http://{url}"),
        };
        if crate::url::split(&url).is_none() && !url.starts_with("{{") {
            return Err(format!("{url} is no URL of http or https"));
        }
        for pair in &query {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(pair);
        }
        requests.push(Request { url, ..request.clone() });
    }
    Ok(requests)
}
