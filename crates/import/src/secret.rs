//! What looks like a secret, by its name: it is written as it was, with a remark that suggests the environment.

use crate::draft::{Body, Request};
use serde_json::Value;

/// The remark beside a value of this name, if it looks like a secret.
pub(crate) fn remark(name: &str, value: &str) -> Option<String> {
    let told = is_secret(name) && !value.is_empty() && !value.contains("{{");
    told.then(|| format!("a secret? better \"{{{{ $env.{} }}}}\"", variable(name)))
}

/// The name of an environment variable for a value: `x-api-key` is `API_KEY`.
pub(crate) fn variable(name: &str) -> String {
    let name = name.trim_start_matches("x-").trim_start_matches("X-");
    let mut out = String::new();
    let mut small = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && small {
            out.push('_');
        }
        small = c.is_ascii_lowercase() || c.is_ascii_digit();
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_uppercase());
        } else if !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
    }
    let out = out.trim_end_matches('_');
    if out.is_empty() { "SECRET".into() } else { out.into() }
}

/// Whether a name is one that secrets go by: that of a header, a member, a field, a parameter or a variable.
pub fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 12] = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "accesskey",
        "privatekey",
        "credential",
        "authorization",
        "cookie",
        "sessionid",
    ];
    const WHOLE: [&str; 7] = ["pass", "pwd", "auth", "sid", "jwt", "otp", "pin"];
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    PARTS.iter().any(|part| plain.contains(part)) || WHOLE.contains(&plain.as_str())
}

/// The remark beside a URL with a secret in its query.
pub(crate) fn in_url(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    query.split('&').filter_map(|pair| pair.split_once('=')).find_map(|(name, value)| remark(name, value))
}

/// Whether a request has a secret somewhere.
pub(crate) fn in_request(request: &Request) -> bool {
    let text = |(name, value): &(String, Value)| value.as_str().is_some_and(|it| remark(name, it).is_some());
    request.headers.iter().any(|header| remark(&header.name, &header.value).is_some())
        || request.cookies.iter().any(|(name, value)| remark(name, value).is_some())
        || request.auth.as_ref().is_some_and(|(_, pass)| remark("password", pass).is_some())
        || request.query.iter().any(text)
        || in_url(&request.url).is_some()
        || match &request.body {
            Body::Json(value) => in_json(value),
            Body::Form(fields) => fields.iter().any(text),
            Body::Parts(parts) => parts.iter().any(|part| remark(&part.name, &part.value).is_some()),
            Body::None | Body::Text(_) => false,
        }
}

fn in_json(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| match value {
            Value::String(text) => remark(name, text).is_some(),
            value => in_json(value),
        }),
        Value::Array(items) => items.iter().any(in_json),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_secrets() {
        for name in
            ["password", "X-Api-Key", "access_token", "clientSecret", "authorization", "csrfToken", "PIN"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["passenger", "name", "keyboard", "author", "bypass"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn variables_are_named_after_them() {
        let cases =
            [("x-api-key", "API_KEY"), ("clientSecret", "CLIENT_SECRET"), ("--", "SECRET"), ("a.b", "A_B")];
        for (name, wanted) in cases {
            assert_eq!(variable(name), wanted);
        }
    }
}
