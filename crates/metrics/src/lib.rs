//! Samples fill histograms, histograms give snapshots.
//!
//! This crate knows what is measured and how measurements add up; it does no I/O, reads no clock and depends on no
//! other crate of the workspace. Names that people see (`http.latency`, `errors.ECONNREFUSED` …) are made in the
//! report, from the types here.

mod bounded;
mod histogram;
mod moment;
mod named;
mod outcome;
mod plugins;
mod recorder;
mod sample;
mod slowest;
mod snapshot;
mod texts;
mod trace;

pub use bounded::{Bounded, Merge};
pub use histogram::{Histogram, HistogramError};
pub use moment::Moment;
pub use named::NamedErrors;
pub use outcome::{ErrorKind, Outcome};
pub use plugins::{ApdexCounts, EndpointStats, ExpectationTally, PluginCounts, Satisfaction, ServerTimes};
pub use recorder::{Recorder, Shape};
pub use sample::{Sample, ScenarioId, SeriesId, Setup};
pub use slowest::{Parts, SlowSample, Slowest};
pub use snapshot::{
    ErrorSample, ErrorTally, ExtendedTimes, SecondTally, SeriesStats, Snapshot, StatusClass, UserCounts,
};
pub use trace::{SpanId, TraceId};
