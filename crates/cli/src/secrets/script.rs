//! Secrets of a script: those it holds, those it takes from the environment, and its text without them.

use super::line::{by_name, without_credentials};
use super::{MASK, Masker};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use loadgen_import::is_secret;
use serde_json::Value;

/// How placeholders name the environment of the process.
const ENVIRONMENTS: [&str; 3] = ["$env", "$environment", "$processEnvironment"];
/// Values of the environment that are none of anybody's secrets.
const PLAIN: [&str; 5] = ["true", "false", "null", "none", "undefined"];
/// Digits from which on a number may be a secret; shorter ones are rates and durations.
const DIGITS: usize = 6;

/// Whether a script takes this variable from the environment: `$environment.NAME`, `$env["NAME"]`.
pub(super) fn uses(script: &str, variable: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    script.match_indices(variable).any(|(at, _)| {
        let (before, after) = (&script[..at], &script[at + variable.len()..]);
        let before = before.trim_end_matches(['.', '[', '"', '\'', '\\', ' ']);
        !after.starts_with(is_letter)
            && before.len() < at
            && ENVIRONMENTS.iter().any(|it| before.ends_with(it))
    })
}

/// Whether a value is none of anybody's secrets: a short number, or a word such as `true`.
pub(super) fn is_plain(value: &str) -> bool {
    let is_number = value.len() < DIGITS && value.parse::<f64>().is_ok();
    is_number || PLAIN.contains(&value.to_ascii_lowercase().as_str())
}

impl Masker {
    /// Learns a variable of the environment that the script uses. Where the load goes is no secret: a report has to say
    /// what it measured.
    pub(super) fn environment(&mut self, name: &str, value: &str, target: Option<&str>) {
        self.credentials(value);
        let is_target = target.is_some_and(|target| {
            target.contains(value) || value.starts_with(target) && !value.contains(['@', '?'])
        });
        if is_secret(name) || !(is_plain(value) || is_target) {
            self.remember(value);
        }
    }

    /// Learns what a script holds under secret names, and in its URLs.
    pub(super) fn script(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                let text = |names: [&str; 2]| names.iter().find_map(|name| members.get(*name)?.as_str());
                if let (Some(user), Some(password)) = (text(["user", "username"]), text(["pass", "password"]))
                {
                    self.remember(&BASE64_STANDARD.encode(format!("{user}:{password}")));
                }
                for (name, value) in members {
                    if is_secret(name) { self.secret(value) } else { self.script(value) }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.script(item)),
            Value::String(text) => {
                self.credentials(text);
                // A body may be written out.
                if let Ok(value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                    self.script(&value);
                }
                if text.contains("PRIVATE KEY-----") {
                    self.remember(text);
                }
            }
            _ => {}
        }
    }

    /// Learns all of a secret value. Of text with placeholders, what stands between them.
    pub(super) fn secret(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.secret(item)),
            Value::Object(members) => {
                self.script(value);
                members.values().for_each(|member| self.secret(member));
            }
            Value::String(text) if text.contains("{{") => {
                let outside =
                    text.split("{{").map(|part| part.split_once("}}").map_or(part, |(_, rest)| rest));
                // `Bearer `, `sid=`
                let outside = outside.map(|part| part.rsplit([' ', '=']).next().unwrap_or_default());
                outside.filter(|part| part.len() >= 8).for_each(|part| self.remember(part));
            }
            Value::String(text) => {
                self.remember(text);
                // `Bearer x`, `a=x; b=y`
                for part in text.split(';') {
                    let part = part.trim();
                    part.split_once([' ', '=']).into_iter().for_each(|(_, secret)| self.remember(secret));
                }
            }
            Value::Number(number) => self.remember(&number.to_string()),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Learns name, password and secret parameters of a text that is a URL or a form.
    pub(super) fn credentials(&mut self, text: &str) {
        if let Some((_, after)) = text.split_once("://") {
            let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
            if let Some((credentials, _)) = authority.rsplit_once('@') {
                self.remember(credentials);
                let (name, password) = credentials.split_once(':').unwrap_or((credentials, ""));
                self.remember(name);
                self.remember(password);
                if let Some((name, password)) = loadgen_scenario::url::credentials(text) {
                    self.remember(&password);
                    self.remember(&BASE64_STANDARD.encode(format!("{name}:{password}")));
                }
            }
        }
        for (name, value) in text.split(['?', '&', '#']).filter_map(|pair| pair.split_once('=')) {
            if is_secret(name) && !value.contains("{{") {
                self.remember(value);
            }
        }
    }

    /// A script's text without secrets: JSON laid out anew, anything else line by line. Values with placeholders stay:
    /// what they stand for is not in the text.
    pub(crate) fn source(&self, text: &str) -> String {
        if let Ok(mut value @ Value::Object(_)) = serde_json::from_str::<Value>(text) {
            masked(&mut value);
            return self.text(&without_credentials(&format!("{value:#}")));
        }
        let mut within_key = false;
        let mut lines = Vec::new();
        for line in text.split('\n') {
            let begins = line.contains("-----BEGIN") && line.contains("PRIVATE KEY");
            if within_key && !begins {
                within_key = !line.contains("-----END");
                continue;
            }
            within_key = begins && !line.contains("-----END");
            lines.push(match line.split_once("-----BEGIN") {
                Some((before, _)) if begins => format!("{before}{MASK}"),
                _ if line.contains("{{") => without_credentials(line),
                _ => by_name(&without_credentials(line)),
            });
        }
        self.text(&lines.join("\n"))
    }

    /// An argument of the command line.
    pub(crate) fn argument(&self, text: &str) -> String {
        match serde_json::from_str::<Value>(text) {
            Ok(mut value @ Value::Object(_)) => {
                masked(&mut value);
                self.text(&without_credentials(&value.to_string()))
            }
            _ => self.lines(text),
        }
    }

    /// What is said of a script, with the lines of it that are shown.
    pub(crate) fn diagnostic(&self, text: &str) -> String {
        let shown = |line: &str| {
            line.trim_start().split_once(" |").is_some_and(|(number, _)| number.parse::<u64>().is_ok())
        };
        let lines = text.split('\n').map(|line| match shown(line) && !line.contains("{{") {
            true => by_name(&without_credentials(line)),
            false => without_credentials(line),
        });
        self.text(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Masks what stands under secret names.
fn masked(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let open = match value {
                    Value::String(text) => text.contains("{{"),
                    Value::Null | Value::Bool(_) => true,
                    _ => false,
                };
                if is_secret(name) && !open {
                    *value = Value::String(MASK.to_owned());
                } else {
                    masked(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(masked),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_script_takes_from_the_environment() {
        let script =
            "a: {{ $environment.TOKEN }} b: {{$env.A_B}} c: {{ $processEnvironment[\"KEY\"] }} HOME $envs.X";
        for (name, used) in [
            ("TOKEN", true),
            ("A_B", true),
            ("KEY", true),
            ("A", false),
            ("HOME", false),
            ("_", false),
            ("X", false),
        ] {
            assert_eq!(uses(script, name), used, "{name}");
        }
    }

    #[test]
    fn which_values_of_the_environment_are_secrets() {
        let seen = |name: &str, value: &str| {
            let mut masker = Masker::default();
            masker.environment(name, value, Some("http://127.0.0.1:8080"));
            masker.text(&format!("<{value}>")) == "<***>"
        };
        for (name, value, secret) in [
            ("REGION", "eu-north-7", true),
            ("TARGET", "http://127.0.0.1:8080/api", false),
            ("HOST", "127.0.0.1", false),
            ("TARGET", "http://ada:hunter22@127.0.0.1:8080", true),
            ("OTHER", "http://127.0.0.1:9090", true),
            ("RATE", "5000", false),
            ("ACCOUNT", "123456", true),
            ("PIN", "1234", true),
            ("DEBUG", "true", false),
            ("A", "abc", false),
        ] {
            assert_eq!(seen(name, value), secret, "{name}={value}");
        }
    }

    #[test]
    fn a_scripts_secrets_are_learnt() {
        let mut masker = Masker::default();
        masker.script(&json!({
            "config": {"target": "http://bob:pa55word@h", "variables": {"apiKeys": ["first-key", "second-key"]}},
            "scenarios": [{"flow": [{"get": {
                "url": "/x?access_token=in-the-url&page=2",
                "headers": {"authorization": "Bearer in-the-header", "x-token": "{{ a }}-and-literal"},
                "cookie": {"session": "in-the-cookie"},
                "auth": {"user": "adalovelace", "pass": "hunter22"},
                "json": {"password": "in-the-body", "name": "no-secret"}, "body": "{\"pin\": \"in-the-text\"}",
            }}]}],
        }));
        for secret in [
            "pa55word",
            "first-key",
            "second-key",
            "in-the-url",
            "in-the-header",
            "-and-literal",
            "in-the-cookie",
            "adalovelace",
            "hunter22",
            "in-the-body",
            "in-the-text",
            &BASE64_STANDARD.encode("adalovelace:hunter22"),
            &BASE64_STANDARD.encode("bob:pa55word"),
        ] {
            assert_eq!(masker.text(&format!("<{secret}>")), "<***>", "{secret}");
        }
        assert_eq!(masker.text("no-secret page=2 Bearer"), "no-secret page=2 Bearer");
    }

    #[test]
    fn the_text_of_a_script_stays_readable() {
        let mut masker = Masker::default();
        masker.environment("REGION", "eu-north-7", None);
        let text = "config:\n  target: http://ada:x@h/eu-north-7\n  tls:\n    key: |\n      -----BEGIN PRIVATE KEY-----\n      \
            MIIE\n      -----END PRIVATE KEY-----\n    servername: h\nheaders:\n  authorization: \"Bearer {{ $env.T }}\"\n  \
            x-api-key: abc\n";
        assert_eq!(
            masker.source(text),
            "config:\n  target: http://***@h/***\n  tls:\n    key: |\n      ***\n    servername: h\nheaders:\n  \
            authorization: \"Bearer {{ $env.T }}\"\n  x-api-key: ***\n"
        );
        let json = masker.source(r#"{"a": {"token": "x", "b": [{"password": "{{ p }}"}]}}"#);
        assert_eq!(
            serde_json::from_str::<Value>(&json).unwrap(),
            json!({"a": {"token": "***", "b": [{"password": "{{ p }}"}]}})
        );
        assert_eq!(masker.argument(r#"{"token":"x"}"#), r#"{"token":"***"}"#);
        assert_eq!(masker.argument("authorization: Bearer x"), "authorization: ***");
        let told = "error: `token` is never set: x\n 3 |  password: abc\n   |  ^^^";
        assert_eq!(masker.diagnostic(told), "error: `token` is never set: x\n 3 |  password: ***\n   |  ^^^");
    }
}
