//! `Check`: one thing that the script requires, judged, and how it is told.

use crate::Meta;
use crate::figures;
use crate::number::{self, Unit};
use loadgen_scenario::threshold::{Bound, Place};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A threshold or condition judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was asked for, in Artillery's words: `http.response_time.p95 < 200`.
    #[serde(default)]
    pub text: String,
    /// Whether the run fails where this does.
    #[serde(default = "strict")]
    pub strict: bool,
    /// Where it stands, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// Whether it was kept.
    pub pass: bool,
    /// What it is about.
    #[serde(flatten)]
    pub about: About,
}

/// What a check is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum About {
    /// A bound on one metric.
    Threshold {
        /// The metric and, for a summary, its statistic.
        metric: String,
        /// How it has to relate to the limit.
        #[serde(with = "bound")]
        bound: Bound,
        /// The limit, in the metric's unit.
        limit: f64,
        /// The value over the whole run, in the metric's unit; `None` where there is none. A metric without a value
        /// keeps no bound.
        seen: Option<f64>,
        /// Why there is no value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing: Option<String>,
        /// The first second of the run (from 0) that broke the bound by itself or, for what only adds up, by which
        /// the run had broken it. `None` when the bound was kept, or when no single second broke it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_at: Option<u64>,
    },
    /// An expression over metrics.
    Condition {
        /// The metrics that it names, with their values over the whole run; `None` where there is none.
        values: BTreeMap<String, Option<f64>>,
        /// Why it could not be read; then it does not hold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        problem: Option<String>,
    },
}

/// What a report says that was written when all checks were.
fn strict() -> bool {
    true
}

/// A metric as people read it: `http.latency p99`.
fn spaced(metric: &str) -> String {
    match metric.rsplit_once('.') {
        Some((summary, statistic)) if crate::statistic::NAMES.contains(&statistic) => {
            format!("{summary} {statistic}")
        }
        _ => metric.to_owned(),
    }
}

impl Check {
    /// What is checked, as people read it: `http.latency p99`, or an expression in a single line.
    pub fn name(&self) -> String {
        match &self.about {
            About::Threshold { metric, .. } => spaced(metric),
            About::Condition { .. } => self.text.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// What was asked for: `< 100 ms`, `to hold`.
    pub fn wanted(&self) -> String {
        let what = match &self.about {
            About::Threshold { metric, bound, limit, .. } => {
                format!("{bound} {}", number::chosen(*limit, figures::unit(metric)))
            }
            About::Condition { .. } => "to hold".to_owned(),
        };
        if self.strict { what } else { format!("{what} (opt.)") }
    }

    /// What was seen: `240 ms`, `holds`, or `not measured`.
    pub fn seen_in_words(&self) -> String {
        match &self.about {
            About::Threshold { metric, seen, .. } => seen.map_or_else(
                || "not measured".to_owned(),
                |value| number::measured(value, figures::unit(metric)),
            ),
            About::Condition { problem: Some(_), .. } => "cannot be read".to_owned(),
            About::Condition { .. } if self.pass => "holds".to_owned(),
            About::Condition { .. } => "does not hold".to_owned(),
        }
    }

    /// A breach as a sentence: `http.latency p99 was 240 ms, 2.4 times the 100 ms allowed, first at 00:42 in phase
    /// "Peak load"`, `a > 1 does not hold: a was 0`.
    pub fn breach_in_words(&self, meta: &Meta) -> String {
        match &self.about {
            About::Threshold { metric, bound, limit, seen, missing, first_at } => {
                let Some(seen) = *seen else {
                    let why = missing.as_deref().unwrap_or("the run has no such metric");
                    return format!("{metric} could not be judged: {why}");
                };
                let was = format!("{} was {}", self.name(), self.seen_in_words());
                let mut sentence = format!("{was}, {}", comparison(metric, *bound, *limit, seen));
                if let Some(second) = *first_at {
                    let place = meta.phase_in_words(second);
                    sentence.push_str(&format!(", first at {} {place}", number::clock(second)));
                }
                sentence
            }
            About::Condition { problem: Some(problem), .. } => {
                format!("{} is no expression: {problem}", self.name())
            }
            About::Condition { values, .. } => {
                let told = |(name, value): (&String, &Option<f64>)| match value {
                    Some(value) => {
                        let value = number::measured(*value, figures::unit(name));
                        format!("{} was {value}", spaced(name))
                    }
                    None => format!("{} was not measured", spaced(name)),
                };
                let told: Vec<String> = values.iter().map(told).collect();
                let colon = if told.is_empty() { "" } else { ": " };
                format!("{} does not hold{colon}{}", self.name(), told.join(", "))
            }
        }
    }
}

/// How a value relates to the limit that it broke.
fn comparison(metric: &str, bound: Bound, limit: f64, seen: f64) -> String {
    let unit = figures::unit(metric);
    let shown = number::chosen(limit, unit);
    let times = seen / limit;
    if unit == Unit::Count || seen == limit {
        let bound = if bound == Bound::Below { "below" } else { "at most" };
        format!("and must be {bound} {shown}")
    } else if limit > 0.0 && times >= 1.05 {
        let decimals = if times < 10.0 { 1 } else { 0 };
        format!("{} times the {shown} allowed", number::plain(number::rounded(times, decimals)))
    } else {
        format!("over the {shown} allowed")
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
