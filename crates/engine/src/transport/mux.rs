//! `Mux`: an open HTTP/2 connection, which carries several requests at a time.
//!
//! h2 itself, the library beneath hyper's HTTP/2: hyper does not tell a request's stream, by whose frames it is measured
//! ([`Tap`]). Unlike an HTTP/1.1 connection this one has a task of its own, as the target may ask for something (PING,
//! SETTINGS) while its user thinks. The connection is closed with the last of its handles.

use super::patience::Patience;
use super::received::Received;
use super::stream::Stream;
use super::tap::{Course, Ledger, Tap};
use super::{Answer, Fault, Message};
use crate::clock::Clock;
use ::http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, TE, TRANSFER_ENCODING, UPGRADE};
use ::http::uri::{Authority, Scheme};
use ::http::{HeaderMap, Request, Uri};
use bytes::Bytes;
use h2::client::{Connection, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use loadgen_metrics::{ErrorKind, Moment};
use loadgen_scenario::url::{self, Origin};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// How much of one answer may be on the way before any of it was read, in bytes; hyper's.
const STREAM_WINDOW: u32 = 2 << 20;
/// The same of all answers of a connection.
const CONNECTION_WINDOW: u32 = 5 << 20;
/// Longest head of an answer, in bytes: what it is over HTTP/1.1. h2 would take 16 MiB.
const LONGEST_HEAD: u32 = 400 << 10;

/// Headers about an HTTP/1.1 connection, which HTTP/2 forbids (RFC 9113, 8.2.2), and `host`, whose place is beside the
/// path.
static OF_HTTP1: [HeaderName; 6] = [
    HOST,
    CONNECTION,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// A handle of an open connection.
#[derive(Clone)]
pub(super) struct Mux(Rc<Inner>);

struct Inner {
    sender: SendRequest<Bytes>,
    ledger: Rc<Ledger>,
    line: Rc<Line>,
    scheme: Scheme,
    authority: Authority,
    /// Whether a request waited in vain: the connection may be dead, and takes no more.
    retired: Cell<bool>,
}

/// The answer, or why there is none, each with the bytes of a body that came.
pub(super) type Told = Result<(Answer, u64), (Fault, u64)>;

impl Mux {
    /// Begins to speak HTTP/2. Must be called within a `LocalSet`.
    pub(super) async fn open(stream: Stream, origin: &Origin, clock: Clock) -> Result<Mux, Fault> {
        let authority = Authority::try_from(origin.authority())
            .map_err(|_| Fault::new(ErrorKind::InvalidUrl, format!("`{}` is no host name", origin.host)))?;
        let scheme = match origin.scheme {
            url::Scheme::Http => Scheme::HTTP,
            url::Scheme::Https => Scheme::HTTPS,
        };
        let ledger = Rc::new(Ledger::default());
        let tap = Tap::new(stream, Rc::clone(&ledger), clock);
        let (sender, connection) = h2::client::Builder::new()
            .enable_push(false)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(LONGEST_HEAD)
            // Until the target has said how many it takes at a time: more might be refused.
            .initial_max_send_streams(1)
            .handshake(tap)
            .await
            .map_err(|error| Fault::of_h2(&error))?;
        let line = Rc::new(Line {
            connection: RefCell::new(Some(connection)),
            waker: RefCell::default(),
            farewell: RefCell::default(),
        });
        let driven = Rc::clone(&line);
        // It ends with the connection, at the latest with its last handle.
        drop(tokio::task::spawn_local(poll_fn(move |cx| driven.drive(cx))));
        Ok(Mux(Rc::new(Inner { sender, ledger, line, scheme, authority, retired: Cell::new(false) })))
    }

    /// Whether the connection can take a request. What has come meanwhile, such as the target's good-bye, is heeded.
    pub(super) fn is_usable(&self) -> bool {
        self.0.line.nudge();
        let mut cx = Context::from_waker(Waker::noop());
        let mut refuses = || matches!(self.0.sender.clone().poll_ready(&mut cx), Poll::Ready(Err(_)));
        !self.0.retired.get() && self.0.line.is_open() && !refuses()
    }

    /// Sends a request and reads the answer to its end. Tells what was seen of it, and how many interim answers came
    /// before the answer, however it went.
    pub(super) async fn converse(
        &self,
        message: &Message,
        want_body: bool,
        patience: &Patience,
    ) -> (Told, Seen) {
        let mut seen = Seen::default();
        let (head, body) = match self.head(message) {
            Ok(message) => message,
            Err(fault) => return (Err((fault, 0)), seen),
        };
        let (response, stream) = match self.0.sender.clone().send_request(head, body.is_empty()) {
            Ok(begun) => begun,
            Err(error) => {
                // It has ended meanwhile, or has no numbers for streams left.
                self.0.retired.set(true);
                return (Err((self.fault(&error), 0)), seen);
            }
        };
        let number = stream.stream_id().as_u32();
        self.0.ledger.begin(number);
        let mut interim = 0;
        let written = || self.0.ledger.written(number);
        let answer = self.answer(response, want_body, patience, written, &mut interim);
        let told = self.beside(upload(stream, body), answer).await;
        let course = self.0.ledger.end(number);
        if matches!(&told, Err((Fault { kind: ErrorKind::TimedOut | ErrorKind::Stalled, .. }, _))) {
            self.0.retired.set(true);
        }
        seen = Seen { course, interim };
        (told, seen)
    }

    /// The request as HTTP/2 has it: the host beside the path, and nothing about a connection of HTTP/1.1.
    fn head(&self, message: &Message) -> Result<(Request<()>, Bytes), Fault> {
        let body = message.body().clone();
        let authority = match message.headers().get(HOST) {
            Some(host) if host.as_bytes() != self.0.authority.as_str().as_bytes() => {
                Authority::try_from(host.as_bytes())
                    .map_err(|error| Fault::new(ErrorKind::InvalidHeader, format!("`host`: {error}")))?
            }
            _ => self.0.authority.clone(),
        };
        let mut uri = message.uri().clone().into_parts();
        uri.scheme = Some(self.0.scheme.clone());
        uri.authority = Some(authority);
        let mut head = Request::new(());
        *head.method_mut() = message.method().clone();
        *head.headers_mut() = adapted(message.headers(), &body);
        *head.uri_mut() =
            Uri::from_parts(uri).map_err(|error| Fault::new(ErrorKind::InvalidUrl, error.to_string()))?;
        Ok((head, body))
    }

    /// Sends the body while waiting for the answer, which may come before it is sent.
    async fn beside<T>(
        &self,
        upload: impl Future<Output = Result<(), h2::Error>>,
        answer: impl Future<Output = T>,
    ) -> T {
        let (mut upload, mut answer) = (pin!(upload), pin!(answer));
        let mut begun = false;
        let mut uploading = true;
        poll_fn(move |cx| {
            // A stream that takes no more of it has an answer, or an error that the answer tells.
            uploading = uploading && upload.as_mut().poll(cx).is_pending();
            if !std::mem::replace(&mut begun, true) {
                self.0.line.nudge();
            }
            answer.as_mut().poll(cx)
        })
        .await
    }

    async fn answer(
        &self,
        mut response: ResponseFuture,
        want_body: bool,
        patience: &Patience,
        written: impl Fn() -> Option<Moment>,
        interim: &mut usize,
    ) -> Told {
        let mut head = poll_fn(|cx| {
            while let Poll::Ready(Some(Ok(_))) = response.poll_informational(cx) {
                *interim += 1;
            }
            Pin::new(&mut response).poll(cx)
        });
        let head = patience.head(written, Pin::new(&mut head)).await.map_err(|fault| (fault, 0))?;
        let (head, body) = head.map_err(|error| (self.fault(&error), 0))?.into_parts();
        let status = head.status.as_u16();
        let mut received = Received::new(want_body);
        match self.read(body, patience, &mut received).await {
            Ok(()) => {
                let (body, bytes) = received.end();
                Ok((Answer { status, headers: head.headers.into(), body }, bytes))
            }
            Err(fault) => Err((Fault { status: Some(status), ..fault }, received.end().1)),
        }
    }

    /// Reads a body to its end.
    async fn read(
        &self,
        mut body: RecvStream,
        patience: &Patience,
        received: &mut Received,
    ) -> Result<(), Fault> {
        while let Some(data) = patience.piece(body.data()).await? {
            match data {
                Ok(data) => {
                    received.add(&data);
                    patience.bears(received.bytes())?;
                    body.flow_control().release_capacity(data.len()).map_err(|error| self.fault(&error))?;
                }
                // The target has answered, and wants no more of the request (RFC 9113, 8.1).
                Err(error) if error.is_reset() && error.reason() == Some(h2::Reason::NO_ERROR) => break,
                Err(error) => return Err(self.fault(&error)),
            }
        }
        Ok(())
    }

    /// What went wrong, where it may be that the other side does not speak HTTP/2 at all.
    fn fault(&self, error: &h2::Error) -> Fault {
        if self.0.ledger.is_foreign() {
            let fault = Fault::new(ErrorKind::Http2NotAgreed, "what the target answers is not HTTP/2");
            return Fault { read: self.0.ledger.glimpse.text(), ..fault };
        }
        // Streams that the target meant to answer end with the connection, and do not tell why.
        let farewell = self.0.line.farewell.borrow();
        farewell.clone().filter(|_| error.is_io()).unwrap_or_else(|| Fault::of_h2(error))
    }
}

/// What was seen of a request on its way.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) course: Course,
    /// Interim answers (`103 Early Hints`) before the answer.
    pub(super) interim: usize,
}

/// A request's headers, in their order, without what HTTP/2 forbids, and with the body's length.
fn adapted(headers: &HeaderMap, body: &Bytes) -> HeaderMap {
    let mut adapted = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        if !(OF_HTTP1.contains(name) || name == TE && value != "trailers") {
            adapted.append(name.clone(), value.clone());
        }
    }
    if !body.is_empty() {
        adapted.insert(CONTENT_LENGTH, body.len().into());
    }
    adapted
}

/// Sends a body, as fast as the target takes it.
async fn upload(mut stream: SendStream<Bytes>, mut body: Bytes) -> Result<(), h2::Error> {
    while !body.is_empty() {
        stream.reserve_capacity(body.len());
        match poll_fn(|cx| stream.poll_capacity(cx)).await {
            Some(granted) => {
                let piece = body.split_to(granted?.min(body.len()));
                stream.send_data(piece, body.is_empty())?;
            }
            None => break,
        }
    }
    Ok(())
}

/// The connection, driven by its task and by whoever is in a hurry.
struct Line {
    /// `None` once it is over.
    connection: RefCell<Option<Connection<Tap, Bytes>>>,
    /// The task's.
    waker: RefCell<Option<Waker>>,
    /// Why the target ended it, if it said so.
    farewell: RefCell<Option<Fault>>,
}

impl Line {
    /// What its task does, until the connection is over.
    fn drive(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.waker.replace(Some(cx.waker().clone()));
        self.poll(cx)
    }

    /// Writes and reads what there is, on behalf of the task: it is the one that is woken later.
    fn nudge(&self) {
        let waker = self.waker.borrow().clone();
        if let Some(waker) = waker {
            // Whether it is over is found by the task too.
            let _ = self.poll(&mut Context::from_waker(&waker));
        }
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut slot = self.connection.borrow_mut();
        let ended = match slot.as_mut().map(|connection| Pin::new(connection).poll(cx)) {
            Some(Poll::Pending) => return Poll::Pending,
            Some(Poll::Ready(ended)) => ended,
            None => Ok(()),
        };
        *slot = None;
        // Any other error is told to whoever waits for an answer.
        if let Err(error) = ended
            && error.is_remote()
        {
            self.farewell.replace(Some(Fault::of_h2(&error)));
        }
        Poll::Ready(())
    }

    fn is_open(&self) -> bool {
        self.connection.borrow().is_some()
    }
}

impl Drop for Inner {
    /// Closes the connection at once, as the end of an HTTP/1.1 user does, and lets the task end.
    fn drop(&mut self) {
        drop(self.line.connection.take());
        if let Some(waker) = self.line.waker.take() {
            waker.wake();
        }
    }
}
