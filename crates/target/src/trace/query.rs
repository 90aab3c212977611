//! The span of a query to a database.

use std::fmt;

use opentelemetry::KeyValue;
use opentelemetry::trace::{FutureExt as _, SpanKind, Status, TraceContextExt as _};

use super::child::child;

/// A query, as traces call it. All of it is known beforehand: values never show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query {
    /// What it does, in a word or two: the span's name.
    pub(crate) summary: &'static str,
    /// Its text, with placeholders for values.
    pub(crate) text: &'static str,
}

/// Runs `work`, which is to be a query to PostgreSQL, within a span of its own, if the task works for a request that has
/// one. An error makes the span one that failed; either is returned as it is.
///
/// ```text
/// let what = Query { summary: "SELECT users", text: "SELECT name FROM users WHERE id = $1" };
/// let row = trace::query(what, client.query_opt(&statement, &[&id])).await?;
/// ```
pub(crate) async fn query<T, E: fmt::Display>(
    query: Query,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let Query { summary, text } = query;
    let context = child(
        || summary.into(),
        SpanKind::Client,
        |context| {
            let span = context.span();
            span.set_attribute(KeyValue::new("db.system.name", "postgresql"));
            span.set_attribute(KeyValue::new("db.query.summary", summary));
            span.set_attribute(KeyValue::new("db.query.text", text));
        },
    );
    let Some(context) = context else { return work.await };
    let result = work.with_context(context.clone()).await;
    let span = context.span();
    if let Err(error) = &result {
        span.set_attribute(KeyValue::new("error.type", std::any::type_name::<E>()));
        span.set_status(Status::error(error.to_string()));
    }
    span.end();
    result
}
