//! `Wire`: a connection that notes when bytes went and came, for the moments `written` and `first byte`.

use super::glimpse::Glimpse;
use super::stream::Stream;
use crate::clock::Clock;
use loadgen_metrics::Moment;
use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What was seen on a connection since the request began.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// When the last write began.
    pub(super) written: Cell<Option<Moment>>,
    /// The first read that brought something.
    pub(super) first_byte: Cell<Option<Moment>>,
    /// Bytes written.
    pub(super) bytes_out: Cell<u64>,
    /// What the answer begins with.
    pub(super) glimpse: Glimpse,
    /// Whether what came last ended in a line's end.
    pub(super) line_end: Cell<bool>,
}

impl Meter {
    /// A request begins.
    pub(super) fn reset(&self) {
        self.written.set(None);
        self.first_byte.set(None);
        self.bytes_out.set(0);
        self.glimpse.clear();
    }
}

/// A stream with a meter. Counts what HTTP wrote, before TLS.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    meter: Rc<Meter>,
    clock: Clock,
}

impl Wire {
    pub(super) fn new(stream: Stream, meter: Rc<Meter>, clock: Clock) -> Self {
        Wire { stream, meter, clock }
    }

    /// `began` is when the write did, not when it returned: what fits the socket's buffer takes no time to speak of,
    /// and on a busy machine the target may have answered before the writer runs again.
    fn note_written(&self, began: Moment, result: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(bytes)) = result {
            // A target may answer before it has read all of a body: what is written then is no part of the wait.
            if self.meter.first_byte.get().is_none() {
                self.meter.written.set(Some(began));
            }
            self.meter.bytes_out.set(self.meter.bytes_out.get() + *bytes as u64);
        }
    }
}

/// Whether these first bytes of an answer are interim ones alone (`100 Continue`, `103 Early Hints`), after which the
/// answer is still to come. One that comes in pieces is taken for the answer: interim heads are short.
fn is_interim(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while rest.starts_with(b"HTTP/1.") && rest.get(9) == Some(&b'1') {
        match rest.windows(4).position(|end| end == b"\r\n\r\n") {
            Some(end) => rest = &rest[end + 4..],
            None => return false,
        }
    }
    rest.is_empty()
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buf);
        let new = buf.filled().get(before..).unwrap_or_default();
        self.meter.glimpse.note(new);
        self.meter.line_end.set(new.ends_with(b"\n"));
        if !new.is_empty() && self.meter.first_byte.get().is_none() && !is_interim(new) {
            self.meter.first_byte.set(Some(self.clock.now()));
        }
        result
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let began = self.clock.now();
        let result = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.note_written(began, &result);
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let began = self.clock.now();
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.note_written(began, &result);
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
