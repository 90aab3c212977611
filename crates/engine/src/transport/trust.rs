//! Whom to trust: rustls judges a target's certificate, and what it refuses is named as OpenSSL would name it.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme};
use std::sync::Arc;
use webpki::EndEntityCert;

/// Why a certificate is not trusted, where rustls does not tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Distrust {
    /// It is its own authority.
    #[error("the certificate is signed by itself, and not trusted")]
    SelfSigned,
    /// What it is signed by is its own authority.
    #[error("the certificate's authority is signed by itself, and not trusted")]
    AuthoritySelfSigned,
}

/// Judges certificates.
#[derive(Debug)]
pub(super) struct Judge {
    inner: Arc<WebPkiServerVerifier>,
    /// Trusted as they are, even where they are no authorities.
    own: Vec<CertificateDer<'static>>,
}

impl Judge {
    /// Trusts these authorities, and the certificates in `own` themselves.
    pub(super) fn new(
        roots: RootCertStore,
        own: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| Error::General(error.to_string()))?;
        Ok(Judge { inner, own })
    }

    /// A second look at a certificate that was refused.
    fn reconsider(
        &self,
        error: Error,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
    ) -> Result<ServerCertVerified, Error> {
        // An authority's certificate that serves itself comes as some other problem.
        let Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::Other(_)) = &error
        else {
            return Err(error);
        };
        if self.own.iter().any(|own| own.as_ref() == certificate.as_ref()) {
            let parsed = EndEntityCert::try_from(certificate);
            return match parsed.and_then(|parsed| parsed.verify_is_valid_for_subject_name(name)) {
                Ok(()) => Ok(ServerCertVerified::assertion()),
                Err(_) => Err(Error::InvalidCertificate(CertificateError::NotValidForName)),
            };
        }
        let distrust = if is_self_signed(certificate) {
            Distrust::SelfSigned
        } else if others.iter().any(is_self_signed) {
            Distrust::AuthoritySelfSigned
        } else {
            return Err(error);
        };
        Err(Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(distrust)))))
    }
}

/// Whether a certificate names itself as its authority.
fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    EndEntityCert::try_from(certificate).is_ok_and(|parsed| parsed.issuer() == parsed.subject())
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.inner
            .verify_server_cert(certificate, others, name, ocsp, now)
            .or_else(|error| self.reconsider(error, certificate, others, name))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
