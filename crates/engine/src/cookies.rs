//! `Jar`: the cookies of one user, by RFC 6265.
//!
//! Kept in memory and gone with the user. There is no list of public suffixes: a cookie for a domain without a dot is
//! taken only from that very host, unless `rejectPublicSuffixes: false` says otherwise.

use cookie::Expiration;
use loadgen_metrics::Moment;
use loadgen_scenario::plan::CookieRules;
use loadgen_scenario::url::{Origin, Scheme};
use std::time::Duration;

/// More cookies than these are not kept; the oldest goes. RFC 6265 asks for 50 for a domain at least.
const MOST: usize = 300;

/// The cookies of one user.
#[derive(Debug, Default)]
pub(crate) struct Jar {
    cookies: Vec<Cookie>,
    /// How many were ever made: the place of the next in the order of making.
    made: u64,
    /// Whether an answer has set a cookie. Until then Artillery asks the jar only where the script sets one.
    pub(crate) active: bool,
}

/// A cookie that is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// It cannot be read.
    #[error("`{0}` is no cookie")]
    Unreadable(String),
    /// It is for a domain that the host is not in, or for one that is no single host's.
    #[error("`{0}` may not be set by this host")]
    Foreign(String),
}

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    /// In small letters.
    domain: String,
    /// Whether it is for the domain alone, not for those below it.
    host_only: bool,
    path: String,
    secure: bool,
    expires: Option<Moment>,
    made: u64,
}

impl Jar {
    /// Keeps a cookie of the script, as if the host had set it for this path.
    pub(crate) fn set(&mut self, name: &str, value: String, origin: &Origin, path: &str) {
        self.put(Cookie {
            name: name.to_owned(),
            value,
            domain: origin.host.to_ascii_lowercase(),
            host_only: true,
            path: default_path(path).to_owned(),
            secure: false,
            expires: None,
            made: 0,
        });
    }

    /// Keeps what a `set-cookie` header says.
    ///
    /// # Errors
    /// It is no cookie, or one for a domain that the host is not in.
    pub(crate) fn store(
        &mut self,
        header: &[u8],
        origin: &Origin,
        path: &str,
        now: Moment,
        rules: CookieRules,
    ) -> Result<(), Unusable> {
        // As Node has it: a character for each byte, so that what comes in UTF-8 goes back as it came.
        let text: String = header.iter().map(|byte| char::from(*byte)).collect();
        let shown = || text.chars().take(80).collect();
        let (read, nameless) = if rules.loose { loosened(&text) } else { (text.clone(), false) };
        let parsed = cookie::Cookie::parse(read).map_err(|_| Unusable::Unreadable(shown()))?;
        let host = origin.host.to_ascii_lowercase();
        let domain = parsed.domain().map(str::to_ascii_lowercase).filter(|domain| !domain.is_empty());
        if let Some(domain) = &domain {
            // Artillery's jar takes an address for a public suffix.
            let own = *domain == host && (rules.any_domain || host.parse::<std::net::Ipv4Addr>().is_err());
            if !own && (!rules.any_domain && !domain.contains('.') || !is_below(&host, domain)) {
                return Err(Unusable::Foreign(shown()));
            }
        }
        let own_path = parsed.path().filter(|path| path.starts_with('/'));
        // Max-Age wins over Expires.
        let lifetime = match (parsed.max_age(), parsed.expires()) {
            (Some(age), _) => Some(Duration::try_from(age).unwrap_or_default()),
            (None, Some(Expiration::DateTime(at))) => {
                Some(Duration::try_from(at - crate::clock::date()).unwrap_or_default())
            }
            (None, _) => None,
        };
        let cookie = Cookie {
            name: if nameless { String::new() } else { parsed.name().to_owned() },
            value: parsed.value().to_owned(),
            host_only: domain.is_none() || domain.as_ref() == Some(&host) && is_address(&host),
            domain: domain.unwrap_or(host),
            path: own_path.unwrap_or(default_path(path)).to_owned(),
            secure: parsed.secure().unwrap_or(false),
            // A lifetime of centuries is one without end.
            expires: lifetime.filter(|it| it.as_secs() < u64::from(u32::MAX)).map(|it| now + it),
            made: 0,
        };
        if lifetime.is_some_and(|lifetime| lifetime.is_zero()) {
            self.cookies.retain(|old| !old.is_same(&cookie));
        } else {
            self.put(cookie);
        }
        Ok(())
    }

    /// The value of the `cookie` header for a request: longer paths first, then in the order of making. `None` where
    /// there is none to send.
    pub(crate) fn header(&self, origin: &Origin, path: &str, now: Moment) -> Option<String> {
        let host = origin.host.to_ascii_lowercase();
        let path = path.split('?').next().unwrap_or("/");
        let mut sent: Vec<&Cookie> = self
            .cookies
            .iter()
            .filter(|cookie| cookie.expires.is_none_or(|expires| now < expires))
            .filter(|cookie| !cookie.secure || origin.scheme == Scheme::Https)
            .filter(|cookie| cookie.domain == host || !cookie.host_only && is_below(&host, &cookie.domain))
            .filter(|cookie| cookie.is_for(path))
            .collect();
        sent.sort_by_key(|cookie| (std::cmp::Reverse(cookie.path.len()), cookie.made));
        let pairs: Vec<String> = sent.iter().map(|cookie| cookie.pair()).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Puts a cookie in the place of its predecessor.
    fn put(&mut self, cookie: Cookie) {
        match self.cookies.iter_mut().find(|old| old.is_same(&cookie)) {
            Some(old) => *old = Cookie { made: old.made, ..cookie },
            None => {
                if self.cookies.len() >= MOST {
                    self.cookies.remove(0);
                }
                self.cookies.push(Cookie { made: self.made, ..cookie });
                self.made += 1;
            }
        }
    }
}

impl Cookie {
    fn is_same(&self, other: &Cookie) -> bool {
        self.name == other.name && self.domain == other.domain && self.path == other.path
    }

    /// As the `cookie` header has it.
    fn pair(&self) -> String {
        if self.name.is_empty() { self.value.clone() } else { format!("{}={}", self.name, self.value) }
    }

    fn is_for(&self, path: &str) -> bool {
        path.strip_prefix(self.path.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

/// A cookie as `looseMode` reads it: one equals sign at the beginning is passed over, and one without a name, of which
/// is told, is given one to be read by.
fn loosened(header: &str) -> (String, bool) {
    let rest = header.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    let pair = rest.split(';').next().unwrap_or("").trim();
    let nameless = !pair.is_empty() && pair.find('=').is_none_or(|at| at == 0);
    (if nameless { format!("nameless={rest}") } else { rest.to_owned() }, nameless)
}

/// Whether a host is below a domain. Addresses are below nothing.
fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')) && !is_address(host)
}

fn is_address(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
}

/// The path that a cookie is for which names none: up to the last slash of the request's.
fn default_path(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or("/");
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => &path[..end],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadgen_scenario::url::split;

    const NOW: Moment = Moment::START;
    const STRICT: CookieRules = CookieRules { loose: false, any_domain: false };

    /// A jar after these `set-cookie` headers, each from a URL.
    fn jar(set: &[(&str, &str)]) -> Jar {
        let mut jar = Jar::default();
        for (url, cookie) in set {
            let (origin, path) = split(url).unwrap();
            // What may not be set is looked at below.
            let _ = jar.store(cookie.as_bytes(), &origin, &path, NOW, STRICT);
        }
        jar
    }

    fn sent(jar: &Jar, url: &str) -> String {
        let (origin, path) = split(url).unwrap();
        jar.header(&origin, &path, NOW).unwrap_or_default()
    }

    #[test]
    fn cookies_go_where_they_belong() {
        let jar = jar(&[
            ("http://h.test/a/b", "default=1"),
            ("http://h.test/", "root=2; Path=/"),
            ("http://h.test/", "wide=3; Domain=.H.test"),
            ("http://www.h.test/", "up=4; Domain=h.test; Path=/"),
            ("http://h.test/", "safe=5; Secure"),
            ("http://h.test/", "foreign=6; Domain=other.test"),
            ("http://h.test/", "top=7; Domain=test"),
            ("http://h.test/", "down=8; Domain=www.h.test"),
        ]);
        let cases = [
            ("http://h.test/", "root=2; wide=3; up=4"),
            ("http://h.test:81/a/x?y", "default=1; root=2; wide=3; up=4"),
            ("http://h.test/ab", "root=2; wide=3; up=4"),
            ("https://h.test/", "root=2; wide=3; up=4; safe=5"),
            ("http://www.h.test/", "wide=3; up=4"),
            ("http://xh.test/", ""),
        ];
        for (url, wanted) in cases {
            assert_eq!(sent(&jar, url), wanted, "{url}");
        }
    }

    #[test]
    fn cookies_end_and_are_replaced() {
        let url = "http://127.0.0.1/";
        let mut jar = jar(&[
            (url, "a=1"),
            (url, "b=2; Max-Age=10"),
            (url, "c=3; Expires=Thu, 01 Jan 2015 00:00:00 GMT"),
            (url, "d=4; Max-Age=-1"),
            (url, "a=\"x y\""),
            (url, "e=5; Domain=127.0.0.1"),
        ]);
        assert_eq!(sent(&jar, url), "a=\"x y\"; b=2");
        let (origin, path) = split(url).unwrap();
        let later = NOW + Duration::from_secs(10);
        assert_eq!(jar.header(&origin, &path, later).unwrap(), "a=\"x y\"");
        jar.store(b"a=; Max-Age=0", &origin, &path, NOW, STRICT).unwrap();
        assert_eq!(sent(&jar, url), "b=2");
        assert!(jar.store(b"nothing", &origin, &path, NOW, STRICT).is_err());
        assert!(jar.store(b"a=1; Domain=elsewhere.test", &origin, &path, NOW, STRICT).is_err());
        assert!(jar.store(b"=x", &origin, &path, NOW, STRICT).is_err());
    }

    #[test]
    fn a_jar_can_be_less_strict() {
        let (origin, path) = split("http://h.test/").unwrap();
        let rules = CookieRules { loose: true, any_domain: true };
        let mut jar = Jar::default();
        for cookie in ["a=1", "=first; Path=/", "second; Path=/x", "third", "=b=2", "top=3; Domain=test"] {
            jar.store(cookie.as_bytes(), &origin, &path, NOW, rules).unwrap();
        }
        assert_eq!(sent(&jar, "http://h.test/"), "a=1; third; b=2; top=3");
        assert_eq!(sent(&jar, "http://other.test/"), "top=3");
        assert!(jar.store(b"", &origin, &path, NOW, rules).is_err());
    }

    #[test]
    fn a_jar_is_bounded() {
        let (origin, path) = split("http://h/").unwrap();
        let mut jar = Jar::default();
        for index in 0..10 * MOST {
            jar.store(format!("c{index}=1").as_bytes(), &origin, &path, NOW, STRICT).unwrap();
        }
        assert_eq!(jar.cookies.len(), MOST);
    }
}
