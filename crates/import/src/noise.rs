//! What a browser adds to each request of its own accord, which a script should not repeat.

use crate::draft::Request;

/// Headers that belong to the connection or to the one who sends, never to a script.
const TRANSPORT: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Headers with an `x-` that browsers and their extensions add.
const ADDED: &[&str] =
    &["x-client-data", "x-devtools-emulate-network-conditions-client-id", "x-forwarded-for"];

/// Whether a header may not stand in a script, whoever wrote it.
pub(crate) fn is_transport(name: &str) -> bool {
    name.starts_with(':') || TRANSPORT.contains(&name)
}

/// Whether a browser's header is one that the application meant.
pub(crate) fn matters(name: &str, value: &str) -> bool {
    match name {
        "accept" => value != "*/*",
        "authorization" | "content-type" | "apikey" | "api-key" | "idempotency-key" | "soapaction"
        | "if-match" => true,
        name if name.starts_with("x-") => !ADDED.contains(&name),
        name => name.contains("token") || name.contains("csrf") || name.contains("xsrf"),
    }
}

/// Whether somebody copied the request from a browser: people do not type these.
pub(crate) fn is_of_a_browser(request: &Request) -> bool {
    request.headers.iter().any(|header| header.name.starts_with("sec-"))
}

/// Takes away what a browser added.
pub(crate) fn clean(request: &mut Request) {
    request.headers.retain(|header| matters(&header.name, &header.value));
    for header in &mut request.headers {
        // The long list of a navigation says no more than this to the services that look at it.
        if header.name == "accept" && header.value.starts_with("text/html,") {
            header.value = "text/html".into();
        }
    }
}
