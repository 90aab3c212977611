//! Examples of errors keep no credentials that were sent, wherever those came from: a target may repeat them.
//!
//! Only here are the headers known that a user made up on its way, such as a token that it had captured.

use http::header::{AUTHORIZATION, COOKIE, HeaderMap, PROXY_AUTHORIZATION};
use loadgen_metrics::ErrorSample;

/// What stands in a secret's place.
const MASK: &str = "***";
/// Shorter values would be found by chance.
const SHORTEST: usize = 6;
/// Headers that are credentials, besides those of the standard.
const OTHERS: [&str; 6] =
    ["x-api-key", "api-key", "x-auth-token", "x-access-token", "x-csrf-token", "x-session-token"];

/// Takes the credentials among a request's headers out of the example of its error.
pub(super) fn hush(mut sample: ErrorSample, headers: &HeaderMap) -> ErrorSample {
    for text in [&mut sample.url, &mut sample.detail, &mut sample.read] {
        *text = without(std::mem::take(text), headers);
    }
    sample
}

/// The same of a text.
pub(super) fn without(mut text: String, headers: &HeaderMap) -> String {
    for (name, value) in headers {
        if ![AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(name) && !OTHERS.contains(&name.as_str()) {
            continue;
        }
        let Ok(value) = value.to_str() else { continue };
        // `Bearer x`; `a=x; b=y`
        let parts = value.split(';').filter_map(|part| part.trim().split_once([' ', '=']));
        for secret in std::iter::once(value).chain(parts.map(|(_, secret)| secret)) {
            if secret.len() >= SHORTEST && text.contains(secret) {
                text = text.replace(secret, MASK);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn credentials_that_were_sent_are_not_kept() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (AUTHORIZATION, "Bearer abc.def"),
            (COOKIE, "sid=0123456789; lang=en"),
            (http::header::USER_AGENT, "loadgen-user"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let sample = ErrorSample {
            url: "/by/abc.def".into(),
            detail: "no Bearer abc.def".into(),
            read: "sid 0123456789, en, loadgen-user".into(),
            ..ErrorSample::default()
        };
        let hushed = hush(sample, &headers);
        assert_eq!(
            (&*hushed.url, &*hushed.detail, &*hushed.read),
            ("/by/***", "no ***", "sid ***, en, loadgen-user")
        );
    }
}
