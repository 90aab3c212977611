//! `config.tls`, and `https` of a request: certificates, keys, and the name that is asked for.

use crate::compile::Compiler;
use crate::plan::{Identity, OwnTls, Tls};
use crate::scenario::TlsOptions;
use crate::source::Spanned;
use p12_keystore::Pkcs12Archive;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::Document;
use pkcs8::der::pem::PemLabel;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use std::sync::Arc;

/// How a key begins that is encrypted as PKCS#8 has it.
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
/// A line in a key that is encrypted the older way, which no longer counts as safe.
const ENCRYPTED_LONG_AGO: &str = "Proc-Type: 4,ENCRYPTED";

impl Compiler {
    /// Compiles what TLS is told; `place` is where that stands, in words.
    pub(super) fn tls(&mut self, options: &TlsOptions, place: &str) -> Tls {
        let mut tls = Tls {
            server_name: self.server_name(options, place),
            whole_handshakes: options.resumption == Some(false),
            ..Tls::default()
        };
        let name = format!("{place}.ca");
        for authority in &options.authorities {
            let Some(pem) = self.pem(authority, &name) else { continue };
            let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
            match found {
                Ok(found) if !found.is_empty() => tls.authorities.extend(found),
                _ => self.no_pem(authority, &name, "certificate"),
            }
        }
        let secret = options.passphrase.as_ref();
        tls.identity = match (&options.certificate, &options.key, &options.pfx) {
            (Some(certificate), Some(key), None) => self.identity(certificate, key, secret, place),
            (None, None, Some(pfx)) => self.pfx(pfx, secret, place),
            (None, None, None) => None,
            (Some(_), _, Some(pfx)) | (_, Some(_), Some(pfx)) => {
                let message = format!("\"{place}\" takes `pfx`, or `cert` and `key`, but not both");
                self.error(&pfx.at, message, "a client shows one certificate; leave one of them out");
                None
            }
            (Some(alone), None, None) | (None, Some(alone), None) => {
                let message = format!("\"{place}\" needs both `cert` and `key`, or neither");
                let hint = "a client shows its certificate, and proves with the key that it is its own";
                self.error(&alone.at, message, hint);
                None
            }
        };
        tls
    }

    /// The number of a request's own TLS settings: its `https` with `config.tls` over it, as in Artillery. `None`
    /// where that is no more than `config.tls`.
    pub(super) fn own_tls(&mut self, own: Option<&TlsOptions>, path: &str) -> Option<u32> {
        let over = &self.tls_options;
        let merged = over.over(own?);
        if merged.values() == over.values() {
            return None;
        }
        let number = match self.own_tls.get_index_of(&merged.values()) {
            Some(known) => known,
            None => {
                let verify = merged.verify.unwrap_or(true);
                let tls = self.tls(&merged, &format!("{path}.https"));
                self.own_tls.insert_full(merged.values(), OwnTls { verify, tls }).0
            }
        };
        u32::try_from(number).ok()
    }

    fn server_name(&mut self, options: &TlsOptions, place: &str) -> Option<ServerName<'static>> {
        let name = options.server_name.as_ref()?;
        let known = ServerName::try_from(name.value.clone()).ok();
        if known.is_none() {
            let shown: String = name.value.chars().take(80).collect();
            let message = format!("\"{place}.servername\": `{shown}` is no host name");
            self.error(&name.at, message, "such as api.example.com, as the target's certificate has it");
        }
        known
    }

    fn identity(
        &mut self,
        certificate: &Spanned<String>,
        key: &Spanned<String>,
        secret: Option<&Spanned<String>>,
        place: &str,
    ) -> Option<Arc<Identity>> {
        let name = format!("{place}.cert");
        let pem = self.pem(certificate, &name)?;
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().unwrap_or_default();
        if chain.is_empty() {
            self.no_pem(certificate, &name, "certificate");
            return None;
        }
        let name = format!("{place}.key");
        let pem = self.pem(key, &name)?;
        let text = String::from_utf8_lossy(&pem);
        let key = match (text.find(ENCRYPTED), PrivateKeyDer::from_pem_slice(&pem)) {
            _ if text.contains(ENCRYPTED_LONG_AGO) => {
                let message = format!("\"{name}\" is encrypted in a form that is no longer used");
                self.error(
                    &key.at,
                    message,
                    "openssl pkcs8 -topk8 -in it.key -out new.key makes it a new one",
                );
                return None;
            }
            (_, Ok(key)) => key,
            (Some(start), Err(_)) => self.encrypted(&text[start..], &key.at, secret, &name)?,
            (None, Err(_)) => {
                self.no_pem(key, &name, "private key");
                return None;
            }
        };
        Some(Arc::new(Identity { chain, key }))
    }

    /// A key that is encrypted as PKCS#8 has it.
    fn encrypted(
        &mut self,
        pem: &str,
        at: &crate::source::Location,
        secret: Option<&Spanned<String>>,
        name: &str,
    ) -> Option<PrivateKeyDer<'static>> {
        let Some(secret) = secret else {
            let message = format!("\"{name}\" is encrypted, and there is no `passphrase`");
            self.error(at, message, "add `passphrase:` beside it, such as \"{{ $env.KEY_PASSPHRASE }}\"");
            return None;
        };
        let Some(document) = Document::from_pem(pem)
            .ok()
            .filter(|(label, _)| *label == EncryptedPrivateKeyInfoRef::PEM_LABEL)
            .map(|(_, document)| document)
        else {
            let message = format!("\"{name}\" holds no encrypted key that can be read");
            self.error(at, message, "is the file whole, from -----BEGIN to -----END?");
            return None;
        };
        let plain = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
            .map_err(|error| error.to_string())
            .and_then(|key| key.decrypt(secret.value.as_bytes()).map_err(|error| error.to_string()));
        match plain {
            Ok(plain) => Some(PrivatePkcs8KeyDer::from(plain.as_bytes().to_vec()).into()),
            Err(cause) => {
                let message = format!("\"{name}\" cannot be decrypted: {cause}");
                self.error(&secret.at, message, "is this its passphrase?");
                None
            }
        }
    }

    /// A PKCS#12 file: the first key in it, and its certificates.
    fn pfx(
        &mut self,
        pfx: &Spanned<String>,
        secret: Option<&Spanned<String>>,
        place: &str,
    ) -> Option<Arc<Identity>> {
        let name = format!("{place}.pfx");
        let content = self.file(pfx, &name)?;
        let password = secret.map_or("", |secret| &secret.value);
        let archive = match Pkcs12Archive::from_pkcs12(&content, password) {
            Ok(archive) => archive,
            Err(cause) => {
                let at = secret.map_or(&pfx.at, |secret| &secret.at);
                let hint = match secret {
                    None => "add `passphrase:` beside it, if it is encrypted",
                    Some(_) => "is this its passphrase, and the file in PKCS#12 form?",
                };
                self.error(at, format!("\"{name}\" cannot be read: {cause}"), hint);
                return None;
            }
        };
        let Some(key) = archive.keys.into_iter().next() else {
            self.error(
                &pfx.at,
                format!("\"{name}\" holds no private key"),
                "a client needs one to show who it is",
            );
            return None;
        };
        // The certificate that the key belongs to comes first, those between it and its authority after it.
        let own = key.local_key_id.as_ref().map(|id| &id.0);
        let mut certificates = archive.certs;
        certificates.sort_by_key(|it| it.local_key_id.is_none() || it.local_key_id.as_ref() != own);
        let chain: Vec<_> =
            certificates.iter().map(|it| CertificateDer::from(it.cert.as_der().to_vec())).collect();
        if chain.is_empty() {
            self.error(
                &pfx.at,
                format!("\"{name}\" holds no certificate"),
                "a client needs one to show who it is",
            );
            return None;
        }
        let key = PrivatePkcs8KeyDer::from(key.key.as_der().to_vec()).into();
        Some(Arc::new(Identity { chain, key }))
    }

    /// PEM text that stands in the script, or in the file that it names.
    fn pem(&mut self, text: &Spanned<String>, name: &str) -> Option<Vec<u8>> {
        if text.value.contains("-----BEGIN") {
            return Some(text.value.clone().into_bytes());
        }
        self.file(text, name)
    }

    fn no_pem(&mut self, text: &Spanned<String>, name: &str, what: &str) {
        let message = format!("\"{name}\" holds no {what} in PEM form");
        self.error(&text.at, message, "PEM is text with -----BEGIN …-----, in the script or in a file");
    }
}
