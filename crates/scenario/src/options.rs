//! What a script tells HTTP beside the plain parts of a request: forms, cookies, credentials, redirects, certificates.

use crate::document::Node;
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
    /// `maxRedirects`.
    pub most_redirects: Option<u64>,
    /// `allowGetBody`.
    pub body_on_get: Option<bool>,
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
    /// `http.extendedMetrics`.
    pub extended_metrics: Option<bool>,
    /// `http.distributedTracing`: the prefix of trace ids, if set, and whether they are sampled. `None` where it is
    /// off.
    pub tracing: Option<(Option<Spanned<String>>, bool)>,
    /// `tls`, beside `rejectUnauthorized`.
    pub tls: TlsOptions,
}

/// The texts or files of `config.tls`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TlsOptions {
    /// `ca` or `certificateAuthority`.
    pub authorities: Vec<Spanned<String>>,
    /// `cert` or `certificate`.
    pub certificate: Option<Spanned<String>>,
    /// `key`.
    pub key: Option<Spanned<String>>,
}
