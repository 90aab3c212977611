//! The periods of a report that was read back: plain numbers from `intermediate`, wanted only where a form shows them.

use crate::period::{Open, Period, beginning};
use crate::{ReadError, Report, Stats};
use loadgen_metrics::Moment;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::Duration;

/// One of `intermediate`, as far as it is needed.
#[derive(Deserialize)]
struct Entry {
    #[serde(flatten)]
    stats: Stats,
    #[serde(rename = "firstMetricAt")]
    first: Option<u64>,
    #[serde(rename = "lastMetricAt")]
    last: Option<u64>,
}

impl Report {
    /// Fills in [`Report::periods`] from the text that [`Report::from_json`] read. Histograms of the periods are not in
    /// it, and moments are to the millisecond.
    ///
    /// # Errors
    /// If the text is not such a report, or its `intermediate` is not what it should be.
    pub fn reread_periods(&mut self, text: &str) -> Result<(), ReadError> {
        let parts: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(ReadError::NotJson)?;
        let intermediate = parts.get("intermediate").map_or("[]", |raw| raw.get());
        let entries: Vec<Entry> = serde_json::from_str(intermediate).map_err(ReadError::Damaged)?;
        let started_at = self.meta.started_at;
        let moment = |wall: u64| Moment::START + Duration::from_millis(wall.saturating_sub(started_at));
        let mut open = Open::new(beginning(started_at));
        self.periods = Vec::with_capacity(entries.len());
        for Entry { stats, first, last } in entries {
            self.periods.push(Period {
                start: open.start,
                span: open.span(&self.meta, Some(self.ended)),
                active: first.zip(last).map(|(first, last)| (moment(first), moment(last))),
                stats,
                latency: Box::default(),
                response_time: Box::default(),
            });
            // Each begins where the one before it ends; an empty one does not say when.
            open = open.next();
        }
        Ok(())
    }
}
