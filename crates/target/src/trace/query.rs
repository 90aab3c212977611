//! The span of a query to a database.

use std::borrow::Cow;
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

/// What ends a query early.
pub(crate) trait Asked: fmt::Display {
    /// What went wrong with the query itself, by a name that is the same for all of its kind; nothing if it went well, and
    /// only what it told was not what was hoped for.
    fn error_type(&self) -> Option<Cow<'static, str>>;
}

/// Runs `work`, which is to be a query to PostgreSQL, within a span of its own, if the task works for a request that has
/// one. An error of the query makes the span one that failed; whatever it is, the result is returned.
///
/// ```text
/// let what = Query { summary: "SELECT users", text: "SELECT name FROM users WHERE id = $1" };
/// let row = trace::query(what, client.query_opt(&statement, &[&id])).await?;
/// ```
pub(crate) async fn query<T, E: Asked>(
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
    if let Err(error) = &result
        && let Some(error_type) = error.error_type()
    {
        span.set_attribute(KeyValue::new("error.type", error_type));
        span.set_status(Status::error(error.to_string()));
    }
    span.end();
    result
}
