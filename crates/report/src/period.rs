//! `Period`: ten seconds of the wall clock, as they are kept once they are over.
//!
//! Only the period that the run is in has histograms; of one that has ended there are plain numbers, and two histograms
//! packed for the interval log, so that memory does not grow with the requests of a long run. As in Artillery, periods begin at whole multiples of ten seconds.

use crate::Meta;
use crate::figures::{Figures, is_of_the_whole};
use crate::stats::{Names, Stats};
use loadgen_metrics::{Moment, Snapshot};
use std::time::Duration;

/// How long a period is, in milliseconds.
const PERIOD: u64 = 10_000;
/// A rate over less than this would make much of the few requests of a run's last moments; Artillery has the same.
const SHORTEST: Duration = Duration::from_secs(1);

/// Ten seconds of the wall clock, or what of them the run covers.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// Its beginning in milliseconds since 1970 (UTC): a multiple of ten seconds.
    pub start: u64,
    /// What of the run it covers: the seconds of the run that begin in it, the last of them up to the run's end. Since
    /// those need not begin with the wall clock's, it is up to a second more than what the wall clock says in the
    /// first period. 0 to 10 s.
    pub span: Duration,
    /// The first and the last moment at which something was counted; `None` if nothing was.
    pub active: Option<(Moment, Moment)>,
    /// Its figures, but for those that have a meaning for the whole run only. `http.request_rate` is that of
    /// [`Period::span`], and of one second where that is shorter.
    pub stats: Stats,
    /// The histogram of `http.latency`, as [`Histogram::to_base64`] writes it: a few kilobytes at most.
    ///
    /// [`Histogram::to_base64`]: loadgen_metrics::Histogram::to_base64
    pub latency: Box<str>,
    /// The same of `http.response_time`.
    pub response_time: Box<str>,
}

/// The period that a run is in.
#[derive(Debug)]
pub(crate) struct Open {
    /// Its beginning, as [`Period::start`].
    pub(crate) start: u64,
    /// What was measured in it so far.
    pub(crate) snapshot: Snapshot,
}

/// The beginning of the period that a moment lies in; both in milliseconds since 1970.
pub(crate) fn beginning(wall: u64) -> u64 {
    wall - wall % PERIOD
}

impl Period {
    /// Its end in milliseconds since 1970 (UTC), whether the run went on so long or not.
    pub fn end(&self) -> u64 {
        self.start + PERIOD
    }
}

impl Open {
    /// The period that begins at `start`, in which nothing was measured yet.
    pub(crate) fn new(start: u64) -> Self {
        Open { start, snapshot: Snapshot::default() }
    }

    /// The period after this one.
    pub(crate) fn next(&self) -> Self {
        Open::new(self.start + PERIOD)
    }

    /// What is kept of it. `ended` is the run's end where that is what ended it.
    pub(crate) fn end(&self, meta: &Meta, ended: Option<Moment>, names: &mut Names) -> Period {
        let span = self.span(meta, ended);
        let mut figures = Figures::of(meta, &self.snapshot, span.max(SHORTEST));
        figures.rates.retain(|name, _| !is_of_the_whole(name));
        let stats = Stats::of(&figures, names);
        let requests = self.snapshot.requests();
        Period {
            start: self.start,
            span,
            active: self.snapshot.active,
            stats,
            latency: requests.latency.to_base64().into(),
            response_time: requests.response_time().to_base64().into(),
        }
    }

    /// What of the run it covers; `ended` as in [`Open::end`].
    pub(crate) fn span(&self, meta: &Meta, ended: Option<Moment>) -> Duration {
        // The first second of the run that begins at a time of the wall clock or after it.
        let second = |wall: u64| {
            Moment::START + Duration::from_secs(wall.saturating_sub(meta.started_at).div_ceil(1000))
        };
        let to = second(self.start + PERIOD);
        ended.map_or(to, |ended| ended.min(to)).since(second(self.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_is_that_of_the_runs_seconds_up_to_its_end() {
        let meta = Meta { started_at: 24_500, ..Meta::default() };
        let ms = |millis| Some(Moment::START + Duration::from_millis(millis));
        let table = [
            (20_000, None, 6000),
            (20_000, ms(3002), 3002),
            (20_000, ms(3), 3),
            (20_000, ms(9000), 6000),
            (30_000, None, 10_000),
            (30_000, ms(6000), 0),
            (30_000, ms(12_040), 6040),
            (30_000, ms(5000), 0),
        ];
        for (start, ended, span) in table {
            assert_eq!(Open::new(start).span(&meta, ended), Duration::from_millis(span), "{start} {ended:?}");
        }
    }
}
