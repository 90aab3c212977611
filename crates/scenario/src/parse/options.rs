//! What HTTP is told beside the plain parts of a request: forms, cookies, credentials, redirects, certificates.

use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::scenario::{HttpOptions, Options, PartOptions};
use crate::source::Spanned;

impl Parser {
    /// An option of a request. Keys that are none have been told.
    pub(super) fn option(&mut self, key: &str, node: &Node, path: &str, options: &mut Options) {
        match key {
            "form" => options.form = self.pairs(node, path).map(|pairs| (node.at.clone(), pairs)),
            "formData" => {
                let pairs = self.pairs(node, path).unwrap_or_default();
                let mut parts = Vec::new();
                for (name, node) in pairs {
                    let path = format!("{path}.{}", name.value);
                    parts.extend(self.part(&node, &path).map(|part| (name, part)));
                }
                options.form_data = Some((node.at.clone(), parts));
            }
            "setContentLengthHeader" => options.with_length = self.flag(node, path),
            "cookie" => options.cookies = self.pairs(node, path).unwrap_or_default(),
            // As in Artillery, in quotes it counts as if it were not there.
            "gzip" => options.gzip = self.flag(node, path).filter(|_| matches!(node.kind, Kind::Bool(_))),
            "auth" => {
                if let Some(members) = self.fields(node, path, &keys::AUTH) {
                    let mut side = |key: &str| match members.get(key) {
                        // A name or a password may be empty, as where a key stands for both; Artillery refuses that.
                        Some(entry) => self.plain_text(&entry.node, &format!("{path}.{key}")),
                        None => Some(Spanned::new(String::new(), node.at.clone())),
                    };
                    let any = members.contains_key("user") || members.contains_key("pass");
                    options.auth = side("user").zip(side("pass")).filter(|_| any);
                }
            }
            "followRedirect" => {
                options.odd_follow = matches!(node.kind, Kind::Text(_)).then(|| node.at.clone());
                options.follow = self.flag(node, path);
            }
            "maxRedirects" => options.most_redirects = self.count(node, path),
            "allowGetBody" => options.body_on_get = self.flag(node, path),
            key => self.library_option(key, node, path, options),
        }
    }

    /// A part of `formData`: a value, or a map with a value or a file.
    fn part(&mut self, node: &Node, path: &str) -> Option<PartOptions> {
        match &node.kind {
            Kind::Map(_) => {}
            Kind::List(_) => {
                self.wrong_type(node, path, "text, a number, or a map with `value` or `fromFile`");
                return None;
            }
            _ => return Some(PartOptions { value: Some(node.clone()), file: None, content_type: None }),
        }
        let members = self.fields(node, path, &keys::PART)?;
        let mut text =
            |key: &str| members.get(key).and_then(|entry| self.text(&entry.node, &format!("{path}.{key}")));
        let (file, content_type) = (text("fromFile"), text("contentType"));
        let value = members.get("value").map(|entry| entry.node.clone()).filter(|_| file.is_none());
        if value.is_none() && !members.contains_key("fromFile") {
            self.wrong_type(node, path, "a value, or a map with `value` or `fromFile`");
            return None;
        }
        if let Some(value) = &value
            && matches!(value.kind, Kind::Map(_) | Kind::List(_))
        {
            self.wrong_type(value, &format!("{path}.value"), "text, a number, true or false");
            return None;
        }
        Some(PartOptions { value, file, content_type })
    }

    /// `cookie` among defaults.
    pub(super) fn default_cookies(
        &mut self,
        node: &Node,
        path: &str,
    ) -> Option<Vec<(Spanned<String>, Node)>> {
        self.pairs(node.get("cookie")?, &format!("{path}.cookie"))
    }

    /// An option in `config.http`. Keys that are none have been told.
    pub(super) fn http_option(&mut self, key: &str, node: &Node, path: &str, options: &mut HttpOptions) {
        match key {
            "extendedMetrics" => options.extended_metrics = self.flag(node, path),
            "keepAlive" => options.keep_alive = self.flag(node, path),
            "maxBodyBytes" => options.longest_body = self.count(node, path),
            "timeouts" => options.timeouts = self.timeouts(node, path),
            "cookieJarOptions" => self.cookie_jar(node, path, options),
            "distributedTracing" => {
                options.tracing = match &node.kind {
                    Kind::Map(_) => self.tracing(node, path),
                    _ => self.flag(node, path).unwrap_or(false).then_some((None, true)),
                };
            }
            _ => {}
        }
    }

    fn tracing(&mut self, node: &Node, path: &str) -> Option<(Option<Spanned<String>>, bool)> {
        let members = self.fields(node, path, &keys::TRACING)?;
        let mut flag = |key: &str| match members.get(key) {
            Some(entry) => self.flag(&entry.node, &format!("{path}.{key}")).unwrap_or(true),
            None => true,
        };
        let (enabled, sampled) = (flag("enabled"), flag("sampled"));
        let prefix = members.get("traceIdPrefix");
        let prefix = prefix.and_then(|entry| self.text(&entry.node, &format!("{path}.traceIdPrefix")));
        enabled.then_some((prefix, sampled))
    }
}
