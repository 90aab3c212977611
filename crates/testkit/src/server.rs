//! `RawServer`: reads HTTP requests on loopback and answers with whatever bytes a test wants, well-formed or not.
//!
//! One thread per connection, blocking: simple, and independent of the code under test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Between the two parts of an answer.
const PAUSE: Duration = Duration::from_millis(30);

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Sends these bytes and reads the next request.
    Send(Vec<u8>),
    /// Sends these bytes and closes the connection.
    SendAndClose(Vec<u8>),
    /// Sends the first bytes, pauses, sends the others, and reads the next request.
    InTwo(Vec<u8>, Vec<u8>),
    /// Says nothing and keeps the connection until the client gives up.
    Silence,
}

impl Act {
    /// A well-formed answer.
    pub fn answer(status: u16, body: &str) -> Self {
        Act::Send(
            format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        )
    }
}

/// A server for as long as the value lives.
pub struct RawServer {
    address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl RawServer {
    /// Starts a server that answers by `act`, which is given the request line, such as `GET /x HTTP/1.1`.
    pub fn start(act: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = RawServer { address, log: Arc::default(), connections: Arc::default() };
        let (act, log, connections) =
            (Arc::new(act), Arc::clone(&server.log), Arc::clone(&server.connections));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, SeqCst);
                let (act, log) = (Arc::clone(&act), Arc::clone(&log));
                std::thread::spawn(move || serve(stream, act.as_ref(), &log));
            }
        });
        server
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How long it pauses at least between the two parts of an answer.
    pub fn pause(&self) -> Duration {
        // A park may end early; nothing else in this thread unparks it, so by far less than half.
        PAUSE / 2
    }

    /// All requests so far, head and body, in the order of their arrival.
    pub fn requests(&self) -> Vec<String> {
        self.log.lock().expect("no panic in the server").clone()
    }

    /// Connections taken so far.
    pub fn connections(&self) -> usize {
        self.connections.load(SeqCst)
    }
}

/// Serves one connection until either side closes it.
fn serve(stream: TcpStream, act: &dyn Fn(&str) -> Act, log: &Mutex<Vec<String>>) {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut writer = stream;
    while let Some(request) = read_request(&mut reader) {
        let line = request.lines().next().unwrap_or("").to_owned();
        log.lock().expect("no panic in the server").push(request);
        match act(&line) {
            Act::Send(bytes) => {
                if writer.write_all(&bytes).is_err() {
                    return;
                }
            }
            Act::InTwo(first, second) => {
                let sent = writer.write_all(&first);
                std::thread::park_timeout(PAUSE);
                if sent.and_then(|()| writer.write_all(&second)).is_err() {
                    return;
                }
            }
            Act::SendAndClose(bytes) => {
                let _ = writer.write_all(&bytes);
                return;
            }
            Act::Silence => {
                let _ = reader.read_to_end(&mut Vec::new());
                return;
            }
        }
    }
}

/// Reads a request with its body; `None` when the connection ends.
fn read_request(reader: &mut impl BufRead) -> Option<String> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(format!("{head}\r\n{}", String::from_utf8_lossy(&body)))
}
