//! `Outcome`: what became of a request, and `ErrorKind`: why one failed.
//!
//! Errors are an enum, not a string: counting one is an array index, and two shards cannot disagree on its spelling.
//! The names are those of Artillery (Node's error codes) where it has one, so that ported dashboards and gates
//! find them.

use serde::{Deserialize, Serialize};

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A whole answer came and nothing in the script objected to it. Any status, 4xx and 5xx too.
    Answered {
        /// The HTTP status code.
        status: u16,
    },
    /// A whole answer came, but the script could not use it (a capture failed).
    Rejected {
        /// The HTTP status code.
        status: u16,
        /// What the script objected to.
        error: ErrorKind,
    },
    /// The head of an answer came, but not its whole body.
    Broken {
        /// The HTTP status code.
        status: u16,
        /// What went wrong afterwards.
        error: ErrorKind,
    },
    /// No answer came.
    Failed {
        /// Why.
        error: ErrorKind,
    },
}

impl Outcome {
    /// The status of the answer, where one came.
    pub const fn status(self) -> Option<u16> {
        match self {
            Outcome::Answered { status }
            | Outcome::Rejected { status, .. }
            | Outcome::Broken { status, .. } => Some(status),
            Outcome::Failed { .. } => None,
        }
    }

    /// The error, where there was one.
    pub const fn error(self) -> Option<ErrorKind> {
        match self {
            Outcome::Answered { .. } => None,
            Outcome::Rejected { error, .. } | Outcome::Broken { error, .. } | Outcome::Failed { error } => {
                Some(error)
            }
        }
    }

    /// Whether the whole answer was received, so that a latency (due → done) exists.
    pub const fn is_complete(self) -> bool {
        matches!(self, Outcome::Answered { .. } | Outcome::Rejected { .. })
    }

    /// Whether the request counts into the error rate: no usable answer, or a 5xx one.
    pub const fn is_error(self) -> bool {
        match self {
            Outcome::Answered { status } => status >= 500,
            Outcome::Rejected { .. } | Outcome::Broken { .. } | Outcome::Failed { .. } => true,
        }
    }
}

macro_rules! error_kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $hint:literal;)*) => {
        /// Why a request or a user failed. The name is the `X` of the counter `errors.X`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ErrorKind {
            $($(#[$doc])* #[serde(rename = $name)] $kind,)*
        }

        impl ErrorKind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$kind,)*];

            /// The `X` of the counter `errors.X`.
            pub const fn name(self) -> &'static str {
                match self { $(ErrorKind::$kind => $name,)* }
            }

            /// What a person can do about it, one sentence.
            pub const fn hint(self) -> &'static str {
                match self { $(ErrorKind::$kind => $hint,)* }
            }
        }
    };
}

error_kinds! {
    /// Nothing listens on the target's port.
    ConnectionRefused = "ECONNREFUSED", "nothing listens at this address: is the target running, is the port right?";
    /// The target closed the connection in the middle.
    ConnectionReset = "ECONNRESET", "the target closed the connection before it had answered";
    /// The connection was closed while the request was being written.
    BrokenPipe = "EPIPE", "the target closed the connection while the request was being sent";
    /// No answer in time.
    TimedOut = "ETIMEDOUT", "no connection or no answer within config.http.timeout (10 s unless set) or its timeouts";
    /// An answer, or a handshake, that stopped coming.
    Stalled = "ERR_SOCKET_TIMEOUT", "the target stopped in the middle: nothing came for config.http.timeout (10 s unless set) or its timeouts";
    /// The host has no address.
    NameNotFound = "ENOTFOUND", "the host name has no address: is it spelt right?";
    /// No name server could say whether the host has an address.
    NameServerFailed = "EAI_AGAIN", "no name server answered: is the network up, is too much asked of the name server?";
    /// No route to the host.
    HostUnreachable = "EHOSTUNREACH", "there is no route to this host from here";
    /// No route to the network.
    NetworkUnreachable = "ENETUNREACH", "there is no route to this network from here";
    /// No free local port.
    PortsExhausted = "EADDRNOTAVAIL", "this machine ran out of local ports: leave from more addresses (--local-addresses), or share connections (config.http.pool)";
    /// No free file descriptor.
    DescriptorsExhausted = "EMFILE", "this process ran out of file descriptors: raise `ulimit -n`, or share connections (config.http.pool)";
    /// The local system refused.
    PermissionDenied = "EACCES", "this system does not allow the connection";
    /// The answer is not HTTP.
    MalformedAnswer = "HPE_INVALID_CONSTANT", "the answer is not HTTP/1.1: is this the right port, or should it be https?";
    /// The answer's status line has a version of HTTP that nobody knows.
    InvalidVersion = "HPE_INVALID_VERSION", "the answer is of a version of HTTP that is neither 1.0 nor 1.1";
    /// The answer's status is none.
    InvalidStatus = "HPE_INVALID_STATUS", "the status of the answer is not a number of three digits";
    /// A header of the answer is none.
    InvalidHeaderToken = "HPE_INVALID_HEADER_TOKEN", "a header of the answer holds characters that HTTP forbids";
    /// The answer's head is longer than anybody can mean.
    HeadTooLarge = "HPE_HEADER_OVERFLOW", "the answer's head has more than 100 headers, or over 400 KiB of them";
    /// The answer's `content-length` is no number.
    InvalidLength = "HPE_INVALID_CONTENT_LENGTH", "the `content-length` of the answer is no number";
    /// The answer has `content-length` more than once.
    UnexpectedLength = "HPE_UNEXPECTED_CONTENT_LENGTH", "the answer has `content-length` more than once";
    /// A chunk of a chunked body has no proper size.
    InvalidChunk = "HPE_INVALID_CHUNK_SIZE", "the body is chunked, and a chunk is not as HTTP wants it";
    /// TLS: the certificate cannot be trusted.
    CertificateUntrusted = "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "the certificate is not trusted: use -k for a test system, or add its authority to the system's store";
    /// TLS: the certificate is its own authority.
    CertificateSelfSigned = "DEPTH_ZERO_SELF_SIGNED_CERT", "the certificate is signed by itself: use -k for a test system, or name it in config.tls.ca";
    /// TLS: the chain ends in an authority that is its own, and not trusted.
    AuthoritySelfSigned = "SELF_SIGNED_CERT_IN_CHAIN", "the certificate's authority is not trusted: name it in config.tls.ca, or use -k for a test system";
    /// TLS: the certificate is for another name.
    CertificateNameMismatch = "ERR_TLS_CERT_ALTNAME_INVALID", "the certificate is for another host name";
    /// TLS: the certificate is out of date.
    CertificateExpired = "CERT_HAS_EXPIRED", "the certificate is expired: renew it, or use -k for a test system";
    /// TLS: the certificate is for later.
    CertificateNotYetValid = "CERT_NOT_YET_VALID", "the certificate is not valid yet: is this machine's clock right?";
    /// TLS: the handshake failed otherwise.
    TlsFailed = "EPROTO", "the TLS handshake failed: does this port speak TLS?";
    /// The URL after templating is no http(s) URL.
    InvalidUrl = "Invalid URL", "the url, once its variables were filled in, is not an http or https URL";
    /// A header after templating is not a legal header value.
    InvalidHeader = "ERR_INVALID_CHAR", "a header, once its variables were filled in, holds characters that HTTP forbids";
    /// A request that cannot be sent as the script has it.
    RequestRefused = "ERR_GOT_REQUEST_ERROR", "the request cannot be sent like this: a GET with a body, or a header that is null";
    /// A header's name, as the script has it, is none.
    InvalidHeaderName = "ERR_INVALID_HTTP_TOKEN", "the name of a header is letters, digits and hyphens";
    /// A value of a multipart form that such a form cannot hold.
    InvalidPart = "ERR_INVALID_ARG_TYPE", "a part of formData is text or a number: put true and false in quotes";
    /// A URL that begins as one and is none, the script's own or that of a redirect.
    RedirectInvalid = "ERR_INVALID_URL", "the url, once its variables were filled in, has no host or a wrong port, or the target redirects to what is no URL";
    /// The path of a URL has a `%` that stands for nothing.
    MalformedPath = "URI malformed", "write %25 for a `%` in the path of a url";
    /// A think time that is undefined.
    UndefinedThinkTime = "val is not a non-empty string or a valid number. val=undefined", "a think time takes the value of a variable that holds nothing";
    /// A redirect leads to a URL that is neither http nor https.
    RedirectUnsupported = "ERR_UNSUPPORTED_PROTOCOL", "the target redirects to a URL that is neither http nor https";
    /// One redirect led to the next too often.
    TooManyRedirects = "ERR_TOO_MANY_REDIRECTS", "the target redirects again and again: do the redirects lead in a circle? `maxRedirects` allows more";
    /// A cookie that cannot be read; the answer counts all the same.
    CookieUnreadable = "cookie_parse_error_invalid_cookie", "the target sets a cookie that is none, or one for a domain that it is not in";
    /// A body that is longer than the script allows.
    BodyTooLong = "ERR_BODY_TOO_LONG", "the answer's body is longer than config.http.maxBodyBytes allows";
    /// A compressed body that would be too large once unpacked.
    TooLarge = "ERR_BUFFER_TOO_LARGE", "the body is over 64 MiB once unpacked, or over 500 times its size, more than is looked into: capture nothing from it";
    /// A compressed body that cannot be unpacked.
    Undecodable = "Z_DATA_ERROR", "the body is not compressed as its `content-encoding` says";
    /// The proxy opened no way to the target.
    ProxyRefused = "EPROXY", "the proxy of HTTP_PROXY or HTTPS_PROXY refused: unset them, or name the target in NO_PROXY";
    /// HTTP/2: the target ended the request's stream and kept the connection.
    StreamReset = "ERR_HTTP2_STREAM_ERROR", "the target gave up this request (RST_STREAM): the sample tells its reason; REFUSED_STREAM is more at a time than it takes";
    /// HTTP/2: the target ended the connection and said so.
    SessionEnded = "ERR_HTTP2_SESSION_ERROR", "the target ended the connection with requests on it (GOAWAY): the sample tells its reason";
    /// HTTP/2: the target broke the protocol's rules.
    Http2Violated = "ERR_HTTP2_ERROR", "what the target sent breaks the rules of HTTP/2";
    /// HTTP/2 was asked for and the target does not speak it.
    Http2NotAgreed = "ERR_HTTP2_NOT_AGREED", "the target does not speak HTTP/2 on this port: leave --http2 out";
    /// A capture found nothing, or the body could not be read as what it should be.
    CaptureFailed = "Failed capture or match", "the answer does not hold what the script captures: look at the sample's status first";
    /// An expectation was not met, and that is to fail the user.
    ExpectationFailed = "Failed expectations for request", "the answer is not what `expect` says: look at the sample, and at what the run printed of it";
    /// A think time, once its variables were filled in, is no duration.
    InvalidThinkTime = "Invalid think time", "a think time takes seconds or a duration such as 500ms, once its variables are filled in";
    /// A request in a loop that has no URL.
    NoUrl = "an URL must be specified", "a request in a loop has neither url nor uri: give it one";
    /// A loop count, once its variables were filled in, is no number.
    InvalidLoopCount = "Invalid loop count", "a loop count takes a whole number or a range such as 1-5, once its variables are filled in";
    /// A variable's value holds placeholders that bring further ones without end.
    EndlessTemplate = "Endless template", "a variable holds a placeholder that leads back to itself, or very many: look at the variables that the sample's step uses";
    /// Anything else that the system reported.
    Other = "EIO", "see the cause in the sample";
}

impl ErrorKind {
    /// The name of an error of this kind that holds a text, as Artillery writes it.
    pub fn named(self, text: &str) -> String {
        match self {
            ErrorKind::InvalidUrl => format!("{} - {text}", self.name()),
            ErrorKind::ExpectationFailed => format!("{} {text}", self.name()),
            _ => format!("{}: {text}", self.name()),
        }
    }

    /// Whether the script is at odds with a request or its answer, though the exchange itself did not fail.
    pub const fn is_of_script(self) -> bool {
        use ErrorKind::*;
        matches!(
            self,
            InvalidUrl
                | CaptureFailed
                | ExpectationFailed
                | InvalidThinkTime
                | UndefinedThinkTime
                | InvalidLoopCount
                | NoUrl
                | EndlessTemplate
                | MalformedPath
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique() {
        let names: HashSet<_> = ErrorKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), ErrorKind::ALL.len());
    }

    #[test]
    fn the_error_rate_counts_5xx_and_missing_answers_but_not_4xx() {
        let error = ErrorKind::CaptureFailed;
        assert!(!Outcome::Answered { status: 200 }.is_error());
        assert!(!Outcome::Answered { status: 404 }.is_error());
        assert!(Outcome::Answered { status: 503 }.is_error());
        assert!(Outcome::Rejected { status: 200, error }.is_error());
        assert!(Outcome::Failed { error: ErrorKind::TimedOut }.is_error());
    }
}
