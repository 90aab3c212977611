//! What a document may hold and a script may not: names that are there twice, headers that HTTP does not have, methods
//! without a step. Left out, and said.

use crate::compose::some;
use crate::draft::{Body, Draft, Part, Request, Scenario, Step};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use std::collections::HashSet;

/// What is said of a document's own braces.
pub(crate) const BRACES: &str =
    "A text in it holds {{ }}, which a script takes for a placeholder: see that it is meant.";

/// Makes the draft one that can be written.
pub(crate) fn make(draft: &mut Draft) {
    leave_out(draft, |it| !it.is_known(), "since a script has no such step");
    leave_out(draft, |it| !has_host(&it.url), "since it is no URL");
    let mut notes = Vec::new();
    for request in draft.requests_mut() {
        headers(request, &mut notes);
        request.query = merged(std::mem::take(&mut request.query));
        once(&mut request.cookies, |it| &it.0, "cookie", &mut notes);
        if request.method == "HEAD" && std::mem::take(&mut request.body) != Body::None {
            notes.push("Left out: the body of a HEAD, which is never sent.".into());
        }
        match &mut request.body {
            Body::Form(fields) => once(fields, |it| &it.0, "field", &mut notes),
            Body::Parts(parts) => {
                once(parts, |it| &it.name, "part", &mut notes);
                self::parts(parts, &mut notes);
            }
            _ => {}
        }
        request.url =
            request.url.chars().map(|c| if c.is_control() || c == ' ' { '\u{1}' } else { c }).collect();
        request.url = spaces(&request.url);
    }
    notes.into_iter().for_each(|note| draft.note(note));
    if draft.requests().any(holds_foreign_braces) {
        draft.note(BRACES);
    }
}

/// A URL has no spaces, but a placeholder in it may: those come back, the others are encoded.
fn spaces(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut depth = 0_usize;
    for c in url.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match c {
            '\u{1}' if depth >= 2 => out.push(' '),
            '\u{1}' => out.push_str("%20"),
            c => out.push(c),
        }
    }
    out
}

/// Whether a URL is a path, has a fine host, or one that is only known once a variable is.
fn has_host(url: &str) -> bool {
    let authority = url.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    url.starts_with('/') || authority.is_none_or(|it| it.contains("{{")) || crate::url::split(url).is_some()
}

fn leave_out(draft: &mut Draft, unfit: impl Fn(&Request) -> bool, why: &str) {
    let lines: Vec<String> =
        draft.requests().filter(|it| unfit(it)).map(|it| format!("{} {}", it.method, it.url)).collect();
    for line in lines {
        draft.note(format!("Left out, {why}: {line}."));
    }
    let is_request = |step: &Step| matches!(step, Step::Request(_));
    for scenario in &mut draft.scenarios {
        scenario.steps.retain(|step| match step {
            Step::Request(request) => !unfit(request),
            Step::Think(_) => true,
        });
    }
    draft.scenarios.retain(|scenario: &Scenario| scenario.steps.iter().any(is_request));
}

fn headers(request: &mut Request, notes: &mut Vec<String>) {
    let is_token = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    request.headers.retain(|header| {
        let fine = is_token(&header.name);
        if !fine {
            notes.push(format!("Left out, since it is no header: {}.", header.name.escape_debug()));
        }
        fine
    });
    for header in &mut request.headers {
        header.value = header.value.replace(|c: char| c.is_control(), " ").trim().to_owned();
    }
}

/// The names and types of parts stand in lines and quotes of their own.
fn parts(parts: &mut Vec<Part>, notes: &mut Vec<String>) {
    parts.retain(|part| {
        let fine = !part.name.is_empty() && !part.name.contains(|c: char| c == '"' || c.is_control());
        if !fine {
            notes.push(format!("Left out, since no part can have this name: {}.", part.name.escape_debug()));
        }
        fine
    });
    for part in parts {
        part.content_type =
            part.content_type.take().filter(|it| !it.contains("{{") && !it.contains(char::is_control));
    }
}

/// Values of one name become a list.
fn merged(query: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let mut merged: IndexMap<String, Value> = IndexMap::new();
    for (name, value) in query {
        match merged.get_mut(&name) {
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                merged.insert(name, value);
            }
        }
    }
    merged.into_iter().collect()
}

/// Keeps the first of each name.
fn once<T>(list: &mut Vec<T>, name: impl Fn(&T) -> &String, what: &str, notes: &mut Vec<String>) {
    let mut seen: HashSet<String> = HashSet::new();
    let mut twice: IndexSet<String> = IndexSet::new();
    list.retain(|item| {
        let is_new = seen.insert(name(item).clone());
        if !is_new {
            twice.insert(name(item).escape_debug().to_string());
        }
        is_new
    });
    let twice: Vec<String> = twice.into_iter().collect();
    match twice.as_slice() {
        [] => {}
        [only] => notes.push(format!("The {what} {only} is there twice; the first was kept.")),
        all => notes.push(format!("The {what}s {} are there twice; the first of each was kept.", some(all))),
    }
}

/// Placeholders that an import writes have their spaces; others come from the document.
fn holds_foreign_braces(request: &Request) -> bool {
    let text = match &request.body {
        Body::Json(value) => value.to_string(),
        Body::Text(text) => text.clone(),
        _ => return false,
    };
    text.match_indices("{{").any(|(at, _)| !text[at + 2..].starts_with(' '))
}
