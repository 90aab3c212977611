//! The parts of a plan that only HTTP knows: multipart bodies, credentials, certificates, proxies, tracing.

use crate::Template;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::sync::Arc;

/// `formData`: a multipart body.
#[derive(Clone, Debug, PartialEq)]
pub struct Multipart {
    /// Its parts, in the order of the script.
    pub parts: Vec<Part>,
}

/// One part of a multipart body.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The lines before its content, each with its line end, and the empty line after them.
    pub head: String,
    /// What it holds.
    pub value: PartValue,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq)]
pub enum PartValue {
    /// Text.
    Text(Template),
    /// A file's content, read before the run.
    File(Arc<[u8]>),
}

/// Basic credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Credentials {
    /// The user's name.
    pub user: Template,
    /// The password.
    pub password: Template,
}

/// `config.tls` beside `rejectUnauthorized`.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// `ca`: authorities that are trusted instead of Mozilla's and the system's. Empty where none are named.
    pub authorities: Vec<CertificateDer<'static>>,
    /// `cert` and `key`: what is shown to a target that asks who we are.
    pub identity: Option<Arc<Identity>>,
    /// `servername`: whom the target's certificate has to name, and who is asked for (SNI), instead of the URL's host.
    pub server_name: Option<ServerName<'static>>,
    /// `sessionResumption: false`: each connection begins with a whole handshake. Otherwise a user's connections resume
    /// the sessions of its earlier ones.
    pub whole_handshakes: bool,
}

/// `https` of a request, with `config.tls` over it.
#[derive(Clone, Debug)]
pub struct OwnTls {
    /// Whether a server's certificate is checked.
    pub verify: bool,
    /// Whom to trust, and who we are.
    pub tls: Tls,
}

/// Whether a request goes by HTTP/2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Http2 {
    /// By HTTP/1.1.
    #[default]
    Never,
    /// `http2: true`: to https, if the target agrees to it within TLS (ALPN); by HTTP/1.1 otherwise, and to http.
    IfAgreed,
    /// `quick --http2`: to http without asking, to https if the target agrees. One that does not is an error.
    Always,
}

/// `http.cookieJarOptions`: what is taken for a cookie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CookieRules {
    /// `looseMode`: a cookie needs no name.
    pub loose: bool,
    /// `rejectPublicSuffixes: false`: a cookie may be for a domain without a dot, such as `com`.
    pub any_domain: bool,
}

/// A client's certificate and its key.
#[derive(Debug)]
pub struct Identity {
    /// The certificate, and those between it and its authority.
    pub chain: Vec<CertificateDer<'static>>,
    /// The key.
    pub key: PrivateKeyDer<'static>,
}

/// The proxies that the environment names: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in capitals or small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For http targets.
    pub http: Option<ProxyServer>,
    /// For https targets: `HTTPS_PROXY`, or else `HTTP_PROXY`, as in Artillery.
    pub https: Option<ProxyServer>,
    /// Hosts that are reached directly: a name with all that ends in it, or `*`. In small letters, without the dot
    /// that may stand before it; a port may follow.
    pub except: Vec<String>,
}

/// A proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyServer {
    /// Name or address; IPv6 addresses without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Name and password, where its URL has them.
    pub credentials: Option<(String, String)>,
}

/// `http.distributedTracing`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracing {
    /// What each trace's id begins with: up to 32 hexadecimal digits in small letters; `a9` unless set.
    pub prefix: String,
    /// Whether traces are marked as sampled.
    pub sampled: bool,
    /// The share of users who have spans, where spans are sent; of theirs alone traces are marked then.
    pub spans: Option<f64>,
}
