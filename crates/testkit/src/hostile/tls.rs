//! `TlsFault`: what can be wrong with a port's TLS.

use super::pki::{self, Authority, Identity};
use rustls::ServerConfig;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

/// Whom sound certificates name.
const NAME: &str = "127.0.0.1";
/// When sound certificates are valid, in days from today.
const VALID: (i64, i64) = (-1, 30);

/// What is wrong with a port's TLS. All certificates name 127.0.0.1 unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate was valid until yesterday.
    Expired,
    /// The certificate is valid from tomorrow.
    NotYetValid,
    /// The certificate names another host.
    WrongName,
    /// The certificate's authority is a stranger, and not sent along.
    UnknownAuthority,
    /// The same, and sent along.
    UnknownAuthoritySent,
    /// The certificate is its own authority.
    SelfSigned,
    /// Whatever versions the client offers, they are too new.
    OldProtocol,
    /// The client has no cipher that the server takes.
    NoCipher,
    /// The port speaks plain HTTP.
    PlainHttp,
    /// The port speaks neither TLS nor HTTP.
    Garbage,
    /// The connection is reset in the middle of the handshake.
    Reset,
    /// The connection is closed in the middle of the handshake.
    Closed,
    /// The handshake is not answered.
    Silent,
}

impl TlsFault {
    /// All faults.
    pub const ALL: &'static [TlsFault] = &[
        TlsFault::Expired,
        TlsFault::NotYetValid,
        TlsFault::WrongName,
        TlsFault::UnknownAuthority,
        TlsFault::UnknownAuthoritySent,
        TlsFault::SelfSigned,
        TlsFault::OldProtocol,
        TlsFault::NoCipher,
        TlsFault::PlainHttp,
        TlsFault::Garbage,
        TlsFault::Reset,
        TlsFault::Closed,
        TlsFault::Silent,
    ];
}

/// TLS as it should be.
pub(super) fn sound(authority: &Authority) -> TlsAcceptor {
    acceptor(authority.sign(NAME, VALID))
}

/// TLS with a certificate that has this fault; `None` where it does not come to certificates.
pub(super) fn broken(fault: TlsFault, authority: &Authority) -> Option<TlsAcceptor> {
    let identity = match fault {
        TlsFault::Expired => authority.sign(NAME, (-30, -1)),
        TlsFault::NotYetValid => authority.sign(NAME, (1, 30)),
        TlsFault::WrongName => authority.sign("other.test", VALID),
        TlsFault::UnknownAuthority => Authority::new("stranger").sign(NAME, VALID),
        TlsFault::UnknownAuthoritySent => {
            let stranger = Authority::new("stranger");
            let mut identity = stranger.sign(NAME, VALID);
            identity.chain.push(stranger.certificate());
            identity
        }
        TlsFault::SelfSigned => pki::self_signed(NAME),
        _ => return None,
    };
    Some(acceptor(identity))
}

/// Answers a handshake with what it should not be answered with.
pub(super) async fn misbehave(fault: TlsFault, mut stream: TcpStream) {
    let mut bytes = [0; 4096];
    let Ok(1..) = stream.read(&mut bytes).await else { return };
    // Alerts by RFC 8446, 6: fatal, and its number.
    let answer: &[u8] = match fault {
        TlsFault::OldProtocol => &[0x15, 3, 1, 0, 2, 2, 70],
        TlsFault::NoCipher => &[0x15, 3, 3, 0, 2, 2, 40],
        TlsFault::PlainHttp => b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        TlsFault::Garbage => b"\x00\x01\x02 this is no TLS",
        TlsFault::Reset => {
            let _ = stream.set_zero_linger();
            return;
        }
        TlsFault::Silent => {
            while let Ok(1..) = stream.read(&mut bytes).await {}
            return;
        }
        _ => b"",
    };
    let _ = stream.write_all(answer).await;
    let _ = stream.shutdown().await;
    // What is still to read would make a reset of the close.
    while let Ok(1..) = stream.read(&mut bytes).await {}
}

fn acceptor(identity: Identity) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(identity.chain, identity.key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
