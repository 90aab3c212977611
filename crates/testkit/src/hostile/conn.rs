//! `Conn`: one connection as the hostile server has it: read a request, send bytes, hang up in one way or another.

use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// Longest head of a request.
const LONGEST_HEAD: usize = 64 << 10;

/// A connection, plain or TLS.
pub(super) enum Conn {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A request.
pub(super) struct Asked {
    pub(super) path: String,
    /// Whether the client wants no more on this connection.
    pub(super) last: bool,
}

impl Conn {
    /// Reads a request to the end of its body; `None` when the connection ends.
    pub(super) async fn request(&mut self) -> io::Result<Option<Asked>> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if bytes.len() > LONGEST_HEAD || self.read(&mut bytes).await? == 0 {
                return Ok(None);
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length: usize = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.trim().parse().ok())
            .unwrap_or(0);
        let mut seen = bytes.len() - end;
        while seen < length {
            bytes.clear();
            match self.read(&mut bytes).await? {
                0 => return Ok(None),
                more => seen += more,
            }
        }
        let last = head.to_ascii_lowercase().contains("\r\nconnection: close\r\n");
        Ok(head.split(' ').nth(1).map(|path| Asked { path: path.to_owned(), last }))
    }

    /// Sends bytes.
    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        match self {
            Conn::Plain(stream) => stream.write_all(bytes.as_ref()).await,
            Conn::Tls(stream) => {
                stream.write_all(bytes.as_ref()).await?;
                stream.flush().await
            }
        }
    }

    /// Says nothing until the client hangs up.
    pub(super) async fn wait(mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        while self.read(&mut bytes).await? > 0 {
            bytes.clear();
        }
        Ok(())
    }

    /// Ends the connection in good order.
    pub(super) async fn close(mut self) -> io::Result<()> {
        match &mut self {
            Conn::Plain(stream) => stream.shutdown().await,
            Conn::Tls(stream) => stream.shutdown().await,
        }
    }

    /// Ends the connection by RST.
    pub(super) fn reset(self) -> io::Result<()> {
        match &self {
            Conn::Plain(stream) => stream.set_zero_linger(),
            Conn::Tls(stream) => stream.get_ref().0.set_zero_linger(),
        }
    }

    async fn read(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Conn::Plain(stream) => stream.read_buf(bytes).await,
            Conn::Tls(stream) => stream.read_buf(bytes).await,
        }
    }
}
