//! Certificates of the hostile server: an authority, and what it signs, soundly or not.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

/// Somebody who signs certificates.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pem: String,
}

/// A certificate with its key.
pub(super) struct Identity {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let pem = issuer.pem();
        Authority { issuer, pem }
    }

    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    pub(super) fn certificate(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// A certificate for `name`, valid from so many days before today, or after it, to so many.
    pub(super) fn sign(&self, name: &str, days: (i64, i64)) -> Identity {
        let key = KeyPair::generate().unwrap();
        let signed = params(name, days).signed_by(&key, &self.issuer).unwrap();
        identity(signed.der().clone(), &key)
    }
}

/// A certificate that is its own authority.
pub(super) fn self_signed(name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let signed = params(name, (-1, 30)).self_signed(&key).unwrap();
    identity(signed.der().clone(), &key)
}

fn params(name: &str, (from, to): (i64, i64)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "hostile server");
    let now = OffsetDateTime::now_utc();
    params.not_before = now + Duration::days(from);
    params.not_after = now + Duration::days(to);
    params
}

fn identity(certificate: CertificateDer<'static>, key: &KeyPair) -> Identity {
    Identity { chain: vec![certificate], key: PrivatePkcs8KeyDer::from(key.serialize_der()).into() }
}
