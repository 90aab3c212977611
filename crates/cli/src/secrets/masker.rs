//! `Masker`: takes secrets out of what is shown.
//!
//! What is secret is told by its name: a variable, a header, a member of JSON, a field of a form, a parameter of a
//! query, the word before a colon. A value that was met once is masked wherever else it turns up, such as in a captured
//! variable or a path.

use super::MASK;
use super::known::Known;
use super::line::{by_name, is_parameter, without_credentials};
use loadgen_import::is_secret;
use serde_json::Value;

/// Remembers the secrets that it has met.
#[derive(Clone, Default)]
pub(crate) struct Masker {
    known: Known,
}

impl Masker {
    /// What a variable or one of the environment holds: known from here on, if its name or one within it is secret.
    pub(crate) fn learn(&mut self, name: &str, value: &Value) {
        if is_secret(name) { self.keep(value) } else { self.value(&mut value.clone()) }
    }

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
        let Some((rest, query)) = url.split_once('?') else { return self.text(&without_credentials(url)) };
        // What is known first: an `&` within it would tear it apart.
        let known = self.text(query);
        let pairs = self.pairs(&known);
        self.text(&format!("{}?{pairs}", without_credentials(rest)))
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
            // What is known first: an `&` within it would tear it apart.
            let known = self.text(text);
            let pairs = self.pairs(&known);
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
            self.keep(value);
            return MASK.to_owned();
        }
        let mut value = value.clone();
        self.value(&mut value);
        self.text(&value.to_string())
    }

    /// A name that figures are known by, and thresholds refer to: short secrets may be words of it, as in Artillery.
    pub(crate) fn name(&self, name: &str) -> String {
        self.known.without_long(name)
    }

    /// Any text: the secrets that have been met are taken out.
    pub(crate) fn text(&self, text: &str) -> String {
        self.known.without(text)
    }

    /// The same with what stands behind a secret name and a colon or an equals sign, and in URLs before an `@`.
    pub(crate) fn lines(&self, text: &str) -> String {
        // What is shown of an answer has its line ends written out.
        let line = |line: &str| {
            line.split("\\r\\n")
                .map(|line| by_name(&without_credentials(line)))
                .collect::<Vec<_>>()
                .join("\\r\\n")
        };
        self.text(text).split('\n').map(line).collect::<Vec<_>>().join("\n")
    }

    fn pairs(&mut self, pairs: &str) -> String {
        let mut shown = Vec::new();
        for pair in pairs.split('&') {
            match pair.split_once('=') {
                Some((name, value)) if is_parameter(name) => {
                    // What `key` and its like hold may be any word.
                    if is_secret(name) {
                        self.remember(value);
                    }
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
                        self.keep(value);
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

    /// Remembers all that a secret value holds.
    fn keep(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.remember(text),
            Value::Number(number) => self.remember(&number.to_string()),
            Value::Array(items) => items.iter().for_each(|item| self.keep(item)),
            Value::Object(members) => members.values().for_each(|member| self.keep(member)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Remembers a secret, to be found wherever it turns up.
    pub(crate) fn remember(&mut self, secret: &str) {
        self.known.remember(secret);
    }
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
    #[test]
    fn variables_are_known_before_they_turn_up() {
        let mut masker = Masker::default();
        masker.learn("password", &json!("hunter2secret"));
        masker.learn("users", &json!([{"name": "ada lovelace", "pwd": "a \"b\" & c"}]));
        masker.learn("apiKeys", &json!(["first-key", {"of": 123456789}]));
        masker.learn("city", &json!("Helsinki"));
        assert_eq!(
            masker.text("hunter2secret ada lovelace a \"b\" & c first-key 123456789 Helsinki"),
            "*** ada lovelace *** *** *** Helsinki"
        );
        assert_eq!(masker.text(r#"{"x": "a \"b\" & c"} /?x=a+%22b%22+%26+c"#), r#"{"x": "***"} /?x=***"#);
    }

    #[test]
    fn lines_of_any_text_are_masked() {
        let mut masker = Masker::default();
        masker.remember("hunter22");
        assert_eq!(
            masker.lines("    password: abc def\n    city: Oslo"),
            "    password: ***\n    city: Oslo"
        );
        let read = r"HTTP/1.1 200 OK\r\nset-cookie: sid=1\r\nx: hunter22\r\n";
        assert_eq!(masker.lines(read), r"HTTP/1.1 200 OK\r\nset-cookie: ***\r\nx: ***\r\n");
    }
}
