//! `Report`: all there is to say about a run that has ended.
//!
//! It is what the `loadgen` object of the JSON report holds, and everything else that is shown is made of it: reading
//! it back gives the same summary again, without anything being measured twice.

use crate::figures::Figures;
use crate::journal::JournalError;
use crate::{Attachment, Meta, Period, ResourcePoint, Source, Timeline, Validity, Verdict};
use loadgen_metrics::{Moment, Snapshot};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::Duration;

/// The form that this version writes and reads.
pub(crate) const FORMAT: u64 = 1;

/// All there is to say about a run that has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this form.
    pub format: u64,
    /// What was known before the run.
    #[serde(flatten)]
    pub meta: Meta,
    /// When the last user was done.
    pub ended: Moment,
    /// Users that were due, up to the stop if the run was stopped.
    pub scheduled: u64,
    /// Users that closed loops started; they are not among those scheduled.
    #[serde(default)]
    pub passes: u64,
    /// What stopped the run before its end, as in `SIGINT` or `hand (q)`.
    pub stopped: Option<String>,
    /// Whether the figures can be trusted.
    pub validity: Validity,
    /// Whether the thresholds were kept.
    pub verdict: Verdict,
    /// What was used, second by second.
    pub resources: Vec<ResourcePoint>,
    /// The run along its time.
    #[serde(default)]
    pub timeline: Timeline,
    /// What was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What was put beside the results, such as a flame graph.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Everything that was measured.
    pub total: Snapshot,
    /// The same by periods of ten seconds of the wall clock, in order, as plain numbers. They stand in the report's
    /// `intermediate` and not a second time in its `loadgen` object; nothing that is shown again needs them, so a
    /// report that was read back has none, until [`Report::reread_periods`] fills them in.
    #[serde(skip)]
    pub periods: Vec<Period>,
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// When the last user was done.
    pub at: Moment,
    /// Users that were due by then; for a run that was stopped, by the stop.
    pub scheduled: u64,
    /// Users that closed loops started; they are not among those scheduled.
    pub passes: u64,
    /// What stopped it before its end, as in `SIGINT` or `hand (q)`.
    pub stopped: Option<String>,
}

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    NotJson(serde_json::Error),
    /// It is Artillery's own report, which keeps no histograms.
    #[error(
        "this is a report of Artillery's: only reports that `loadgen run -o` wrote hold enough to be shown again"
    )]
    Artillery,
    /// It is some other JSON.
    #[error("not a loadgen report: it has no `loadgen` object")]
    NotAReport,
    /// A version of loadgen wrote it whose form this one does not know.
    #[error("loadgen {version} wrote this report in form {format}; this version reads form {FORMAT}")]
    OtherFormat {
        /// The version that wrote it, as far as it says.
        version: String,
        /// Its form.
        format: u64,
    },
    /// The bytes are a journal that nothing can be made of.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The `loadgen` object is not what it should be.
    #[error("the report is damaged: {0}")]
    Damaged(serde_json::Error),
}

impl Report {
    /// Reads what [`crate::render::json::render`] wrote, but for [`Report::periods`].
    pub fn from_json(text: &str) -> Result<Report, ReadError> {
        // The figures of a long run's periods are most of the text: they are passed over without being taken apart.
        let parts: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|error| match error {
            error if error.is_data() => ReadError::NotAReport,
            error => ReadError::NotJson(error),
        })?;
        let Some(own) = parts.get("loadgen") else {
            let is_artillery = parts.contains_key("aggregate");
            return Err(if is_artillery { ReadError::Artillery } else { ReadError::NotAReport });
        };
        let own: Value = serde_json::from_str(own.get()).map_err(ReadError::Damaged)?;
        match own.get("format").and_then(Value::as_u64) {
            Some(format) if format != FORMAT => {
                let version = own.get("version").and_then(Value::as_str).unwrap_or("(unknown)").to_owned();
                Err(ReadError::OtherFormat { version, format })
            }
            _ => serde_json::from_value(own).map_err(ReadError::Damaged),
        }
    }

    /// How long the run took.
    pub fn duration(&self) -> Duration {
        self.ended.since(Moment::START)
    }

    /// Expectations (`expect`) that were met, and that were not.
    pub fn expected(&self) -> (u64, u64) {
        self.total.plugins.expected()
    }

    /// The figures of the whole run.
    pub fn figures(&self) -> Figures<'_> {
        Figures::of(&self.meta, &self.total, self.duration())
    }
}
