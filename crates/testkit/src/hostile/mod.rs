//! `Hostile`: a server on loopback that misbehaves in a way of its own on each path, plain and over TLS, with ports
//! beside it whose TLS is broken, and healthy paths among them.
//!
//! All of it runs on one thread, which ends with the value: no task, connection or port stays behind. Nothing that it
//! does is endless, though it may be long: an answer ends with the client, or at a bound that [`ROUTES`] tells.

mod bomb;
mod conn;
mod pki;
mod route;
mod tls;

pub use route::{ROUTES, Route};
pub use tls::TlsFault;

use conn::Conn;
use pki::Authority;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// Longest time that a connection is served.
const LIFETIME: Duration = Duration::from_secs(120);

/// A hostile server for as long as the value lives.
pub struct Hostile {
    plain: SocketAddr,
    tls: SocketAddr,
    faulty: Vec<(TlsFault, SocketAddr)>,
    authority: String,
    healthy: Arc<AtomicU64>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What a connection is answered with.
enum Port {
    Plain,
    Tls(TlsAcceptor),
    Faulty(TlsFault, Option<TlsAcceptor>),
}

impl Hostile {
    /// Starts the server on free ports of 127.0.0.1.
    pub fn start() -> Self {
        let authority = Authority::new("hostile authority");
        let mut ports = vec![(bind(), Port::Plain), (bind(), Port::Tls(tls::sound(&authority)))];
        for fault in TlsFault::ALL {
            ports.push((bind(), Port::Faulty(*fault, tls::broken(*fault, &authority))));
        }
        let address = |(listener, _): &(std::net::TcpListener, Port)| listener.local_addr().unwrap();
        let (plain, tls) = (address(&ports[0]), address(&ports[1]));
        let faulty = TlsFault::ALL.iter().copied().zip(ports[2..].iter().map(address)).collect();
        let healthy = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&healthy);
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                for (listener, port) in ports {
                    tokio::spawn(accept(listener, port, Arc::clone(&count)));
                }
                // Dropped with the handle: that is a stop too.
                let _ = stopped.await;
            });
            // All tasks end here, wherever they are.
            drop(runtime);
        });
        let authority = authority.pem().to_owned();
        Hostile { plain, tls, faulty, authority, healthy, stop: Some(stop), thread: Some(thread) }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.plain)
    }

    /// `https://127.0.0.1:PORT`, the same paths by a certificate that [`Hostile::authority`] signed.
    pub fn tls_url(&self) -> String {
        format!("https://{}", self.tls)
    }

    /// `https://127.0.0.1:PORT` of a port whose TLS has this fault.
    pub fn faulty_url(&self, fault: TlsFault) -> String {
        let (_, address) = self.faulty.iter().find(|(it, _)| *it == fault).unwrap();
        format!("https://{address}")
    }

    /// The authority behind the certificates, as PEM, for `config.tls.ca`.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// How often `/ok` was answered so far.
    pub fn healthy(&self) -> u64 {
        self.healthy.load(Relaxed)
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.thread.take().into_iter().for_each(|thread| drop(thread.join()));
    }
}

fn bind() -> std::net::TcpListener {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a socket that does not block");
    listener
}

async fn accept(listener: std::net::TcpListener, port: Port, healthy: Arc<AtomicU64>) {
    let listener = TcpListener::from_std(listener).expect("inside a runtime");
    let port = Arc::new(port);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors: some will come free.
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        let (port, healthy) = (Arc::clone(&port), Arc::clone(&healthy));
        tokio::spawn(async move {
            let _ = tokio::time::timeout(LIFETIME, serve(stream, &port, &healthy)).await;
        });
    }
}

/// Serves one connection to its end.
async fn serve(stream: TcpStream, port: &Port, healthy: &AtomicU64) {
    let _ = stream.set_nodelay(true);
    let conn = match port {
        Port::Plain => Conn::Plain(stream),
        Port::Tls(acceptor) | Port::Faulty(_, Some(acceptor)) => match acceptor.accept(stream).await {
            Ok(stream) => Conn::Tls(Box::new(stream)),
            Err(_) => return,
        },
        Port::Faulty(fault, None) => return tls::misbehave(*fault, stream).await,
    };
    // A connection that fails is the client's doing.
    let _ = route::serve(conn, healthy).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    fn ask(address: SocketAddr, path: &str) -> Vec<u8> {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        // A reset is an end too.
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    #[test]
    fn healthy_paths_answer_beside_the_others_and_all_ends_with_the_value() {
        let server = Hostile::start();
        let address = server.plain;
        let silent = std::net::TcpStream::connect(address).unwrap();
        (&silent).write_all(b"GET /silent HTTP/1.1\r\n\r\n").unwrap();
        assert!(ask(address, "/ok").ends_with(b"{\"ok\":true}"));
        assert!(ask(address, "/garbage").starts_with(b"SSH-2.0"));
        assert!(ask(address, "/unheard-of").starts_with(b"HTTP/1.1 404"));
        assert_eq!(ask(address, "/close"), b"");
        assert_eq!(server.healthy(), 1);
        drop(server);
        let mut rest = Vec::new();
        let _ = (&silent).read_to_end(&mut rest);
        assert_eq!(rest, b"", "the silent one was closed, too");
        assert!(std::net::TcpStream::connect(address).is_err());
    }
}
