//! `Masker`: takes secrets out of what is printed.
//!
//! What is secret is told by its name: a variable, a header, a member of JSON, a field of a form, a parameter of a
//! query, the word before a colon. A value that was met once is masked wherever else it turns up, such as in a captured
//! variable or a path.

use loadgen_import::is_secret;
use serde_json::Value;

const MASK: &str = "***";
/// Shorter values are not looked for elsewhere: they would turn up by chance.
const SHORTEST: usize = 6;
/// Most values that are looked for elsewhere.
const MOST: usize = 3_000;

/// Remembers the secrets that it has met.
#[derive(Default)]
pub(crate) struct Masker {
    secrets: Vec<String>,
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
            self.keep(value);
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

    /// The same with what stands behind a secret name and a colon or an equals sign.
    pub(crate) fn lines(&self, text: &str) -> String {
        self.text(text).split('\n').map(line).collect::<Vec<_>>().join("\n")
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

    fn remember(&mut self, secret: &str) {
        let secret = secret.trim();
        self.note(secret);
        // The same within JSON, and within a URL or a form.
        let quoted = Value::from(secret).to_string();
        self.note(&quoted[1..quoted.len() - 1]);
        let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        self.note(&encoded);
    }

    fn note(&mut self, secret: &str) {
        let is_known = self.secrets.iter().any(|it| it == secret);
        if secret.len() >= SHORTEST && self.secrets.len() < MOST && !is_known {
            // The longest first: one may begin with another.
            let place = self.secrets.partition_point(|it| it.len() > secret.len());
            self.secrets.insert(place, secret.to_owned());
        }
    }
}

/// `password: x` is masked to the line's end, as nothing says where the secret ends; `token=x` up to what ends a field
/// of a form, of a query or of a cookie.
fn line(text: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find([':', '=']) {
        let (before, after) = rest.split_at(at);
        let (sign, value) = after.split_at(1);
        shown.push_str(before);
        shown.push_str(sign);
        rest = value;
        let name = before.trim_end().trim_end_matches(['"', '\'', '`']);
        let name = name.rsplit(|c| !is_name(c)).next().unwrap_or_default();
        if value.trim().is_empty() || !is_secret(name) {
            continue;
        }
        if sign == ":" {
            shown.push(' ');
            shown.push_str(MASK);
            return shown;
        }
        shown.push_str(MASK);
        rest = value.find([' ', '&', ';', ',', '"', '\'']).map_or("", |end| &value[end..]);
    }
    shown + rest
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
    fn pairs_in_any_text_are_masked_by_their_names() {
        let masker = Masker::default();
        for (text, wanted) in [
            ("    password: abc def\n    city: Oslo", "    password: ***\n    city: Oslo"),
            ("set-cookie: sid=1; path=/", "set-cookie: ***"),
            (r#"{"user": "ada", "pin": 1}"#, r#"{"user": "ada", "pin": ***"#),
            ("GET http://h/x?user=ada&token=abc&page=1 now", "GET http://h/x?user=ada&token=***&page=1 now"),
            ("user 7: token=abc", "user 7: token=***"),
            ("password:", "password:"),
            ("Request params:", "Request params:"),
            ("a == b", "a == b"),
        ] {
            assert_eq!(masker.lines(text), wanted);
        }
    }
}
