//! `Tunnel`: an HTTP proxy on loopback that knows `CONNECT` and nothing else, and remembers what it was asked for.
//!
//! Two threads per tunnel, blocking, as the other server here.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A proxy for as long as the value lives.
pub struct Tunnel {
    address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    /// Starts a proxy.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let tunnel = Tunnel { address, log: Arc::default() };
        let log = Arc::clone(&tunnel.log);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                std::thread::spawn(move || serve(stream, &log));
            }
        });
        tunnel
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The heads of all requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.log.lock().expect("no panic in the proxy").clone()
    }
}

/// Answers one request, and carries bytes both ways from then on.
fn serve(client: TcpStream, log: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut writer = client;
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let place = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).map(str::to_owned);
    log.lock().expect("no panic in the proxy").push(head);
    let Some(target) = place.and_then(|place| TcpStream::connect(place).ok()) else {
        writer.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").ok()?;
        return None;
    };
    writer.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
    let mut back = target.try_clone().ok()?;
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut back, &mut writer);
        let _ = writer.shutdown(Shutdown::Write);
    });
    let mut forth = target;
    let _ = std::io::copy(&mut reader, &mut forth);
    let _ = forth.shutdown(Shutdown::Write);
    Some(())
}
