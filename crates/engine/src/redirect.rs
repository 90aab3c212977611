//! Where a redirect leads, and what of the request goes there.
//!
//! As in Artillery: 303 makes a GET of anything but GET and HEAD, all others repeat the request as it was, and what
//! is meant for one host is not told to another.

use crate::transport::Message;
use http::header::{AUTHORIZATION, COOKIE, HOST, HeaderValue, LOCATION};
use http::{HeaderMap, Method, Uri};
use loadgen_scenario::url::{self, Origin, UrlError};

/// The `location` of an answer that is a redirect. One without is an answer like any other.
pub(crate) fn location(status: u16, headers: &HeaderMap) -> Option<String> {
    let location = headers.get(LOCATION).filter(|_| matches!(status, 300..=304 | 307 | 308))?;
    // Some targets send UTF-8 unencoded.
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

/// Leads the request to where `location` says.
///
/// # Errors
/// It is no URL, or one that is neither http nor https.
pub(crate) fn follow(
    status: u16,
    location: &str,
    origin: &Origin,
    message: &mut Message,
) -> Result<Origin, UrlError> {
    let (next, path) = url::join(origin, message.path(), location)?;
    let unusable = || UrlError::Syntax(location.to_owned());
    let uri = Uri::try_from(path.as_str()).map_err(|_| unusable())?;
    let host = HeaderValue::from_str(&next.authority()).map_err(|_| unusable())?;
    message.set_uri(uri);
    if status == 303 && !matches!(*message.method(), Method::GET | Method::HEAD) {
        message.make_get();
    }
    let headers = message.headers_mut();
    if next.host != origin.host || own_port(&next) != own_port(origin) {
        headers.remove(COOKIE);
        headers.remove(AUTHORIZATION);
    }
    headers.insert(HOST, host);
    Ok(next)
}

/// The port, where it is not the scheme's own: http and https of one host are the same to Artillery's HTTP library.
fn own_port(origin: &Origin) -> Option<u16> {
    Some(origin.port).filter(|port| *port != origin.scheme.default_port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    /// Follows `POST /a/b?c` with a body from http://one:81; gives method, URL, body, `authorization`.
    fn followed(status: u16, location: &str) -> String {
        let (origin, _) = url::split("http://one:81/").unwrap();
        let message = http::Request::post("/a/b?c").header("authorization", "x");
        let message = message.header("content-length", "4").body(Bytes::from("body")).unwrap();
        let mut message = Message::from(message);
        let next = follow(status, location, &origin, &mut message).unwrap();
        let body = String::from_utf8_lossy(message.body()).into_owned();
        let authorization = message.headers().contains_key("authorization");
        let host = message.headers()["host"].to_str().unwrap();
        assert_eq!(host, next.authority());
        format!("{} {next}{} {body} {authorization}", message.method(), message.uri())
    }

    #[test]
    fn redirects_keep_and_drop_what_they_should() {
        let cases = [
            (302, "/x", "POST http://one:81/x body true"),
            (301, "y?z=1#f", "POST http://one:81/a/y?z=1 body true"),
            (303, "/x", "GET http://one:81/x  true"),
            (307, "//two/x", "POST http://two/x body false"),
            (308, "http://one:82/", "POST http://one:82/ body false"),
            (302, "/ü b", "POST http://one:81/%C3%BC%20b body true"),
        ];
        for (status, location, wanted) in cases {
            assert_eq!(followed(status, location), wanted, "{status} {location}");
        }
    }

    #[test]
    fn an_answer_without_a_location_is_no_redirect() {
        let mut headers = HeaderMap::new();
        assert_eq!(location(304, &headers), None);
        headers.insert(LOCATION, HeaderValue::from_static("/x"));
        assert_eq!(location(302, &headers).as_deref(), Some("/x"));
        assert_eq!(location(201, &headers), None);
    }
}
