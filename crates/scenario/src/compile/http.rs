//! `config.http` and `config.tls`, and the proxies of the environment.

use crate::compile::Compiler;
use crate::compile::target::Base;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::overlay::Choices;
use crate::plan::{Http, Identity, Proxies, ProxyServer, Tls, Tracing};
use crate::scenario::Config;
use crate::source::Spanned;
use crate::template::Template;
use crate::url;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for an answer's head where the script sets none; Artillery's.
const TIMEOUT: Duration = Duration::from_secs(10);
/// What Artillery's trace ids begin with.
const TRACE_PREFIX: &str = "a9";
/// Hexadecimal digits of a trace id.
const TRACE_ID: usize = 32;

impl Compiler {
    /// Compiles what applies to all requests.
    pub(super) fn http(&mut self, config: &Config, choices: &Choices) -> Http {
        // Zero is no timeout to speak of: as in Artillery, it is as if it were not there.
        let set = |timeout: Option<Duration>| timeout.filter(|timeout| !timeout.is_zero());
        Http {
            timeout: set(config.timeout).or(set(config.http_timeout)).unwrap_or(TIMEOUT),
            pool: config.pool.filter(|pool| *pool > 0),
            verify_tls: config.reject_unauthorized.unwrap_or(true),
            tls: self.tls(config),
            proxies: self.proxies(config, &choices.process_env),
            extended_metrics: config.options.extended_metrics.unwrap_or(false),
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
        let (prefix, sampled) = config.options.tracing.as_ref()?;
        let Some(prefix) = prefix else {
            return Some(Tracing { prefix: TRACE_PREFIX.to_owned(), sampled: *sampled });
        };
        if prefix.value.len() > TRACE_ID || !prefix.value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let message =
                "\"config.http.distributedTracing.traceIdPrefix\" must be hexadecimal digits, 32 at most";
            self.error(&prefix.at, message, "such as a9");
        }
        Some(Tracing { prefix: prefix.value.to_ascii_lowercase(), sampled: *sampled })
    }

    fn tls(&mut self, config: &Config) -> Tls {
        let options = &config.options.tls;
        let mut tls = Tls::default();
        for authority in &options.authorities {
            let Some(pem) = self.pem(authority, "config.tls.ca") else { continue };
            let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
            match found {
                Ok(found) if !found.is_empty() => tls.authorities.extend(found),
                _ => self.no_pem(authority, "config.tls.ca", "certificate"),
            }
        }
        match (&options.certificate, &options.key) {
            (Some(certificate), Some(key)) => tls.identity = self.identity(certificate, key),
            (Some(alone), None) | (None, Some(alone)) => {
                let message = "\"config.tls\" needs both `cert` and `key`, or neither";
                self.error(
                    &alone.at,
                    message,
                    "a client shows its certificate, and proves with the key that it is its own",
                );
            }
            (None, None) => {}
        }
        tls
    }

    fn identity(&mut self, certificate: &Spanned<String>, key: &Spanned<String>) -> Option<Arc<Identity>> {
        let pem = self.pem(certificate, "config.tls.cert")?;
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().unwrap_or_default();
        if chain.is_empty() {
            self.no_pem(certificate, "config.tls.cert", "certificate");
            return None;
        }
        let pem = self.pem(key, "config.tls.key")?;
        match PrivateKeyDer::from_pem_slice(&pem) {
            Ok(key) => Some(Arc::new(Identity { chain, key })),
            Err(_) => {
                self.no_pem(key, "config.tls.key", "unencrypted private key");
                None
            }
        }
    }

    /// PEM text that stands in the script, or in the file that it names.
    fn pem(&mut self, text: &Spanned<String>, name: &str) -> Option<Vec<u8>> {
        if text.value.contains("-----BEGIN") {
            return Some(text.value.clone().into_bytes());
        }
        self.file(text, name)
    }

    fn no_pem(&mut self, text: &Spanned<String>, name: &str, what: &str) {
        let message = format!("\"{name}\" holds no {what} in PEM form");
        self.error(&text.at, message, "PEM is text with -----BEGIN …-----, in the script or in a file");
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
