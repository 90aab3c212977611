//! `Http2Server`: an HTTP/2 server on loopback, plain or within TLS, that does with each request what a test wants.
//!
//! One thread with a runtime of its own, so that it runs whatever the test's runtime does.

use bytes::Bytes;
use h2::server::{Connection, SendResponse};
use h2::{Reason, SendStream};
use http::{Request, Response};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, mpsc};
use tokio_rustls::TlsAcceptor;

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum React {
    /// Reads the request's body and answers: status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The same after an interim answer (103).
    AfterHints(u16),
    /// The same once so many requests wait at a time.
    Together(usize, u16),
    /// Answers without reading the body.
    Unread(u16),
    /// Answers, and says good-bye to the connection (GOAWAY).
    AnswerAndLeave(u16),
    /// Ends the stream without an answer.
    Reset(Reason),
    /// Sends a head and some of a body, and ends the stream.
    Break(u16, Reason),
    /// Sends a head and some of a body, and no more.
    Stall(u16),
    /// Sends a head, and some of a body every 20 ms without end.
    Drip(u16),
    /// Ends the connection at once (GOAWAY).
    Leave(Reason),
    /// Closes the connection without a word.
    Close,
    /// Says nothing.
    Silence,
}

impl React {
    /// An answer with a body.
    pub fn answer(status: u16, body: &str) -> Self {
        React::Answer(status, Vec::new(), body.into())
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `GET https://127.0.0.1:1234/x`: method, scheme, authority and path as they were sent.
    pub line: String,
    /// The names and values of its headers.
    pub headers: Vec<(String, String)>,
    /// Its body; empty where it was not read.
    pub body: Vec<u8>,
    /// On which connection, from 0.
    pub connection: usize,
}

/// A server for as long as the process lives.
pub struct Http2Server {
    address: SocketAddr,
    scheme: &'static str,
    shared: Arc<Shared>,
}

type Script = dyn Fn(&str) -> React + Send + Sync;

struct Shared {
    react: Box<Script>,
    seen: Mutex<Vec<Asked>>,
    connections: AtomicUsize,
    /// Requests that wait for others.
    waiting: AtomicUsize,
    gathered: Notify,
}

impl Http2Server {
    /// A server without TLS. `react` is given what [`Asked::line`] tells.
    pub fn plain(react: impl Fn(&str) -> React + Send + Sync + 'static) -> Self {
        Self::start("http", None, react)
    }

    /// A server within TLS, by a certificate of its own for 127.0.0.1, that offers these protocols (ALPN). It speaks
    /// HTTP/2 whatever is agreed on.
    pub fn tls(protocols: &[&str], react: impl Fn(&str) -> React + Send + Sync + 'static) -> Self {
        let key = rcgen::KeyPair::generate().expect("a key");
        let params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .expect("a certificate and its key");
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Self::start("https", Some(TlsAcceptor::from(Arc::new(config))), react)
    }

    fn start(
        scheme: &'static str,
        tls: Option<TlsAcceptor>,
        react: impl Fn(&str) -> React + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            react: Box::new(react),
            seen: Mutex::default(),
            connections: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            gathered: Notify::new(),
        });
        let state = Arc::clone(&shared);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(listen(listener, tls, state));
        });
        Http2Server { address, scheme, shared }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// All requests so far, in the order of their arrival.
    pub fn requests(&self) -> Vec<Asked> {
        self.shared.seen.lock().expect("no panic in the server").clone()
    }

    /// Connections taken so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(SeqCst)
    }
}

async fn listen(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    listener.set_nonblocking(true).expect("a socket");
    let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let number = shared.connections.fetch_add(1, SeqCst);
        let (tls, shared) = (tls.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            match tls {
                None => serve(stream, number, shared).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, number, shared).await;
                    }
                }
            }
        });
    }
}

/// What a request asks of its connection.
enum Order {
    Goodbye,
    Leave(Reason),
    Close,
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, number: usize, shared: Arc<Shared>) {
    let Ok(mut connection): Result<Connection<_, Bytes>, _> = h2::server::handshake(stream).await else {
        return;
    };
    let (orders, mut inbox) = mpsc::unbounded_channel();
    loop {
        tokio::select! {
            accepted = connection.accept() => match accepted {
                Some(Ok((request, respond))) => {
                    tokio::spawn(react(request, respond, number, Arc::clone(&shared), orders.clone()));
                }
                // The connection has said its last. Dropped, with bytes unread, it would be reset before they are read.
                _ => return stay(connection).await,
            },
            Some(order) = inbox.recv() => match order {
                Order::Goodbye => connection.graceful_shutdown(),
                Order::Leave(reason) => connection.abrupt_shutdown(reason),
                Order::Close => return,
            },
        }
    }
}

async fn react(
    request: Request<h2::RecvStream>,
    mut respond: SendResponse<Bytes>,
    connection: usize,
    shared: Arc<Shared>,
    orders: mpsc::UnboundedSender<Order>,
) {
    let line = format!("{} {}", request.method(), request.uri());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers =
        request.headers().iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect();
    let wish = (shared.react)(&line);
    let mut stream = request.into_body();
    let mut body = Vec::new();
    if !matches!(wish, React::Unread(_)) {
        while let Some(Ok(data)) = stream.data().await {
            let _ = stream.flow_control().release_capacity(data.len());
            body.extend_from_slice(&data);
        }
    }
    shared.seen.lock().expect("no panic in the server").push(Asked { line, headers, body, connection });
    match wish {
        React::Answer(status, headers, body) => answer(&mut respond, status, headers, body.into()),
        React::AfterHints(status) => {
            let hints = Response::builder().status(103).body(()).expect("a response");
            respond.send_informational(hints).expect("an open stream");
            answer(&mut respond, status, Vec::new(), Bytes::new());
        }
        React::Together(number, status) => {
            let gathered = shared.gathered.notified();
            if shared.waiting.fetch_add(1, SeqCst) + 1 == number {
                shared.waiting.store(0, SeqCst);
                shared.gathered.notify_waiters();
            } else {
                gathered.await;
            }
            answer(&mut respond, status, Vec::new(), Bytes::from_static(b"together"));
        }
        React::Unread(status) => answer(&mut respond, status, Vec::new(), Bytes::from_static(b"unread")),
        React::AnswerAndLeave(status) => {
            answer(&mut respond, status, Vec::new(), Bytes::new());
            let _ = orders.send(Order::Goodbye);
        }
        React::Reset(reason) => respond.send_reset(reason),
        React::Break(status, reason) => {
            if let Some(mut stream) = begin(&mut respond, status) {
                // What is reset at once takes the data with it.
                tokio::task::yield_now().await;
                stream.send_reset(reason);
            }
        }
        React::Stall(status) => stay(begin(&mut respond, status)).await,
        React::Drip(status) => {
            let mut stream = begin(&mut respond, status);
            while let Some(stream) = &mut stream
                && stream.send_data(Bytes::from_static(b"x"), false).is_ok()
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        // The stream is kept open: dropped, it would be reset.
        React::Leave(reason) => stay(orders.send(Order::Leave(reason))).await,
        React::Close => stay(orders.send(Order::Close)).await,
        React::Silence => stay(()).await,
    }
}

/// A head and some of a body.
fn begin(respond: &mut SendResponse<Bytes>, status: u16) -> Option<SendStream<Bytes>> {
    let head = Response::builder().status(status).body(()).expect("a response");
    let mut stream = respond.send_response(head, false).ok()?;
    let _ = stream.send_data(Bytes::from_static(b"some"), false);
    Some(stream)
}

async fn stay<T>(_: T) {
    std::future::pending::<()>().await;
}

fn answer(respond: &mut SendResponse<Bytes>, status: u16, headers: Vec<(&str, String)>, body: Bytes) {
    let head = headers
        .into_iter()
        .fold(Response::builder().status(status), |head, (name, value)| head.header(name, value));
    let head = head.body(()).expect("a response");
    let Ok(mut stream) = respond.send_response(head, body.is_empty()) else { return };
    if !body.is_empty() {
        // What is beyond the client's window waits in memory.
        let _ = stream.send_data(body, true);
    }
}
