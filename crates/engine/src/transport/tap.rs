//! `Tap`: an HTTP/2 connection's bytes with an eye on the frames among them, for each stream's moments.
//!
//! Streams share the connection, so its first read and last write say nothing of any one of them. What passes is
//! therefore taken apart into frames: a request is written with the last of its frames, its answer begins with the
//! head of a HEADERS frame and ends with the frame that ends the stream. Nothing of that is known to the HTTP/2
//! library's callers, and none of it depends on when their tasks run.

use super::frames::{Frames, HEADERS, Piece, SETTINGS};
use super::glimpse::Glimpse;
use super::stream::Stream;
use crate::clock::Clock;
use loadgen_metrics::Moment;
use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What was seen of one stream.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// When the last write began that brought a part of the request.
    pub(super) written: Option<Moment>,
    /// When the heads came: interim ones, the answer's, trailers.
    heads: Vec<Moment>,
    /// When the answer's last frame was there.
    pub(super) ended: Option<Moment>,
    /// Bytes of the request's frames, before TLS.
    pub(super) bytes_out: u64,
}

impl Course {
    /// When the answer's first byte was there, after so many interim answers.
    pub(super) fn first_byte(&self, interim: usize) -> Option<Moment> {
        self.heads.get(interim).copied()
    }
}

/// What was seen of the streams that somebody waits for.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// By number. There are few at a time.
    streams: RefCell<Vec<(u32, Course)>>,
    /// Whether the other side's first bytes were not HTTP/2.
    foreign: Cell<bool>,
    /// What the other side began with.
    pub(super) glimpse: Glimpse,
}

impl Ledger {
    /// A stream begins; nothing of it has been written.
    pub(super) fn begin(&self, stream: u32) {
        self.streams.borrow_mut().push((stream, Course::default()));
    }

    /// Nobody waits for a stream any more.
    pub(super) fn end(&self, stream: u32) -> Course {
        let mut streams = self.streams.borrow_mut();
        let place = streams.iter().position(|(number, _)| *number == stream);
        place.map(|place| streams.swap_remove(place).1).unwrap_or_default()
    }

    /// When a part of that request was written last.
    pub(super) fn written(&self, stream: u32) -> Option<Moment> {
        let streams = self.streams.borrow();
        streams.iter().find(|(number, _)| *number == stream).and_then(|(_, course)| course.written)
    }

    /// Whether the other side's first bytes were not HTTP/2.
    pub(super) fn is_foreign(&self) -> bool {
        self.foreign.get()
    }

    fn see(&self, piece: Piece, note: impl FnOnce(&mut Course)) {
        if piece.frame.is_content()
            && let Some((_, course)) =
                self.streams.borrow_mut().iter_mut().find(|(number, _)| *number == piece.frame.stream)
        {
            note(course);
        }
    }
}

/// A stream of bytes that is looked at.
#[derive(Debug)]
pub(super) struct Tap {
    stream: Stream,
    ledger: Rc<Ledger>,
    clock: Clock,
    coming: Frames,
    going: Frames,
    /// Whether a frame has come.
    spoken: bool,
}

impl Tap {
    pub(super) fn new(stream: Stream, ledger: Rc<Ledger>, clock: Clock) -> Self {
        let (coming, going) = (Frames::of_server(), Frames::of_client());
        Tap { stream, ledger, clock, coming, going, spoken: false }
    }

    fn came(&mut self, bytes: &[u8]) {
        let now = self.clock.now();
        let Tap { ledger, coming, spoken, .. } = self;
        ledger.glimpse.note(bytes);
        coming.pass(bytes, |piece| {
            if !std::mem::replace(spoken, true) && piece.frame.kind != SETTINGS {
                ledger.foreign.set(true);
            }
            ledger.see(piece, |course| {
                if piece.first && piece.frame.kind == HEADERS {
                    course.heads.push(now);
                }
                if piece.last && piece.frame.ends_stream() {
                    course.ended = Some(now);
                }
            });
        });
    }

    /// `began` is when the write did, as on other connections.
    fn went(&mut self, began: Moment, bytes: &[u8]) {
        let Tap { ledger, going, .. } = self;
        going.pass(bytes, |piece| {
            ledger.see(piece, |course| {
                // What is written once the answer has begun is no part of the wait.
                if course.heads.is_empty() {
                    course.written = Some(began);
                }
                course.bytes_out += u64::from(piece.bytes);
            });
        });
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buf);
        let new = buf.filled().get(before..).unwrap_or_default();
        if !new.is_empty() {
            self.came(new);
        }
        result
    }
}

impl AsyncWrite for Tap {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let began = self.clock.now();
        let result = Pin::new(&mut self.stream).poll_write(cx, buf);
        if let Poll::Ready(Ok(bytes)) = &result {
            self.went(began, buf.get(..*bytes).unwrap_or_default());
        }
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let began = self.clock.now();
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        if let Poll::Ready(Ok(bytes)) = &result {
            let mut left = *bytes;
            for buf in bufs {
                let passed = left.min(buf.len());
                self.went(began, buf.get(..passed).unwrap_or_default());
                left -= passed;
            }
        }
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
