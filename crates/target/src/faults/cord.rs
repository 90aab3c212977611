//! `Cord`: what a request pulls to have its connection cut.
//!
//! An HTTP server has no way to end a connection without an answer, so the connection itself is wrapped (`CordedStream`):
//! once the cord is pulled, its next read or write fails, the server drops it, and because it then lingers for no time the
//! system sends a reset rather than an orderly end. The cord reaches the request as its connection's information. On
//! HTTP/2 all requests of the connection go with it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Cuts one connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cord(Arc<AtomicBool>);

impl Cord {
    /// From now on nothing more is read or written.
    pub(super) fn pull(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_pulled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A listener whose connections have cords.
pub(crate) struct Corded<L>(pub(crate) L);

/// A connection with a cord.
pub(crate) struct CordedStream {
    stream: TcpStream,
    cord: Cord,
}

impl<L: Listener<Io = TcpStream>> Listener for Corded<L> {
    type Io = CordedStream;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = self.0.accept().await;
        (CordedStream { stream, cord: Cord::default() }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl<L: Listener<Io = TcpStream>> Connected<IncomingStream<'_, Corded<L>>> for Cord {
    fn connect_info(stream: IncomingStream<'_, Corded<L>>) -> Self {
        stream.io().cord.clone()
    }
}

impl CordedStream {
    /// The stream, unless it is cut.
    fn whole(self: Pin<&mut Self>) -> io::Result<Pin<&mut TcpStream>> {
        let this = self.get_mut();
        if this.cord.is_pulled() {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(Pin::new(&mut this.stream))
        }
    }
}

impl Drop for CordedStream {
    fn drop(&mut self) {
        if self.cord.is_pulled() {
            // Where that cannot be set the connection ends in order; it ends.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for CordedStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.whole()?.poll_read(cx, buf)
    }
}

impl AsyncWrite for CordedStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.whole()?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.whole()?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole()?.poll_shutdown(cx)
    }
}
