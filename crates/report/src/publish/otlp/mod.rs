//! OTLP over HTTP: metrics and spans as protobuf, named as OpenTelemetry's semantic conventions have it.

mod answer;
mod growth;
pub mod metrics;
mod servers;
pub mod spans;

pub use answer::Partial;

use loadgen_scenario::publish::Resource;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1;

/// What a request says of its body.
pub const HEADERS: [(&str, &str); 1] = [("content-type", "application/x-protobuf")];

/// An attribute.
fn attribute(name: &str, value: Value) -> KeyValue {
    KeyValue { key: name.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn text(name: &str, value: &str) -> KeyValue {
    attribute(name, Value::StringValue(value.to_owned()))
}

fn texts(pairs: &[(String, String)]) -> Vec<KeyValue> {
    pairs.iter().map(|(name, value)| text(name, value)).collect()
}

/// Who speaks.
fn resource(of: &Resource) -> Option<v1::Resource> {
    let mut attributes = texts(&of.attributes);
    attributes.retain(|it| it.key != "service.name");
    attributes.push(text("service.name", &of.service));
    Some(v1::Resource { attributes, ..v1::Resource::default() })
}

fn scope(name: &str) -> Option<InstrumentationScope> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Some(InstrumentationScope { name: name.to_owned(), version, ..InstrumentationScope::default() })
}

/// `server.address` and `server.port` of a URL's origin.
fn server(origin: &str) -> Vec<KeyValue> {
    let Some((scheme, rest)) = origin.split_once("://") else { return Vec::new() };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // Credentials are nobody's business.
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let usual = if scheme == "https" { 443 } else { 80 };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap_or(usual)),
        _ => (authority, usual),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    vec![text("server.address", host), attribute("server.port", Value::IntValue(port))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_without_credentials() {
        for (origin, host, port) in [
            ("http://localhost", "localhost", 80),
            ("https://u:p@example.com/x", "example.com", 443),
            ("http://[::1]:8080", "::1", 8080),
            ("http://[::1]/", "::1", 80),
        ] {
            let expected = [text("server.address", host), attribute("server.port", Value::IntValue(port))];
            assert_eq!(server(origin), expected, "{origin}");
        }
        assert!(server("builtin").is_empty());
    }
}
