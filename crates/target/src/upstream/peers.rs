//! `Peers`: the addresses of the user-service, as they are written: `http://a:8080,http://b:8080/api`.

use std::fmt;
use std::str::FromStr;

use axum::http::Uri;
use thiserror::Error;

use super::balancer::MOST_PEERS;

/// Where the user-service is: no address, or up to 64. Each is `http` or `https`, a host, a port if it is not the usual
/// one, and a path before `/users` if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Peers(Vec<Box<str>>);

impl Peers {
    /// Whether there is no address at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The addresses, each without a slash at its end.
    pub(super) fn urls(&self) -> &[Box<str>] {
        &self.0
    }
}

/// An address that cannot be one of a user-service.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadPeer {
    /// It cannot be read as `http://host:port`.
    #[error("`{0}` is no address: write it as http://host:port, several with a comma between")]
    Url(String),
    /// It holds a user or a password, which would show in the metrics. It is not repeated.
    #[error("an address holds a user or a password, which it cannot")]
    Secret,
    /// The same peer twice would be counted twice.
    #[error("`{0}` is there twice")]
    Twice(String),
    /// More than can be told apart.
    #[error("there are more than {MOST_PEERS} addresses")]
    TooMany,
}

impl FromStr for Peers {
    type Err = BadPeer;

    /// An empty text is an empty list, so that a variable may be set to nothing.
    fn from_str(list: &str) -> Result<Self, BadPeer> {
        if list.trim().is_empty() {
            return Ok(Self::default());
        }
        let mut urls: Vec<Box<str>> = Vec::new();
        for text in list.split(',').map(str::trim) {
            if text.contains('@') {
                return Err(BadPeer::Secret);
            }
            let url = url(text).ok_or_else(|| BadPeer::Url(text.to_owned()))?;
            if urls.contains(&url) {
                return Err(BadPeer::Twice(url.into()));
            }
            urls.push(url);
        }
        if urls.len() > MOST_PEERS { Err(BadPeer::TooMany) } else { Ok(Self(urls)) }
    }
}

fn url(text: &str) -> Option<Box<str>> {
    let uri: Uri = text.parse().ok()?;
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    let host = uri.host().is_some_and(|host| !host.is_empty());
    // A query cannot stand before a path.
    let plain = uri.query().is_none() && !text.contains('#');
    (known && host && plain).then(|| text.trim_end_matches('/').into())
}

impl fmt::Display for Peers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_addresses() {
        for (text, list) in [
            ("", ""),
            (" ", ""),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://a:1/, https://b/api/ ,http://[::1]:2", "http://a:1,https://b/api,http://[::1]:2"),
        ] {
            let peers: Peers = text.parse().unwrap();
            assert_eq!(peers.to_string(), list, "{text:?}");
            assert_eq!(peers.is_empty(), list.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_list_of_addresses() {
        for text in [
            "users:8080",
            "127.0.0.1:8080",
            "ftp://a",
            "http://",
            "http://a,",
            ",",
            "http://a/?x",
            "http://a b",
        ] {
            assert!(matches!(text.parse::<Peers>(), Err(BadPeer::Url(_))), "{text:?}");
        }
        assert_eq!("http://u:p@a".parse::<Peers>(), Err(BadPeer::Secret));
        assert_eq!("http://a/,http://a".parse::<Peers>(), Err(BadPeer::Twice("http://a".into())));
        let many: Vec<_> = (0..=MOST_PEERS).map(|number| format!("http://a{number}")).collect();
        assert_eq!(many.join(",").parse::<Peers>(), Err(BadPeer::TooMany));
        many[1..].join(",").parse::<Peers>().unwrap();
    }
}
