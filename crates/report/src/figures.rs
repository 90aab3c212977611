//! `Figures`: the one place where measurements get the names that people see.
//!
//! JSON, thresholds and text all ask here, so that a name means the same number everywhere. Names and their presence
//! are Artillery's: a counter is there once it has counted something, a summary once it holds a value, while
//! `vusers.failed` is there as soon as there are users. What is our own is called `http.latency`,
//! `http.schedule_lag`, `http.sent_bytes`, `http.phase.*` and `loadgen.*`.

mod plugins;

pub use plugins::apdex_rank;

use crate::number::{Unit, rounded};
use crate::{Meta, Statistics, statistic};
use loadgen_metrics::{Histogram, SeriesStats, Snapshot};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// Artillery cuts metric names here.
const LONGEST_NAME: usize = 1024;

/// Requests started in each second, over all of them.
pub(crate) const REQUEST_RATE: &str = "http.request_rate";

/// What the Apdex score is called in thresholds and conditions.
pub(crate) const APDEX: &str = "apdex";

/// The measurements of a span of time, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures<'a> {
    /// How often something happened; `http.downloaded_bytes` and `http.sent_bytes` count bytes.
    pub counters: BTreeMap<String, u64>,
    /// `http.request_rate` per second, and the rates of our own in percent.
    pub rates: BTreeMap<String, f64>,
    /// Durations.
    pub summaries: BTreeMap<String, Summary<'a>>,
    /// What targets say of themselves, as Artillery counts it: -1 where there is no total.
    pub told: BTreeMap<String, Statistics>,
    /// The Apdex score, 0 to 1: `apdex` in conditions, and no metric of the report.
    pub apdex: Option<f64>,
}

/// The durations of a summary: several histograms until somebody asks for their sum. Never empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary<'a>(Vec<&'a Histogram>);

/// Why a metric that was asked for has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// It is a summary, and a number was wanted.
    #[error("it is a summary: add a statistic, as in `{0}.p95`")]
    Statistic(String),
    /// It is a summary that has no such statistic.
    #[error("`{summary}` has no statistic `{statistic}`: there are {}", statistic::NAMES.join(", "))]
    UnknownStatistic {
        /// The summary.
        summary: String,
        /// What was asked for.
        statistic: String,
    },
    /// Nothing of that name was measured.
    #[error("the run has no such metric; one that counts something is there only once it has counted")]
    NotMeasured,
}

impl<'a> Figures<'a> {
    /// Names everything in `snapshot`, which covers `span`.
    pub fn of(meta: &Meta, snapshot: &'a Snapshot, span: Duration) -> Self {
        let mut figures = Figures::default();
        figures.users(meta, snapshot);
        figures.requests(snapshot, span);
        figures.endpoints(meta, snapshot);
        figures.expectations(meta, snapshot);
        figures.apdex(snapshot);
        for (kind, tally) in &snapshot.errors {
            figures.count(format!("errors.{}", kind.name()), tally.count);
        }
        for (_, name, tally) in snapshot.named_errors.iter() {
            figures.count(format!("errors.{name}"), tally.count);
        }
        figures.phases(snapshot);
        figures
    }

    /// The number behind a metric's name; a summary's name ends in a statistic. Times are in ms, the rates of our own
    /// in percent, `http.request_rate` per second.
    pub fn value(&self, metric: &str) -> Result<f64, Missing> {
        if let Some(&count) = self.counters.get(metric) {
            return Ok(count as f64);
        }
        if let Some(&rate) = self.rates.get(metric) {
            return Ok(rate);
        }
        if self.summaries.contains_key(metric) || self.told.contains_key(metric) {
            return Err(Missing::Statistic(metric.to_owned()));
        }
        if metric == APDEX {
            return self.apdex.ok_or(Missing::NotMeasured);
        }
        let (summary, name) = metric.rsplit_once('.').ok_or(Missing::NotMeasured)?;
        let value = match (self.summaries.get(summary), self.told.get(summary)) {
            (Some(parts), _) => statistic::of(&parts.histogram(), name),
            (None, Some(told)) => told.get(name),
            (None, None) => return Err(Missing::NotMeasured),
        };
        value.ok_or_else(|| Missing::UnknownStatistic {
            summary: summary.to_owned(),
            statistic: name.to_owned(),
        })
    }

    fn users(&mut self, meta: &Meta, snapshot: &'a Snapshot) {
        let users = snapshot.users();
        for (scenario, name) in snapshot.scenarios.iter().zip(&meta.scenarios) {
            self.count(format!("vusers.created_by_name.{name}"), scenario.created);
        }
        self.count("vusers.created", users.created);
        self.count("vusers.completed", users.completed);
        self.count("vusers.skipped", snapshot.skipped);
        self.count("loadgen.vusers.interrupted", users.interrupted);
        if users.created + users.completed + users.failed > 0 {
            self.counters.insert("vusers.failed".to_owned(), users.failed);
        }
        if users.created > 0 {
            // Artillery's maxErrorRate: whoever did not complete, running users and interrupted ones too.
            let left = users.created.saturating_sub(users.completed);
            self.rate("loadgen.users_failed_rate", percentage(left, users.created));
        }
        self.summary("vusers.session_length", [&snapshot.session_length]);
    }

    fn requests(&mut self, snapshot: &'a Snapshot, span: Duration) {
        let sum = |value: fn(&SeriesStats) -> u64| snapshot.series.iter().map(value).sum::<u64>();
        let (requests, responses) = (sum(|series| series.requests), sum(SeriesStats::responses));
        self.count("http.requests", requests);
        self.count("http.responses", responses);
        if responses > 0 {
            self.counters.insert("http.downloaded_bytes".to_owned(), sum(|series| series.bytes_in));
        }
        self.count("http.sent_bytes", sum(|series| series.bytes_out));
        for series in &snapshot.series {
            for (code, &count) in series.codes.iter().chain(&series.followed) {
                self.count(format!("http.codes.{code}"), count);
            }
            for (class, histogram) in
                series.response_time.iter().chain(&series.followed_time).chain(&series.unexpected_time)
            {
                self.summary("http.response_time", [histogram]);
                self.summary("http.phase.wait", [histogram]);
                self.summary(&format!("http.response_time.{}xx", class.0), [histogram]);
            }
            self.summary("http.latency", [&series.latency]);
        }
        if requests > 0 {
            if !span.is_zero() {
                self.rate(REQUEST_RATE, requests as f64 / span.as_secs_f64());
            }
            self.rate("loadgen.error_rate", snapshot.error_rate() * 100.0);
            self.rate("loadgen.timeout_rate", snapshot.timeout_rate() * 100.0);
        }
        if let Some(availability) = snapshot.availability() {
            self.rate("loadgen.availability", availability * 100.0);
        }
    }

    fn phases(&mut self, snapshot: &'a Snapshot) {
        self.summary("http.dns", [&snapshot.extended.dns]);
        self.summary("http.tcp", [&snapshot.extended.tcp]);
        self.summary("http.tls", [&snapshot.extended.tls]);
        self.summary("http.total", [&snapshot.extended.total]);
        self.summary("http.schedule_lag", [&snapshot.schedule_lag]);
        self.summary("http.phase.dns", [&snapshot.dns]);
        self.summary("http.phase.tcp", [&snapshot.tcp]);
        self.summary("http.phase.tls", [&snapshot.tls]);
        self.summary("http.phase.download", [&snapshot.download]);
    }

    fn count(&mut self, name: impl Into<String>, count: u64) {
        if count > 0 {
            *self.counters.entry(cut(name.into())).or_default() += count;
        }
    }

    fn rate(&mut self, name: &str, value: f64) {
        self.rates.insert(name.to_owned(), rounded(value, 6));
    }

    fn summary(&mut self, name: &str, histograms: impl IntoIterator<Item = &'a Histogram>) {
        for histogram in histograms.into_iter().filter(|histogram| !histogram.is_empty()) {
            self.summaries.entry(cut(name.to_owned())).or_default().0.push(histogram);
        }
    }
}

impl<'a> Summary<'a> {
    /// All its durations.
    pub fn histogram(&self) -> Cow<'a, Histogram> {
        match self.0.as_slice() {
            [one] => Cow::Borrowed(one),
            parts => {
                let mut all = Histogram::new();
                parts.iter().for_each(|part| all.merge(part));
                Cow::Owned(all)
            }
        }
    }
}

/// What a metric's name says about its unit. Whether there is such a metric does not matter.
pub fn unit(metric: &str) -> Unit {
    match metric {
        REQUEST_RATE => Unit::PerSecond,
        "http.downloaded_bytes" | "http.sent_bytes" => Unit::Bytes,
        _ if is_percentage(metric) => Unit::Percent,
        _ => match metric.rsplit_once('.') {
            Some((_, "count")) => Unit::Count,
            Some((_, statistic)) if statistic::NAMES.contains(&statistic) => Unit::Millis,
            _ => Unit::Count,
        },
    }
}

/// Whether a metric adds up over a run, so that its value in a single second says nothing about a bound on it.
pub(crate) fn adds_up(metric: &str) -> bool {
    matches!(unit(metric), Unit::Count | Unit::Bytes)
}

/// Whether a metric has a meaning for the whole run only.
pub(crate) fn is_of_the_whole(metric: &str) -> bool {
    matches!(metric, "loadgen.availability" | "loadgen.users_failed_rate")
}

fn is_percentage(metric: &str) -> bool {
    matches!(
        metric,
        "loadgen.error_rate" | "loadgen.timeout_rate" | "loadgen.availability" | "loadgen.users_failed_rate"
    )
}

fn percentage(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64 * 100.0
}

fn cut(mut name: String) -> String {
    if let Some((end, _)) = name.char_indices().nth(LONGEST_NAME) {
        name.truncate(end);
    }
    name
}
