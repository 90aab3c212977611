//! What plugins tell the recorder.

use crate::plugins::{EndpointStats, Satisfaction};
use crate::{ErrorSample, Moment, Recorder, Sample, SeriesId};
use std::time::Duration;

impl Recorder {
    /// An expectation of that kind was checked. `sample` is asked only for the first that is not met.
    pub fn expectation(&mut self, kind: u32, ok: bool, at: Moment, sample: impl FnOnce() -> ErrorSample) {
        self.touch(at);
        self.current.plugins.expectation(kind as usize).count(ok, sample);
    }

    /// The same with a kind that is known only now.
    pub fn header_expectation(
        &mut self,
        kind: &str,
        ok: bool,
        at: Moment,
        sample: impl FnOnce() -> ErrorSample,
    ) {
        self.touch(at);
        self.current.plugins.header_expectations.count(kind, |tally| tally.count(ok, sample));
    }

    /// An answer that was recorded, and counts as usable, did not meet an expectation: it is none.
    pub fn unusable(&mut self, sample: &Sample) {
        if sample.outcome.is_error() {
            return;
        }
        self.series(sample.series).error_requests += 1;
        if let Some(second) = self.current.seconds.get_mut(&sample.done.second()) {
            second.succeeded = second.succeeded.saturating_sub(1);
        }
    }

    /// An answer satisfies like that.
    pub fn satisfaction(&mut self, satisfaction: Satisfaction) {
        self.current.plugins.apdex.count(satisfaction);
    }

    /// What the target said that an answer took it; `None` where it said something else.
    pub fn server_time(&mut self, series: SeriesId, time: Option<Duration>) {
        self.series(series).server_times.count(time);
    }

    /// A request to an endpoint whose name is known only now has ended.
    pub fn endpoint(&mut self, name: &str, sample: &Sample) {
        let error = sample.outcome.error().filter(|error| !error.is_of_script());
        let status = sample.outcome.status().filter(|_| error.is_none());
        let time = sample.written.zip(sample.first_byte).map(|(written, first)| first.since(written));
        let count = |stats: &mut EndpointStats| match (status, error) {
            (Some(status), _) => {
                *stats.codes.entry(status).or_default() += 1;
                time.into_iter().for_each(|time| stats.response_time.record(time));
            }
            (None, Some(error)) => *stats.errors.entry(error).or_default() += 1,
            (None, None) => {}
        };
        self.current.plugins.endpoints.count(name, count);
    }

    /// [`Recorder::server_time`] for an endpoint whose name is known only now.
    pub fn endpoint_server_time(&mut self, name: &str, time: Option<Duration>) {
        self.current.plugins.endpoints.count(name, |stats| stats.server_times.count(time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Outcome, Shape, StatusClass};

    const SERIES: SeriesId = SeriesId(0);

    fn ms(millis: u64) -> Moment {
        Moment::START + Duration::from_millis(millis)
    }

    fn sample(outcome: Outcome) -> Sample {
        Sample {
            series: SERIES,
            due: ms(0),
            sent: ms(0),
            written: Some(ms(1)),
            first_byte: Some(ms(3)),
            done: ms(4),
            setup: None,
            outcome,
            bytes_in: 0,
            bytes_out: 0,
            trace: None,
        }
    }

    #[test]
    fn an_answer_that_fails_its_user_by_an_expectation_stands_aside() {
        let mut recorder = Recorder::new(Shape { scenarios: 1, series: 1 });
        recorder.record(&sample(Outcome::Answered { status: 200 }));
        let error = ErrorKind::ExpectationFailed;
        recorder.record(&sample(Outcome::Rejected { status: 404, error }));
        let series = &recorder.take().series[0];
        assert_eq!(series.codes, [(200, 1), (404, 1)].into());
        assert_eq!(series.unexpected, [(404, 1)].into());
        assert_eq!(series.response_time.keys().collect::<Vec<_>>(), [&StatusClass(2)]);
        assert_eq!(series.response_time().count(), 2);
    }

    #[test]
    fn an_answer_that_does_not_meet_an_expectation_counts_into_the_error_rate() {
        let mut recorder = Recorder::new(Shape { scenarios: 1, series: 1 });
        for status in [200, 500] {
            recorder.request_started(SERIES, ms(0));
            recorder.record(&sample(Outcome::Answered { status }));
            recorder.unusable(&sample(Outcome::Answered { status }));
        }
        let snapshot = recorder.take();
        assert_eq!(snapshot.error_rate(), 1.0);
        assert_eq!(snapshot.availability(), Some(0.0));
    }

    #[test]
    fn endpoints_count_answers_or_errors() {
        let mut recorder = Recorder::new(Shape { scenarios: 1, series: 1 });
        let error = ErrorKind::ConnectionReset;
        recorder.endpoint("/a", &sample(Outcome::Answered { status: 200 }));
        recorder.endpoint("/a", &sample(Outcome::Broken { status: 200, error }));
        recorder.endpoint("/b", &sample(Outcome::Rejected { status: 404, error: ErrorKind::CaptureFailed }));
        recorder.endpoint_server_time("/b", None);
        let counts = recorder.take().plugins;
        let seen: Vec<_> = counts
            .endpoints
            .iter()
            .map(|(name, it)| (name, it.codes.clone(), it.errors.len(), it.response_time.count()))
            .collect();
        assert_eq!(seen, [("/a", [(200, 1)].into(), 1, 1), ("/b", [(404, 1)].into(), 0, 1)]);
        assert_eq!(counts.endpoints.iter().last().unwrap().1.server_times.untold, 1);
    }

    #[test]
    fn expectations_count_by_kind() {
        let mut recorder = Recorder::new(Shape { scenarios: 1, series: 1 });
        let example = || ErrorSample {
            at: ms(5),
            method: "GET".into(),
            url: "/".into(),
            detail: "no".into(),
            ..ErrorSample::default()
        };
        recorder.expectation(2, true, ms(5), || unreachable!("it is met"));
        recorder.expectation(2, false, ms(5), example);
        recorder.expectation(2, false, ms(6), || unreachable!("there is one already"));
        recorder.header_expectation("header etag values equals", false, ms(6), example);
        let counts = recorder.take().plugins;
        assert_eq!(counts.expectations.len(), 3);
        assert_eq!((counts.expectations[2].ok, counts.expectations[2].failed), (1, 2));
        assert_eq!(counts.expectations[2].sample, Some(example()));
        assert_eq!(counts.expected(), (1, 3));
    }
}
