//! Options that Artillery hands to its HTTP and cookie libraries as they are: none of their texts has placeholders.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::scenario::{HttpOptions, Options};

impl Parser {
    /// `searchParams`, `username`, `password`, `https`, `http2`.
    pub(super) fn library_option(&mut self, key: &str, node: &Node, path: &str, options: &mut Options) {
        match key {
            "searchParams" => {
                options.search = self.search(node, path).map(|pairs| (node.at.clone(), pairs));
            }
            "username" | "password" => {
                let text = self.text(node, path);
                if let Some(text) = &text {
                    let hint = "use `auth: {user, pass}`, whose placeholders are filled";
                    self.unfilled(&text.value, node, path, hint);
                }
                if key == "username" { options.user = text } else { options.password = text }
            }
            "https" => options.tls = self.tls_options(node, path, &keys::HTTPS),
            "http2" => options.http2 = self.flag(node, path).unwrap_or(false),
            _ => {}
        }
    }

    /// The query of `searchParams`: a map, or the text of a query.
    fn search(&mut self, node: &Node, path: &str) -> Option<Vec<(String, String)>> {
        let hint = "use `qs`, whose placeholders are filled";
        match &node.kind {
            Kind::Text(text) => {
                self.unfilled(text, node, path, hint);
                let text = text.strip_prefix('?').unwrap_or(text);
                let pairs = url::form_urlencoded::parse(text.as_bytes());
                Some(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
            }
            Kind::Map(members) => {
                let mut pairs = Vec::new();
                for (name, entry) in members {
                    let path = format!("{path}.{name}");
                    let value = match &entry.node.kind {
                        Kind::Null => String::new(),
                        Kind::List(_) | Kind::Map(_) => {
                            self.wrong_type(&entry.node, &path, "text, a number, true, false or null");
                            continue;
                        }
                        _ => self.text(&entry.node, &path)?.value,
                    };
                    self.unfilled(&value, &entry.node, &path, hint);
                    pairs.push((name.clone(), value));
                }
                Some(pairs)
            }
            _ => {
                self.wrong_type(node, path, "a map of names and values, or the text of a query");
                None
            }
        }
    }

    /// Warns of placeholders that are sent as they stand.
    fn unfilled(&mut self, text: &str, node: &Node, path: &str, hint: &str) {
        if text.contains("{{") {
            let message = format!("placeholders in \"{path}\" are sent as they stand, as in Artillery");
            self.problems.push(Diagnostic::warning(&node.at, message).hint(hint));
        }
    }

    /// `cookieJarOptions`.
    pub(super) fn cookie_jar(&mut self, node: &Node, path: &str, options: &mut HttpOptions) {
        let Some(members) = self.fields(node, path, &keys::COOKIE_JAR) else { return };
        let mut flag =
            |key: &str| members.get(key).and_then(|entry| self.flag(&entry.node, &format!("{path}.{key}")));
        options.loose_cookies = flag("looseMode");
        options.any_cookie_domain = flag("rejectPublicSuffixes").map(|reject| !reject);
    }
}
