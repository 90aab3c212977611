//! `Post`: bytes go to an HTTP server, and failures become words that hold no secrets.

use crate::client;
use crate::error::CliError;
use crate::secrets::Masker;
use loadgen_report::number;
use loadgen_report::publish::otlp::{self, Partial};
use loadgen_scenario::publish::Headers;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;

/// Characters of an answer's body that are told.
const TOLD: usize = 200;
/// Bytes of a body that are read of an answer which is no success.
const READ: usize = 64 * 1024;
/// Bytes of a body that are read of one that is: what was refused is told in it whole or not at all.
const MOST: usize = 4 << 20;

/// What sending comes to.
pub(super) type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// Why something was not taken, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// All of it.
    Whole(String),
    /// So many parts of it; none where the receiver took all and has something to say. What it says follows a colon,
    /// where it says anything.
    Partly(u64, String),
}

/// What people know of a receiver's failures already.
#[derive(Debug, Default)]
pub(super) struct Told {
    whole: bool,
    partly: bool,
}

/// Where bytes go by POST.
pub(super) struct Post {
    client: Client,
    url: Url,
    headers: HeaderMap,
    /// Takes out what an answer repeats of the request, and the script's own secrets.
    secrets: Masker,
}

impl Post {
    /// To a URL that the script's reader has looked at. `secrets` are those of the script.
    ///
    /// # Errors
    /// If a header is none, or the file of authorities cannot be read.
    pub(super) fn new(
        url: &str,
        headers: &Headers,
        authorities: Option<&str>,
        secrets: &Masker,
    ) -> Result<Self, CliError> {
        let mut secrets = secrets.clone();
        secrets.request(url, headers);
        let bad = |what: String| CliError::Publish(what);
        // Its text may hold a password.
        let url: Url = url.parse().map_err(|_| bad("a URL is none".into()))?;
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let key = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_str(value);
            let (Ok(key), Ok(value)) = (key, value) else {
                return Err(bad(format!(
                    "the header `{name}` cannot be sent: it holds characters that HTTP forbids"
                )));
            };
            map.insert(key, value);
        }
        let mut trusted = Vec::new();
        if let Some(path) = authorities {
            let pem = std::fs::read(path).map_err(|source| CliError::Read { path: path.into(), source })?;
            let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
            trusted = all.map_err(|error| bad(format!("{path} holds no certificates: {error}")))?;
        }
        // Whoever is led elsewhere would take the secrets along.
        let builder = client::trusting(trusted).redirect(reqwest::redirect::Policy::none());
        let client = builder.build().map_err(|error| bad(causes(&error)))?;
        Ok(Post { client, url, headers: map, secrets })
    }

    /// The same with more behind its path.
    pub(super) fn at(mut self, more: &[String]) -> Self {
        if let Ok(mut path) = self.url.path_segments_mut() {
            path.pop_if_empty().extend(more);
        }
        self
    }

    /// Where it goes, as people may see it: no user, no password, no query, no path, which may be a secret too.
    pub(super) fn place(&self) -> String {
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}", self.url.scheme(), self.url.host_str().unwrap_or_default())
    }

    /// Posts a body to the URL, with `path` in the place of its own where one is given.
    pub(super) async fn send(
        &self,
        path: Option<&str>,
        headers: &[(&'static str, &'static str)],
        body: Vec<u8>,
    ) -> Result<(), Failure> {
        self.taken(path, headers, body).await.map(drop)
    }

    /// Posts a body of OTLP, whose answer says what was not taken of it.
    pub(super) async fn export(&self, body: Vec<u8>) -> Result<(), Failure> {
        let (kind, answer) = self.taken(None, &otlp::HEADERS, body).await?;
        match Partial::of(&kind, &answer) {
            None => Ok(()),
            Some(Partial { rejected, message }) => {
                Err(Failure::Partly(rejected, line(&self.secrets.lines(&message))))
            }
        }
    }

    /// The `content-type` and the body of an answer that is a success.
    async fn taken(
        &self,
        path: Option<&str>,
        headers: &[(&'static str, &'static str)],
        body: Vec<u8>,
    ) -> Result<(String, Vec<u8>), Failure> {
        let mut url = self.url.clone();
        if let Some(path) = path {
            url.set_path(path);
        }
        let mut request = self.client.post(url).headers(self.headers.clone()).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let failure =
            |error: reqwest::Error| Failure::Whole(self.secrets.lines(&causes(&error.without_url())));
        let answer = request.send().await.map_err(failure)?;
        let status = answer.status();
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        // Read in any case, so that the connection is used again.
        let body = beginning(answer, if status.is_success() { MOST } else { READ }).await;
        if status.is_success() {
            return Ok((kind, body));
        }
        // Before it is cut: half a secret is one, too.
        let body = self.secrets.lines(&shown(&body));
        Err(Failure::Whole(format!("status {}{}", status.as_u16(), line(&body))))
    }
}

impl Failure {
    /// What people are told once, of someone who was sent such things.
    pub(super) fn told(&self, who: &str, what: &str, one: &str) -> String {
        match self {
            Failure::Whole(why) => format!("no {what} for {who}: {why}; the run goes on"),
            Failure::Partly(0, why) => format!("{who} took all {what}, and says{why}"),
            Failure::Partly(1, why) => format!("{who} refused 1 {one}{why}; the run goes on"),
            Failure::Partly(count, why) => {
                format!("{who} refused {} {one}s{why}; the run goes on", number::count(*count))
            }
        }
    }
}

impl Told {
    /// Whether a failure is the first of its kind.
    pub(super) fn is_first(&mut self, failure: &Failure) -> bool {
        let told = match failure {
            Failure::Whole(_) => &mut self.whole,
            Failure::Partly(..) => &mut self.partly,
        };
        !std::mem::replace(told, true)
    }
}

/// What is read of a body: all of it if it is short, and else a byte more than `most`.
async fn beginning(mut answer: Response, most: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() <= most
        && let Ok(Some(chunk)) = answer.chunk().await
    {
        body.extend_from_slice(&chunk[..chunk.len().min(most + 1 - body.len())]);
    }
    body
}

/// A body as text. An ellipsis stands for what was not read.
fn shown(body: &[u8]) -> String {
    let cut = body.len() > READ;
    let text = String::from_utf8_lossy(&body[..body.len().min(READ)]);
    // Of a character that was cut.
    let text = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
    if cut { format!("{text}…") } else { text.to_owned() }
}

/// The beginning of a body, in one line.
fn line(body: &str) -> String {
    let words: Vec<&str> = body.split_whitespace().collect();
    let text: String = words.join(" ").chars().filter(|c| !c.is_control()).take(TOLD).collect();
    if text.is_empty() { text } else { format!(": {text}") }
}

/// An error with what it came from, which says most.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(&format!(": {cause_text}"));
        }
        source = cause.source();
    }
    text
}
