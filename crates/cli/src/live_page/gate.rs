//! `Gate`: who may see the page and who may stop the run.
//!
//! On loopback everybody at this machine may; what must not get in is a web page from elsewhere in the browser of
//! somebody at this machine, so the `Host` has to be a name of loopback (against names that are made to lead here) and an
//! `Origin`, where there is one, the page's own. Any other address needs the token: in the URL at first, and then in a
//! cookie. What changes something needs, besides, a key that only the page has.

use super::token::Token;
use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName};
use std::net::{IpAddr, SocketAddr};

/// Carries the page's key.
pub(super) const KEY: HeaderName = HeaderName::from_static("x-loadgen-key");

/// Who may see the page and who may stop the run.
pub(super) struct Gate {
    /// Names this run's cookie: cookies know no ports, and other runs may have pages of their own.
    port: u16,
    /// Needed to see the page, except on loopback.
    token: Option<Token>,
    /// Needed to change something.
    key: Token,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The name that was asked is not one of loopback.
    Host,
    /// Another site asks.
    Origin,
    /// There is no token, or a wrong one.
    Token,
}

impl Gate {
    /// The gate of a page at this address.
    pub(super) fn new(bound: SocketAddr) -> Self {
        let token = (!bound.ip().is_loopback()).then(Token::random);
        Gate { port: bound.port(), token, key: Token::random() }
    }

    /// The token, if one is needed.
    pub(super) fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// What the page shows when it changes something.
    pub(super) fn key(&self) -> &Token {
        &self.key
    }

    /// Whether a request may see what there is.
    pub(super) fn admit(&self, headers: &HeaderMap, query: Option<&str>) -> Result<(), Refusal> {
        let host = text(headers, &HOST).unwrap_or_default();
        if headers.contains_key(ORIGIN)
            && text(headers, &ORIGIN).and_then(|it| it.strip_prefix("http://")) != Some(host)
        {
            return Err(Refusal::Origin);
        }
        match &self.token {
            None if is_loopback(host) => Ok(()),
            None => Err(Refusal::Host),
            Some(token) if self.shown(headers, query).any(|given| token.is(given)) => Ok(()),
            Some(_) => Err(Refusal::Token),
        }
    }

    /// Whether a request that was let in may change something.
    pub(super) fn may_act(&self, headers: &HeaderMap) -> bool {
        text(headers, &KEY).is_some_and(|given| self.key.is(given))
    }

    /// The cookie that keeps the token, if one is needed.
    pub(super) fn cookie(&self) -> Option<String> {
        let token = self.token.as_ref()?;
        Some(format!("{}={token}; Path=/; HttpOnly; SameSite=Strict", self.cookie_name()))
    }

    fn cookie_name(&self) -> String {
        format!("loadgen-{}", self.port)
    }

    /// The tokens that a request shows, in its URL and in its cookies.
    fn shown<'a>(&self, headers: &'a HeaderMap, query: Option<&'a str>) -> impl Iterator<Item = &'a str> {
        let name = self.cookie_name();
        let cookies = headers.get_all(COOKIE).into_iter().filter_map(|it| it.to_str().ok());
        let pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
        let kept = pairs.filter_map(move |(given, value)| (given == name).then_some(value));
        let typed = query.unwrap_or_default().split('&').filter_map(|it| it.strip_prefix("token="));
        typed.chain(kept)
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a `Host` is a name of loopback, on any port: it may have been forwarded.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(HeaderName, &str)]) -> HeaderMap {
        of.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn on_loopback_the_host_is_a_name_of_loopback_and_the_origin_the_pages_own() {
        let gate = Gate::new("127.0.0.1:4040".parse().unwrap());
        assert!(gate.token().is_none() && gate.cookie().is_none());
        for (host, origin, expected) in [
            ("127.0.0.1:4040", None, Ok(())),
            ("localhost:4040", None, Ok(())),
            ("LOCALHOST", None, Ok(())),
            ("[::1]:4040", None, Ok(())),
            ("127.0.0.2:4040", None, Ok(())),
            ("localhost:9000", None, Ok(())),
            ("evil.example:4040", None, Err(Refusal::Host)),
            ("127.0.0.1.evil.example", None, Err(Refusal::Host)),
            ("localhost.evil.example:4040", None, Err(Refusal::Host)),
            ("10.0.0.1:4040", None, Err(Refusal::Host)),
            ("", None, Err(Refusal::Host)),
            ("127.0.0.1:4040", Some("http://127.0.0.1:4040"), Ok(())),
            ("127.0.0.1:4040", Some("http://127.0.0.1:4041"), Err(Refusal::Origin)),
            ("127.0.0.1:4040", Some("https://127.0.0.1:4040"), Err(Refusal::Origin)),
            ("127.0.0.1:4040", Some("http://evil.example"), Err(Refusal::Origin)),
            ("127.0.0.1:4040", Some("null"), Err(Refusal::Origin)),
        ] {
            let mut given = vec![(HOST, host)];
            given.extend(origin.map(|origin| (ORIGIN, origin)));
            assert_eq!(gate.admit(&headers(&given), None), expected, "{host} {origin:?}");
        }
        assert_eq!(gate.admit(&HeaderMap::new(), None), Err(Refusal::Host));
    }

    #[test]
    fn elsewhere_the_token_is_needed_in_the_url_or_in_the_cookie() {
        let gate = Gate::new("0.0.0.0:4040".parse().unwrap());
        let token = gate.token().unwrap().to_string();
        let with = |cookie: &str| headers(&[(HOST, "box.example:4040"), (COOKIE, cookie)]);
        let none = headers(&[(HOST, "127.0.0.1:4040")]);
        assert_eq!(gate.admit(&none, None), Err(Refusal::Token));
        assert_eq!(gate.admit(&none, Some("token=")), Err(Refusal::Token));
        assert_eq!(gate.admit(&none, Some(&format!("token={token}0"))), Err(Refusal::Token));
        assert_eq!(gate.admit(&none, Some(&format!("a=b&token={token}"))), Ok(()));
        let cookie = gate.cookie().unwrap();
        let kept = cookie.split(';').next().unwrap();
        assert_eq!(gate.admit(&with(&format!("other=1; {kept}")), None), Ok(()));
        assert_eq!(gate.admit(&with(&format!("loadgen-4041={token}")), None), Err(Refusal::Token));
        assert_eq!(gate.admit(&with("loadgen-4040=0"), Some("token=1")), Err(Refusal::Token));
    }

    #[test]
    fn the_key_is_not_the_token() {
        let gate = Gate::new("[::]:1".parse().unwrap());
        let (token, key) = (gate.token().unwrap().to_string(), gate.key().to_string());
        assert!(gate.may_act(&headers(&[(KEY, &key)])));
        assert!(!gate.may_act(&headers(&[(KEY, &token)])));
        assert!(!gate.may_act(&HeaderMap::new()));
    }
}
