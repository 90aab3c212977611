//! Snapshots become a report, a verdict and bytes.
//!
//! A [`Builder`] is told each second's snapshot and gives the [`Report`]: what was measured, whether the thresholds
//! hold ([`Verdict`]) and whether the measurement can be trusted ([`Validity`]). [`render`] makes text and files
//! of it. Nothing here does I/O, asks a clock or looks at a terminal: all facts are handed in.

mod builder;
mod check;
pub mod exposition;
pub mod figures;
pub mod journal;
mod meta;
mod notes;
pub mod number;
mod period;
pub mod publish;
pub mod render;
mod report;
mod reread;
mod resources;
mod room;
mod source;
mod standstill;
mod statistic;
mod stats;
mod timeline;
mod validity;
mod verdict;
mod warning;

pub use builder::Builder;
pub use check::{About, Check};
pub use figures::Figures;
pub use meta::{Meta, PhaseInfo, PluginNames, SeriesInfo};
pub use notes::{Note, notes};
pub use period::Period;
pub use report::{End, ReadError, Report};
pub use resources::{ResourcePoint, Resources};
pub use room::{Room, Shortage};
pub use source::{Attachment, Source};
pub use standstill::Standstill;
pub use statistic::Statistics;
pub use stats::{Named, Stats};
pub use timeline::{Point, Quantiles, SERVER_ERRORS, Timeline};
pub use validity::{Evidence, State, Validity, assess};
pub use verdict::{Verdict, judge};
pub use warning::{Severity, Warning};
