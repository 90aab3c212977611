//! Which kind of error a failure is, told by the errors' types rather than by their texts.

use super::Fault;
use super::trust::Distrust;
use loadgen_metrics::ErrorKind;
use rustls::CertificateError;
use std::error::Error;
use std::io;

/// Linux's `EMFILE` and `ENFILE`, for which the standard library has no kind of its own.
const OUT_OF_DESCRIPTORS: [i32; 2] = [24, 23];

impl Fault {
    /// The system refused something.
    pub(super) fn of_io(error: &io::Error) -> Self {
        if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Fault::of_tls(tls);
        }
        let kind = match error.kind() {
            _ if error.raw_os_error().is_some_and(|code| OUT_OF_DESCRIPTORS.contains(&code)) => {
                ErrorKind::DescriptorsExhausted
            }
            io::ErrorKind::ConnectionRefused => ErrorKind::ConnectionRefused,
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::UnexpectedEof => ErrorKind::ConnectionReset,
            io::ErrorKind::BrokenPipe => ErrorKind::BrokenPipe,
            io::ErrorKind::TimedOut => ErrorKind::TimedOut,
            io::ErrorKind::AddrNotAvailable | io::ErrorKind::AddrInUse => ErrorKind::PortsExhausted,
            io::ErrorKind::HostUnreachable => ErrorKind::HostUnreachable,
            io::ErrorKind::NetworkUnreachable => ErrorKind::NetworkUnreachable,
            io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
            _ => ErrorKind::Other,
        };
        Fault::new(kind, error.to_string())
    }

    /// TLS failed.
    fn of_tls(error: &rustls::Error) -> Self {
        let kind = match error {
            rustls::Error::InvalidCertificate(reason) => match reason {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                    ErrorKind::CertificateExpired
                }
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    ErrorKind::CertificateNotYetValid
                }
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    ErrorKind::CertificateNameMismatch
                }
                CertificateError::Other(other) => match other.0.downcast_ref::<Distrust>() {
                    Some(Distrust::SelfSigned) => ErrorKind::CertificateSelfSigned,
                    Some(Distrust::AuthoritySelfSigned) => ErrorKind::AuthoritySelfSigned,
                    None => ErrorKind::CertificateUntrusted,
                },
                _ => ErrorKind::CertificateUntrusted,
            },
            _ => ErrorKind::TlsFailed,
        };
        Fault::new(kind, error.to_string())
    }

    /// h2 gave up, on a stream or on its connection.
    pub(super) fn of_h2(error: &h2::Error) -> Self {
        if let Some(io) = error.get_io() {
            // What it says of a connection that was closed, whoever was about to write.
            if io.kind() == io::ErrorKind::BrokenPipe {
                let detail = "the connection was closed before the answer was whole";
                return Fault::new(ErrorKind::ConnectionReset, detail);
            }
            // An alert of TLS, such as a certificate that is missed; h2 keeps its words alone.
            if io.kind() == io::ErrorKind::InvalidData {
                return Fault::new(ErrorKind::TlsFailed, io.to_string());
            }
            return Fault::of_io(io);
        }
        let reason = error.reason().unwrap_or(h2::Reason::NO_ERROR);
        match (error.is_remote(), error.is_go_away()) {
            (true, true) => {
                let detail = format!("the target ended the connection (GOAWAY, {})", name(reason));
                Fault::new(ErrorKind::SessionEnded, detail)
            }
            (true, false) => {
                let detail = format!("the target reset the stream ({})", name(reason));
                Fault::new(ErrorKind::StreamReset, detail)
            }
            _ => Fault::new(ErrorKind::Http2Violated, causes(error)),
        }
    }
}

/// A reason's name in RFC 9113 (7).
fn name(reason: h2::Reason) -> String {
    format!("{reason:?}")
}

/// The error and its causes in one line.
fn causes(error: &(dyn Error + 'static)) -> String {
    chain(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}
