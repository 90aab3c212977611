//! The target, and the headers that all requests share: found in the requests, taken out of them.

use crate::draft::{Draft, Header};
use crate::url;

/// Settles target, common headers aside: those are only looked up, by [`common_headers`].
pub(crate) fn settle(draft: &mut Draft, target: Option<&str>) {
    log_in(draft);
    if draft.target.is_empty() {
        draft.target = most_used(draft).unwrap_or_else(|| "http://localhost:8080".into());
    }
    let own = draft.target.trim_end_matches('/').to_owned();
    let mut others: Vec<String> = Vec::new();
    for request in draft.requests_mut() {
        let Some(parts) = url::split(&request.url) else { continue };
        if parts.origin == own {
            request.url = parts.rest;
        } else if !others.contains(&parts.origin) {
            others.push(parts.origin);
        }
    }
    draft.target = own;
    if let Some(target) = target {
        draft.target = target.trim_end_matches('/').to_owned();
        draft.target_remark = None;
    }
    if !others.is_empty() {
        draft.note(format!("Some requests go to another host than the target: {}.", others.join(", ")));
    }
    let doubtful = draft.requests().filter(|it| it.url.contains("{{")).any(|it| {
        let start = it.url.starts_with("{{");
        start && !it.url.starts_with("{{ $env")
    });
    if doubtful {
        draft.note("Some URLs begin with a variable: it has to hold a whole URL, with http:// or https://.");
    }
}

/// Credentials in a URL become those of the request: a script's URLs have none.
fn log_in(draft: &mut Draft) {
    for request in draft.requests_mut() {
        let Some(parts) = url::split(&request.url) else { continue };
        if let Some(login) = parts.login {
            request.url = format!("{}{}", parts.origin, parts.rest);
            request.auth.get_or_insert(login);
        }
    }
}

/// The origin that most requests go to; the first of several.
fn most_used(draft: &Draft) -> Option<String> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for request in draft.requests() {
        let Some(parts) = url::split(&request.url) else { continue };
        match counts.iter_mut().find(|(origin, _)| *origin == parts.origin) {
            Some((_, count)) => *count += 1,
            None => counts.push((parts.origin, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(origin, _)| origin)
}

/// Headers that each of several requests has, with the same value: written once, in `http.defaults.headers`.
pub(crate) fn common_headers(draft: &Draft) -> Vec<Header> {
    let mut requests = draft.requests();
    let Some(first) = requests.next() else { return Vec::new() };
    let mut common = first.headers.clone();
    let mut count = 1;
    for request in requests {
        common.retain(|header| request.headers.contains(header));
        count += 1;
    }
    if count < 2 {
        common.clear();
    }
    common
}
