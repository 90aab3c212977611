//! `Route`: a path, and how the server misbehaves there.

use super::bomb;
use super::conn::{Asked, Conn};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Between two pieces of a slow answer.
const PAUSE: Duration = Duration::from_millis(20);
/// How often something endless is repeated at most, with a pause each time.
const PATIENCE: usize = 6_000;
/// A mebibyte.
const MEBIBYTE: usize = 1 << 20;

/// A path of the server.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The path.
    pub path: &'static str,
    /// What happens there.
    pub about: &'static str,
    /// Whether a client can do nothing but fail. It may, where it cannot use the body or is in a hurry.
    pub fails: bool,
    deed: Deed,
}

#[derive(Clone, Copy, Debug)]
enum Deed {
    /// Sends this and reads the next request.
    Answer(&'static [u8]),
    /// Sends this and closes.
    Last(&'static [u8]),
    /// Sends this and says no more.
    Silence(&'static [u8]),
    /// Sends this and resets.
    Reset(&'static [u8]),
    /// Sends the first, then the second again and again, with a pause each time.
    Drip(&'static [u8], &'static [u8]),
    /// Sends the first, then as many mebibytes of the second.
    Flood(&'static [u8], &'static [u8], usize),
    /// Sends a body of that coding that unpacks to a gibibyte.
    Bomb(&'static str, fn() -> &'static [u8]),
    /// Answers, and closes when the next request has come.
    CloseNext,
}

use Deed::{Answer, Bomb, CloseNext, Drip, Flood, Last, Reset, Silence};

const fn healthy(path: &'static str, about: &'static str, deed: Deed) -> Route {
    Route { path, about, fails: false, deed }
}

const fn faulty(path: &'static str, about: &'static str, deed: Deed) -> Route {
    Route { path, about, fails: true, deed }
}

/// All paths.
pub const ROUTES: &[Route] = &[
    healthy(
        "/ok",
        "a sound answer",
        Answer(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"ok\":true}",
        ),
    ),
    healthy(
        "/http-1.0",
        "a sound answer of HTTP/1.0, up to the connection's end",
        Last(b"HTTP/1.0 200 OK\r\n\r\nold"),
    ),
    healthy(
        "/not-utf-8",
        "a header of bytes that are no UTF-8",
        Answer(b"HTTP/1.1 200 OK\r\nx-name: \xff\xfe\xe9\r\ncontent-length: 2\r\n\r\nok"),
    ),
    faulty(
        "/length-twice",
        "the same length twice",
        Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok"),
    ),
    faulty(
        "/long-body",
        "more body than was announced",
        Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and so much more than that"),
    ),
    healthy(
        "/gigabyte",
        "a body of 1 GiB",
        Flood(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n", b"x", 1024),
    ),
    healthy("/bomb-gzip", "1 MiB that unpacks to 1 GiB", Bomb("gzip", bomb::gzip)),
    healthy("/bomb-br", "2 KiB that unpack to 1 GiB", Bomb("br", bomb::brotli)),
    healthy("/bomb-zstd", "32 KiB that unpack to 1 GiB", Bomb("zstd", bomb::zstd)),
    healthy(
        "/not-gzip",
        "a body that is not compressed as it says",
        Answer(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 11\r\n\r\n{\"ok\":true}"),
    ),
    faulty("/silent", "no answer", Silence(b"")),
    faulty(
        "/slow-head",
        "a head that comes byte by byte for two minutes",
        Drip(b"HTTP/1.1 200 OK\r\nx: ", b"y"),
    ),
    faulty(
        "/slow-body",
        "a body that comes byte by byte for two minutes",
        Drip(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"y"),
    ),
    faulty(
        "/stalled-body",
        "a body that stops coming",
        Silence(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"),
    ),
    faulty("/half-head", "half a head, then nothing", Silence(b"HTTP/1.1 200 OK\r\ncont")),
    faulty("/half-head-close", "half a head, then the end", Last(b"HTTP/1.1 200 OK\r\ncont")),
    faulty("/close", "the end instead of an answer", Last(b"")),
    faulty("/close-next", "a sound answer, and the end once the next request has come", CloseNext),
    faulty("/reset", "a reset instead of an answer", Reset(b"")),
    faulty(
        "/reset-body",
        "a reset in the middle of a body",
        Reset(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nabc"),
    ),
    faulty(
        "/short-body",
        "less body than was announced, then the end",
        Last(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"),
    ),
    faulty(
        "/short-chunks",
        "a chunked body that ends before its last chunk",
        Last(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"),
    ),
    faulty(
        "/bad-chunk",
        "a chunk whose size is no number",
        Last(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
    ),
    faulty(
        "/huge-chunk",
        "a chunk whose size is out of all bounds",
        Last(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
    ),
    faulty("/garbage", "something that is not HTTP", Last(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")),
    faulty("/http-0.9", "a body without a head, as in HTTP/0.9", Last(b"<html>hello</html>\n")),
    faulty(
        "/bad-version",
        "an HTTP that does not exist",
        Last(b"HTTP/3.7 200 OK\r\ncontent-length: 0\r\n\r\n"),
    ),
    faulty("/bad-status", "a status that is none", Last(b"HTTP/1.1 9x OK\r\ncontent-length: 0\r\n\r\n")),
    faulty("/bad-header", "a header without a name", Last(b"HTTP/1.1 200 OK\r\na b: c\r\n\r\n")),
    faulty(
        "/bad-length",
        "a length that is no number",
        Last(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\nok"),
    ),
    faulty(
        "/two-lengths",
        "two lengths that contradict each other",
        Last(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok"),
    ),
    faulty(
        "/endless-headers",
        "64 MiB of headers",
        Flood(b"HTTP/1.1 200 OK\r\n", b"x-header: one of very many indeed\r\n", 64),
    ),
    faulty("/huge-header", "a header of 64 MiB", Flood(b"HTTP/1.1 200 OK\r\nx-header: ", b"x", 64)),
    faulty(
        "/informational",
        "interim answers for two minutes",
        Drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ),
    faulty(
        "/redirect-loop",
        "a redirect to itself",
        Answer(b"HTTP/1.1 302 Found\r\nlocation: /redirect-loop\r\ncontent-length: 0\r\n\r\n"),
    ),
    faulty(
        "/redirect-nowhere",
        "a redirect to a port where nobody listens",
        Answer(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"),
    ),
    faulty(
        "/redirect-scheme",
        "a redirect to a URL that is not HTTP",
        Answer(b"HTTP/1.1 302 Found\r\nlocation: ftp://127.0.0.1/\r\ncontent-length: 0\r\n\r\n"),
    ),
    faulty(
        "/redirect-invalid",
        "a redirect to what is no URL",
        Answer(b"HTTP/1.1 302 Found\r\nlocation: http://[\r\ncontent-length: 0\r\n\r\n"),
    ),
];

/// Answers requests until the connection ends.
pub(super) async fn serve(mut conn: Conn, healthy: &AtomicU64) -> io::Result<()> {
    let mut closes = false;
    while let Some(Asked { path, last }) = conn.request().await? {
        let path = path.split('?').next().unwrap_or_default();
        if closes {
            return conn.close().await;
        }
        let Some(route) = ROUTES.iter().find(|route| route.path == path) else {
            conn.send("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await?;
            if last {
                return conn.close().await;
            }
            continue;
        };
        match route.deed {
            Answer(bytes) => conn.send(bytes).await?,
            Last(bytes) => {
                conn.send(bytes).await?;
                return conn.close().await;
            }
            Silence(bytes) => {
                conn.send(bytes).await?;
                return conn.wait().await;
            }
            Reset(bytes) => {
                conn.send(bytes).await?;
                // What was sent is to arrive ahead of the reset.
                tokio::time::sleep(PAUSE).await;
                return conn.reset();
            }
            Drip(head, piece) => {
                conn.send(head).await?;
                for _ in 0..PATIENCE {
                    conn.send(piece).await?;
                    tokio::time::sleep(PAUSE).await;
                }
                return conn.close().await;
            }
            Flood(head, piece, mebibytes) => {
                conn.send(head).await?;
                let block = piece.repeat(MEBIBYTE.div_ceil(piece.len()));
                for _ in 0..mebibytes {
                    conn.send(&block[..MEBIBYTE]).await?;
                    tokio::task::yield_now().await;
                }
            }
            Bomb(coding, body) => {
                let body = body();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: {coding}\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                conn.send(head).await?;
                conn.send(body).await?;
            }
            CloseNext => {
                conn.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await?;
                closes = true;
            }
        }
        if route.path == "/ok" {
            healthy.fetch_add(1, Relaxed);
        }
        if last {
            return conn.close().await;
        }
    }
    Ok(())
}
