//! What is sent elsewhere while a run goes on (`publish-metrics`), as bytes: one file for each protocol.
//!
//! [`Readings`] are the figures of a span of time by the report's own names, which are Artillery's: what StatsD, Datadog
//! and InfluxDB are told. Prometheus and OpenTelemetry are told of the whole run so far, by [`Exposition`], and of the
//! sums of readings, [`Totals`]. Who sends, when and where to is the caller's.
//!
//! [`Exposition`]: crate::exposition::Exposition

pub mod datadog;
pub mod influx;
pub mod otlp;
pub mod pushgateway;
mod readings;
pub mod remote_write;
pub mod statsd;
mod totals;

pub use readings::Readings;
pub use totals::Totals;
