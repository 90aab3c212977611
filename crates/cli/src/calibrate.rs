//! What a calibration finds: loadgen's percentiles of latencies that are known, beside the truth.
//!
//! *Truth* is what arithmetic says of a shape of latency, *target* what the target's answers really took by its own clock,
//! from the request read to the answer ready. loadgen's own *error* is its figure less the target's: what is between
//! target and truth is the machine's doing. All times are in ms. The names of the fields are those of `--json`, and stay.

pub(crate) mod judge;
pub(crate) mod text;

use judge::{Verdict, judge};
use loadgen_metrics::Histogram;
use loadgen_target::Shape;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The percentiles that are compared.
pub(crate) const PERCENTILES: [(&str, f64); 4] =
    [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999)];

/// All that was measured.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Calibration {
    /// loadgen's version.
    pub(crate) version: String,
    /// Requests per second of each shape.
    pub(crate) rate: u32,
    /// How long each shape was played, in seconds.
    pub(crate) duration: u32,
    /// What decides on the order of random latencies.
    pub(crate) seed: u64,
    /// Threads that carried the load.
    pub(crate) shards: u32,
    /// A run for each shape.
    pub(crate) shapes: Vec<Played>,
    /// How late the timer was: the schedule lag of the first run.
    pub(crate) timer: Lag,
    /// Most requests per second of a closed loop on an answer without latency.
    pub(crate) top_rate: f64,
    /// Most requests per second of an open load, each with a user of its own.
    pub(crate) open_rate: f64,
    /// An open load near that rate.
    pub(crate) near_top: NearTop,
    /// Which of the loads at the top had requests that failed; empty if none had.
    pub(crate) failed: Vec<String>,
}

/// The run of one shape of latency.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Played {
    /// The shape's name.
    pub(crate) shape: &'static str,
    /// What was asked for, again and again.
    pub(crate) path: String,
    /// Answers that loadgen has counted.
    pub(crate) requests: u64,
    /// Answers that the target has counted.
    pub(crate) target_requests: u64,
    /// The percentiles.
    pub(crate) percentiles: Vec<Compared>,
    /// Why the figures say nothing; empty if they do.
    pub(crate) invalid: Vec<String>,
}

/// A percentile, three times.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Compared {
    /// `p50` and so on.
    pub(crate) percentile: &'static str,
    /// By arithmetic.
    pub(crate) truth: f64,
    /// What the target took.
    pub(crate) target: f64,
    /// What loadgen says, from due to done.
    pub(crate) loadgen: f64,
    /// loadgen less truth.
    pub(crate) off_truth: f64,
    /// loadgen less target: its own error.
    pub(crate) error: f64,
    /// The largest error that is accepted, either way.
    pub(crate) budget: f64,
    /// The part of the budget that is the distance of two values in the histogram there.
    pub(crate) step: f64,
    /// Whether the error is within the budget.
    pub(crate) ok: bool,
}

/// Schedule lag: how late requests were sent.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lag {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

/// An open load near the top rate.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NearTop {
    /// Requests per second that were wanted.
    pub(crate) rate: f64,
    /// How late they were sent.
    #[serde(flatten)]
    pub(crate) lag: Lag,
    /// The most that is accepted of its p99.
    pub(crate) budget: f64,
    /// Whether it is less.
    pub(crate) ok: bool,
}

/// What the target says of one shape.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Took {
    pub(crate) count: u64,
    p50: f64,
    p95: f64,
    p99: f64,
    p999: f64,
}

impl Took {
    /// The percentiles in the order of [`PERCENTILES`].
    fn percentiles(self) -> [f64; 4] {
        [self.p50, self.p95, self.p99, self.p999]
    }
}

/// Puts the percentiles side by side. An empty histogram has none.
pub(crate) fn compare(shape: Shape, took: Took, latency: &Histogram) -> Vec<Compared> {
    let three = PERCENTILES.into_iter().zip(took.percentiles());
    three
        .filter_map(|((percentile, q), target)| {
            let (truth, loadgen) = (ms(shape.quantile(q)), ms(latency.quantile(q)?));
            Some(judge::compared(percentile, truth, target, loadgen))
        })
        .collect()
}

impl Lag {
    /// The percentiles of a histogram; zeros if it is empty.
    pub(crate) fn of(lag: &Histogram) -> Lag {
        let at = |q| lag.quantile(q).map_or(0.0, ms);
        Lag { p50: at(0.5), p99: at(0.99), max: lag.max().map_or(0.0, ms) }
    }
}

/// The figures and the verdict for other programs.
pub(crate) fn json(calibration: &Calibration) -> String {
    #[derive(Serialize)]
    struct Whole<'a> {
        #[serde(flatten)]
        verdict: Verdict,
        #[serde(flatten)]
        calibration: &'a Calibration,
    }
    let whole = Whole { verdict: judge(calibration), calibration };
    // Maps have text for keys and numbers are finite: nothing here can fail.
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}

/// In ms, to the microsecond.
fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
