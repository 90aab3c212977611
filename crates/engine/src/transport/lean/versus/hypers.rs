//! What hyper sends, and what it makes of what comes.

use super::super::head::Asked;
use super::super::shapes::told;
use crate::transport::glimpse::Glimpse;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::Connection;
use hyper_util::rt::TokioIo;
use loadgen_metrics::ErrorKind;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::error::Error;
use std::future::{Future, poll_fn, ready};
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What is known of a line.
#[derive(Default)]
struct Seen {
    glimpse: Glimpse,
    /// Whether what came last ended in a line's end.
    line_end: bool,
    written: Vec<u8>,
}

/// A connection on which pieces come, with a pause before each.
struct Line {
    pieces: VecDeque<Vec<u8>>,
    ends: bool,
    pause: bool,
    seen: Rc<RefCell<Seen>>,
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if std::mem::take(&mut self.pause) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Some(mut piece) = self.pieces.pop_front() else {
            return if self.ends { Poll::Ready(Ok(())) } else { Poll::Pending };
        };
        let rest = piece.split_off(piece.len().min(buf.remaining()));
        buf.put_slice(&piece);
        self.pause = rest.is_empty();
        if !rest.is_empty() {
            self.pieces.push_front(rest);
        }
        let mut seen = self.seen.borrow_mut();
        seen.glimpse.note(&piece);
        seen.line_end = piece.ends_with(b"\n");
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.seen.borrow_mut().written.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// hyper's side of it.
type Hyper = Connection<TokioIo<Line>, Full<Bytes>>;

struct Driver {
    /// `None` once it is over.
    connection: Option<Pin<Box<Hyper>>>,
    /// Whether more came than the answer was to have.
    overfull: bool,
}

impl Driver {
    /// Polls the connection ahead of `future`, until that is done.
    async fn drive<F: Future>(&mut self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(move |cx| {
            if let Some(Poll::Ready(ended)) = self.connection.as_mut().map(|it| it.as_mut().poll(cx)) {
                self.overfull = ended.is_err_and(|error| is_unexpected(&error));
                self.connection = None;
            }
            future.as_mut().poll(cx)
        })
        .await
    }
}

/// What hyper sends.
pub(super) async fn sent(message: Request<Bytes>) -> Vec<u8> {
    let seen: Rc<RefCell<Seen>> = Rc::default();
    let pieces = [b"HTTP/1.1 204 X\r\n\r\n".to_vec()].into();
    let line = Line { pieces, ends: false, pause: true, seen: Rc::clone(&seen) };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(line)).await.unwrap();
    let mut driver = Driver { connection: Some(Box::pin(connection)), overfull: false };
    driver.drive(sender.send_request(message.map(Full::new))).await.unwrap();
    seen.take().written
}

/// What hyper makes of these pieces, in the words of [`shapes::outcome`](super::super::shapes::outcome).
pub(super) async fn outcome(asked: Asked, pieces: &[&[u8]], ends: bool) -> String {
    let conversation = tokio::time::timeout(Duration::from_secs(1), converse(asked, pieces, ends));
    conversation.await.unwrap_or_else(|_| "waits".to_owned())
}

async fn converse(asked: Asked, pieces: &[&[u8]], ends: bool) -> String {
    let method = match asked {
        Asked::Head => Method::HEAD,
        Asked::Connect => Method::CONNECT,
        Asked::Other => Method::GET,
    };
    let message =
        Request::builder().method(method).uri("http://test/").body(Full::new(Bytes::new())).unwrap();
    let seen: Rc<RefCell<Seen>> = Rc::default();
    let line = Line {
        pieces: pieces.iter().map(|piece| piece.to_vec()).collect(),
        ends,
        pause: true,
        seen: Rc::clone(&seen),
    };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(line)).await.unwrap();
    let mut driver = Driver { connection: Some(Box::pin(connection)), overfull: false };
    let answer = driver.drive(sender.send_request(message)).await;
    let (head, mut body) = match answer {
        Ok(answer) => answer.into_parts(),
        Err(error) => return told(Err((kind_of_head(&error, &seen.borrow().glimpse), None))),
    };
    if head.headers.get_all(CONTENT_LENGTH).iter().nth(1).is_some() {
        return told(Err((ErrorKind::UnexpectedLength, None)));
    }
    let status = head.status.as_u16();
    let mut kept = Vec::new();
    while let Some(frame) = driver.drive(body.frame()).await {
        match frame {
            Ok(frame) => kept.extend_from_slice(frame.data_ref().map_or(b"", |data| data)),
            Err(error) => return told(Err((kind(&error), Some(status)))),
        }
    }
    if driver.overfull && !seen.borrow().line_end {
        return told(Err((ErrorKind::MalformedAnswer, Some(status))));
    }
    for _ in 0..pieces.len() * 2 + 4 {
        driver.drive(ready(())).await;
    }
    let again = driver.connection.is_some() && sender.is_ready();
    told(Ok((status, &kept, !again)))
}

/// Which kind of error hyper's is.
fn kind(error: &hyper::Error) -> ErrorKind {
    let mut causes = std::iter::successors(error.source(), |cause| (*cause).source());
    if let Some(error) = causes.find_map(|cause| cause.downcast_ref::<io::Error>()) {
        return match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => ErrorKind::InvalidChunk,
            io::ErrorKind::UnexpectedEof => ErrorKind::ConnectionReset,
            _ => ErrorKind::Other,
        };
    }
    match error {
        _ if error.is_parse() => ErrorKind::MalformedAnswer,
        _ if error.is_incomplete_message() || error.is_canceled() || error.is_closed() => {
            ErrorKind::ConnectionReset
        }
        _ => ErrorKind::Other,
    }
}

/// The same at the head of an answer. `seen` is what that begins with: hyper tells little of what is wrong.
fn kind_of_head(error: &hyper::Error, seen: &Glimpse) -> ErrorKind {
    let kind = kind(error);
    let words = error.to_string();
    let text = seen.text().to_ascii_lowercase();
    match kind {
        ErrorKind::MalformedAnswer if words.contains("too large") => ErrorKind::HeadTooLarge,
        ErrorKind::MalformedAnswer if !text.starts_with("http/") => kind,
        ErrorKind::MalformedAnswer if !text.starts_with("http/1.0 ") && !text.starts_with("http/1.1 ") => {
            ErrorKind::InvalidVersion
        }
        ErrorKind::MalformedAnswer if error.is_parse_status() => ErrorKind::InvalidStatus,
        ErrorKind::MalformedAnswer if !words.contains("content-length") => ErrorKind::InvalidHeaderToken,
        ErrorKind::MalformedAnswer if text.matches("ncontent-length:").count() > 1 => {
            ErrorKind::UnexpectedLength
        }
        ErrorKind::MalformedAnswer => ErrorKind::InvalidLength,
        _ => kind,
    }
}

/// Whether hyper found something behind an answer, where nothing should be: it has a kind for that, and shows it by its
/// being none of the others.
fn is_unexpected(error: &hyper::Error) -> bool {
    let others = error.is_parse()
        || error.is_closed()
        || error.is_canceled()
        || error.is_incomplete_message()
        || error.is_user()
        || error.is_body_write_aborted()
        || error.is_shutdown()
        || error.is_timeout();
    !others && error.source().is_none()
}
