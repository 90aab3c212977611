//! `Origin`: scheme, host and port of a URL, and the reading of whole URLs.

use std::fmt;

/// http or https.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plain.
    Http,
    /// TLS.
    Https,
}

/// Where a connection goes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Plain or TLS.
    pub scheme: Scheme,
    /// Name or address; IPv6 addresses without brackets.
    pub host: String,
    /// The port, the scheme's own where the URL names none.
    pub port: u16,
}

/// A text that is no http or https URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not a URL.
    #[error("`{0}` is not a URL")]
    Syntax(String),
    /// Some other scheme.
    #[error("`{0}` is not an http or https URL")]
    Scheme(String),
}

/// Reads a whole URL into its origin and its path with query, normalised and percent-encoded as browsers do
/// (WHATWG). The fragment and credentials are dropped.
pub fn split(text: &str) -> Result<(Origin, String), UrlError> {
    let url = url::Url::parse(text.trim()).map_err(|_| UrlError::Syntax(text.to_owned()))?;
    let scheme = match url.scheme() {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return Err(UrlError::Scheme(text.to_owned())),
    };
    let host = match url.host() {
        Some(url::Host::Domain(name)) => name.to_owned(),
        Some(url::Host::Ipv4(address)) => address.to_string(),
        Some(url::Host::Ipv6(address)) => address.to_string(),
        None => return Err(UrlError::Syntax(text.to_owned())),
    };
    let port = url.port().unwrap_or(scheme.default_port());
    let mut path = url.path().to_owned();
    // As Node has it, a bare `?` is nothing.
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        path.push('?');
        path.push_str(query);
    }
    Ok((Origin { scheme, host, port }, path))
}

/// Where a `location` header leads from a URL: origin, path with query.
pub fn join(origin: &Origin, path: &str, location: &str) -> Result<(Origin, String), UrlError> {
    let base = url::Url::parse(&format!("{origin}{path}")).map_err(|_| UrlError::Syntax(path.to_owned()))?;
    let whole = base.join(location.trim()).map_err(|_| UrlError::Syntax(location.to_owned()))?;
    split(whole.as_str())
}

/// The name and password that a whole URL carries, percent-decoded.
pub fn credentials(text: &str) -> Option<(String, String)> {
    let url = url::Url::parse(text.trim()).ok()?;
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let password = url.password().unwrap_or("");
    (!url.username().is_empty() || !password.is_empty()).then(|| (decode(url.username()), decode(password)))
}

impl Scheme {
    /// The port of a URL that names none.
    pub const fn default_port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }
}

impl Origin {
    /// `host[:port]` as a `host` header has it: the port only where it is not the scheme's own.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == self.scheme.default_port() { host } else { format!("{host}:{}", self.port) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        write!(f, "{scheme}://{}", self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_urls_are_split_and_normalised() {
        let cases = [
            ("http://localhost:8080/a b?x=1#frag", "http://localhost:8080", "/a%20b?x=1"),
            ("https://example.org", "https://example.org", "/"),
            ("http://h/x?#y", "http://h", "/x"),
            ("http://[::1]:81/", "http://[::1]:81", "/"),
            ("HTTP://User:pw@EXAMPLE.org:80/x/../y", "http://example.org", "/y"),
        ];
        for (text, origin, path) in cases {
            let (seen, rest) = split(text).unwrap();
            assert_eq!((seen.to_string().as_str(), rest.as_str()), (origin, path), "{text}");
        }
    }

    #[test]
    fn credentials_are_decoded() {
        let pair = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(credentials("http://a%40b:p%3A@h/"), pair("a@b", "p:"));
        assert_eq!(credentials("http://user@h/"), pair("user", ""));
        assert_eq!(credentials("http://h/a@b"), None);
    }

    #[test]
    fn other_texts_are_refused() {
        assert!(matches!(split("ftp://example.org/"), Err(UrlError::Scheme(_))));
        assert!(matches!(split("undefined"), Err(UrlError::Syntax(_))));
        assert!(matches!(split("/path"), Err(UrlError::Syntax(_))));
    }
}
