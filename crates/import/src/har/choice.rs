//! Which entries of a recording become steps: what the user's clicks meant, not what came along.

use super::log::Entry;
use crate::Options;
use crate::compose::{count, some};
use crate::draft::Draft;
use crate::url;
use indexmap::IndexSet;

/// Why an entry was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Asset,
    ThirdParty,
    Preflight,
    WebSocket,
    Unanswered,
    NotHttp,
}

impl Why {
    const ALL: [Why; 6] =
        [Why::Asset, Why::ThirdParty, Why::Preflight, Why::WebSocket, Why::Unanswered, Why::NotHttp];

    /// What is said of so many of them; `hosts` are the other sites.
    fn note(self, number: usize, hosts: &[String]) -> String {
        let requests = count(number, "request");
        match self {
            Why::Asset => {
                format!(
                    "Left out: {requests} for images, styles, scripts and fonts (--include-assets keeps them)."
                )
            }
            Why::ThirdParty => {
                format!(
                    "Left out: {requests} to other sites (--include-third-party keeps them): {}.",
                    some(hosts)
                )
            }
            Why::Preflight => {
                format!("Left out: {requests} that a browser sends to ask whether it may (CORS).")
            }
            Why::WebSocket => format!("Left out: {} of WebSockets.", count(number, "connection")),
            Why::Unanswered => format!("Left out: {requests} without an answer (blocked or broken off)."),
            Why::NotHttp => format!("Left out: {requests} of other schemes than http and https."),
        }
    }
}

/// Leaves out what is not wanted and says how much of it there was. Times of assets are kept, as ends of what the
/// browser was busy with: a user thinks from there.
pub(crate) fn choose(entries: Vec<Entry>, options: &Options, draft: &mut Draft) -> (Vec<Entry>, Vec<i64>) {
    let home = home(&entries);
    let mut left_out = Vec::new();
    let mut hosts: IndexSet<String> = IndexSet::new();
    let mut busy = Vec::new();
    let mut kept = Vec::new();
    for entry in entries {
        match judge(&entry, home.as_deref(), options) {
            None => kept.push(entry),
            Some(why) => {
                if why == Why::Asset {
                    busy.push(entry.started + entry.took);
                }
                let host = url::split(&entry.url).map(|parts| parts.host().to_owned());
                hosts.extend(host.filter(|_| why == Why::ThirdParty));
                left_out.push(why);
            }
        }
    }
    let hosts: Vec<String> = hosts.into_iter().collect();
    for why in Why::ALL {
        let number = left_out.iter().filter(|it| **it == why).count();
        if number > 0 {
            draft.note(why.note(number, &hosts));
        }
    }
    (kept, busy)
}

/// The host of the first page, or of the first request where there is no page.
fn home(entries: &[Entry]) -> Option<String> {
    let of = |entry: &Entry| url::split(&entry.url).map(|parts| parts.host().to_owned());
    let page = |entry: &&Entry| {
        (entry.resource == "document" || entry.answer.kind == "text/html") && entry.method == "GET"
    };
    entries.iter().filter(page).find_map(of).or_else(|| entries.iter().find_map(of))
}

fn judge(entry: &Entry, home: Option<&str>, options: &Options) -> Option<Why> {
    if entry.resource == "websocket" || entry.url.starts_with("ws:") || entry.url.starts_with("wss:") {
        return Some(Why::WebSocket);
    }
    let Some(parts) = url::split(&entry.url) else { return Some(Why::NotHttp) };
    let preflight = entry.method == "OPTIONS"
        && entry.headers.iter().any(|(name, _)| name == "access-control-request-method");
    if entry.resource == "preflight" || preflight {
        return Some(Why::Preflight);
    }
    if home.is_some_and(|home| !url::same_site(home, parts.host())) && !options.include_third_party {
        return Some(Why::ThirdParty);
    }
    if !options.include_assets && is_asset(entry) {
        return Some(Why::Asset);
    }
    // A browser that took it from its cache has an answer, of status 200 or 304.
    (entry.answer.status == 0).then_some(Why::Unanswered)
}

fn is_asset(entry: &Entry) -> bool {
    const RESOURCES: &[&str] = &[
        "image",
        "stylesheet",
        "script",
        "font",
        "media",
        "manifest",
        "texttrack",
        "imageset",
        "beacon",
        "ping",
    ];
    const EXTENSIONS: &[&str] = &[
        "js",
        "mjs",
        "css",
        "map",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "avif",
        "svg",
        "ico",
        "bmp",
        "woff",
        "woff2",
        "ttf",
        "otf",
        "eot",
        "mp4",
        "webm",
        "mp3",
        "m4a",
        "ogg",
        "wasm",
        "webmanifest",
    ];
    if entry.method != "GET" {
        return false;
    }
    let kind = entry.answer.kind.as_str();
    RESOURCES.contains(&entry.resource.as_str())
        || ["image/", "font/", "audio/", "video/"].iter().any(|start| kind.starts_with(start))
        || ["text/css", "text/javascript", "application/javascript", "application/x-javascript"]
            .contains(&kind)
        || entry.extension().is_some_and(|it| EXTENSIONS.contains(&it.as_str()))
}
