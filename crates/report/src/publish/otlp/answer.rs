//! `Partial`: what a collector did not take although its answer is a success (`partial_success` of OTLP).

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use prost::Message;
use serde_json::Value;

/// What was not taken of a request that was answered with a success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// How many points or spans; 0 where all were taken, and the collector has something to say.
    pub rejected: u64,
    /// Why, in the collector's words: text of others, of any length, which may be empty.
    pub message: String,
}

impl Partial {
    /// What an answer's body says, which is protobuf unless its `content-type` names JSON. `None` where all was taken, and
    /// where the body is none of OTLP's: many take what they are sent and answer with something of their own.
    pub fn of(content_type: &str, body: &[u8]) -> Option<Self> {
        let partial =
            if content_type.to_ascii_lowercase().contains("json") { json(body) } else { protobuf(body) };
        partial.filter(|partial| partial.rejected > 0 || !partial.message.trim().is_empty())
    }
}

/// The answers to metrics and to spans are the same on the wire.
fn protobuf(body: &[u8]) -> Option<Partial> {
    let answer = ExportTraceServiceResponse::decode(body).ok()?;
    let ExportTracePartialSuccess { rejected_spans, error_message } = answer.partial_success?;
    Some(Partial { rejected: rejected_spans.try_into().unwrap_or(0), message: error_message })
}

/// Names in either spelling, and numbers as numbers or as texts, as protobuf's JSON has them.
fn json(body: &[u8]) -> Option<Partial> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let partial = ["partialSuccess", "partial_success"].iter().find_map(|name| answer.get(name))?;
    let of = |names: &[&str]| names.iter().find_map(|name| partial.get(name));
    let rejected = of(&["rejectedDataPoints", "rejectedSpans", "rejected_data_points", "rejected_spans"])
        .and_then(|count| match count {
            Value::String(digits) => digits.parse().ok(),
            count => count.as_u64(),
        });
    let message = of(&["errorMessage", "error_message"]).and_then(Value::as_str).unwrap_or_default();
    Some(Partial { rejected: rejected.unwrap_or(0), message: message.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry_proto::tonic::collector::metrics::v1::{
        ExportMetricsPartialSuccess, ExportMetricsServiceResponse,
    };
    use proptest::prelude::*;

    const PROTOBUF: &str = "application/x-protobuf";
    const JSON: &str = "application/json; charset=utf-8";

    fn metrics(rejected: i64, message: &str) -> Vec<u8> {
        let partial =
            ExportMetricsPartialSuccess { rejected_data_points: rejected, error_message: message.to_owned() };
        ExportMetricsServiceResponse { partial_success: Some(partial) }.encode_to_vec()
    }

    #[test]
    fn an_answer_says_how_many_and_why() {
        let some = |rejected, message: &str| Some(Partial { rejected, message: message.to_owned() });
        for (kind, body, told) in [
            (PROTOBUF, metrics(3, "too old"), some(3, "too old")),
            ("", metrics(3, ""), some(3, "")),
            // All were taken, with a word of advice.
            (PROTOBUF, metrics(0, "slow down"), some(0, "slow down")),
            (PROTOBUF, metrics(0, " "), None),
            (PROTOBUF, metrics(-3, ""), None),
            (PROTOBUF, Vec::new(), None),
            (PROTOBUF, b"{\"ok\":true}".to_vec(), None),
            (JSON, metrics(3, "too old"), None),
            (JSON, b"{}".to_vec(), None),
            (JSON, b"{\"partialSuccess\":{}}".to_vec(), None),
            (JSON, b"{\"partialSuccess\":null}".to_vec(), None),
            (
                JSON,
                b"{\"partialSuccess\":{\"rejectedDataPoints\":\"3\",\"errorMessage\":\"too old\"}}".to_vec(),
                some(3, "too old"),
            ),
            ("Application/JSON", b"{\"partialSuccess\":{\"rejectedSpans\":3}}".to_vec(), some(3, "")),
            (
                JSON,
                b"{\"partial_success\":{\"rejected_spans\":3,\"error_message\":\"x\"}}".to_vec(),
                some(3, "x"),
            ),
            (
                JSON,
                b"{\"partialSuccess\":{\"rejectedSpans\":-3,\"errorMessage\":\"x\"}}".to_vec(),
                some(0, "x"),
            ),
        ] {
            assert_eq!(Partial::of(kind, &body), told, "{kind} {}", String::from_utf8_lossy(&body));
        }
    }

    proptest! {
        #[test]
        fn anything_may_be_answered(body: Vec<u8>, json: bool) {
            let _ = Partial::of(if json { JSON } else { PROTOBUF }, &body);
        }
    }
}
