//! reqwest, for what is not measured: whether the target is ready, webhooks.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use std::sync::Arc;

/// A client that trusts the system's authorities, and those of Mozilla. reqwest's own choice of both would need a
/// default for the whole process.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    trusting(Vec::new())
}

/// The same that trusts these authorities too.
pub(crate) fn trusting(authorities: Vec<CertificateDer<'static>>) -> reqwest::ClientBuilder {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities);
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    // What cannot be read there is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = reqwest::Client::builder();
    match rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions() {
        Ok(config) => {
            builder.tls_backend_preconfigured(config.with_root_certificates(roots).with_no_client_auth())
        }
        // This provider has the versions; without them reqwest says so.
        Err(_) => builder,
    }
}
