//! HdrHistogram's own formats, which its plotters and other implementations read: the interval log (`.hlog`, version
//! 1.3) and the table of percentiles (`.hgrm`).
//!
//! Values in the log are microseconds, and its column of maxima milliseconds; the table is in milliseconds.

use crate::{Period, Report};
use hdrhistogram::Histogram as Hdr;
use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::IntervalLogWriterBuilder;
use loadgen_metrics::{Histogram, Moment};
use std::io::{self, Write};
use std::time::{Duration, UNIX_EPOCH};

/// Microseconds in a millisecond.
const SCALE: f64 = 1000.0;
/// Rows of the table for each half of the way to 100 %; the usual number.
const TICKS: u32 = 5;

/// What is kept in these formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// `http.latency`
    Latency,
    /// `http.response_time`
    ResponseTime,
}

impl Series {
    /// Both.
    pub const ALL: [Series; 2] = [Series::Latency, Series::ResponseTime];

    /// The metric's name.
    pub fn metric(self) -> &'static str {
        match self {
            Series::Latency => "http.latency",
            Series::ResponseTime => "http.response_time",
        }
    }

    /// What a file of it is called, without its extension.
    pub fn stem(self) -> &'static str {
        match self {
            Series::Latency => "latency",
            Series::ResponseTime => "response_time",
        }
    }

    fn whole(self, report: &Report) -> Histogram {
        let all = report.total.requests();
        match self {
            Series::Latency => all.latency,
            Series::ResponseTime => all.response_time(),
        }
    }

    fn of(self, period: &Period) -> &str {
        match self {
            Series::Latency => &period.latency,
            Series::ResponseTime => &period.response_time,
        }
    }
}

/// Writes the interval log: an interval for each period in which there were values or, of a report that was read back
/// and has no such histograms, a single one of the whole run.
pub fn log(report: &Report, series: Series, out: &mut dyn Write) -> io::Result<()> {
    let started = UNIX_EPOCH + Duration::from_millis(report.meta.started_at);
    let mut serializer = V2DeflateSerializer::new();
    let mut out = out;
    let mut writer = IntervalLogWriterBuilder::new()
        .add_comment("[Histogram log format version 1.3]")
        .add_comment(&format!(
            "[loadgen {}: {}; values in microseconds, Interval_Max in milliseconds]",
            report.meta.version,
            series.metric()
        ))
        .with_start_time(started)
        .with_base_time(started)
        .with_max_value_divisor(SCALE)
        .begin_log_with(&mut out, &mut serializer)?;
    let mut put = |histogram: &Histogram, from: Duration, span: Duration| match histogram.hdr() {
        Some(hdr) => {
            writer.write_histogram(hdr, from, span, None).map_err(|error| io::Error::other(error.to_string()))
        }
        None => Ok(()),
    };
    if report.periods.iter().all(|period| series.of(period).is_empty()) {
        return put(&series.whole(report), Duration::ZERO, report.duration());
    }
    let mut from = Moment::START;
    for period in &report.periods {
        let histogram = Histogram::from_base64(series.of(period)).map_err(io::Error::other)?;
        put(&histogram, from.since(Moment::START), period.span)?;
        from = from + period.span;
    }
    Ok(())
}

/// Writes the percentiles of the whole run, in milliseconds, as HdrHistogram's `outputPercentileDistribution` does.
pub fn percentiles(report: &Report, series: Series, out: &mut dyn Write) -> io::Result<()> {
    let whole = series.whole(report);
    writeln!(out, "{:>12} {:>14} {:>10} {:>14}\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)")?;
    let Some(hdr) = whole.hdr() else { return footer(0.0, 0.0, 0.0, 0, 1, 2048, out) };
    let mut below = 0;
    for step in hdr.iter_quantiles(TICKS) {
        below += step.count_since_last_iteration();
        // A bucket's upper end may lie above the largest value.
        let value = step.value_iterated_to().min(hdr.max()) as f64 / SCALE;
        let quantile = step.quantile_iterated_to();
        if quantile < 1.0 {
            writeln!(out, "{value:12.3} {quantile:2.12} {below:10} {:14.2}", 1.0 / (1.0 - quantile))?;
        } else {
            writeln!(out, "{value:12.3} {quantile:2.12} {below:10}")?;
        }
    }
    let (mean, deviation) = (hdr.mean() / SCALE, hdr.stdev() / SCALE);
    let (buckets, halves) = (usize::from(hdr.buckets()), shape(hdr));
    footer(mean, deviation, hdr.max() as f64 / SCALE, hdr.len(), buckets, halves, out)
}

/// The sub-buckets of a histogram: twice as many as a bucket but the first adds to its room.
fn shape(hdr: &Hdr<u64>) -> usize {
    hdr.distinct_values() / (usize::from(hdr.buckets()) + 1) * 2
}

fn footer(
    mean: f64,
    deviation: f64,
    max: f64,
    count: u64,
    buckets: usize,
    sub_buckets: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "#[Mean    = {mean:12.3}, StdDeviation   = {deviation:12.3}]")?;
    writeln!(out, "#[Max     = {max:12.3}, Total count    = {count:12}]")?;
    writeln!(out, "#[Buckets = {buckets:12}, SubBuckets     = {sub_buckets:12}]")
}
