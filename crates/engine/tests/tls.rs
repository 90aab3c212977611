//! TLS against a server with certificates of its own: who is trusted, who shows what, and how distrust is called.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use bytes::Bytes;
use http::Request;
use loadgen_engine::clock::Clock;
use loadgen_engine::transport::{Http, Transport};
use loadgen_metrics::ErrorKind;
use loadgen_scenario::plan::{self, Identity, Tls};
use loadgen_scenario::url;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

/// An authority and a certificate for 127.0.0.1 that it signed.
struct Pki {
    authority: CertificateDer<'static>,
    leaf: CertificateDer<'static>,
    key: Vec<u8>,
}

fn pki() -> Pki {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "authority");
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf =
        CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    Pki { authority: issuer.der().clone(), leaf: leaf.der().clone(), key: key.serialize_der() }
}

/// A certificate for 127.0.0.1 that is its own authority, as `openssl req -x509` makes them.
fn self_signed() -> Pki {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let leaf = params.self_signed(&key).unwrap().der().clone();
    Pki { authority: leaf.clone(), leaf, key: key.serialize_der() }
}

fn private(key: &[u8]) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.to_vec()).into()
}

/// Asks a server that shows this chain, and wants a certificate of `clients` if there is one; gives the status.
async fn ask(
    chain: Vec<CertificateDer<'static>>,
    key: &[u8],
    clients: Option<&CertificateDer<'static>>,
    verify_tls: bool,
    tls: Tls,
) -> Result<u16, ErrorKind> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = match clients {
        None => builder.unwrap().with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.clone()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.unwrap().with_client_cert_verifier(verifier)
        }
    };
    let acceptor = TlsAcceptor::from(Arc::new(builder.with_single_cert(chain, private(key)).unwrap()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("https://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else { return };
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
        let _ = stream.shutdown().await;
    });
    let settings = Http::settings(&plan::Http {
        timeout: Duration::from_secs(5),
        pool: None,
        verify_tls,
        tls,
        proxies: plan::Proxies::default(),
        extended_metrics: false,
        tracing: None,
    });
    let http = Http::new(settings, Clock::starting_in(Duration::ZERO), 0, 1);
    let (origin, path) = url::split(&target).unwrap();
    let request = Request::get(path).header("host", "test").body(Bytes::new()).unwrap();
    let exchange = http.exchange(&mut http.open(), &origin, request, false).await;
    server.await.unwrap();
    exchange.result.map(|answer| answer.status).map_err(|fault| fault.kind)
}

fn trusting(authorities: &[&CertificateDer<'static>]) -> Tls {
    Tls { authorities: authorities.iter().map(|it| (*it).clone()).collect(), identity: None }
}

#[tokio::test]
async fn who_is_trusted_and_how_distrust_is_called() {
    let (signed, own, stranger) = (pki(), self_signed(), pki());
    let alone = vec![signed.leaf.clone()];
    let whole = vec![signed.leaf.clone(), signed.authority.clone()];
    let selfish = vec![own.leaf.clone()];
    let table = [
        (&alone, &signed, true, Tls::default(), Err(ErrorKind::CertificateUntrusted)),
        (&whole, &signed, true, Tls::default(), Err(ErrorKind::AuthoritySelfSigned)),
        (&alone, &signed, true, trusting(&[&stranger.authority, &signed.authority]), Ok(204)),
        (&alone, &signed, true, trusting(&[&stranger.authority]), Err(ErrorKind::CertificateUntrusted)),
        (&alone, &signed, false, Tls::default(), Ok(204)),
        (&selfish, &own, true, Tls::default(), Err(ErrorKind::CertificateSelfSigned)),
        (&selfish, &own, true, trusting(&[&own.leaf]), Ok(204)),
        (&selfish, &own, false, Tls::default(), Ok(204)),
    ];
    for (row, (chain, pki, verify, tls, wanted)) in table.into_iter().enumerate() {
        assert_eq!(ask(chain.clone(), &pki.key, None, verify, tls).await, wanted, "row {row}");
    }
}

#[tokio::test]
async fn a_client_shows_its_certificate_where_it_is_asked_for() {
    let (server, client) = (pki(), pki());
    let chain = vec![server.leaf.clone()];
    let identity = Arc::new(Identity { chain: vec![client.leaf.clone()], key: private(&client.key) });
    let known = Tls { identity: Some(identity), ..trusting(&[&server.authority]) };
    assert_eq!(ask(chain.clone(), &server.key, Some(&client.authority), true, known).await, Ok(204));
    let unknown = trusting(&[&server.authority]);
    assert!(ask(chain, &server.key, Some(&client.authority), true, unknown).await.is_err());
}
