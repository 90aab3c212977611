//! A browser's recording: its requests in their order, the pauses between them, and the values that a later request
//! has from an earlier answer.

mod choice;
mod correlate;
mod location;
mod log;
mod sources;

use crate::Options;
use crate::body;
use crate::draft::{Body, Draft, Part, Request, Scenario, Step};
use crate::error::ImportError;
use crate::kind::Kind;
use crate::noise;
use crate::sound::BRACES;
use crate::url;
use log::{Answer, Entry};
use serde_json::Value;
use std::collections::HashSet;

/// Pauses shorter than this are the browser's, in milliseconds.
const SHORTEST_THOUGHT: i64 = 300;
/// Longer ones are cut to this: somebody had a coffee.
const LONGEST_THOUGHT: i64 = 10_000;

/// A step in the making: what was sent, what came back, and how long the user thought before.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) thought: u64,
    pub(crate) request: Request,
    pub(crate) answer: Answer,
}

/// Reads a recording.
pub(crate) fn read(text: &str, options: &Options) -> Result<Draft, ImportError> {
    let entries = entries(text)?;
    let mut draft = Draft::default();
    let (entries, mut busy) = choice::choose(entries, options, &mut draft);
    busy.sort_unstable();
    let entries = follow_redirects(entries);
    let cookies = cookies_from_before(&entries);
    if !cookies.is_empty() {
        draft.note(format!(
            "The recording begins with cookies that no answer in it set: {}. If the service needs them, record from \
             the login on, or give the first request a `cookie:`.",
            cookies.join(", ")
        ));
    }
    let mut exchanges = exchanges(entries, &busy, &mut draft);
    correlate::correlate(&mut exchanges);
    let mut steps = Vec::new();
    for exchange in exchanges {
        if exchange.thought > 0 {
            steps.push(Step::Think(exchange.thought));
        }
        steps.push(Step::Request(Box::new(exchange.request)));
    }
    draft.scenarios.push(Scenario { name: "Recording".into(), steps });
    Ok(draft)
}

fn entries(text: &str) -> Result<Vec<Entry>, ImportError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ImportError::not(Kind::Har, format!("it is not JSON ({error})"), text))?;
    let Some(log) = value.get("log") else {
        return Err(ImportError::not(Kind::Har, "it has no `log`", text));
    };
    let version = log.get("version").and_then(Value::as_str).unwrap_or("1.2");
    if !version.starts_with("1.") {
        let refused = ImportError::new(format!("HAR of version {version} is not understood"));
        return Err(refused.with_hint("versions 1.1 and 1.2 are, which all browsers write"));
    }
    let Some(list) = log.get("entries").and_then(Value::as_array) else {
        return Err(ImportError::not(Kind::Har, "its `log` has no list of `entries`", text));
    };
    let mut entries: Vec<Entry> = list.iter().filter_map(Entry::read).collect();
    if entries.is_empty() {
        return Err(ImportError::empty(
            "the recording is empty: its `entries` hold no request",
            "open the developer tools before you load the page, and keep the log (\"Preserve log\")",
        ));
    }
    entries.sort_by_key(|entry| entry.started);
    Ok(entries)
}

/// A redirect is followed by the script as by the browser: the request that it led to is no step of its own. Its answer
/// is what the step gets in the end.
///
/// Not so for a POST that is sent on as a GET with status 301 or 302: as in Artillery, a script repeats the POST.
fn follow_redirects(entries: Vec<Entry>) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::new();
    // The index in `kept` of an entry that leads to this URL.
    let mut expected: Vec<(usize, String)> = Vec::new();
    for entry in entries {
        let from = expected.iter().position(|(_, url)| *url == entry.url && entry.method == "GET");
        let index = match from {
            Some(found) => {
                let (index, _) = expected.swap_remove(found);
                kept[index].took = entry.started + entry.took - kept[index].started;
                kept[index].answer = entry.answer.clone();
                index
            }
            None => {
                kept.push(entry.clone());
                kept.len() - 1
            }
        };
        if let Some(next) = next_url(&entry)
            && is_followed(&kept[index].method, entry.answer.status)
        {
            expected.push((index, next));
        }
    }
    kept
}

fn is_followed(method: &str, status: u16) -> bool {
    match status {
        303 => true,
        300..=302 | 307 | 308 => method == "GET" || method == "HEAD",
        _ => false,
    }
}

/// Where an answer leads, as a whole URL.
fn next_url(entry: &Entry) -> Option<String> {
    if !(300..=308).contains(&entry.answer.status) {
        return None;
    }
    let header = entry.answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let to = Some(&entry.answer.redirect).filter(|it| !it.is_empty()).or(header.map(|(_, value)| value))?;
    if to.contains("://") {
        return Some(to.clone());
    }
    let parts = url::split(&entry.url)?;
    match to.strip_prefix("//") {
        Some(rest) => Some(format!("{}://{rest}", parts.origin.split("://").next()?)),
        None if to.starts_with('/') => Some(format!("{}{to}", parts.origin)),
        None => {
            let folder = parts.path().rsplit_once('/').map_or("", |(folder, _)| folder);
            Some(format!("{}{folder}/{to}", parts.origin))
        }
    }
}

/// Names of cookies that were sent before an answer set them.
fn cookies_from_before(entries: &[Entry]) -> Vec<String> {
    let mut set: HashSet<String> = HashSet::new();
    let mut early: Vec<String> = Vec::new();
    for entry in entries {
        for name in &entry.cookies {
            if !set.contains(name) && !early.contains(name) && early.len() < 20 {
                early.push(name.clone());
            }
        }
        for (name, value) in &entry.answer.headers {
            if name.eq_ignore_ascii_case("set-cookie") {
                // Some browsers write several, one a line.
                set.extend(value.lines().filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())));
            }
        }
    }
    early
}

/// Steps in the making; `busy` are the ends of assets, in their order.
fn exchanges(entries: Vec<Entry>, busy: &[i64], draft: &mut Draft) -> Vec<Exchange> {
    let mut idle_since: Option<i64> = None;
    let mut capped = 0;
    let mut exchanges = Vec::with_capacity(entries.len());
    for entry in entries {
        // Until its last asset came, the browser was still at work for the step before.
        let assets = busy.partition_point(|end| *end <= entry.started).checked_sub(1).map(|last| busy[last]);
        let since = idle_since.map(|since| assets.map_or(since, |end| end.max(since)));
        let pause = since.map_or(0, |since| entry.started - since);
        capped += usize::from(pause > LONGEST_THOUGHT);
        let end = entry.started + entry.took;
        idle_since = Some(idle_since.map_or(end, |since| since.max(end)));
        exchanges.push(Exchange {
            thought: rounded(pause),
            request: request(&entry, draft),
            answer: entry.answer,
        });
    }
    if capped > 0 {
        draft.note(format!("Pauses of more than {} s were cut to that.", LONGEST_THOUGHT / 1000));
    }
    exchanges
}

/// Milliseconds, to tenths of a second below two seconds, to half seconds above.
fn rounded(pause: i64) -> u64 {
    if pause < SHORTEST_THOUGHT {
        return 0;
    }
    let pause = pause.min(LONGEST_THOUGHT) as u64;
    let unit = if pause < 2_000 { 100 } else { 500 };
    (pause + unit / 2) / unit * unit
}

fn request(entry: &Entry, draft: &mut Draft) -> Request {
    let mut request = Request::new(&entry.method, entry.url.clone());
    for (name, value) in &entry.headers {
        if !noise::is_transport(name) {
            request.add_header(name, value);
        }
    }
    noise::clean(&mut request);
    let redirect = matches!(entry.answer.status, 301 | 302 | 307 | 308);
    if redirect && !["GET", "HEAD"].contains(&request.method.as_str()) {
        request.follow = Some(false);
        request.about = Some("Answered with a redirect: where it leads is a step of its own.".into());
    }
    if let Some(post) = &entry.body {
        let kind =
            if post.kind.is_empty() { request.header("content-type").unwrap_or("") } else { &post.kind };
        let kind = kind.to_owned();
        let is_multipart = kind.starts_with("multipart/");
        let fields = post.params.iter().map(|it| (it.name.clone(), Value::from(it.value.clone()))).collect();
        if is_multipart && !post.params.is_empty() {
            let part = |it: &log::Param| Part {
                name: it.name.clone(),
                value: it.value.clone(),
                content_type: it.kind.clone(),
                file: it.file.clone(),
            };
            request.body = Body::Parts(post.params.iter().map(part).collect());
            body::settle_type(&mut request, &kind);
        } else if post.text.is_empty() && !post.params.is_empty() {
            match body::unique(fields) {
                Some(fields) => request.body = Body::Form(fields),
                None => draft.note("A form with a field that is there twice was left out."),
            }
            body::settle_type(&mut request, &kind);
        } else {
            body::set(&mut request, Some(&kind), &post.text);
        }
    } else {
        request.remove_header("content-type");
    }
    if format!("{request:?}").contains("{{") {
        draft.note(BRACES);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_rounded() {
        let cases = [(-5, 0), (299, 0), (300, 300), (1_449, 1_400), (2_300, 2_500), (60_000, 10_000)];
        for (pause, wanted) in cases {
            assert_eq!(rounded(pause), wanted, "{pause}");
        }
    }
}
