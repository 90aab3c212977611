//! Proxies: `HTTP_PROXY` by whole URLs in the request line, `HTTPS_PROXY` by a tunnel (RFC 9110, 9.3.6).

use super::{Fault, Message};
use ::http::Uri;
use ::http::header::{HeaderValue, PROXY_AUTHORIZATION};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use loadgen_metrics::ErrorKind;
use loadgen_scenario::plan::{Http2, Proxies, ProxyServer};
use loadgen_scenario::url::{Origin, Scheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest head of a proxy's answer to `CONNECT`.
const LONGEST_HEAD: usize = 16 << 10;

/// The proxy on the way to an origin, if there is one.
pub(super) fn on_the_way<'p>(proxies: &'p Proxies, origin: &Origin) -> Option<&'p ProxyServer> {
    let proxy = match origin.scheme {
        Scheme::Http => proxies.http.as_ref(),
        Scheme::Https => proxies.https.as_ref(),
    }?;
    let direct = proxies.except.iter().any(|except| names(except, origin));
    (!direct).then_some(proxy)
}

/// Whether an entry of `NO_PROXY` names the origin.
fn names(except: &str, origin: &Origin) -> bool {
    let (host, port) = match except.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()),
        _ => (except, None),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let below = || origin.host.strip_suffix(host).is_some_and(|rest| rest.ends_with('.'));
    host == "*" || port.is_none_or(|port: u16| port == origin.port) && (origin.host == host || below())
}

/// A request for a path as a proxy can pass it on.
pub(super) fn address(message: &Message, origin: &Origin, proxy: &ProxyServer) -> Result<Message, Fault> {
    if message.head().http2 == Http2::Always {
        let why = "no proxy carries HTTP/2 without TLS".to_owned();
        return Err(Fault::new(ErrorKind::ProxyRefused, why));
    }
    let whole = format!("{origin}{}", message.path());
    let uri = Uri::try_from(whole).map_err(|error| Fault::new(ErrorKind::InvalidUrl, error.to_string()))?;
    let mut message = message.clone();
    message.set_uri(uri);
    if let Some(value) = authorization(proxy).and_then(|value| HeaderValue::from_str(&value).ok()) {
        message.headers_mut().insert(PROXY_AUTHORIZATION, value);
    }
    Ok(message)
}

/// Asks the proxy for a tunnel to the origin.
pub(super) async fn tunnel(tcp: &mut TcpStream, origin: &Origin, proxy: &ProxyServer) -> Result<(), Fault> {
    let host = if origin.host.contains(':') { format!("[{}]", origin.host) } else { origin.host.clone() };
    let place = format!("{host}:{}", origin.port);
    let mut ask = format!("CONNECT {place} HTTP/1.1\r\nhost: {place}\r\n");
    if let Some(value) = authorization(proxy) {
        ask.push_str(&format!("proxy-authorization: {value}\r\n"));
    }
    ask.push_str("\r\n");
    tcp.write_all(ask.as_bytes()).await.map_err(|error| Fault::of_io(&error))?;
    // Byte by byte: what follows the head is the target's, not ours.
    let mut head = Vec::with_capacity(128);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= LONGEST_HEAD {
            return Err(refused(proxy, "its answer does not end"));
        }
        head.push(tcp.read_u8().await.map_err(|error| Fault::of_io(&error))?);
    }
    let line = String::from_utf8_lossy(&head).lines().next().unwrap_or("").to_owned();
    let status = line.split(' ').nth(1).unwrap_or("");
    if line.starts_with("HTTP/1.") && status.len() == 3 && status.starts_with('2') {
        return Ok(());
    }
    Err(refused(proxy, &line))
}

fn refused(proxy: &ProxyServer, why: &str) -> Fault {
    let why: String = why.chars().take(120).collect();
    Fault::new(ErrorKind::ProxyRefused, format!("the proxy {}:{} says `{why}`", proxy.host, proxy.port))
}

fn authorization(proxy: &ProxyServer) -> Option<String> {
    let (user, password) = proxy.credentials.as_ref()?;
    Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadgen_scenario::url::split;

    #[test]
    fn exceptions_are_reached_directly() {
        let server = |host: &str| Some(ProxyServer { host: host.into(), port: 1, credentials: None });
        let except = ["a.test", "b.test:81", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
        let proxies = Proxies { http: server("plain"), https: server("tls"), except };
        let cases = [
            ("http://other.test/", Some("plain")),
            ("https://other.test/", Some("tls")),
            ("http://a.test/", None),
            ("https://x.a.test:5/", None),
            ("http://xa.test/", Some("plain")),
            ("http://b.test:81/", None),
            ("http://b.test/", Some("plain")),
            ("http://127.0.0.1:8080/", None),
            ("http://[::1]:8080/", None),
        ];
        for (url, wanted) in cases {
            let (origin, _) = split(url).unwrap();
            assert_eq!(on_the_way(&proxies, &origin).map(|proxy| proxy.host.as_str()), wanted, "{url}");
        }
        let all = Proxies { except: vec!["*".into()], ..proxies };
        assert!(on_the_way(&all, &split("http://other.test/").unwrap().0).is_none());
    }
}
