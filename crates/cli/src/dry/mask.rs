//! `Masker`: takes secrets out of what is printed.
//!
//! What is secret is told by its name: a header, a member of JSON, a field of a form, a parameter of a query. A value
//! that was masked once is masked wherever else it turns up, such as in a captured variable or a path.

use serde_json::Value;

const MASK: &str = "***";
/// Shorter values are not looked for elsewhere: they would turn up by chance.
const SHORTEST: usize = 6;
/// Most values that are looked for elsewhere.
const MOST: usize = 1_000;

/// Remembers the secrets that it has met.
#[derive(Default)]
pub(crate) struct Masker {
    secrets: Vec<String>,
}

impl Masker {
    /// A header's value.
    pub(crate) fn header(&mut self, name: &str, value: &str) -> String {
        if !is_secret(name) {
            return self.text(value);
        }
        // `Bearer x`, `sid=x; path=/`: it is x that turns up elsewhere.
        let first = value.split(';').next().unwrap_or(value);
        self.remember(first.split_once([' ', '=']).map_or(first, |(_, secret)| secret));
        MASK.to_owned()
    }

    /// A URL: its query and what stands before an `@`.
    pub(crate) fn url(&mut self, url: &str) -> String {
        let (rest, query) = url.split_once('?').map_or((url, None), |(rest, query)| (rest, Some(query)));
        let mut shown = match rest.split_once("://").and_then(|(scheme, rest)| {
            let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
            let (_, host) = authority.rsplit_once('@')?;
            Some(format!("{scheme}://{MASK}@{host}{path}"))
        }) {
            Some(without) => without,
            None => rest.to_owned(),
        };
        if let Some(query) = query {
            shown.push('?');
            shown.push_str(&self.pairs(query));
        }
        self.text(&shown)
    }

    /// A body, by its content type; JSON is laid out for reading.
    pub(crate) fn body(&mut self, kind: &str, body: &[u8]) -> String {
        let Ok(text) = std::str::from_utf8(body) else {
            return format!("({} bytes that are no text)", body.len());
        };
        if kind.contains("multipart/") {
            return format!("({} bytes of parts)", body.len());
        }
        if kind.contains("x-www-form-urlencoded") {
            let pairs = self.pairs(text);
            return self.text(&pairs);
        }
        match serde_json::from_str::<Value>(text) {
            Ok(mut value @ (Value::Object(_) | Value::Array(_))) => {
                self.value(&mut value);
                self.text(&format!("{value:#}"))
            }
            _ => self.text(text),
        }
    }

    /// What a variable holds.
    pub(crate) fn captured(&mut self, variable: &str, value: Option<&Value>) -> String {
        let Some(value) = value else { return "undefined".to_owned() };
        if is_secret(variable) {
            if let Value::String(text) = value {
                self.remember(text);
            }
            return MASK.to_owned();
        }
        let mut value = value.clone();
        self.value(&mut value);
        self.text(&value.to_string())
    }

    /// Any text: the secrets that have been met are taken out.
    pub(crate) fn text(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| {
            if text.contains(secret.as_str()) { text.replace(secret.as_str(), MASK) } else { text }
        })
    }

    fn pairs(&mut self, pairs: &str) -> String {
        let mut shown = Vec::new();
        for pair in pairs.split('&') {
            match pair.split_once('=') {
                Some((name, value)) if is_secret(name) => {
                    self.remember(value);
                    shown.push(format!("{name}={MASK}"));
                }
                _ => shown.push(pair.to_owned()),
            }
        }
        shown.join("&")
    }

    fn value(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    if is_secret(name) && !value.is_null() {
                        if let Value::String(text) = value {
                            self.remember(text);
                        }
                        *value = Value::String(MASK.to_owned());
                    } else {
                        self.value(value);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            _ => {}
        }
    }

    fn remember(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() >= SHORTEST
            && self.secrets.len() < MOST
            && !self.secrets.iter().any(|it| it == secret)
        {
            self.secrets.push(secret.to_owned());
        }
    }
}

/// Whether what bears this name is nobody's business.
fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 11] = [
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
    ];
    const WHOLE: [&str; 8] = ["pass", "pwd", "auth", "sid", "sessionid", "jwt", "otp", "pin"];
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    PARTS.iter().any(|part| plain.contains(part)) || WHOLE.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_masked_by_their_names() {
        let mut masker = Masker::default();
        for name in
            ["authorization", "Cookie", "set-cookie", "X-Api-Key", "x-csrf-token", "proxy-authorization"]
        {
            assert_eq!(masker.header(name, "Bearer abc"), "***", "{name}");
        }
        assert_eq!(masker.header("accept", "text/html"), "text/html");
        assert_eq!(
            masker.url("http://ada:secret@host/login?user=ada&access_token=xyz"),
            "http://***@host/login?user=ada&access_token=***"
        );
        let form = masker.body("application/x-www-form-urlencoded", b"user=ada&password=hunter22");
        assert_eq!(form, "user=ada&password=***");
        let body =
            masker.body("", br#"{"user": {"name": "ada", "apiKey": 12345}, "tokens": ["a"], "pin": null}"#);
        let shown: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(shown, json!({"user": {"name": "ada", "apiKey": "***"}, "tokens": "***", "pin": null}));
        assert_eq!(masker.captured("userToken", Some(&json!("abcdef"))), "***");
        assert_eq!(masker.captured("id", None), "undefined");
    }

    #[test]
    fn a_secret_that_was_met_is_masked_wherever_it_turns_up() {
        let mut masker = Masker::default();
        masker.body("application/json", br#"{"token": "s3cr3t-value"}"#);
        assert_eq!(masker.captured("t", Some(&json!("s3cr3t-value"))), "\"***\"");
        assert_eq!(masker.url("http://h/by/s3cr3t-value"), "http://h/by/***");
        assert_eq!(masker.text("got s3cr3t-value"), "got ***");
        masker.header("authorization", "Bearer other-secret");
        masker.header("set-cookie", "sid=third-secret; path=/");
        assert_eq!(masker.text("other-secret third-secret path"), "*** *** path");
    }

    #[test]
    fn short_values_are_not_looked_for_elsewhere() {
        let mut masker = Masker::default();
        masker.body("", br#"{"password": "a"}"#);
        assert_eq!(masker.text("a banana"), "a banana");
    }

    #[test]
    fn what_is_no_text_is_counted() {
        let mut masker = Masker::default();
        assert_eq!(masker.body("image/png", &[0xff, 0]), "(2 bytes that are no text)");
        assert_eq!(masker.body("multipart/form-data; boundary=x", b"--x"), "(3 bytes of parts)");
    }
}
