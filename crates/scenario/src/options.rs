//! What a script tells HTTP beside the plain parts of a request: forms, cookies, credentials, redirects, certificates.

use crate::document::Node;
use crate::scenario::TimeoutOptions;
use crate::source::{Location, Spanned};

/// Names and values, as they are written.
pub type Pairs = Vec<(Spanned<String>, Node)>;

/// The parts of a form and their names.
pub type Parts = Vec<(Spanned<String>, PartOptions)>;

/// Further options of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// `form`: its place, names and values.
    pub form: Option<(Location, Pairs)>,
    /// `formData`: its place, names and parts.
    pub form_data: Option<(Location, Parts)>,
    /// Where a `body` stands that is neither text nor nothing: it cannot be sent.
    pub odd_body: Option<Location>,
    /// `setContentLengthHeader`.
    pub with_length: Option<bool>,
    /// `cookie`.
    pub cookies: Pairs,
    /// `gzip`.
    pub gzip: Option<bool>,
    /// `auth`: `user` and `pass`.
    pub auth: Option<(Spanned<String>, Spanned<String>)>,
    /// `followRedirect`.
    pub follow: Option<bool>,
    /// Where `followRedirect` stands, if it is in quotes.
    pub odd_follow: Option<Location>,
    /// `maxRedirects`.
    pub most_redirects: Option<u64>,
    /// `allowGetBody`.
    pub body_on_get: Option<bool>,
    /// `searchParams`: its place, names and values.
    pub search: Option<(Location, Vec<(String, String)>)>,
    /// `username`.
    pub user: Option<Spanned<String>>,
    /// `password`.
    pub password: Option<Spanned<String>>,
    /// `https`.
    pub tls: Option<TlsOptions>,
    /// `http2`.
    pub http2: bool,
}

/// A part of `formData`.
#[derive(Clone, Debug, PartialEq)]
pub struct PartOptions {
    /// The value itself, or `value`; `None` where there is a file.
    pub value: Option<Node>,
    /// `fromFile`.
    pub file: Option<Spanned<String>>,
    /// `contentType`.
    pub content_type: Option<Spanned<String>>,
}

/// Further options in `config`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpOptions {
    /// `http.defaults.cookie`.
    pub default_cookies: Option<Pairs>,
    /// `defaults.cookie`, the older place.
    pub legacy_cookies: Option<Pairs>,
    /// `http.timeouts`.
    pub timeouts: TimeoutOptions,
    /// `http.maxBodyBytes`.
    pub longest_body: Option<u64>,
    /// `http.keepAlive`.
    pub keep_alive: Option<bool>,
    /// `http.extendedMetrics`.
    pub extended_metrics: Option<bool>,
    /// `http.distributedTracing`: the prefix of trace ids, if set, and whether they are sampled. `None` where it is
    /// off.
    pub tracing: Option<(Option<Spanned<String>>, bool)>,
    /// `tls`, beside `rejectUnauthorized`.
    pub tls: TlsOptions,
    /// `http.cookieJarOptions.looseMode`.
    pub loose_cookies: Option<bool>,
    /// `http.cookieJarOptions.rejectPublicSuffixes`, the other way round.
    pub any_cookie_domain: Option<bool>,
}

/// What `config.tls` and a request's `https` take: texts, or the names of files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TlsOptions {
    /// `ca` or `certificateAuthority`.
    pub authorities: Vec<Spanned<String>>,
    /// `cert` or `certificate`.
    pub certificate: Option<Spanned<String>>,
    /// `key`.
    pub key: Option<Spanned<String>>,
    /// `pfx`: a file with a certificate and its key.
    pub pfx: Option<Spanned<String>>,
    /// `passphrase`, for `key` and `pfx`.
    pub passphrase: Option<Spanned<String>>,
    /// `servername` or `serverName`.
    pub server_name: Option<Spanned<String>>,
    /// `sessionResumption`.
    pub resumption: Option<bool>,
    /// `rejectUnauthorized`.
    pub verify: Option<bool>,
    /// Whether `rejectUnauthorized` is text: no request is sent then.
    pub odd_verify: bool,
}

/// What tells two TLS settings apart.
pub(crate) type TlsValues = Vec<Option<String>>;

impl TlsOptions {
    /// These over others: what is said here counts.
    pub(crate) fn over(&self, under: &TlsOptions) -> TlsOptions {
        let pick = |over: &Option<Spanned<String>>, under: &Option<Spanned<String>>| {
            over.clone().or_else(|| under.clone())
        };
        let authorities = if self.authorities.is_empty() { &under.authorities } else { &self.authorities };
        TlsOptions {
            authorities: authorities.clone(),
            certificate: pick(&self.certificate, &under.certificate),
            key: pick(&self.key, &under.key),
            pfx: pick(&self.pfx, &under.pfx),
            passphrase: pick(&self.passphrase, &under.passphrase),
            server_name: pick(&self.server_name, &under.server_name),
            resumption: self.resumption.or(under.resumption),
            verify: self.verify.or(under.verify),
            odd_verify: self.odd_verify || (under.odd_verify && self.verify.is_none()),
        }
    }

    /// All that is said, without its places.
    pub(crate) fn values(&self) -> TlsValues {
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        let mut values = vec![
            self.verify.filter(|verify| !verify).map(|verify| verify.to_string()),
            self.resumption.filter(|resumption| !resumption).map(|resumption| resumption.to_string()),
            text(&self.certificate),
            text(&self.key),
            text(&self.pfx),
            text(&self.passphrase),
            text(&self.server_name),
        ];
        values.extend(self.authorities.iter().map(|authority| Some(authority.value.clone())));
        values
    }
}
