//! A server that keeps everybody waiting: each request to `/MS` is answered with nothing after so many milliseconds.
//!
//! It takes one descriptor for each connection and no more, so that as many users as the limit of descriptors allows can
//! be held at once. It is a thread of this process, whose cost is nobody's, and ends with its value.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::place::{Places, Who, pin};
use super::problem::Problem;

/// As many as may wait to be accepted; the system takes its own limit where that is lower.
const BACKLOG: u32 = 65_535;
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// A server that runs for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Hold {
    address: SocketAddr,
    served: Arc<AtomicU64>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Hold {
    /// Starts it on a free port.
    pub(crate) fn start(places: &Places) -> Result<Hold, Problem> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            let socket = TcpSocket::new_v4()?;
            socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
            socket.listen(BACKLOG)?
        };
        let address = listener.local_addr()?;
        let served = Arc::new(AtomicU64::new(0));
        let (end, ended) = oneshot::channel();
        let (count, processors) = (Arc::clone(&served), places.of(Who::Server).to_vec());
        let thread = thread::spawn(move || {
            // Where it cannot be pinned it merely shares.
            let _ = pin(&processors);
            runtime.spawn(async move {
                loop {
                    // Out of descriptors: those who wait go on, and who comes next is tried again.
                    match listener.accept().await {
                        Ok((stream, _)) => drop(tokio::spawn(answer(stream, Arc::clone(&count)))),
                        Err(_) => sleep(Duration::from_millis(10)).await,
                    }
                }
            });
            let _ = runtime.block_on(ended);
            runtime.shutdown_background();
        });
        Ok(Hold { address, served, end: Some(end), thread: Some(thread) })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Requests answered until now.
    pub(crate) fn served(&self) -> u64 {
        self.served.load(Ordering::Relaxed)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // It panics no more than it fails: there is nothing to be told.
            let _ = thread.join();
        }
    }
}

/// Answers one connection until it ends. Nobody sends a second request before the first is answered.
async fn answer(mut stream: TcpStream, served: Arc<AtomicU64>) {
    let mut head = Vec::new();
    let mut buffer = [0; 512];
    loop {
        head.clear();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut buffer).await {
                Ok(read @ 1..) => head.extend_from_slice(&buffer[..read]),
                _ => return,
            }
        }
        sleep(wanted(&head)).await;
        // Before whoever asked can know, so that nobody finds too few.
        served.fetch_add(1, Ordering::Relaxed);
        if stream.write_all(ANSWER).await.is_err() {
            return;
        }
    }
}

/// How long a request asks to wait: `GET /250 HTTP/1.1`.
fn wanted(head: &[u8]) -> Duration {
    let path = head.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    let digits = path.strip_prefix(b"/").and_then(|digits| std::str::from_utf8(digits).ok());
    Duration::from_millis(digits.and_then(|digits| digits.parse().ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};

    #[test]
    fn each_request_is_answered_and_counted() {
        let server = Hold::start(&Places::find().unwrap()).unwrap();
        let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
        for _ in 0..2 {
            stream.write_all(b"GET /1 HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
            let mut answer = vec![0; ANSWER.len()];
            stream.read_exact(&mut answer).unwrap();
            assert_eq!(answer, ANSWER);
        }
        assert_eq!(server.served(), 2);
        drop(stream);
        let address = server.address();
        drop(server);
        std::net::TcpStream::connect(address).unwrap_err();
    }

    #[test]
    fn the_path_says_how_long() {
        assert_eq!(wanted(b"GET /250 HTTP/1.1\r\n"), Duration::from_millis(250));
        assert_eq!(wanted(b"GET / HTTP/1.1\r\n"), Duration::ZERO);
        assert_eq!(wanted(b""), Duration::ZERO);
    }
}
