//! Where a created thing is: the `Location` of a 201, which a later URL may begin with. Scripts capture a header whole,
//! so it becomes the beginning of that URL and not one id within it.

use super::Exchange;
use super::sources::Source;
use crate::draft::From;
use crate::url;

/// The status of an answer that created something.
const CREATED: u16 = 201;
/// Segments of a path that are looked at: longer ones have no address in them.
const MOST: usize = 20;

/// The whole URL that an answer hands out, and the header as a source. `home` is the origin that a path alone belongs
/// to when the script runs.
pub(super) fn created(exchange: &Exchange, home: &str) -> Option<(String, Source)> {
    let answer = &exchange.answer;
    let (_, value) = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"))?;
    if answer.status != CREATED || value.contains(['?', '#', '{', '}']) {
        return None;
    }
    let parts = match value.starts_with('/') && !value.starts_with("//") {
        true => url::split(&format!("{}{value}", url::split(&exchange.request.url)?.origin))
            .filter(|parts| parts.origin == home)?,
        false => url::split(value)?,
    };
    let source = Source {
        value: value.clone(),
        is_number: false,
        from: From::Header("location".into()),
        key: "location".into(),
        resource: String::new(),
        is_peculiar: false,
        depth: 0,
    };
    Some((format!("{}{}", parts.origin, parts.rest), source))
}

/// The beginnings of a URL that end with a segment, the longest first, each with the number of its segments.
pub(super) fn beginnings(address: &str) -> impl Iterator<Item = (usize, String)> {
    let parts = url::split(address);
    let (origin, path) =
        parts.map_or((String::new(), String::new()), |it| (it.origin.clone(), it.path().to_owned()));
    let ends: Vec<usize> = path.match_indices('/').map(|(at, _)| at).skip(1).chain([path.len()]).collect();
    let most = ends.len().min(MOST);
    (1..=most).rev().map(move |number| (number, format!("{origin}{}", &path[..ends[number - 1]])))
}
