//! TLS against a server with certificates of its own: who is trusted, who shows what, and how distrust is called.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use bytes::Bytes;
use http::Request;
use loadgen_engine::clock::Clock;
use loadgen_engine::transport::{Head, Http, Message, Transport, Want};
use loadgen_metrics::ErrorKind;
use loadgen_scenario::plan::{self, Identity, Proxies, ProxyServer, Tls};
use loadgen_scenario::url;
use loadgen_testkit::Tunnel;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;
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

/// A server that shows this chain, and wants a certificate of `clients` if there is one. It answers one request on each
/// of so many connections.
async fn serve(
    chain: Vec<CertificateDer<'static>>,
    key: &[u8],
    clients: Option<&CertificateDer<'static>>,
    connections: usize,
) -> (String, JoinHandle<()>) {
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
        for _ in 0..connections {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    (target, server)
}

/// What applies to all requests.
fn plan_http(verify_tls: bool, tls: Tls) -> plan::Http {
    plan::Http {
        timeouts: plan::Timeouts::of(Duration::from_secs(5)),
        longest_body: u64::MAX,
        pool: None,
        keep_alive: true,
        local_addresses: Vec::new(),
        verify_tls,
        tls,
        own_tls: Vec::new(),
        cookies: plan::CookieRules::default(),
        proxies: plan::Proxies::default(),
        extended_metrics: false,
        tracing: None,
    }
}

fn client(http: &plan::Http) -> Http {
    Http::new(Http::settings(http), Clock::starting_in(Duration::ZERO), 0, 1)
}

/// A request on a new connection, with these TLS settings of its own; gives the status.
async fn get(http: &Http, target: &str, own: Option<u32>) -> Result<u16, ErrorKind> {
    let (origin, path) = url::split(target).unwrap();
    let request = Message::from(Request::get(path).header("host", "test").body(Bytes::new()).unwrap());
    let mut head = Head::clone(request.head());
    head.own_tls = own;
    let request = Message::new(head.into(), request.uri().clone(), Bytes::new());
    let exchange = http.exchange(&mut http.open(), &origin, &request, Want::LITTLE).await;
    exchange.result.map(|answer| answer.status).map_err(|fault| fault.kind)
}

/// Asks such a server once.
async fn ask(
    chain: Vec<CertificateDer<'static>>,
    key: &[u8],
    clients: Option<&CertificateDer<'static>>,
    verify_tls: bool,
    tls: Tls,
) -> Result<u16, ErrorKind> {
    let (target, server) = serve(chain, key, clients, 1).await;
    let result = get(&client(&plan_http(verify_tls, tls)), &target, None).await;
    server.await.unwrap();
    result
}

fn trusting(authorities: &[&CertificateDer<'static>]) -> Tls {
    Tls { authorities: authorities.iter().map(|it| (*it).clone()).collect(), ..Tls::default() }
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

#[tokio::test]
async fn the_name_that_a_certificate_has_to_have_can_be_another() {
    let server = pki();
    let chain = vec![server.leaf.clone()];
    let named = |name: &'static str| Tls {
        server_name: Some(name.try_into().unwrap()),
        ..trusting(&[&server.authority])
    };
    assert_eq!(ask(chain.clone(), &server.key, None, true, named("127.0.0.1")).await, Ok(204));
    let other = ask(chain, &server.key, None, true, named("other.test")).await;
    assert_eq!(other, Err(ErrorKind::CertificateNameMismatch));
}

#[tokio::test]
async fn a_request_can_have_tls_settings_of_its_own() {
    let own = self_signed();
    let (target, server) = serve(vec![own.leaf.clone()], &own.key, None, 3).await;
    let mut settings = plan_http(true, Tls::default());
    settings.own_tls = vec![
        plan::OwnTls { verify: false, tls: Tls::default() },
        plan::OwnTls { verify: true, tls: trusting(&[&own.leaf]) },
    ];
    let http = client(&settings);
    let refused = Err(ErrorKind::CertificateSelfSigned);
    for (choice, wanted) in [(None, refused), (Some(0), Ok(204)), (Some(1), Ok(204))] {
        assert_eq!(get(&http, &target, choice).await, wanted, "{choice:?}");
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_target_without_http2_is_spoken_to_by_http1() {
    let own = self_signed();
    let (target, server) = serve(vec![own.leaf.clone()], &own.key, None, 1).await;
    let http = client(&plan_http(true, trusting(&[&own.leaf])));
    let (origin, path) = url::split(&target).unwrap();
    let mut request = Request::get(path).header("host", "test").body(Bytes::new()).unwrap();
    request.extensions_mut().insert(plan::Http2::IfAgreed);
    let exchange = http.exchange(&mut http.open(), &origin, &request.into(), Want::LITTLE).await;
    assert_eq!(exchange.result.map(|answer| answer.status), Ok(204));
    server.await.unwrap();
}

#[tokio::test]
async fn https_goes_through_a_proxy_by_a_tunnel() {
    let pki = pki();
    let (target, server) = serve(vec![pki.leaf.clone()], &pki.key, None, 2).await;
    let tunnel = Tunnel::start();
    let proxy = ProxyServer {
        host: tunnel.address().ip().to_string(),
        port: tunnel.address().port(),
        credentials: Some(("me".to_owned(), "secret".to_owned())),
    };
    let mut settings = plan_http(true, trusting(&[&pki.authority]));
    settings.proxies = Proxies { http: None, https: Some(proxy), except: Vec::new() };
    assert_eq!(get(&client(&settings), &target, None).await, Ok(204));
    let place = target.trim_start_matches("https://").trim_end_matches('/');
    let asked = format!(
        "CONNECT {place} HTTP/1.1\r\nhost: {place}\r\nproxy-authorization: Basic bWU6c2VjcmV0\r\n\r\n"
    );
    assert_eq!(tunnel.requests(), std::slice::from_ref(&asked));

    settings.proxies.except = vec!["127.0.0.1".to_owned()];
    assert_eq!(get(&client(&settings), &target, None).await, Ok(204));
    assert_eq!(tunnel.requests(), [asked], "NO_PROXY leads past it");
    server.await.unwrap();

    // Where nobody listens any more, the proxy says so.
    settings.proxies.except.clear();
    assert_eq!(get(&client(&settings), &target, None).await, Err(ErrorKind::ProxyRefused));
}
