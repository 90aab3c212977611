//! A span within the request that the task works for.

use std::borrow::Cow;

use opentelemetry::Context;
use opentelemetry::trace::{SpanBuilder, SpanKind, TraceContextExt as _, Tracer as _};

use super::traces::WithTracer;

/// The context of a new span below the current one; nothing outside a traced request. `describe` is called only where
/// the span is kept.
pub(super) fn child(
    name: impl FnOnce() -> Cow<'static, str>,
    kind: SpanKind,
    describe: impl FnOnce(&Context),
) -> Option<Context> {
    if !Context::map_current(Context::has_active_span) {
        return None;
    }
    let current = Context::current();
    let WithTracer(tracer) = current.get()?;
    let span = tracer.build_with_context(SpanBuilder::from_name(name()).with_kind(kind), &current);
    let context = current.with_span(span);
    if context.span().is_recording() {
        describe(&context);
    }
    Some(context)
}
