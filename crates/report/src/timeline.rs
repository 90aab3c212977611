//! `Timeline`: a run along its time, in so few points that they can be drawn and kept.
//!
//! What is drawn over time, in whatever view, is drawn of this. A point's figures are of all that ended in it; its
//! quantiles are exact, because their histograms are added up before they are asked. Histograms are kept of the point that
//! the run is in alone.

use crate::statistic::millis;
use loadgen_metrics::{Histogram, Snapshot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// How many points a run of the planned length has at most.
const MOST: u64 = 600;
/// What a point may cover, in seconds.
const STEPS: [u64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
/// What 5xx answers are called among errors: they count into the error rate without being one.
pub const SERVER_ERRORS: &str = "5xx";

/// A run along its time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// Seconds that a point covers; the last may cover less. 1 up to ten minutes, more for longer runs.
    pub step: u64,
    /// In order. One in which nothing was told is left out.
    pub points: Vec<Point>,
}

/// What happened in [`Timeline::step`] seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The second of the run that it begins with, from 0: a multiple of the step.
    pub second: u64,
    /// Users that were due in it; `None` where closed loops run, whose users are not due by the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<u64>,
    /// Users that started.
    pub created: u64,
    /// Users that were running at its end.
    pub running: u64,
    /// Requests started.
    pub requests: u64,
    /// Bytes of answer bodies received.
    pub bytes_in: u64,
    /// Bytes of requests sent.
    pub bytes_out: u64,
    /// Errors by the name that people see, and [`SERVER_ERRORS`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, u64>,
    /// Due → done; `None` where no whole answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Quantiles>,
    /// Written → first byte; `None` where no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_time: Option<Quantiles>,
}

/// Four statistics of a duration, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// The median.
    pub p50: f64,
    /// 95 % are not above it.
    pub p95: f64,
    /// 99 % are not above it.
    pub p99: f64,
    /// The largest.
    pub max: f64,
}

/// Gathers a timeline second by second.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    timeline: Timeline,
    open: Option<Open>,
    /// Users that were due before the open point.
    due_before: u64,
    /// Users that were due up to now.
    due: Option<u64>,
    running: u64,
}

/// The point that the run is in.
#[derive(Debug, Default)]
struct Open {
    point: Point,
    latency: Histogram,
    response_time: Histogram,
}

impl Timeline {
    /// How many seconds of the run a point covers, of a run that took so long: its step, and less at the end.
    pub fn covers(&self, point: &Point, run: Duration) -> f64 {
        (run.as_secs_f64() - point.second as f64).clamp(0.0, self.step as f64)
    }
}

impl Quantiles {
    /// Those of a histogram; `None` when it is empty.
    pub fn of(histogram: &Histogram) -> Option<Self> {
        let quantile = |q| histogram.quantile(q).map(millis);
        Some(Quantiles {
            p50: quantile(0.5)?,
            p95: quantile(0.95)?,
            p99: quantile(0.99)?,
            max: histogram.max().map(millis)?,
        })
    }
}

impl Gathering {
    /// One that has seen nothing of a run that is planned to take so long.
    pub(crate) fn new(planned: Duration) -> Self {
        let planned = planned.as_secs();
        let step = STEPS.into_iter().find(|step| planned.div_ceil(*step) <= MOST);
        let timeline = Timeline { step: step.unwrap_or(STEPS[STEPS.len() - 1]), points: Vec::new() };
        Gathering { timeline, ..Gathering::default() }
    }

    /// Takes what was measured in a second; what comes late counts into the point that the run is in by then.
    pub(crate) fn observe(&mut self, second: u64, snapshot: &Snapshot) {
        let begin = second - second % self.timeline.step;
        if self.open.as_ref().is_some_and(|open| open.point.second < begin) {
            self.close();
        }
        let fresh = || Open { point: Point { second: begin, ..Point::default() }, ..Open::default() };
        let Open { point, latency, response_time } = self.open.get_or_insert_with(fresh);
        for series in &snapshot.series {
            latency.merge(&series.latency);
            response_time.merge(&series.response_time());
            point.requests += series.requests;
            point.bytes_in += series.bytes_in;
            point.bytes_out += series.bytes_out;
            // Those that are errors by their own name are counted below.
            let aside: u64 = [&series.broken, &series.unexpected]
                .into_iter()
                .flat_map(|codes| codes.range(500..))
                .map(|(_, count)| count)
                .sum();
            let answers: u64 = series.codes.range(500..).map(|(_, count)| count).sum();
            if answers > aside {
                *point.errors.entry(SERVER_ERRORS.to_owned()).or_default() += answers - aside;
            }
        }
        for (_, name, tally) in snapshot.all_errors() {
            *point.errors.entry(name).or_default() += tally.count;
        }
        let users = snapshot.users();
        point.created += users.created;
        let ended = users.completed + users.failed + users.interrupted;
        self.running = (self.running + users.created).saturating_sub(ended);
        point.running = self.running;
    }

    /// Takes how many users were due up to the end of the second that was told last.
    pub(crate) fn due(&mut self, users: u64) {
        self.due = Some(users);
    }

    /// What there is so far; the point that the run is in is part of it once its last second is over.
    pub(crate) fn so_far(&self, latest: u64) -> Timeline {
        let mut timeline = self.timeline.clone();
        let whole = |open: &&Open| latest + 1 >= open.point.second + timeline.step;
        if let Some(open) = self.open.as_ref().filter(whole) {
            let point = open.end(self.offered());
            timeline.points.push(point);
        }
        timeline
    }

    /// Ends the last point, at the end of the run.
    pub(crate) fn finish(mut self) -> Timeline {
        self.close();
        self.timeline
    }

    fn offered(&self) -> Option<u64> {
        self.due.map(|due| due.saturating_sub(self.due_before))
    }

    fn close(&mut self) {
        let offered = self.offered();
        let Some(open) = self.open.take() else { return };
        self.timeline.points.push(open.end(offered));
        self.due_before = self.due.unwrap_or(0);
    }
}

impl Open {
    fn end(&self, offered: Option<u64>) -> Point {
        Point {
            offered,
            latency: Quantiles::of(&self.latency),
            response_time: Quantiles::of(&self.response_time),
            ..self.point.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadgen_metrics::UserCounts;

    fn second(created: u64, completed: u64) -> Snapshot {
        let users = UserCounts { created, completed, ..UserCounts::default() };
        Snapshot { scenarios: vec![users], ..Snapshot::default() }
    }

    #[test]
    fn the_step_is_such_that_the_points_are_not_too_many() {
        for (planned, step) in [(0, 1), (600, 1), (601, 2), (3600, 10), (86_400, 300), (10_000_000, 3600)] {
            assert_eq!(Gathering::new(Duration::from_secs(planned)).timeline.step, step, "{planned}");
        }
    }

    #[test]
    fn a_point_is_drawn_when_its_last_second_is_over_and_users_run_on() {
        let mut gathering = Gathering::new(Duration::from_secs(1200));
        gathering.observe(0, &second(3, 1));
        gathering.due(3);
        assert_eq!(gathering.so_far(0).points, []);
        gathering.observe(1, &second(2, 0));
        gathering.due(6);
        let first = gathering.so_far(1);
        gathering.observe(2, &second(0, 4));
        gathering.due(8);
        assert_eq!(gathering.so_far(2), first);
        let timeline = gathering.finish();
        assert_eq!(timeline.points[..1], first.points);
        let seen = |point: &Point| (point.second, point.offered, point.created, point.running);
        assert_eq!(
            timeline.points.iter().map(seen).collect::<Vec<_>>(),
            [(0, Some(6), 5, 4), (2, Some(2), 0, 0)]
        );
        let covered = timeline.points.iter().map(|it| timeline.covers(it, Duration::from_millis(2500)));
        assert_eq!(covered.collect::<Vec<_>>(), [2.0, 0.5]);
    }
}
