//! `Facts`: a report with what several sections of the page need of it, worked out once.

use super::grid::Grid;
use crate::number::{self, significant};
use crate::statistic::millis;
use crate::{Report, render::text::endpoints};
use loadgen_metrics::{Histogram, SeriesStats};

/// A report and what is made of it.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    /// The report itself.
    pub(super) report: &'a Report,
    /// The requests of all series together.
    pub(super) all: SeriesStats,
    /// Written → first byte, of all answers.
    pub(super) response_time: Histogram,
    /// Each endpoint that was asked, in the order of the script.
    pub(super) endpoints: Vec<(&'a crate::SeriesInfo, SeriesStats)>,
    /// The time axis.
    pub(super) grid: Grid<'a>,
    /// Whether the run still goes on.
    pub(super) running: bool,
}

impl<'a> Facts<'a> {
    /// Works them out.
    pub(super) fn of(report: &'a Report, running: bool) -> Facts<'a> {
        let all = report.total.requests();
        let (response_time, endpoints) = (all.response_time(), endpoints::rows(report));
        Facts { report, response_time, all, endpoints, grid: Grid::of(report), running }
    }

    /// So many in each second of the run.
    pub(super) fn per_second(&self, amount: u64) -> f64 {
        let seconds = self.report.duration().as_secs_f64();
        if seconds > 0.0 { amount as f64 / seconds } else { 0.0 }
    }

    /// The same as text: `1,040/s`.
    pub(super) fn rate(&self, amount: u64) -> String {
        format!("{}/s", significant(self.per_second(amount)))
    }

    /// Bytes in each second of the run: `2.10 MB/s`.
    pub(super) fn traffic(&self, amount: u64) -> String {
        format!("{}/s", number::bytes(self.per_second(amount)))
    }
}

/// A quantile in milliseconds without its unit; `-` where there is none.
pub(super) fn quantile(histogram: &Histogram, q: f64) -> String {
    histogram.quantile(q).map_or_else(|| "-".to_owned(), |it| significant(millis(it)))
}

/// The largest value in milliseconds without its unit; `-` where there is none.
pub(super) fn largest(histogram: &Histogram) -> String {
    histogram.max().map_or_else(|| "-".to_owned(), |it| significant(millis(it)))
}
