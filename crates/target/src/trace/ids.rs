//! Which trace and span the current task works in: for log lines.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;

/// The ids of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceIds {
    /// The trace; written as 32 hexadecimal digits (`{:032x}`).
    pub trace: u128,
    /// The span; written as 16 hexadecimal digits (`{:016x}`).
    pub span: u64,
}

impl TraceIds {
    /// Those of the span that the current task works in, sampled or not; nothing outside a request, or where traces are
    /// off.
    pub fn current() -> Option<Self> {
        Context::map_current(|context| {
            if !context.has_active_span() {
                return None;
            }
            let span = context.span();
            let ids = span.span_context();
            Some(Self {
                trace: u128::from_be_bytes(ids.trace_id().to_bytes()),
                span: u64::from_be_bytes(ids.span_id().to_bytes()),
            })
        })
    }
}
