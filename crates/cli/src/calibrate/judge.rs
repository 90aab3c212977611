//! What is accepted, and what the verdict on a calibration is. Pure.
//!
//! The budget is 0.1 ms at the median and 0.3 ms above it, and the *step* of the histogram: it keeps three significant
//! digits and tells the upper end of a step, so a figure may be that much too high. Below 2.048 ms a step is 1 µs, at
//! 5 ms 4 µs, at 99 ms 64 µs.

use super::{Calibration, Compared, Lag, NearTop};
use serde::Serialize;

/// The largest error at the median, in ms.
const MEDIAN_BUDGET: f64 = 0.1;
/// The largest error of higher percentiles, in ms.
const TAIL_BUDGET: f64 = 0.3;
/// The most schedule lag at p99 near the top rate, in ms.
pub(crate) const LAG_BUDGET: f64 = 0.5;

/// What to say of a calibration.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Verdict {
    pub(crate) verdict: State,
    /// What is beyond the budget, the worst first, or what makes the figures say nothing.
    pub(crate) reasons: Vec<String>,
    /// What can be done about it.
    pub(crate) hints: Vec<String>,
}

/// The verdict in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// Every error is within its budget.
    Within,
    /// One is not.
    Beyond,
    /// The figures say nothing of loadgen's error.
    Invalid,
}

/// Compares a percentile.
pub(super) fn compared(percentile: &'static str, truth: f64, target: f64, loadgen: f64) -> Compared {
    let step = step(loadgen);
    let base = if percentile == "p50" { MEDIAN_BUDGET } else { TAIL_BUDGET };
    let (error, budget) = (micros(loadgen - target), micros(base + step));
    let ok = error.abs() <= budget;
    Compared {
        percentile,
        truth,
        target,
        loadgen,
        off_truth: micros(loadgen - truth),
        error,
        budget,
        step,
        ok,
    }
}

/// Judges the lag near the top rate.
pub(crate) fn near_top(rate: f64, lag: Lag) -> NearTop {
    NearTop { rate, lag, budget: LAG_BUDGET, ok: lag.p99 < LAG_BUDGET }
}

/// Judges all.
pub(crate) fn judge(calibration: &Calibration) -> Verdict {
    let of_shape = |shape: &str, reason: &String| format!("{shape}: {reason}");
    let shapes = calibration.shapes.iter();
    let of_shapes =
        shapes.flat_map(|played| played.invalid.iter().map(move |reason| of_shape(played.shape, reason)));
    let invalid: Vec<String> = of_shapes.chain(calibration.failed.iter().cloned()).collect();
    if !invalid.is_empty() {
        return Verdict { verdict: State::Invalid, reasons: invalid, hints: hints(calibration, false) };
    }
    let mut beyond: Vec<(f64, String)> = Vec::new();
    for played in &calibration.shapes {
        for it in played.percentiles.iter().filter(|it| !it.ok) {
            let by = it.error.abs() - it.budget;
            let figure = format!("{} {}: error {:+.3} ms", played.shape, it.percentile, it.error);
            beyond.push((by, figure));
        }
    }
    let only_lag = beyond.is_empty();
    let near = &calibration.near_top;
    if !near.ok {
        beyond.push((near.lag.p99 - near.budget, format!("lag at 80 %: p99 {:.3} ms", near.lag.p99)));
    }
    beyond.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let reasons: Vec<String> =
        beyond.into_iter().map(|(by, figure)| format!("{figure}, {by:.3} ms beyond its budget")).collect();
    if reasons.is_empty() {
        return Verdict { verdict: State::Within, reasons, hints: Vec::new() };
    }
    Verdict { verdict: State::Beyond, reasons, hints: hints(calibration, only_lag) }
}

/// What can be done.
fn hints(calibration: &Calibration, only_lag: bool) -> Vec<String> {
    let mut hints = Vec::new();
    if cfg!(debug_assertions) {
        hints.push("this loadgen was built without optimisation: build it with --release".to_owned());
    }
    // A stall's truth holds to the distance of two arrivals.
    let grain = 1e3 / f64::from(calibration.rate.max(1));
    let all = calibration.shapes.iter().flat_map(|played| &played.percentiles);
    let late = all.map(|it| it.target - it.truth).fold(0.0, f64::max);
    if late > TAIL_BUDGET.max(grain) {
        hints.push(format!("the target itself was up to {late:.3} ms late: the machine is slow or busy"));
    }
    hints.push("end other work on this machine and try again: p99.9 shows any hiccup".to_owned());
    hints.push("try the governor `performance`, and processors that nobody shares".to_owned());
    if only_lag {
        hints.push("generator and target share this machine: apart, each has more room".to_owned());
    }
    hints
}

/// The distance of two values that the histogram can tell apart, at a value in ms: 2,048 values up to each power of
/// two, of microseconds.
fn step(ms: f64) -> f64 {
    let micros = (ms * 1e3).round().max(1.0) as u64;
    let bits = u64::BITS - micros.leading_zeros();
    (1_u64 << bits.saturating_sub(11)) as f64 / 1e3
}

/// To the microsecond, so that no error is said to have more digits than were measured.
fn micros(ms: f64) -> f64 {
    (ms * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::{Played, compare};
    use loadgen_metrics::Histogram;
    use loadgen_target::Shape;
    use std::time::Duration;

    #[test]
    fn the_step_is_the_histograms() {
        for (ms, expected) in
            [(0.0, 0.001), (0.001, 0.001), (2.047, 0.001), (2.048, 0.002), (5.0, 0.004), (99.0, 0.064)]
        {
            assert_eq!(step(ms), expected, "{ms}");
        }
        for micros in [1_u64, 2_047, 2_048, 2_049, 5_001, 65_536, 99_001, 3_000_000] {
            let mut histogram = Histogram::new();
            histogram.record(Duration::from_micros(micros));
            // The maximum would be told as it is.
            histogram.record(Duration::from_secs(100));
            let told = histogram.quantile(0.5).unwrap().as_micros() as u64;
            let step = (step(told as f64 / 1e3) * 1e3).round() as u64;
            assert!((micros..micros + step).contains(&told), "{micros}: {told}, step {step}");
        }
    }

    #[test]
    fn errors_against_their_budgets() {
        for (percentile, target, loadgen, ok) in [
            ("p50", 5.0, 5.1, true),
            ("p50", 5.0, 5.104, true),
            ("p50", 5.0, 5.105, false),
            ("p50", 5.0, 4.89, false),
            ("p95", 5.0, 5.304, true),
            ("p99", 99.0, 99.364, true),
            ("p99.9", 99.0, 99.37, false),
            ("p99.9", 0.0, 0.0, true),
        ] {
            let it = compared(percentile, 1.0, target, loadgen);
            assert_eq!(it.ok, ok, "{it:?}");
            assert!((it.off_truth - (loadgen - 1.0)).abs() < 1e-9, "{it:?}");
        }
    }

    fn calibration(error: f64, target: f64, lag: f64, invalid: &[&str]) -> Calibration {
        let played = Played {
            shape: "constant",
            path: String::new(),
            requests: 1,
            target_requests: 1,
            percentiles: vec![compared("p95", 5.0, target, target + error)],
            invalid: invalid.iter().map(ToString::to_string).collect(),
        };
        Calibration {
            version: String::new(),
            rate: 1000,
            duration: 5,
            seed: 1,
            shards: 1,
            shapes: vec![played],
            timer: Lag::default(),
            top_rate: 1.0,
            open_rate: 1.0,
            near_top: near_top(1.0, Lag { p99: lag, ..Lag::default() }),
            failed: Vec::new(),
        }
    }

    #[test]
    fn verdicts() {
        let cases: [(Calibration, State, &[&str], &str); 6] = [
            (calibration(0.3, 5.0, 0.49, &[]), State::Within, &[], ""),
            (
                calibration(0.4, 5.0, 0.1, &[]),
                State::Beyond,
                &["constant p95: error +0.400 ms, 0.096 ms beyond its budget"],
                "end other work",
            ),
            (
                calibration(-0.4, 5.0, 0.1, &[]),
                State::Beyond,
                &["constant p95: error -0.400 ms, 0.096 ms beyond its budget"],
                "governor",
            ),
            (
                calibration(0.0, 5.0, 0.5, &[]),
                State::Beyond,
                &["lag at 80 %: p99 0.500 ms, 0.000 ms beyond its budget"],
                "share this machine",
            ),
            // The machine's error is not loadgen's.
            (calibration(0.1, 9.0, 0.1, &[]), State::Within, &[], ""),
            (calibration(0.4, 9.0, 0.1, &["why"]), State::Invalid, &["constant: why"], "up to 4.000 ms late"),
        ];
        for (calibration, state, reasons, hint) in cases {
            let verdict = judge(&calibration);
            assert_eq!(
                (verdict.verdict, verdict.reasons),
                (state, reasons.iter().map(ToString::to_string).collect())
            );
            assert_eq!(verdict.hints.is_empty(), hint.is_empty(), "{:?}", verdict.hints);
            assert!(
                verdict.hints.iter().any(|it| it.contains(hint)) || hint.is_empty(),
                "{:?}",
                verdict.hints
            );
        }
    }

    #[test]
    fn nothing_measured_compares_to_nothing() {
        let shape = Shape::Constant { delay: Duration::ZERO };
        assert!(compare(shape, Default::default(), &Histogram::new()).is_empty());
    }
}
