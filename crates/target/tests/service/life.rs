//! Binding, stopping, and what is said when that fails.

use std::time::Duration;

use loadgen_target::{Config, Server, TargetError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

const PATIENCE: Duration = Duration::from_secs(60);

fn bind(address: &str) -> Result<Server, TargetError> {
    Server::bind(address.parse().unwrap(), Config::default())
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let server = bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().to_string();
    let error = bind(&address).unwrap_err();
    assert!(matches!(error, TargetError::Bind { .. }));
    let message = error.to_string();
    assert!(message.starts_with(&format!("cannot listen on {address}: ")), "{message}");
    // 192.0.2.0/24 is set aside for documentation: no machine has it.
    let message = bind("192.0.2.1:0").unwrap_err().to_string();
    assert!(message.starts_with("cannot listen on 192.0.2.1:0: "), "{message}");
}

/// The idle connection is closed, the request under way is answered, and the server ends.
#[tokio::test]
async fn shutdown_lets_requests_finish() {
    let server = bind("127.0.0.1:0").unwrap();
    let address = server.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(async { stopped.await.unwrap_or_default() }));
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut buffer = [0; 1024];
    assert!(idle.read(&mut buffer).await.unwrap() > 0);
    let mut busy = TcpStream::connect(address).await.unwrap();
    let head = "POST /users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 36\r\n\
                expect: 100-continue\r\n\r\n";
    busy.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body: the request is under way.
    let read = busy.read(&mut buffer).await.unwrap();
    assert!(buffer[..read].starts_with(b"HTTP/1.1 100 "));

    stop.send(()).unwrap();
    let closed = async { while idle.read(&mut buffer).await.is_ok_and(|read| read > 0) {} };
    tokio::time::timeout(PATIENCE, closed).await.unwrap();
    busy.write_all(br#"{"name":"A","email":"a@example.com"}"#).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, busy.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap().unwrap();
}

/// A request that never ends does not hold the server for ever.
#[tokio::test]
async fn shutdown_has_a_limit() {
    let config = Config { shutdown_grace: Duration::ZERO, ..Config::default() };
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), config).unwrap();
    let mut stuck = TcpStream::connect(server.local_addr()).await.unwrap();
    let head = "POST /users HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\nexpect: 100-continue\r\n\r\n";
    stuck.write_all(head.as_bytes()).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(async { stopped.await.unwrap_or_default() }));
    assert!(stuck.read(&mut [0; 64]).await.unwrap() > 0);
    stop.send(()).unwrap();
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap().unwrap();
}
