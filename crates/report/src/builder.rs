//! `Builder`: gathers a run second by second until it becomes a [`Report`].
//!
//! It also answers, while the run goes on, what the progress line and the period summaries ask. Histograms are kept of
//! the whole run and of the period that it is in, and of no other: memory does not grow with the requests made.

use crate::figures::{self, Figures};
use crate::period::{Open, Period, beginning};
use crate::render::progress::Progress;
use crate::report::FORMAT;
use crate::stats::Names;
use crate::timeline::Gathering;
use crate::verdict::{judge, keeps};
use crate::{
    About, Attachment, End, Evidence, Meta, Report, ResourcePoint, Resources, Room, Source, Standstill,
    Validity, Verdict, assess,
};
use loadgen_metrics::{Histogram, Moment, Snapshot};
use loadgen_scenario::threshold::Requirement;
use std::time::Duration;

/// Gathers a run second by second.
#[derive(Debug)]
pub struct Builder {
    meta: Meta,
    thresholds: Vec<Requirement>,
    /// For each of them, the first second that broke it; conditions are judged at the end alone.
    broken_at: Vec<Option<u64>>,
    total: Snapshot,
    /// The periods that have ended.
    periods: Vec<Period>,
    /// How many of them were handed out.
    told: usize,
    /// The period that the run is in; `None` before the first second and once the run has ended.
    open: Option<Open>,
    /// Whether the run has ended.
    closed: bool,
    names: Names,
    resources: Vec<ResourcePoint>,
    timeline: Gathering,
    source: Option<Source>,
    attachments: Vec<Attachment>,
    room: Room,
    still: Option<Standstill>,
    latest: Latest,
}

/// What the progress line shows of the last second.
#[derive(Debug, Default)]
struct Latest {
    second: u64,
    requests: u64,
    p95: Option<Duration>,
}

impl Builder {
    /// A builder that has seen nothing yet.
    pub fn new(meta: Meta, thresholds: Vec<Requirement>) -> Self {
        Builder {
            broken_at: vec![None; thresholds.len()],
            timeline: Gathering::new(meta.planned()),
            meta,
            thresholds,
            total: Snapshot::default(),
            periods: Vec::new(),
            told: 0,
            open: None,
            closed: false,
            names: Names::default(),
            resources: Vec::new(),
            source: None,
            attachments: Vec::new(),
            room: Room::default(),
            still: None,
            latest: Latest::default(),
        }
    }

    /// Takes what all shards measured in one second of the run (from 0). A second may be empty, be left out, or come
    /// in several pieces.
    ///
    /// A piece that comes when its period has ended already counts into the period that the run is in by then; after
    /// [`Builder::close`] it counts into the whole run alone.
    pub fn observe(&mut self, second: u64, snapshot: &Snapshot) {
        self.total.merge(snapshot);
        self.timeline.observe(second, snapshot);
        if let Some(open) = self.period(second) {
            open.snapshot.merge(snapshot);
        }
        let mut latency = Histogram::new();
        snapshot.series.iter().for_each(|series| latency.merge(&series.latency));
        let requests = snapshot.series.iter().map(|series| series.requests).sum();
        self.latest = Latest { second, requests, p95: latency.quantile(0.95) };
        self.look_for_breaches(second, snapshot);
    }

    /// Takes what was used in one second of the run.
    pub fn resources(&mut self, second: u64, used: Resources) {
        self.resources.push(ResourcePoint { second, used: used.rounded() });
    }

    /// Takes how many users were due up to the end of the last second that was told.
    pub fn due(&mut self, users: u64) {
        self.timeline.due(users);
    }

    /// Takes the text that was run; no secret may be in it.
    pub fn source(&mut self, source: Source) {
        self.source = Some(source);
    }

    /// Takes something to be shown beside the results.
    pub fn attach(&mut self, attachment: Attachment) {
        self.attachments.push(attachment);
    }

    /// Takes how many connections there is room for.
    pub fn room(&mut self, room: Room) {
        self.room = room;
    }

    /// Takes seconds that nothing was told of though users were due in them, each once.
    pub fn stood_still(&mut self, still: Standstill) {
        self.still = Some(still.and(self.still));
    }

    /// The next period that has ended, each once and in order. The one that the run is in has not.
    pub fn period_ended(&mut self) -> Option<&Period> {
        let next = self.periods.get(self.told)?;
        self.told += 1;
        Some(next)
    }

    /// Tells when the run ended and that no more seconds come, so that the last period ends too. [`Builder::finish`]
    /// does the same; only the first time counts.
    pub fn close(&mut self, at: Moment) {
        self.closed = true;
        let Some(open) = self.open.take() else { return };
        let last = open.end(&self.meta, Some(at), &mut self.names);
        // The run may end with a second that has no time in it and holds nothing; that is no reason for a period.
        if !last.span.is_zero() || last.active.is_some() {
            self.periods.push(last);
        }
    }

    /// What is known of the run.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Where the run is.
    pub fn progress(&self) -> Progress {
        let users = self.total.users();
        Progress {
            elapsed: self.latest.second + 1,
            planned: self.meta.planned().as_secs_f64().ceil() as u64,
            phase: self.meta.phase_label(self.latest.second),
            running: users.created.saturating_sub(users.completed + users.failed + users.interrupted),
            requests: self.latest.requests,
            errors: self.errors(),
            p95: self.latest.p95,
        }
    }

    /// Errors so far; requests that count into the error rate though they are none, such as 5xx answers, among them.
    fn errors(&self) -> u64 {
        let known: u64 = self.total.errors.values().map(|tally| tally.count).sum();
        let requests = self.total.series.iter().map(|series| series.error_requests).sum();
        (known + self.total.named_errors.total()).max(requests)
    }

    /// How the run would be judged if it ended with the last second that was told, and if so many users were due by then.
    pub fn judged_so_far(&self, scheduled: u64) -> (Verdict, Validity) {
        let figures = Figures::of(&self.meta, &self.total, Duration::from_secs(self.latest.second + 1));
        let verdict = judge(&self.thresholds, &figures);
        let validity = assess(&Evidence {
            total: &self.total,
            resources: &self.resources,
            scheduled,
            passes: 0,
            users: self.meta.most_users(),
            // Each shard may have an arrival in its hands, as when a run is stopped.
            stopped: true,
            shards: self.meta.shards,
            room: self.room,
            still: self.still,
        });
        (verdict, validity)
    }

    /// The report as it would be if the run ended with the last second that was told, and if so many users were due by
    /// then; but for its periods. Copies all histograms: for those who look while the run goes on, once a second.
    pub fn so_far(&self, scheduled: u64) -> Report {
        let (verdict, validity) = self.judged_so_far(scheduled);
        Report {
            format: FORMAT,
            meta: self.meta.clone(),
            ended: Moment::START + Duration::from_secs(self.latest.second + 1),
            scheduled,
            passes: 0,
            stopped: None,
            validity,
            verdict,
            resources: self.resources.clone(),
            timeline: self.timeline.so_far(self.latest.second),
            source: self.source.clone(),
            attachments: Vec::new(),
            total: self.total.clone(),
            periods: Vec::new(),
        }
    }

    /// Judges the run.
    pub fn finish(mut self, end: End) -> Report {
        self.close(end.at);
        let figures = Figures::of(&self.meta, &self.total, end.at.since(Default::default()));
        let mut verdict = judge(&self.thresholds, &figures);
        for (check, broken_at) in verdict.checks.iter_mut().zip(&self.broken_at) {
            if let About::Threshold { first_at, .. } = &mut check.about {
                *first_at = broken_at.filter(|_| !check.pass);
            }
        }
        let validity = assess(&Evidence {
            total: &self.total,
            resources: &self.resources,
            scheduled: end.scheduled,
            passes: end.passes,
            users: self.meta.most_users(),
            stopped: end.stopped.is_some(),
            shards: self.meta.shards,
            room: self.room,
            still: self.still,
        });
        Report {
            format: FORMAT,
            meta: self.meta,
            ended: end.at,
            scheduled: end.scheduled,
            passes: end.passes,
            stopped: end.stopped,
            validity,
            verdict,
            resources: self.resources,
            timeline: self.timeline.finish(),
            source: self.source,
            attachments: self.attachments,
            total: self.total,
            periods: self.periods,
        }
    }

    /// The period that the run is in when it has come to a second: those before it end. `None` after the run's end.
    fn period(&mut self, second: u64) -> Option<&mut Open> {
        if self.closed {
            return None;
        }
        let started_at = self.meta.started_at;
        let start = beginning(started_at + second * 1000);
        let open = self.open.get_or_insert_with(|| Open::new(beginning(started_at)));
        while open.start < start {
            self.periods.push(open.end(&self.meta, None, &mut self.names));
            *open = open.next();
        }
        Some(open)
    }

    fn look_for_breaches(&mut self, second: u64, snapshot: &Snapshot) {
        let mut pending = Vec::new();
        for (requirement, broken_at) in self.thresholds.iter().zip(&mut self.broken_at) {
            if let Requirement::Threshold(threshold) = requirement
                && broken_at.is_none()
                && !figures::is_of_the_whole(&threshold.metric)
            {
                pending.push((threshold, broken_at));
            }
        }
        if pending.is_empty() {
            return;
        }
        let own = Figures::of(&self.meta, snapshot, Duration::from_secs(1));
        let so_far = Figures::of(&self.meta, &self.total, Duration::from_secs(second + 1));
        for (threshold, broken_at) in &mut pending {
            let figures = if figures::adds_up(&threshold.metric) { &so_far } else { &own };
            if figures.value(&threshold.metric).is_ok_and(|value| !keeps(threshold, value)) {
                **broken_at = Some(second);
            }
        }
    }
}
