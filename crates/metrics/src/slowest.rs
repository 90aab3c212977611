//! `Slowest`: the few requests of a span of time that took longest, each with where its time went.
//!
//! A snapshot like any other: the slowest of two spans are the slowest among theirs. What is kept of each is bounded.

use crate::{Moment, Sample, SeriesId, TraceId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How many requests are kept.
const KEPT: usize = 10;
/// Characters that are kept of a URL.
const LONGEST: usize = 300;

/// The requests with a whole answer that took longest, the slowest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slowest(Vec<SlowSample>);

/// One of them. Durations are in whole microseconds, rounded down.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SlowSample {
    /// Due → done, in microseconds.
    pub latency: u64,
    /// When it was due.
    pub due: Moment,
    /// Which series it belongs to: its place in the plan.
    pub series: u32,
    /// The status of its answer.
    pub status: u16,
    /// The URL that was asked for.
    pub url: String,
    /// Where its time went.
    pub parts: Parts,
    /// The trace that it is part of, where requests are traced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
}

/// Where the time of a request went, in microseconds. What is missing to its latency was spent on writing the request,
/// and on redirects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Parts {
    /// Due → sent: the generator's own lateness.
    pub lag: u64,
    /// Name look-up.
    pub dns: u64,
    /// TCP handshake.
    pub tcp: u64,
    /// TLS handshake.
    pub tls: u64,
    /// Request written → first byte.
    pub wait: u64,
    /// First byte → done.
    pub download: u64,
}

impl Parts {
    /// The parts of a sample; what it has no moment for is 0.
    pub fn of(sample: &Sample) -> Self {
        let setup = sample.setup.unwrap_or_default();
        let part = |duration: Option<Duration>| duration.map_or(0, micros);
        Parts {
            lag: micros(sample.sent.since(sample.due)),
            dns: part(setup.dns),
            tcp: part(setup.tcp),
            tls: part(setup.tls),
            wait: part(sample.written.zip(sample.first_byte).map(|(from, to)| to.since(from))),
            download: part(sample.first_byte.map(|from| sample.done.since(from))),
        }
    }

    /// Adds another request's.
    pub fn add(&mut self, other: &Parts) {
        self.lag += other.lag;
        self.dns += other.dns;
        self.tcp += other.tcp;
        self.tls += other.tls;
        self.wait += other.wait;
        self.download += other.download;
    }

    /// All of them together.
    pub fn sum(&self) -> u64 {
        self.lag + self.dns + self.tcp + self.tls + self.wait + self.download
    }
}

impl Slowest {
    /// Takes a request with a whole answer, if it is one of the slowest; `url` is asked for only then.
    #[inline]
    pub fn look(&mut self, sample: &Sample, url: impl FnOnce() -> String) {
        let latency = micros(sample.done.since(sample.due));
        let full = self.0.len() >= KEPT;
        if !sample.outcome.is_complete() || (full && self.0.last().is_some_and(|last| latency < last.latency))
        {
            return;
        }
        self.take(sample, latency, url());
    }

    #[cold]
    fn take(&mut self, sample: &Sample, latency: u64, mut url: String) {
        if let Some((end, _)) = url.char_indices().nth(LONGEST) {
            url.truncate(end);
            url.push('…');
        }
        let SeriesId(series) = sample.series;
        let status = sample.outcome.status().unwrap_or_default();
        let parts = Parts::of(sample);
        self.put(SlowSample { latency, due: sample.due, series, status, url, parts, trace: sample.trace });
    }

    /// Adds another span's.
    pub fn merge(&mut self, other: &Slowest) {
        other.0.iter().for_each(|sample| self.put(sample.clone()));
    }

    /// The slowest first.
    pub fn iter(&self) -> impl Iterator<Item = &SlowSample> {
        self.0.iter()
    }

    /// The slowest first, to be changed in what does not decide their order.
    pub fn urls(&mut self) -> impl Iterator<Item = &mut String> {
        self.0.iter_mut().map(|sample| &mut sample.url)
    }

    /// The order is total, so that it does not matter in which order samples come.
    fn put(&mut self, sample: SlowSample) {
        let place = self.0.partition_point(|other| other > &sample);
        if place < KEPT {
            self.0.insert(place, sample);
            self.0.truncate(KEPT);
        }
    }
}

fn micros(duration: Duration) -> u64 {
    // Not by `as_micros`, whose 128 bits are slow to divide.
    duration.as_secs().saturating_mul(1_000_000).saturating_add(duration.subsec_micros().into())
}
