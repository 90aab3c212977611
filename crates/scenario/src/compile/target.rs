//! Where requests go: `config.target`, the URLs of requests, and the names under which endpoints are reported.

use crate::compile::Compiler;
use crate::diagnostic::Diagnostic;
use crate::overlay::Choices;
use crate::plan::{Credentials, Refusal, Url};
use crate::scenario::Scenario;
use crate::source::Spanned;
use crate::template::{Segment, Template};
use crate::url::{self, Origin, UrlError};
use percent_encoding::percent_decode_str;

/// The target that URLs without an address are relative to.
pub(super) enum Base {
    /// loadgen's own, whose address is not known yet.
    Builtin,
    /// An address.
    Address {
        /// Scheme, host and port.
        origin: Origin,
        /// What stands after them, put before each path as it is.
        prefix: String,
        /// All of it as written.
        text: String,
    },
}

/// Reads `config.target`. Where it is missing or wrong, the rest is compiled as for the builtin target.
pub(super) fn base(scenario: &Scenario, problems: &mut Vec<Diagnostic>) -> Base {
    let config = &scenario.config;
    let Some(target) = config.target.as_ref().filter(|target| !target.value.trim().is_empty()) else {
        if let Some(Spanned { at, .. }) = &config.target
            && &*at.source == Choices::TARGET
        {
            let problem = Diagnostic::error(at, "--target is empty");
            problems.push(problem.hint("give a URL, such as -t http://localhost:8080, or leave -t out"));
            return Base::Builtin;
        }
        let at =
            config.target.as_ref().map(|target| &target.at).or(config.at.as_ref()).unwrap_or(&scenario.at);
        let problem = Diagnostic::error(at, "no target: \"config.target\" is required")
            .label("no `target` in here")
            .hint("set `target: http://…` (or `builtin`), give -t URL, or choose an environment that has one with -e");
        problems.push(problem);
        return Base::Builtin;
    };
    let text = target.value.trim_end();
    let option = &*target.at.source == Choices::TARGET;
    if text.trim_start() == "builtin" {
        return Base::Builtin;
    }
    if let Some(base) = odd(text) {
        let warning = Diagnostic::warning(
            &target.at,
            format!("Invalid URL: the target `{text}` does not begin with http"),
        );
        problems.push(warning.label("users fail at their first request to it").hint(LIKE));
        return base;
    }
    address(text, if option { Choices::TARGET } else { "\"config.target\"" }).unwrap_or_else(
        |(message, hint)| {
            let hint =
                if option && hint == LIKE { "such as -t http://localhost:8080, or -t builtin" } else { hint };
            problems.push(Diagnostic::error(&target.at, message).hint(hint));
            Base::Builtin
        },
    )
}

/// What a target is like.
const LIKE: &str = "such as http://localhost:8080, or `builtin`";

/// A target that begins with neither http nor https, in these letters: as in Artillery, what is put after it is no
/// URL, and users fail there.
fn odd(text: &str) -> Option<Base> {
    let other = text.starts_with("http") || text.contains("{{") || text.starts_with("ws");
    let whole = if text.contains("://") {
        text.trim_start().to_owned()
    } else {
        format!("http://{}", text.trim_start())
    };
    let (origin, _) = url::split(&whole).ok().filter(|_| !other)?;
    Some(Base::Address { origin, prefix: String::new(), text: text.to_owned() })
}

/// Reads an address; `name` is what people know it by.
fn address(text: &str, name: &str) -> Result<Base, (String, &'static str)> {
    if text.contains("{{") {
        let hint = "the target may use $env, $environment and what -v sets";
        return Err((format!("{name} is `{text}`, which is not known before the run"), hint));
    }
    let (origin, _) = url::split(text).map_err(|error| match error {
        UrlError::Scheme(_) if text.starts_with("ws") => {
            (format!("{name}: {error}"), "WebSocket targets are not supported yet")
        }
        error => (format!("{name}: {error}"), LIKE),
    })?;
    let (_, rest) = authority(text);
    // As in Artillery, the URLs of requests are put after a query too; after a fragment they would be lost.
    if rest.contains('#') {
        return Err((format!("{name} has a fragment"), "a target is scheme, host, port and perhaps a path"));
    }
    Ok(Base::Address { origin, prefix: rest.to_owned(), text: text.to_owned() })
}

/// Host with port, and what follows them, of a whole URL as it is written.
pub(super) fn authority(text: &str) -> (&str, &str) {
    let after = text.split_once("://").map_or(text, |(_, after)| after);
    after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len()))
}

impl Compiler {
    /// Compiles the URL of a request.
    pub(super) fn url(&mut self, url: &Spanned<String>, path: &str) -> Url {
        let text = url.value.as_str();
        if let Some(relative) = self.relative(text) {
            let template = self.template(&relative, &url.at);
            return Url::OnTarget(template);
        }
        let odd = match &self.base {
            Base::Address { text: target, .. } if !target.starts_with("http") && text.starts_with('/') => {
                Some(format!("{target}{text}"))
            }
            _ => None,
        };
        if let Some(text) = odd {
            // What is wrong with the target has been told.
            let template = self.template(&text, &url.at).into_text();
            return Url::Whole(template, "".into());
        }
        let template = self.template(text, &url.at).into_text();
        match template.as_text() {
            Some(text) if !text.starts_with("http") => {
                self.not_whole(text, url, path);
            }
            Some(text) => self.check_whole(text, url, path),
            None => {
                let relative = match template.segments.first() {
                    Some(Segment::Text(begin)) => !begin.to_ascii_lowercase().starts_with("http"),
                    _ => false,
                };
                if relative {
                    self.not_whole(text, url, path);
                }
            }
        }
        let prefix = match &self.base {
            Base::Builtin => "",
            Base::Address { prefix, .. } => prefix,
        };
        Url::Whole(template, prefix.into())
    }

    /// The credentials in the target's own URL, for a request that goes there.
    pub(super) fn target_credentials(&self, url: &Url) -> Option<Credentials> {
        let (Base::Address { text, .. }, Url::OnTarget(_)) = (&self.base, url) else { return None };
        let (user, password) = url::credentials(text)?;
        Some(Credentials { user: Template::text(user), password: Template::text(password) })
    }

    /// The path on the target, if the URL is one.
    pub(super) fn relative(&self, text: &str) -> Option<String> {
        match &self.base {
            _ if !text.starts_with('/') => {
                // The builtin target's address is known so late that it cannot be put into a text.
                let Base::Builtin = self.base else { return None };
                let (inner, rest) = text.strip_prefix("{{")?.split_once("}}")?;
                (inner.trim() == "target" && rest.starts_with('/') && !self.names.is_declared("target"))
                    .then(|| rest.to_owned())
            }
            Base::Builtin => Some(text.to_owned()),
            // Just as they stand: a target that ends with `/` gives `//`, as in Artillery.
            Base::Address { text: target, .. } if !target.starts_with("http") => None,
            Base::Address { prefix, .. } => Some(format!("{prefix}{text}")),
        }
    }

    fn check_whole(&mut self, text: &str, url: &Spanned<String>, path: &str) {
        if let Err(error) = url::split(text) {
            let message = format!("\"{path}.url\": {error}");
            let warning = Diagnostic::warning(&url.at, message).label("users fail here");
            self.problems.push(warning.hint("such as http://localhost:8080/users, or /users"));
        }
    }

    /// A `%` in the path as it is written that stands for nothing: Artillery cannot name the endpoint.
    pub(super) fn check_path(&mut self, url: &Spanned<String>) {
        let path = url.value.split(['?', '#']).next().unwrap_or("");
        let lone = path.split('%').skip(1).any(|rest| {
            let digits = rest.as_bytes().get(..2);
            !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        });
        if lone || percent_decode_str(path).decode_utf8().is_err() {
            let warning = Diagnostic::warning(&url.at, "a `%` in the path of this url stands for nothing");
            self.problems.push(warning.label("users fail here").hint("write %25 for a `%`"));
            self.refusal = Some(Refusal::Path);
        }
    }

    fn not_whole(&mut self, text: &str, url: &Spanned<String>, path: &str) {
        let shown: String = text.chars().take(80).collect();
        let message = format!("Invalid URL in \"{path}.url\": `{shown}`");
        let warning = Diagnostic::warning(&url.at, message).label("users fail here");
        let hint = "a url begins with `/`, which is on the target, or with http:// or https://";
        self.problems.push(warning.hint(hint));
    }
}
