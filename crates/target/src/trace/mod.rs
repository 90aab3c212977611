//! Spans: one for each request, continued from its `traceparent`, and one for each call and query within it.
//!
//! `traces` holds the tracer and the sampler, `export` takes finished spans to a collector, `server` is the span of a
//! request. For whoever does something within a request that deserves a span of its own, there are [`call`] (a request
//! to another service: the span, and the headers that carry the trace on) and [`query`] (a query to a database). Both
//! find the request that they belong to by themselves, through the task's current context, and do nothing but what is
//! handed to them where there is none: traces switched off cost a look into a thread-local. What is spawned as a task
//! of its own is not within the request any more.
//!
//! Attributes have the names of OpenTelemetry's semantic conventions for HTTP and database spans.

#[cfg_attr(not(test), allow(dead_code, unused_imports, reason = "for whoever calls services and databases"))]
mod call;
#[cfg_attr(not(test), allow(dead_code, unused_imports, reason = "for whoever calls services and databases"))]
mod child;
mod export;
mod ids;
#[cfg_attr(not(test), allow(dead_code, unused_imports, reason = "for whoever calls services and databases"))]
mod query;
mod server;
#[cfg(test)]
mod tests;
mod traces;

#[cfg_attr(
    not(test),
    allow(dead_code, unused_imports, reason = "for whoever calls services and databases")
)]
pub(crate) use call::{Answered, Outgoing, call};
pub use ids::TraceIds;
#[cfg_attr(
    not(test),
    allow(dead_code, unused_imports, reason = "for whoever calls services and databases")
)]
pub(crate) use query::{Query, query};
pub(crate) use server::ServerSpan;
pub use traces::{TraceOptions, Traces};
