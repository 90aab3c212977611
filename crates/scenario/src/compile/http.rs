//! `config.http`, and the proxies of the environment.

use crate::compile::Compiler;
use crate::compile::target::Base;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::overlay::Choices;
use crate::plan::{CookieRules, Http, Proxies, ProxyServer, Timeouts, Tracing};
use crate::scenario::Config;
use crate::source::Spanned;
use crate::template::Template;
use crate::url;
use std::collections::BTreeMap;
use std::time::Duration;

/// Longest wait for an answer's head where the script sets none; Artillery's.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The variable of the environment that turns `http.extendedMetrics` on, if it holds anything.
const EXTENDED: &str = "ARTILLERY_EXTENDED_HTTP_METRICS";
/// What Artillery's trace ids begin with.
const TRACE_PREFIX: &str = "a9";
/// Hexadecimal digits of a trace id.
const TRACE_ID: usize = 32;

impl Compiler {
    /// Compiles what applies to all requests.
    pub(super) fn http(&mut self, config: &Config, choices: &Choices) -> Http {
        // Zero is no timeout to speak of: as in Artillery, it is as if it were not there.
        let set = |timeout: Option<Duration>| timeout.filter(|timeout| !timeout.is_zero());
        let all = Timeouts::of(set(config.timeout).or(set(config.http_timeout)).unwrap_or(TIMEOUT));
        let parts = config.options.timeouts;
        Http {
            timeouts: Timeouts {
                connect: set(parts.connect).unwrap_or(all.connect),
                first_byte: set(parts.first_byte).unwrap_or(all.first_byte),
                idle: set(parts.idle).unwrap_or(all.idle),
                total: set(parts.total).unwrap_or(all.total),
            },
            longest_body: config.options.longest_body.unwrap_or(u64::MAX),
            pool: config.pool.filter(|pool| *pool > 0),
            keep_alive: config.options.keep_alive.unwrap_or(true),
            local_addresses: Vec::new(),
            verify_tls: config.reject_unauthorized.unwrap_or(true),
            tls: self.tls(&config.options.tls, "config.tls"),
            own_tls: Vec::new(),
            cookies: CookieRules {
                loose: config.options.loose_cookies.unwrap_or(false),
                any_domain: config.options.any_cookie_domain.unwrap_or(false),
            },
            proxies: self.proxies(config, &choices.process_env),
            extended_metrics: config.options.extended_metrics.unwrap_or(false)
                || choices.process_env.get(EXTENDED).is_some_and(|value| !value.is_empty()),
            tracing: self.tracing(config),
        }
    }

    /// Compiles the cookies that each request sets.
    pub(super) fn default_cookies(&mut self, config: &Config) {
        let options = &config.options;
        if let Some(cookies) = options.default_cookies.as_ref().or(options.legacy_cookies.as_ref()) {
            self.cookies = self.texts(cookies);
        }
    }

    /// Names, and texts with placeholders; numbers and truth values count as text.
    pub(super) fn texts(&mut self, pairs: &[(Spanned<String>, Node)]) -> Vec<(String, Template)> {
        let text = |(name, value): &(Spanned<String>, Node)| {
            let template = match &value.kind {
                crate::document::Kind::Text(text) => self.template(text, &value.at).into_text(),
                _ => Template::text(crate::string_of(&value.to_value())),
            };
            (name.value.clone(), template)
        };
        pairs.iter().map(text).collect()
    }

    fn tracing(&mut self, config: &Config) -> Option<Tracing> {
        let spans = config.publish.traces.as_ref().map(|traces| traces.share);
        // Spans of the target find those of their requests by the header alone.
        let unsaid = spans.map(|_| (None, true));
        let (prefix, sampled) = config.options.tracing.as_ref().or(unsaid.as_ref())?;
        let Some(prefix) = prefix else {
            return Some(Tracing { prefix: TRACE_PREFIX.to_owned(), sampled: *sampled, spans });
        };
        if prefix.value.len() > TRACE_ID || !prefix.value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let message =
                "\"config.http.distributedTracing.traceIdPrefix\" must be hexadecimal digits, 32 at most";
            self.error(&prefix.at, message, "such as a9");
        }
        Some(Tracing { prefix: prefix.value.to_ascii_lowercase(), sampled: *sampled, spans })
    }

    /// The content of a file that the script names.
    pub(super) fn file(&mut self, path: &Spanned<String>, name: &str) -> Option<Vec<u8>> {
        match self.files.read(&path.value) {
            Ok(content) => Some(content),
            Err(error) => {
                let shown: String = path.value.chars().take(80).collect();
                let message = format!("\"{name}\": cannot read `{shown}`: {error}");
                self.error(&path.at, message, "paths are relative to the script's folder");
                None
            }
        }
    }

    fn proxies(&mut self, config: &Config, env: &BTreeMap<String, String>) -> Proxies {
        let found = |name: &str| {
            let small = name.to_ascii_lowercase();
            let value = env.get_key_value(name).or_else(|| env.get_key_value(&small));
            value.filter(|(_, value)| !value.trim().is_empty())
        };
        let mut server = |name: &str| {
            let (name, value) = found(name)?;
            let server = proxy(value);
            if server.is_none() {
                let message = format!("the environment variable {name} is `{value}`, which is no proxy");
                let at = config.at.clone().unwrap_or_else(|| crate::source::Location::start(name));
                let hint = "such as http://proxy.example:3128; unset it to reach the target directly";
                self.problems.push(Diagnostic::error(&at, message).hint(hint));
            }
            server
        };
        let http = server("HTTP_PROXY");
        let https = server("HTTPS_PROXY").or_else(|| http.clone());
        let except = found("NO_PROXY").map(|(_, list)| list.as_str()).unwrap_or_default();
        let host =
            |host: &str| host.trim().trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase();
        let mut except: Vec<String> =
            except.split([',', ' ']).map(host).filter(|host| !host.is_empty()).collect();
        // A proxy elsewhere cannot reach what is started here for the run.
        if let Base::Builtin = self.base {
            except.push("127.0.0.1".to_owned());
        }
        Proxies { http, https, except }
    }
}

/// Reads `http://user:password@host:port`, or `host:port`.
fn proxy(value: &str) -> Option<ProxyServer> {
    let value = value.trim();
    let whole = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let (origin, _) = url::split(&whole).ok().filter(|(origin, _)| origin.scheme == url::Scheme::Http)?;
    Some(ProxyServer { host: origin.host, port: origin.port, credentials: url::credentials(&whole) })
}
