//! The flags of one curl command become requests, one for each URL.

use super::flags::Word;
use super::known;
use super::part::part;
use crate::body;
use crate::draft::{Body, Draft, Header, Part, Request};
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
    /// The name of the file that `-T` sends.
    upload: Option<String>,
    data: Vec<String>,
    parts: Vec<Part>,
    query: Vec<String>,
}

/// The requests of one command; `input` is what it reads from standard input.
///
/// # Errors
/// In words, if something in it cannot be understood.
pub(crate) fn requests(
    words: &[Word],
    input: Option<&str>,
    draft: &mut Draft,
) -> Result<Vec<Request>, String> {
    let mut urls = Vec::new();
    let mut request = Request::default();
    let mut said = Said::default();
    let mut follows = false;
    let mut globs = true;
    for word in words {
        match word {
            Word::Url(url) => urls.push(url.clone()),
            Word::Flag(name, value) if name == "url" => urls.push(value.clone()),
            Word::Flag(name, _) if name == "location" || name == "location-trusted" => follows = true,
            Word::Flag(name, _) if name == "globoff" => globs = false,
            Word::Flag(name, value) => flag(name, value, input, &mut request, &mut said, draft)?,
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
    let reads_input = |word: &Word| matches!(word, Word::Flag(_, value) if is_input(value));
    if input.is_some() && !words.iter().any(reads_input) {
        draft.note("What <<< hands to a command was not carried over: no flag of it reads standard input.");
    }
    for header in request.headers.iter().filter(|it| !of_a_browser && noise::is_transport(&it.name)) {
        // These say the same again.
        if !["content-length", "connection", "keep-alive"].contains(&header.name.as_str()) {
            let Header { name, value } = header;
            draft.note(format!("The header {name}: {value} was not carried over: loadgen sets it itself."));
        }
    }
    request.headers.retain(|header| !noise::is_transport(&header.name));
    if let Some(url) = urls.iter().find(|url| globs && is_pattern(url)) {
        draft.note(format!(
            "{url} is a pattern that curl makes several URLs of: write them out, or put a variable there."
        ));
    }
    finish(request, said, urls)
}

fn flag(
    name: &str,
    value: &str,
    input: Option<&str>,
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
            if !value.contains(':') {
                draft.note(format!("-u {value} names no password, for which curl asks: `pass` is empty."));
            }
            let (user, pass) = value.split_once(':').unwrap_or((value, ""));
            request.auth = Some((user.to_owned(), pass.to_owned()));
        }
        "oauth2-bearer" => request.set_header("authorization", &format!("Bearer {value}")),
        "cookie" if value.contains('=') => cookies(value, request),
        "cookie" => draft.note(format!("The cookies in the file {value} were not read: add `cookie:`.")),
        "data" | "data-ascii" | "data-binary" | "json" if value.starts_with('@') => {
            said.json |= name == "json";
            let text = content(&value[1..], input, draft);
            let in_one_line = name == "data" || name == "data-ascii";
            said.data.push(if in_one_line { text.replace(['\r', '\n'], "") } else { text });
        }
        "data" | "data-ascii" | "data-binary" | "data-raw" => said.data.push(value.to_owned()),
        "data-urlencode" => said.data.push(match value.split_once(['@', '=']) {
            Some((name, file)) if value[name.len()..].starts_with('@') => {
                encoded(&format!("{name}={}", content(file, input, draft)))
            }
            _ => encoded(value),
        }),
        "url-query" => said.query.push(value.strip_prefix('+').map_or_else(|| encoded(value), str::to_owned)),
        "json" => {
            said.json = true;
            said.data.push(value.to_owned());
        }
        "form" | "form-string" => said.parts.push(part(value, name == "form", input, draft)?),
        "insecure" => draft.insecure = true,
        "upload-file" => {
            said.method.get_or_insert_with(|| "PUT".into());
            said.data.push(content(value, input, draft));
            let name = Some(value).filter(|it| !is_input(it)).map(|it| it.rsplit('/').next().unwrap_or(it));
            said.upload = Some(name.unwrap_or("").to_owned());
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
        "http1.0" | "http2" | "http2-prior-knowledge" | "http3" | "http3-only" => {
            draft.note(format!("--{name} was not carried over: loadgen speaks HTTP/1.1."));
        }
        name if known::is_quiet(name) => {}
        name if known::is_known(name) => {
            // A note is no place for a password.
            let is_secret = ["user", "pass", "cert", "header"].iter().any(|part| name.contains(part));
            let shown = if value.is_empty() || is_secret { String::new() } else { format!(" {value}") };
            draft.note(format!("--{name}{shown} was not carried over."));
        }
        name => {
            let dashes = if name.chars().count() == 1 { "-" } else { "--" };
            draft.note(format!("{dashes}{name} is no flag of curl that is known here; it was left out."));
        }
    }
    Ok(())
}

/// Whether a flag's value stands for standard input.
fn is_input(value: &str) -> bool {
    value == "-" || value == "." || value.ends_with("@-") || value.ends_with("=<-")
}

/// The content of a file, or what stands in for it; `-` is standard input.
fn content(file: &str, input: Option<&str>, draft: &mut Draft) -> String {
    match input {
        Some(input) if is_input(file) => input.to_owned(),
        _ => {
            draft.note(format!("The body comes from a file, which was not read: {file}."));
            format!("(the content of {file})")
        }
    }
}

/// Whether curl would make several URLs of this one: `/{a,b}`, `/[1-3]`. A placeholder is none, nor is an address in
/// brackets.
fn is_pattern(url: &str) -> bool {
    let path = url.find("://").map_or(url, |at| &url[at + 3..]);
    let host = path.starts_with('[') || path.contains("@[");
    let list = path.replace("{{", "").contains('{');
    let range = |part: &str| part.split_once(']').is_some_and(|(inner, _)| inner.contains('-'));
    list || (path.split('[').skip(1 + usize::from(host)).any(range))
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
        let implied = match () {
            () if said.json => "application/json",
            // A file is sent without any type.
            () if said.upload.is_some() => "",
            () => "application/x-www-form-urlencoded",
        };
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
        if let Some(file) = said.upload.as_ref().filter(|_| !url.contains(['?', '#']) && is_folder(&url)) {
            let slash = if url.ends_with('/') { "" } else { "/" };
            url = format!("{url}{slash}{file}");
        }
        for pair in &query {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(pair);
        }
        requests.push(Request { url, ..request.clone() });
    }
    Ok(requests)
}

/// Whether a URL ends without a name, to which curl adds that of the file it uploads.
fn is_folder(url: &str) -> bool {
    crate::url::split(url).is_some_and(|parts| parts.rest.ends_with('/'))
}
