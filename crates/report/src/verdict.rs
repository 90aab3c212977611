//! `Verdict`: all thresholds judged.
//!
//! Judging is a pure function of thresholds and figures. Whether the figures can be trusted is the validity's; what
//! exit status follows is the command line's.

use crate::Meta;
use crate::figures::{self, Figures};
use crate::number::{self, Unit};
use loadgen_scenario::threshold::{Bound, Threshold};
use serde::{Deserialize, Serialize};

/// All thresholds judged, in the order of the script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Verdict {
    /// One for each threshold.
    pub checks: Vec<Check>,
}

/// A threshold judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The metric and, for a summary, its statistic.
    pub metric: String,
    /// How it has to relate to the limit.
    #[serde(with = "bound")]
    pub bound: Bound,
    /// The limit, in the metric's unit.
    pub limit: f64,
    /// The value over the whole run, in the metric's unit; `None` where there is none.
    pub seen: Option<f64>,
    /// Why there is no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Whether the bound was kept. A metric without a value keeps none.
    pub pass: bool,
    /// The first second of the run (from 0) that broke the bound by itself or, for what only adds up, by which the
    /// run had broken it. `None` when the bound was kept, or when no single second broke it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_at: Option<u64>,
}

/// Judges the figures of a run.
pub fn judge(thresholds: &[Threshold], figures: &Figures<'_>) -> Verdict {
    let check = |threshold: &Threshold| {
        let value = figures.value(&threshold.metric);
        Check {
            metric: threshold.metric.clone(),
            bound: threshold.bound,
            limit: threshold.limit,
            pass: value.as_ref().is_ok_and(|&value| keeps(threshold, value)),
            missing: value.as_ref().err().map(ToString::to_string),
            seen: value.ok(),
            first_at: None,
        }
    };
    Verdict { checks: thresholds.iter().map(check).collect() }
}

/// Whether a value keeps a threshold's bound.
pub(crate) fn keeps(threshold: &Threshold, value: f64) -> bool {
    match threshold.bound {
        Bound::Below => value < threshold.limit,
        Bound::AtMost => value <= threshold.limit,
    }
}

impl Verdict {
    /// Whether no threshold was missed. True where there are none.
    pub fn pass(&self) -> bool {
        self.missed().next().is_none()
    }

    /// The checks that failed.
    pub fn missed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.pass)
    }

    /// The verdict in a few words: `3 of 3 thresholds met`.
    pub fn in_words(&self) -> String {
        let plural = |count: usize| if count == 1 { "threshold" } else { "thresholds" };
        let (all, missed) = (self.checks.len(), self.missed().count());
        match (all, missed) {
            (0, _) => "no thresholds set".to_owned(),
            (_, 0) => format!("{all} of {all} {} met", plural(all)),
            _ => format!("{missed} of {all} {} missed", plural(all)),
        }
    }
}

impl Check {
    /// The metric as people read it: `http.latency p99`.
    pub fn name(&self) -> String {
        match self.metric.rsplit_once('.') {
            Some((summary, statistic)) if crate::statistic::NAMES.contains(&statistic) => {
                format!("{summary} {statistic}")
            }
            _ => self.metric.clone(),
        }
    }

    /// What was asked for: `< 100 ms`.
    pub fn wanted(&self) -> String {
        format!("{} {}", self.bound, number::chosen(self.limit, figures::unit(&self.metric)))
    }

    /// What was seen: `240 ms`, or `not measured`.
    pub fn seen_in_words(&self) -> String {
        self.seen.map_or_else(
            || "not measured".to_owned(),
            |value| number::measured(value, figures::unit(&self.metric)),
        )
    }

    /// A breach as a sentence: `http.latency p99 was 240 ms, 2.4 times the 100 ms allowed, first at 00:42 in phase
    /// "Peak load"`.
    pub fn breach_in_words(&self, meta: &Meta) -> String {
        let Some(seen) = self.seen else {
            let why = self.missing.as_deref().unwrap_or("the run has no such metric");
            return format!("{} could not be judged: {why}", self.metric);
        };
        let unit = figures::unit(&self.metric);
        let limit = number::chosen(self.limit, unit);
        let times = seen / self.limit;
        let comparison = if unit == Unit::Count || seen == self.limit {
            let bound = if self.bound == Bound::Below { "below" } else { "at most" };
            format!("and must be {bound} {limit}")
        } else if self.limit > 0.0 && times >= 1.05 {
            let decimals = if times < 10.0 { 1 } else { 0 };
            format!("{} times the {limit} allowed", number::plain(number::rounded(times, decimals)))
        } else {
            format!("over the {limit} allowed")
        };
        let mut sentence = format!("{} was {}, {comparison}", self.name(), self.seen_in_words());
        if let Some(second) = self.first_at {
            let place = meta.phase_in_words(second);
            sentence.push_str(&format!(", first at {} {place}", number::clock(second)));
        }
        sentence
    }
}

/// `<` and `<=` in JSON.
mod bound {
    use super::Bound;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bound: &Bound, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match bound {
            Bound::Below => "<",
            Bound::AtMost => "<=",
        })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bound, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "<" => Ok(Bound::Below),
            "<=" => Ok(Bound::AtMost),
            other => Err(de::Error::unknown_variant(other, &["<", "<="])),
        }
    }
}
