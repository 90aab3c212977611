//! `Snapshot`: the mergeable state of a span of time.
//!
//! The one hand-over type: shards give one a second, and whatever shows, stores or judges results reads them.
//! `merge` is associative and commutative with [`Snapshot::default`] as its neutral element, so that shards, seconds
//! and machines may be added up in any order; `tests/merge.rs` holds it to that.

use crate::{ErrorKind, Histogram, Moment, NamedErrors, Parts, PluginCounts, ServerTimes, Slowest, TraceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happened in a span of time, on one shard or on all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// The first and the last moment at which something was counted; `None` if nothing was.
    pub active: Option<(Moment, Moment)>,
    /// Per scenario, in the order of the script.
    pub scenarios: Vec<UserCounts>,
    /// Arrivals that started no user because `maxVusers` were running.
    pub skipped: u64,
    /// Per series, in the order of the plan.
    pub series: Vec<SeriesStats>,
    /// Errors of requests and of users, by kind.
    pub errors: BTreeMap<ErrorKind, ErrorTally>,
    /// Errors whose names hold text of the script, by kind and text.
    pub named_errors: NamedErrors,
    /// The first 5xx answer that was no error by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_error: Option<ErrorSample>,
    /// `http.extendedMetrics`, where the script asks for them.
    pub extended: ExtendedTimes,
    /// Due → send start of each request: the generator's own lateness.
    pub schedule_lag: Histogram,
    /// First due → user done of each user that completed its flow, thinking included.
    pub session_length: Histogram,
    /// Name look-ups.
    pub dns: Histogram,
    /// TCP handshakes.
    pub tcp: Histogram,
    /// TLS handshakes.
    pub tls: Histogram,
    /// First byte → done of each whole answer.
    pub download: Histogram,
    /// Requests that ended in each second since the start.
    pub seconds: BTreeMap<u64, SecondTally>,
    /// What plugins count.
    pub plugins: PluginCounts,
    /// The requests that took longest.
    pub slowest: Slowest,
}

/// The parts of each answer's time, as Artillery's extended metrics count them: a part that there was not is 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExtendedTimes {
    /// Name look-ups.
    pub dns: Histogram,
    /// TCP handshakes.
    pub tcp: Histogram,
    /// TLS handshakes.
    pub tls: Histogram,
    /// Sent → done.
    pub total: Histogram,
}

/// The users of one scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserCounts {
    /// Users that started.
    pub created: u64,
    /// Users that reached the end of their flow.
    pub completed: u64,
    /// Users that stopped at an error.
    pub failed: u64,
    /// Users that were still running when the run was stopped.
    pub interrupted: u64,
}

/// The requests of one series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeriesStats {
    /// Requests started.
    pub requests: u64,
    /// Redirects that were followed, by status code: answers too, but not the ones that the script sees.
    pub followed: BTreeMap<u16, u64>,
    /// Their times from request written to first byte, by class of status.
    pub followed_time: BTreeMap<StatusClass, Histogram>,
    /// Answers that the script sees, by status code.
    pub codes: BTreeMap<u16, u64>,
    /// Those of [`SeriesStats::codes`] whose body did not come whole.
    pub broken: BTreeMap<u16, u64>,
    /// Those of [`SeriesStats::codes`] that failed their user, because an expectation was not met.
    pub unexpected: BTreeMap<u16, u64>,
    /// Their times from request written to first byte, by class of status.
    pub unexpected_time: BTreeMap<StatusClass, Histogram>,
    /// What the target says that its answers took.
    pub server_times: ServerTimes,
    /// Requests that failed, by kind.
    pub errors: BTreeMap<ErrorKind, u64>,
    /// Requests that count into the error rate: no usable answer, or a 5xx one.
    pub error_requests: u64,
    /// Bytes of answer bodies received.
    pub bytes_in: u64,
    /// Bytes of requests sent.
    pub bytes_out: u64,
    /// Due → done of each request that got a whole answer.
    pub latency: Histogram,
    /// Where the time of those went, all together.
    pub parts: Parts,
    /// Request written → first byte, by class of status.
    pub response_time: BTreeMap<StatusClass, Histogram>,
}

/// The hundreds of a status code: 2 for 2xx.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatusClass(pub u8);

/// An error's count and the first example of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorTally {
    /// How often it happened.
    pub count: u64,
    /// The first one.
    pub sample: Option<ErrorSample>,
}

/// One failed request, told so that a person can find it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ErrorSample {
    /// When it happened.
    pub at: Moment,
    /// The method; empty where no request was made.
    pub method: String,
    /// The URL that was asked for; empty where no request was made.
    pub url: String,
    /// The status of the answer, or the cause in words.
    pub detail: String,
    /// The status of the answer, where one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The first bytes that came, in one line of ASCII: those of the head where the exchange failed, those of the body
    /// where the script objected to it. Empty where nothing came.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub read: String,
    /// The trace that it is part of, where requests are traced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
}

/// Characters that are kept of a text in an [`ErrorSample`].
const LONGEST: usize = 1_000;

impl ErrorSample {
    /// The same with texts that are no longer than people read: a URL or a cause can hold a whole body.
    pub fn cut(mut self) -> ErrorSample {
        for text in [&mut self.method, &mut self.url, &mut self.detail] {
            if let Some((end, _)) = text.char_indices().nth(LONGEST) {
                text.truncate(end);
                text.push('…');
                text.shrink_to_fit();
            }
        }
        self
    }
}

/// The requests that ended in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondTally {
    /// Requests that ended, in any way.
    pub ended: u64,
    /// Those of them that got a usable answer.
    pub succeeded: u64,
}

impl Snapshot {
    /// Every kind of error that happened, with the name that people see, the most frequent first.
    pub fn all_errors(&self) -> Vec<(ErrorKind, String, &ErrorTally)> {
        let known = self.errors.iter().map(|(kind, tally)| (*kind, kind.name().to_owned(), tally));
        let mut all: Vec<_> =
            known.chain(self.named_errors.iter()).filter(|(_, _, tally)| tally.count > 0).collect();
        all.sort_by_key(|(_, _, tally)| std::cmp::Reverse(tally.count));
        all
    }

    /// Adds all that `other` holds.
    pub fn merge(&mut self, other: &Snapshot) {
        self.active = match (self.active, other.active) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, None) | (None, one) => one,
        };
        merge_lists(&mut self.scenarios, &other.scenarios, UserCounts::merge);
        merge_lists(&mut self.series, &other.series, SeriesStats::merge);
        self.skipped += other.skipped;
        for (kind, tally) in &other.errors {
            self.errors.entry(*kind).or_default().merge(tally);
        }
        self.named_errors.merge(&other.named_errors);
        self.server_error = earlier(self.server_error.take(), other.server_error.as_ref());
        self.extended.dns.merge(&other.extended.dns);
        self.extended.tcp.merge(&other.extended.tcp);
        self.extended.tls.merge(&other.extended.tls);
        self.extended.total.merge(&other.extended.total);
        self.schedule_lag.merge(&other.schedule_lag);
        self.session_length.merge(&other.session_length);
        self.dns.merge(&other.dns);
        self.tcp.merge(&other.tcp);
        self.tls.merge(&other.tls);
        self.download.merge(&other.download);
        self.plugins.merge(&other.plugins);
        self.slowest.merge(&other.slowest);
        for (second, tally) in &other.seconds {
            let ours = self.seconds.entry(*second).or_default();
            ours.ended += tally.ended;
            ours.succeeded += tally.succeeded;
        }
    }

    /// The users of all scenarios together.
    pub fn users(&self) -> UserCounts {
        let mut all = UserCounts::default();
        self.scenarios.iter().for_each(|scenario| all.merge(scenario));
        all
    }

    /// The requests of all series together.
    pub fn requests(&self) -> SeriesStats {
        let mut all = SeriesStats::default();
        self.series.iter().for_each(|series| all.merge(series));
        all
    }

    /// The share of requests without a usable answer or with a 5xx one, of all requests started: 0 to 1.
    pub fn error_rate(&self) -> f64 {
        ratio(
            self.series.iter().map(|s| s.error_requests).sum(),
            self.series.iter().map(|s| s.requests).sum(),
        )
    }

    /// The share of requests that timed out, of all requests started: 0 to 1.
    pub fn timeout_rate(&self) -> f64 {
        let count = |s: &SeriesStats, kind| s.errors.get(&kind).copied().unwrap_or(0);
        let timeouts = |s: &SeriesStats| count(s, ErrorKind::TimedOut) + count(s, ErrorKind::Stalled);
        ratio(self.series.iter().map(timeouts).sum(), self.series.iter().map(|s| s.requests).sum())
    }

    /// The share of seconds in which at least one request succeeded, of those in which any ended: 0 to 1, or
    /// `None` when no request ended.
    pub fn availability(&self) -> Option<f64> {
        let good = self.seconds.values().filter(|second| second.succeeded > 0).count() as u64;
        (!self.seconds.is_empty()).then(|| ratio(good, self.seconds.len() as u64))
    }
}

/// `part / whole`, and 0 where there is no whole.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Adds `theirs` to `ours` place by place; the longer list gives the length.
fn merge_lists<T: Clone>(ours: &mut Vec<T>, theirs: &[T], mut merge: impl FnMut(&mut T, &T)) {
    for (index, their) in theirs.iter().enumerate() {
        match ours.get_mut(index) {
            Some(our) => merge(our, their),
            None => ours.push(their.clone()),
        }
    }
}

impl UserCounts {
    /// Adds `other`'s users.
    pub fn merge(&mut self, other: &UserCounts) {
        self.created += other.created;
        self.completed += other.completed;
        self.failed += other.failed;
        self.interrupted += other.interrupted;
    }
}

impl SeriesStats {
    /// Adds `other`'s requests.
    pub fn merge(&mut self, other: &SeriesStats) {
        self.requests += other.requests;
        self.error_requests += other.error_requests;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        for (code, count) in &other.codes {
            *self.codes.entry(*code).or_default() += count;
        }
        for (code, count) in &other.followed {
            *self.followed.entry(*code).or_default() += count;
        }
        for (class, histogram) in &other.followed_time {
            self.followed_time.entry(*class).or_default().merge(histogram);
        }
        for (code, count) in &other.unexpected {
            *self.unexpected.entry(*code).or_default() += count;
        }
        for (class, histogram) in &other.unexpected_time {
            self.unexpected_time.entry(*class).or_default().merge(histogram);
        }
        self.server_times.merge(&other.server_times);
        for (code, count) in &other.broken {
            *self.broken.entry(*code).or_default() += count;
        }
        for (kind, count) in &other.errors {
            *self.errors.entry(*kind).or_default() += count;
        }
        self.latency.merge(&other.latency);
        self.parts.add(&other.parts);
        for (class, histogram) in &other.response_time {
            self.response_time.entry(*class).or_default().merge(histogram);
        }
    }

    /// Answers of any status, redirects that were followed among them.
    pub fn responses(&self) -> u64 {
        self.codes.values().chain(self.followed.values()).sum()
    }

    /// Request written → first byte, of answers of any status.
    pub fn response_time(&self) -> Histogram {
        let mut all = Histogram::new();
        let aside = self.followed_time.values().chain(self.unexpected_time.values());
        self.response_time.values().chain(aside).for_each(|it| all.merge(it));
        all
    }
}

impl ErrorTally {
    /// Adds `other`'s errors and keeps the earlier of the two samples.
    pub fn merge(&mut self, other: &ErrorTally) {
        self.count += other.count;
        self.sample = earlier(self.sample.take(), other.sample.as_ref());
    }
}

/// The earlier of two samples.
fn earlier(ours: Option<ErrorSample>, theirs: Option<&ErrorSample>) -> Option<ErrorSample> {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => Some(ours.min(theirs.clone())),
        (ours, theirs) => ours.or_else(|| theirs.cloned()),
    }
}

impl StatusClass {
    /// The class of a status code.
    pub const fn of(status: u16) -> Self {
        StatusClass((status / 100) as u8)
    }
}
