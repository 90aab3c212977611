//! The target, and the headers that all requests share: found in the requests, taken out of them.

use crate::draft::{Draft, From, Header};
use crate::url;
use indexmap::{IndexMap, IndexSet};
use std::collections::HashSet;

/// Settles target, common headers aside: those are only looked up, by [`common_headers`].
pub(crate) fn settle(draft: &mut Draft, target: Option<&str>) {
    log_in(draft);
    if draft.target.is_empty() {
        let urls = draft.requests().map(|request| request.url.as_str());
        draft.target = most_used(urls).unwrap_or_else(|| "http://localhost:8080".into());
    }
    let own = draft.target.trim_end_matches('/').to_owned();
    let mut others: IndexSet<String> = IndexSet::new();
    for request in draft.requests_mut() {
        let Some(parts) = url::split(&request.url) else { continue };
        if parts.origin == own {
            request.url = parts.rest;
        } else {
            others.insert(parts.origin);
        }
    }
    draft.target = own;
    if let Some(target) = target {
        draft.target = target.trim_end_matches('/').to_owned();
        draft.target_remark = None;
    }
    if !others.is_empty() {
        let others: Vec<String> = others.into_iter().collect();
        draft.note(format!("Some requests go to another host than the target: {}.", others.join(", ")));
    }
    // A captured address is a URL, or a path that the target goes before.
    let addresses: HashSet<&str> = draft
        .requests()
        .flat_map(|it| &it.captures)
        .filter(|it| it.from == From::Header("location".into()))
        .map(|it| it.name.as_str())
        .collect();
    let doubtful = draft.requests().any(|it| {
        let name = it.url.strip_prefix("{{ ").and_then(|rest| Some(rest.split_once(" }}")?.0));
        let is_fine = name.is_some_and(|name| name.starts_with("$env") || addresses.contains(name));
        it.url.starts_with("{{") && !is_fine
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

/// The origin that most URLs have; the first of several.
pub(crate) fn most_used<'a>(urls: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut counts: IndexMap<String, usize> = IndexMap::new();
    for parts in urls.filter_map(url::split) {
        *counts.entry(parts.origin).or_default() += 1;
    }
    let most = *counts.values().max()?;
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
