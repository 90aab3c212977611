//! `Http1`: an open connection, and the course of a request on it.
//!
//! Its user's task drives it: nothing else runs on its behalf.

use super::head::Asked;
use super::reader::Reader;
use super::request;
use crate::clock::Clock;
use crate::transport::glimpse::Glimpse;
use crate::transport::patience::{Part, Patience};
use crate::transport::received::Received;
use crate::transport::stream::Stream;
use crate::transport::watchdog::Watchdog;
use crate::transport::{Answer, Fault, Message, Want};
use bytes::{Buf, Bytes};
use loadgen_metrics::{ErrorKind, Moment};
use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How much is read at a time, in bytes.
const READ: usize = 64 << 10;
/// How often one connection reads before others have their turn, so that a flood on one does not delay them.
const TURN: usize = 4;

/// Room for bytes on their way, for all connections of a shard: nobody holds it over a wait.
pub(in crate::transport) struct Buffers {
    read: RefCell<Box<[u8]>>,
    request: RefCell<Vec<u8>>,
}

impl Buffers {
    /// For a shard.
    pub(in crate::transport) fn new() -> Self {
        Buffers { read: RefCell::new(vec![0; READ].into()), request: RefCell::default() }
    }
}

/// An HTTP/1.1 connection.
pub(in crate::transport) struct Http1 {
    stream: Stream,
    buffers: Rc<Buffers>,
    clock: Clock,
    watchdog: Watchdog,
    /// What the current answer begins with.
    glimpse: Glimpse,
    /// Whether it can take another request, as far as the last one and its answer say.
    lasts: bool,
}

/// What was seen of a request on its way.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::transport) struct Course {
    /// When the last write began.
    pub(in crate::transport) written: Option<Moment>,
    /// The first read that brought something of the answer.
    pub(in crate::transport) first_byte: Option<Moment>,
    /// The last read: of the answer, or of the connection's end.
    pub(in crate::transport) last_byte: Option<Moment>,
    /// Bytes written, before TLS.
    pub(in crate::transport) bytes_out: u64,
    /// Bytes of the answer's body.
    pub(in crate::transport) bytes_in: u64,
}

impl Http1 {
    pub(in crate::transport) fn new(stream: Stream, buffers: &Rc<Buffers>, clock: Clock) -> Self {
        let buffers = Rc::clone(buffers);
        let (watchdog, glimpse) = (Watchdog::default(), Glimpse::default());
        Http1 { stream, buffers, clock, watchdog, glimpse, lasts: true }
    }

    /// Whether the connection is of use beyond the answer that has come.
    pub(in crate::transport) fn lasts(&self) -> bool {
        self.lasts
    }

    /// Whether the connection can take a request now. That the target has closed it meanwhile, or sent what nobody has
    /// asked for, is noticed here, as soon as the system has told of it: no system call is made to ask.
    pub(in crate::transport) async fn is_usable(&mut self) -> bool {
        let mut byte = [0];
        let quiet = match &mut self.stream {
            _ if !self.lasts => false,
            Stream::Plain(tcp) => {
                tcp.try_read(&mut byte).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
            }
            // What has come may be TLS's own, such as a ticket for the next session.
            Stream::Tls(tls) => {
                let mut byte = ReadBuf::new(&mut byte);
                poll_fn(|cx| Poll::Ready(Pin::new(&mut *tls).poll_read(cx, &mut byte).is_pending())).await
            }
        };
        self.lasts &= quiet;
        quiet
    }

    /// Sends a request and reads its answer to the end.
    pub(in crate::transport) async fn converse(
        &mut self,
        message: &Message,
        want: Want,
        patience: &Patience,
    ) -> (Course, Result<Answer, Fault>) {
        self.glimpse.clear();
        self.lasts = false;
        let mut exchange = Exchange {
            http1: self,
            patience,
            course: Course::default(),
            begun: None,
            head: Vec::new(),
            body: Bytes::new(),
            lasts: true,
            flushed: true,
            refused: None,
            reader: Reader::new(Asked::from(message.method()), want),
            received: Received::new(want.body),
            since: None,
        };
        let told = poll_fn(|cx| exchange.poll(cx, message)).await;
        let Exchange { mut course, reader, received, .. } = exchange;
        let (body, bytes_in) = received.end();
        course.bytes_in = bytes_in;
        let result = match (told, reader.head) {
            (Ok(()), Some(head)) => Ok(Answer { status: head.status, headers: head.headers, body }),
            // There is none without a head.
            (Ok(()), None) => Err(Fault::new(ErrorKind::Other, "the answer has no head")),
            (Err(fault), head) => {
                let status = head.map(|head| head.status);
                Err(Fault { status, read: self.glimpse.text(), ..fault })
            }
        };
        (course, result)
    }
}

/// A request on its way, and its answer.
struct Exchange<'a> {
    http1: &'a mut Http1,
    patience: &'a Patience,
    course: Course,
    /// When the first write began.
    begun: Option<Moment>,
    /// What is still to be written of what was rendered. Most requests are written at once, and need no room here.
    head: Vec<u8>,
    /// What is to be written behind it.
    body: Bytes,
    /// Whether the connection can take another request, for all that this one says.
    lasts: bool,
    /// Whether TLS has handed on all that was written.
    flushed: bool,
    /// The target takes no more of the request. It may have answered all the same.
    refused: Option<io::Error>,
    reader: Reader,
    received: Received,
    /// Since when the next piece of the body has been waited for; `None` if something has come meanwhile.
    since: Option<Moment>,
}

impl Exchange<'_> {
    /// Goes on until the answer is complete.
    fn poll(&mut self, cx: &mut Context<'_>, message: &Message) -> Poll<Result<(), Fault>> {
        for _ in 0..TURN {
            self.send(cx, message);
            match self.receive(cx) {
                Poll::Ready(Ok(false)) => {}
                Poll::Ready(ended) => return Poll::Ready(ended.map(|_| ())),
                Poll::Pending => {
                    return match self.refused.take() {
                        Some(error) => Poll::Ready(Err(Fault::of_io(&error))),
                        None => self.watch(cx),
                    };
                }
            }
        }
        // There may be more, but others have waited meanwhile.
        cx.waker().wake_by_ref();
        self.watch(cx)
    }

    /// Writes as much as can be written now.
    fn send(&mut self, cx: &mut Context<'_>, message: &Message) {
        if self.begun.is_none() {
            let buffers = Rc::clone(&self.http1.buffers);
            let mut buffer = buffers.request.borrow_mut();
            buffer.clear();
            let rest = request::render(message, &mut buffer);
            (self.body, self.lasts) = (rest.body, rest.lasts);
            let gone = self.write(cx, &buffer);
            self.head.extend_from_slice(&buffer[gone..]);
        } else if !self.head.is_empty() || !self.body.is_empty() {
            let head = std::mem::take(&mut self.head);
            let gone = self.write(cx, &head);
            self.head.extend_from_slice(&head[gone..]);
        }
        if !self.flushed && self.refused.is_none() {
            match Pin::new(&mut self.http1.stream).poll_flush(cx) {
                Poll::Ready(Ok(())) => self.flushed = true,
                Poll::Ready(Err(error)) => self.refuse(error),
                Poll::Pending => {}
            }
        }
    }

    /// Writes from `head`, then from the body. Gives how much of `head` is gone.
    fn write(&mut self, cx: &mut Context<'_>, head: &[u8]) -> usize {
        let mut gone = 0;
        while gone < head.len() || !self.body.is_empty() {
            let rest = &head[gone..];
            // Not when the write is over: what fits the socket's buffer takes no time to speak of, and on a busy machine
            // the target may have answered before the writer runs again.
            let began = self.http1.clock.now();
            self.begun.get_or_insert(began);
            let stream = Pin::new(&mut self.http1.stream);
            let wrote = match self.body.is_empty() {
                true => stream.poll_write(cx, rest),
                false if rest.is_empty() => stream.poll_write(cx, &self.body),
                false => {
                    stream.poll_write_vectored(cx, &[io::IoSlice::new(rest), io::IoSlice::new(&self.body)])
                }
            };
            match wrote {
                Poll::Ready(Ok(0)) => {
                    self.refuse(io::ErrorKind::WriteZero.into());
                    return head.len();
                }
                Poll::Ready(Ok(bytes)) => {
                    let of_head = bytes.min(rest.len());
                    gone += of_head;
                    self.body.advance(bytes - of_head);
                    self.flushed = false;
                    self.course.bytes_out += bytes as u64;
                    // A target may answer before it has read all of a body: what is written then is no part of the wait.
                    if self.course.first_byte.is_none() {
                        self.course.written = Some(began);
                    }
                }
                Poll::Ready(Err(error)) => {
                    self.refuse(error);
                    return head.len();
                }
                Poll::Pending => break,
            }
        }
        gone
    }

    /// Nothing more can be written.
    fn refuse(&mut self, error: io::Error) {
        self.refused = Some(error);
        self.lasts = false;
        self.head = Vec::new();
        self.body = Bytes::new();
    }

    /// Whether the whole request is gone.
    fn is_sent(&self) -> bool {
        self.head.is_empty() && self.body.is_empty() && self.flushed
    }

    /// Reads once, if there is something. Gives whether the answer is complete.
    fn receive(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, Fault>> {
        let buffers = Rc::clone(&self.http1.buffers);
        let mut buffer = buffers.read.borrow_mut();
        let mut buffer = ReadBuf::new(&mut buffer);
        if let Err(error) = ready!(Pin::new(&mut self.http1.stream).poll_read(cx, &mut buffer)) {
            // What was refused before says more.
            return Poll::Ready(Err(Fault::of_io(&self.refused.take().unwrap_or(error))));
        }
        let bytes = buffer.filled();
        self.http1.glimpse.note(bytes);
        let read = self.http1.clock.now();
        self.course.last_byte = Some(read);
        if bytes.is_empty() {
            return Poll::Ready(self.end());
        }
        let first = self.course.first_byte.is_none() || self.reader.head.is_none();
        let interim = self.reader.interim;
        let fed = self.reader.feed(bytes, &mut self.received);
        self.since = None;
        if first {
            // Interim answers are none: the answer's first byte is still to come, or came behind them just now.
            if self.reader.interim != interim {
                self.course.first_byte = None;
            }
            if self.course.first_byte.is_none() && (self.reader.has_begun() || fed.is_err()) {
                self.course.first_byte = Some(read);
            }
        }
        let behind = fed?;
        self.patience.bears(self.received.bytes())?;
        let Some(behind) = behind else { return Poll::Ready(Ok(false)) };
        let is_last = self.reader.is_last(behind, self.lasts && self.is_sent())?;
        self.http1.lasts = !is_last;
        Poll::Ready(Ok(true))
    }

    /// The target has closed the connection.
    fn end(&mut self) -> Result<bool, Fault> {
        match (self.reader.end(), self.refused.take()) {
            (Ok(()), _) => Ok(true),
            (Err(fault), Some(error)) if fault.kind == ErrorKind::ConnectionReset => {
                Err(Fault::of_io(&error))
            }
            (Err(fault), _) => Err(fault),
        }
    }

    /// Whether the target has been waited for too long; the task is woken when that will be so.
    fn watch(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        let clock = self.http1.clock;
        let (part, since) = match self.reader.head {
            // From the last byte of the request: it counts anew with each piece that went.
            None => (Part::Head, self.course.written.or(self.begun).unwrap_or_else(|| clock.now())),
            Some(_) => (Part::Body, *self.since.get_or_insert_with(|| clock.now())),
        };
        ready!(self.http1.watchdog.poll(cx, clock, self.patience.deadline(part, since)));
        Poll::Ready(Err(self.patience.late(part, since)))
    }
}
