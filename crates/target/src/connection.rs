//! A connection that is counted for as long as it is open, and that may be cut.
//!
//! The count is that of sockets accepted and not yet closed by us: idle ones too, and those whose client has gone
//! without a word until the system notices.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use prometheus::IntGauge;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::faults::Cord;

/// A listener whose connections are counted.
pub(crate) struct Counting {
    pub(crate) listener: TcpListener,
    pub(crate) open: IntGauge,
    /// Whether they have cords, by which a request can have them cut.
    pub(crate) cords: bool,
}

impl Listener for Counting {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // axum's own, which waits where the system has no descriptor left.
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        // Without TCP_NODELAY an answer in two segments waits for the client's delayed acknowledgement: 40 ms. Where
        // it cannot be set the connection is closing already, and its own reads will say so.
        let _ = stream.set_nodelay(true);
        self.open.inc();
        let cord = self.cords.then(Cord::default);
        (Connection { stream, cord, _open: Open(self.open.clone()) }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    cord: Option<Cord>,
    _open: Open,
}

impl Connection {
    fn is_cut(&self) -> bool {
        self.cord.as_ref().is_some_and(Cord::is_pulled)
    }

    /// The stream, unless it is cut.
    fn whole(self: Pin<&mut Self>) -> io::Result<Pin<&mut TcpStream>> {
        let this = self.get_mut();
        if this.is_cut() {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(Pin::new(&mut this.stream))
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.is_cut() {
            // Where that cannot be set the connection ends in order; it ends.
            let _ = self.stream.set_zero_linger();
        }
    }
}

struct Open(IntGauge);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.whole()?.poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.whole()?.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.whole()?.poll_write_vectored(cx, parts)
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

/// Who is at the other end; in a request's extensions where somebody asks.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// What cuts the connection, where it has such a thing.
    pub(crate) cord: Option<Cord>,
}

impl Connected<IncomingStream<'_, Counting>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Counting>) -> Self {
        Self { address: *stream.remote_addr(), cord: stream.io().cord.clone() }
    }
}
