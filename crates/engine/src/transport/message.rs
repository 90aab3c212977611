//! `Message`: a request as it goes to a target, cheap to keep and to send again.
//!
//! What all requests of one step have in common, its [`Head`], is shared rather than copied; changing one makes it the
//! message's own.

use super::lean::{self, Lines};
use ::http::header::{CONTENT_LENGTH, HeaderMap};
use ::http::{Method, Request, Uri};
use bytes::Bytes;
use loadgen_scenario::plan::Http2;
use std::rc::Rc;

/// A request as it goes to a target. Its URI is a path, or a whole URL on its way to a proxy; its headers are complete,
/// `host` included.
#[derive(Clone, Debug)]
pub struct Message {
    head: Rc<Head>,
    uri: Uri,
    body: Bytes,
    /// Its path as the script has it, where `qs` put another query into its place.
    written: Option<Rc<str>>,
}

/// Method, headers, and by which settings a message goes.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The method.
    pub method: Method,
    /// The headers, all but the length of a body that there is.
    pub headers: HeaderMap,
    /// Which of the plan's [`own_tls`](loadgen_scenario::plan::Http::own_tls) it goes by; `None` for the plan's own.
    pub own_tls: Option<u32>,
    /// Whether HTTP/2 is wanted.
    pub http2: Http2,
    /// The headers as they stand on the wire, where they were [kept](Head::keep).
    pub(crate) lines: Option<Rc<Lines>>,
}

impl Message {
    /// A message.
    pub fn new(head: Rc<Head>, uri: Uri, body: Bytes) -> Self {
        Message { head, uri, body, written: None }
    }

    /// The same, with the path that the script has for it.
    pub(crate) fn written_as(self, path: Option<Rc<str>>) -> Self {
        Message { written: path, ..self }
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.head.method
    }

    /// Where to: a path with its query.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Path and query.
    pub fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// What it shares with others of its step.
    pub fn head(&self) -> &Rc<Head> {
        &self.head
    }

    /// Its path as the script has it, where that is not what is sent.
    pub(crate) fn written(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// Sends it elsewhere.
    pub(crate) fn set_uri(&mut self, uri: Uri) {
        self.uri = uri;
    }

    /// Makes a GET without a body of it.
    pub(crate) fn make_get(&mut self) {
        self.body = Bytes::new();
        let head = self.head_mut();
        head.method = Method::GET;
        head.headers.remove(CONTENT_LENGTH);
        head.headers.remove(::http::header::TRANSFER_ENCODING);
    }

    /// The headers, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.head_mut().headers
    }

    /// The head, to be changed for this message alone.
    fn head_mut(&mut self) -> &mut Head {
        let head = Rc::make_mut(&mut self.head);
        head.lines = None;
        head
    }
}

impl From<Request<Bytes>> for Message {
    fn from(request: Request<Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        let http2 = parts.extensions.get().copied().unwrap_or_default();
        let head = Head { method: parts.method, headers: parts.headers, http2, ..Head::default() };
        Message::new(Rc::new(head), parts.uri, body)
    }
}

impl Head {
    /// The head, to be sent again and again.
    pub(crate) fn keep(mut self) -> Self {
        self.lines = lean::lines(&self.headers).map(Rc::new);
        self
    }

    /// Whether it goes with this body: some methods say so where there is none.
    pub(crate) fn is_for(&self, body: &Bytes) -> bool {
        let says_none = match &self.lines {
            Some(lines) => lines.says_none,
            None => self.headers.get(CONTENT_LENGTH).is_some_and(|length| length == "0"),
        };
        says_none == (body.is_empty() && self.tells_of_no_body())
    }

    /// A method that usually has a body says where there is none, as Node does and RFC 9110 (8.6) asks.
    pub(crate) fn tells_of_no_body(&self) -> bool {
        matches!(self.method, Method::POST | Method::PUT | Method::PATCH)
    }
}
