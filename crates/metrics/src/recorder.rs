//! `Recorder`: where a shard's samples go.
//!
//! One per shard, owned by it: no lock, no atomic. Its memory is bounded by the number of series and the range of
//! the values, not by the number of requests. [`Recorder::take`] hands over what was gathered and starts afresh.

mod plugins;

use crate::{
    ErrorKind, ErrorSample, Moment, Outcome, Parts, Sample, ScenarioId, SeriesId, SeriesStats, Snapshot,
    StatusClass, UserCounts,
};
use std::time::Duration;

/// How many scenarios and series the plan has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Scenarios of the plan.
    pub scenarios: usize,
    /// Series of the plan.
    pub series: usize,
}

/// Gathers what happens on one shard until it is taken.
#[derive(Debug)]
pub struct Recorder {
    shape: Shape,
    current: Snapshot,
}

impl Recorder {
    /// An empty recorder for a plan of this shape.
    pub fn new(shape: Shape) -> Self {
        Recorder { shape, current: empty(shape) }
    }

    /// A user of this scenario started.
    pub fn user_created(&mut self, scenario: ScenarioId, at: Moment) {
        self.user(scenario, at).created += 1;
    }

    /// A user of this scenario reached the end of its flow, `length` after it was due.
    pub fn user_completed(&mut self, scenario: ScenarioId, at: Moment, length: Duration) {
        self.user(scenario, at).completed += 1;
        self.current.session_length.record(length);
    }

    /// A user of this scenario stopped at an error.
    pub fn user_failed(&mut self, scenario: ScenarioId, at: Moment) {
        self.user(scenario, at).failed += 1;
    }

    /// A user of this scenario was still running when the run was stopped.
    pub fn user_interrupted(&mut self, scenario: ScenarioId, at: Moment) {
        self.user(scenario, at).interrupted += 1;
    }

    /// An arrival started no user, because as many as allowed were running.
    pub fn user_skipped(&mut self, at: Moment) {
        self.touch(at);
        self.current.skipped += 1;
    }

    /// A request is about to be sent.
    pub fn request_started(&mut self, series: SeriesId, at: Moment) {
        self.touch(at);
        self.series(series).requests += 1;
    }

    /// A request has ended. Its error, if any, is to be told by [`Recorder::error`] too.
    pub fn record(&mut self, sample: &Sample) {
        self.touch(sample.done);
        let second = self.current.seconds.entry(sample.done.second()).or_default();
        second.ended += 1;
        second.succeeded += u64::from(!sample.outcome.is_error());
        self.current.schedule_lag.record(sample.sent.since(sample.due));
        self.setup(sample);
        if let (Some(first_byte), true) = (sample.first_byte, sample.outcome.is_complete()) {
            self.current.download.record(sample.done.since(first_byte));
        }
        let series = self.series(sample.series);
        series.bytes_in += sample.bytes_in;
        series.bytes_out += sample.bytes_out;
        series.error_requests += u64::from(sample.outcome.is_error());
        if let Some(status) = sample.outcome.status() {
            *series.codes.entry(status).or_default() += 1;
            let unexpected = sample.outcome.error() == Some(ErrorKind::ExpectationFailed);
            if unexpected {
                *series.unexpected.entry(status).or_default() += 1;
            }
            if let (Some(written), Some(first_byte)) = (sample.written, sample.first_byte) {
                let times = if unexpected { &mut series.unexpected_time } else { &mut series.response_time };
                times.entry(StatusClass::of(status)).or_default().record(first_byte.since(written));
            }
        }
        if let Outcome::Broken { status, .. } = sample.outcome {
            *series.broken.entry(status).or_default() += 1;
        }
        if sample.outcome.is_complete() {
            series.latency.record(sample.done.since(sample.due));
            series.parts.add(&Parts::of(sample));
        }
        if let Some(error) = sample.outcome.error() {
            *series.errors.entry(error).or_default() += 1;
        }
    }

    /// Keeps the request, which has been recorded, as an example if it is one of the slowest; `url` is asked for only then.
    #[inline]
    pub fn example(&mut self, sample: &Sample, url: impl FnOnce() -> String) {
        self.current.slowest.look(sample, url);
    }

    /// A redirect has come and is followed: an answer like others, save that the script does not see it.
    pub fn followed(&mut self, sample: &Sample) {
        self.touch(sample.done);
        let second = self.current.seconds.entry(sample.done.second()).or_default();
        second.ended += 1;
        second.succeeded += 1;
        self.setup(sample);
        let series = self.series(sample.series);
        series.bytes_out += sample.bytes_out;
        let Some(status) = sample.outcome.status() else { return };
        *series.followed.entry(status).or_default() += 1;
        if let (Some(written), Some(first_byte)) = (sample.written, sample.first_byte) {
            let time = first_byte.since(written);
            series.followed_time.entry(StatusClass::of(status)).or_default().record(time);
        }
    }

    /// A request of the series could not be made. Its error is to be told by [`Recorder::error`] too.
    pub fn refused(&mut self, series: SeriesId, error: ErrorKind, at: Moment) {
        self.touch(at);
        *self.series(series).errors.entry(error).or_default() += 1;
    }

    /// An error whose name holds a text beside its kind.
    pub fn named_error(
        &mut self,
        kind: ErrorKind,
        text: &str,
        at: Moment,
        sample: impl FnOnce() -> ErrorSample,
    ) {
        self.touch(at);
        self.current.named_errors.count(kind, text, sample);
    }

    /// The parts of an answer's time, for `http.extendedMetrics`.
    pub fn extended(&mut self, sample: &Sample) {
        let setup = sample.setup.unwrap_or_default();
        let times = &mut self.current.extended;
        times.dns.record(setup.dns.unwrap_or_default());
        times.tcp.record(setup.tcp.unwrap_or_default());
        times.tls.record(setup.tls.unwrap_or_default());
        times.total.record(sample.done.since(sample.sent));
    }

    /// An error happened, of a request or of a user. `sample` is asked only for the first of its kind.
    pub fn error(&mut self, kind: ErrorKind, at: Moment, sample: impl FnOnce() -> ErrorSample) {
        self.touch(at);
        let tally = self.current.errors.entry(kind).or_default();
        tally.count += 1;
        tally.sample.get_or_insert_with(|| sample().cut());
    }

    /// An answer of 5xx came, which has been recorded. `sample` is asked only for the first.
    pub fn server_error(&mut self, sample: impl FnOnce() -> ErrorSample) {
        self.current.server_error.get_or_insert_with(|| sample().cut());
    }

    /// Hands over what was gathered since the last time, and starts afresh.
    pub fn take(&mut self) -> Snapshot {
        std::mem::replace(&mut self.current, empty(self.shape))
    }

    fn setup(&mut self, sample: &Sample) {
        let Some(setup) = &sample.setup else { return };
        setup.dns.into_iter().for_each(|it| self.current.dns.record(it));
        setup.tcp.into_iter().for_each(|it| self.current.tcp.record(it));
        setup.tls.into_iter().for_each(|it| self.current.tls.record(it));
    }

    fn touch(&mut self, at: Moment) {
        let (first, last) = self.current.active.unwrap_or((at, at));
        self.current.active = Some((first.min(at), last.max(at)));
    }

    fn user(&mut self, scenario: ScenarioId, at: Moment) -> &mut UserCounts {
        self.touch(at);
        &mut self.current.scenarios[scenario.0 as usize]
    }

    fn series(&mut self, series: SeriesId) -> &mut SeriesStats {
        &mut self.current.series[series.0 as usize]
    }
}

fn empty(shape: Shape) -> Snapshot {
    Snapshot {
        scenarios: vec![UserCounts::default(); shape.scenarios],
        series: vec![SeriesStats::default(); shape.series],
        ..Snapshot::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SecondTally, Setup};

    const SCENARIO: ScenarioId = ScenarioId(1);
    const SERIES: SeriesId = SeriesId(2);
    const SHAPE: Shape = Shape { scenarios: 2, series: 3 };

    fn ms(millis: u64) -> Moment {
        Moment::START + Duration::from_millis(millis)
    }

    /// Due at 1000 ms, sent 1 ms later, written after 3, first byte after 10, done after 15.
    fn sample(outcome: Outcome) -> Sample {
        Sample {
            series: SERIES,
            due: ms(1000),
            sent: ms(1001),
            written: Some(ms(1003)),
            first_byte: outcome.status().map(|_| ms(1010)),
            done: ms(1015),
            setup: None,
            outcome,
            bytes_in: 100,
            bytes_out: 40,
            trace: None,
        }
    }

    fn recorded(outcome: Outcome) -> Snapshot {
        let mut recorder = Recorder::new(SHAPE);
        recorder.request_started(SERIES, ms(1001));
        recorder.record(&sample(outcome));
        recorder.take()
    }

    #[test]
    fn which_outcome_counts_where() {
        let error = ErrorKind::ConnectionReset;
        // codes, broken, errors of the series, error rate, latency, response time, download
        let table = [
            (Outcome::Answered { status: 200 }, [1, 0, 0, 0, 1, 1, 1]),
            (Outcome::Answered { status: 404 }, [1, 0, 0, 0, 1, 1, 1]),
            (Outcome::Answered { status: 503 }, [1, 0, 0, 1, 1, 1, 1]),
            (Outcome::Rejected { status: 200, error }, [1, 0, 1, 1, 1, 1, 1]),
            (Outcome::Broken { status: 200, error }, [1, 1, 1, 1, 0, 1, 0]),
            (Outcome::Failed { error }, [0, 0, 1, 1, 0, 0, 0]),
        ];
        for (outcome, wanted) in table {
            let snapshot = recorded(outcome);
            let series = &snapshot.series[2];
            let seen = [
                series.codes.get(&outcome.status().unwrap_or(0)).copied().unwrap_or(0),
                series.broken.values().sum(),
                series.errors.get(&error).copied().unwrap_or(0),
                series.error_requests,
                series.latency.count(),
                series.response_time().count(),
                snapshot.download.count(),
            ];
            assert_eq!(seen, wanted, "{outcome:?}");
            assert_eq!((series.requests, snapshot.schedule_lag.count()), (1, 1), "{outcome:?}");
            let second = SecondTally { ended: 1, succeeded: 1 - series.error_requests };
            assert_eq!(snapshot.seconds[&1], second, "{outcome:?}");
            assert!(snapshot.errors.is_empty(), "told apart, with its example: {outcome:?}");
            assert_eq!(snapshot.series[..2], [SeriesStats::default(), SeriesStats::default()]);
        }
    }

    #[test]
    fn the_spans_are_those_of_the_drawing() {
        let snapshot = recorded(Outcome::Answered { status: 201 });
        let series = &snapshot.series[2];
        let micros = |histogram: &crate::Histogram| histogram.min().unwrap().as_micros();
        assert_eq!(micros(&snapshot.schedule_lag), 1_000, "due to sent");
        assert_eq!(micros(&series.latency), 15_000, "due to done");
        assert_eq!(micros(&series.response_time[&StatusClass(2)]), 7_000, "written to first byte");
        assert_eq!(micros(&snapshot.download), 5_000, "first byte to done");
        assert_eq!((series.bytes_in, series.bytes_out), (100, 40));
        assert_eq!(snapshot.active, Some((ms(1001), ms(1015))));
    }

    #[test]
    fn handshakes_count_only_where_there_were_any() {
        let mut recorder = Recorder::new(SHAPE);
        let setup = Some(Setup { tcp: Some(Duration::from_micros(80)), ..Setup::default() });
        recorder.record(&Sample { setup, ..sample(Outcome::Answered { status: 200 }) });
        let snapshot = recorder.take();
        assert_eq!((snapshot.dns.count(), snapshot.tcp.count(), snapshot.tls.count()), (0, 1, 0));
    }

    #[test]
    fn users_count_with_their_scenario() {
        let mut recorder = Recorder::new(SHAPE);
        (0..4).for_each(|at| recorder.user_created(SCENARIO, ms(at)));
        recorder.user_completed(SCENARIO, ms(50), Duration::from_millis(50));
        recorder.user_failed(SCENARIO, ms(60));
        recorder.user_interrupted(SCENARIO, ms(70));
        recorder.user_skipped(ms(80));
        let snapshot = recorder.take();
        assert_eq!(
            snapshot.scenarios,
            [UserCounts::default(), UserCounts { created: 4, completed: 1, failed: 1, interrupted: 1 }]
        );
        assert_eq!((snapshot.skipped, snapshot.session_length.count()), (1, 1));
        assert_eq!(snapshot.active, Some((ms(0), ms(80))));
    }

    #[test]
    fn only_the_first_error_of_a_kind_is_asked_for_its_example() {
        let mut recorder = Recorder::new(SHAPE);
        let example = || ErrorSample {
            at: ms(5),
            method: "GET".into(),
            url: "http://a/".into(),
            detail: "refused".into(),
            ..ErrorSample::default()
        };
        recorder.error(ErrorKind::ConnectionRefused, ms(5), example);
        recorder.error(ErrorKind::ConnectionRefused, ms(6), || unreachable!("there is one already"));
        let tally = &recorder.take().errors[&ErrorKind::ConnectionRefused];
        assert_eq!((tally.count, tally.sample.clone()), (2, Some(example())));
    }

    #[test]
    fn taking_starts_afresh_in_the_same_shape() {
        let mut recorder = Recorder::new(SHAPE);
        recorder.user_created(SCENARIO, ms(1));
        assert_eq!(recorder.take().users().created, 1);
        assert_eq!(recorder.take(), empty(SHAPE));
    }
}
