//! Whole URLs, cut where a script needs it. They may hold placeholders, so no strict parser would take them.

use percent_encoding::percent_decode_str;

/// A URL in two parts: where, and what there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parts {
    /// Scheme, host and port, in small letters: `https://shop.example.com:8443`.
    pub(crate) origin: String,
    /// Path and query; `/` at least. No fragment: it is never sent.
    pub(crate) rest: String,
    /// User and password before the host.
    pub(crate) login: Option<(String, String)>,
}

/// Cuts a URL of http or https; `None` for anything else.
pub(crate) fn split(url: &str) -> Option<Parts> {
    let (scheme, after) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    let (login, host) = match authority.rsplit_once('@') {
        Some((login, host)) => (Some(login), host),
        None => (None, authority),
    };
    // A strict parser for what is no path: the host may not hold just anything. Line breaks it would drop.
    if host.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return None;
    }
    ::url::Url::parse(&format!("{scheme}://{host}")).ok()?;
    let default = if scheme == "http" { ":80" } else { ":443" };
    let host = host.strip_suffix(default).unwrap_or(host).to_ascii_lowercase();
    let rest = rest.split('#').next().unwrap_or("");
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    let login = login.map(|login| {
        let (user, pass) = login.split_once(':').unwrap_or((login, ""));
        (decode(user), decode(pass))
    });
    Some(Parts { origin: format!("{scheme}://{host}"), rest, login })
}

impl Parts {
    /// The host without its port.
    pub(crate) fn host(&self) -> &str {
        let host = self.origin.split_once("://").map_or("", |(_, host)| host);
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        }
    }

    /// The path without the query.
    pub(crate) fn path(&self) -> &str {
        self.rest.split('?').next().unwrap_or("/")
    }
}

/// What percent signs stand for, where that is text.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Whether two hosts belong to the same site, as far as names tell: the same last two labels (three below suffixes
/// such as `co.uk`). Addresses and one-word names are sites of their own.
pub(crate) fn same_site(one: &str, other: &str) -> bool {
    one == other || (site(one).is_some() && site(one) == site(other))
}

fn site(host: &str) -> Option<String> {
    let labels: Vec<&str> = host.split('.').collect();
    let [.., second, last] = labels.as_slice() else { return None };
    if last.bytes().all(|byte| byte.is_ascii_digit()) || host.contains(':') {
        return None;
    }
    let wanted = if second.len() <= 3 && last.len() == 2 { 3 } else { 2 };
    (labels.len() >= wanted).then(|| labels[labels.len() - wanted..].join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_cut() {
        let cut = |url: &str| split(url).map(|it| (it.origin, it.rest));
        let is = |origin: &str, rest: &str| Some((origin.to_owned(), rest.to_owned()));
        assert_eq!(
            cut("HTTPS://Shop.Example.com:443/a/B?c=/d#e"),
            is("https://shop.example.com", "/a/B?c=/d")
        );
        assert_eq!(cut("http://u:p%40@[::1]:8080"), is("http://[::1]:8080", "/"));
        assert_eq!(cut("http://x?q=1"), is("http://x", "/?q=1"));
        assert_eq!(cut("ftp://x/"), None);
        assert_eq!(cut("/only/a/path"), None);
        assert_eq!(split("http://u:p%40@x/").and_then(|it| it.login), Some(("u".into(), "p@".into())));
    }

    #[test]
    fn sites_are_told_by_names() {
        assert!(same_site("www.example.com", "api.example.com"));
        assert!(same_site("shop.example.co.uk", "api.example.co.uk"));
        assert!(!same_site("a.co.uk", "b.co.uk"));
        assert!(!same_site("example.com", "example.org"));
        assert!(!same_site("127.0.0.1", "127.1.0.1"));
        assert!(same_site("localhost", "localhost"));
    }
}
