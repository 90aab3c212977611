//! A calibration for people, in 80 columns.

use super::judge::{State, Verdict, judge};
use super::{Calibration, Lag};
use loadgen_report::number;
use std::fmt::Write;

/// The whole text. Writing to it cannot fail.
pub(crate) fn render(calibration: &Calibration) -> String {
    let Calibration { version, rate, duration, seed, shards, .. } = calibration;
    let mut out = String::new();
    let threads = if *shards == 1 { "shard" } else { "shards" };
    let rate = number::count(u64::from(*rate));
    let _ = writeln!(
        out,
        "loadgen {version}   {rate}/s for {duration} s of each shape   {shards} {threads}   seed {seed}\n"
    );
    table(&mut out, calibration);
    let _ = writeln!(
        out,
        "\n  in ms; target: what its answers took by its own clock; error: loadgen less\n  \
         target; budget: 0.1 at p50, 0.3 above, and what the histogram rounds there\n"
    );
    rates(&mut out, calibration);
    verdict(&mut out, &judge(calibration));
    out
}

fn table(out: &mut String, calibration: &Calibration) {
    let _ = writeln!(
        out,
        "  {:<10} {:<5} {:>8} {:>9} {:>9} {:>10} {:>8} {:>7}",
        "shape", "", "truth", "target", "loadgen", "off truth", "error", "budget"
    );
    for played in &calibration.shapes {
        for (index, it) in played.percentiles.iter().enumerate() {
            let shape = if index == 0 { played.shape } else { "" };
            let _ = writeln!(
                out,
                "  {shape:<10} {:<5} {:>8.3} {:>9.3} {:>9.3} {:>+10.3} {:>+8.3} {:>7.3}  {}",
                it.percentile,
                it.truth,
                it.target,
                it.loadgen,
                it.off_truth,
                it.error,
                it.budget,
                mark(it.ok),
            );
        }
    }
}

fn rates(out: &mut String, calibration: &Calibration) {
    let lag = |lag: Lag| format!("p50 {:.3}  p99 {:.3}  max {:.3} ms late", lag.p50, lag.p99, lag.max);
    let rate = |rate: f64| format!("{}/s", number::count(rate.round() as u64));
    let near = &calibration.near_top;
    let _ = writeln!(out, "  timer        {}", lag(calibration.timer));
    let top = rate(calibration.top_rate);
    let _ = writeln!(out, "  top rate     {top}, generator and target on this machine");
    let _ = writeln!(out, "  lag at 80 %  {} at {}", lag(near.lag), rate(near.rate));
    let _ = writeln!(out, "               budget: p99 under {} ms  {}\n", near.budget, mark(near.ok));
}

fn verdict(out: &mut String, verdict: &Verdict) {
    let Verdict { verdict, reasons, hints } = verdict;
    let words = match verdict {
        State::Within => "within budget: loadgen's own error is small enough on this machine",
        State::Beyond => "beyond budget",
        State::Invalid => "invalid: these figures say nothing of loadgen's error",
    };
    let _ = writeln!(out, "  VERDICT  {words}");
    for reason in reasons {
        let _ = writeln!(out, "    {reason}");
    }
    for hint in hints {
        let _ = writeln!(out, "  hint: {hint}");
    }
}

fn mark(ok: bool) -> &'static str {
    if ok { "ok" } else { "beyond" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::judge::{compared, near_top};
    use crate::calibrate::{Calibration, Compared, Lag, Played, json};

    fn played(shape: &'static str, percentiles: Vec<Compared>) -> Played {
        let path = format!("/latency/{shape}");
        Played { shape, path, requests: 5000, target_requests: 5000, percentiles, invalid: Vec::new() }
    }

    fn calibration() -> Calibration {
        let constant = vec![
            compared("p50", 5.0, 5.043, 5.091),
            compared("p95", 5.0, 5.072, 5.139),
            compared("p99", 5.0, 5.11, 5.231),
            compared("p99.9", 5.0, 5.39, 5.611),
        ];
        let stall = vec![
            compared("p50", 0.0, 0.011, 0.094),
            compared("p95", 50.0, 50.05, 50.111),
            compared("p99", 90.0, 89.9, 90.111),
            compared("p99.9", 99.0, 98.9, 99.007),
        ];
        Calibration {
            version: "0.1.0".to_owned(),
            rate: 1000,
            duration: 5,
            seed: 7,
            shards: 2,
            shapes: vec![played("constant", constant), played("stall", stall)],
            timer: Lag { p50: 0.041, p99: 0.12, max: 0.31 },
            top_rate: 27_212.4,
            near_top: near_top(21_769.0, Lag { p50: 0.03, p99: 0.321, max: 2.2 }),
        }
    }

    /// As an optimised build says it.
    fn without_build(text: &str) -> String {
        let lines = text.lines().filter(|line| !line.contains("without optimisation"));
        lines.map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn within_budget() {
        insta::assert_snapshot!(render(&calibration()), @"");
    }

    #[test]
    fn beyond_budget() {
        let mut calibration = calibration();
        calibration.shapes[1].percentiles[3] = compared("p99.9", 99.0, 101.2, 102.3);
        calibration.near_top = near_top(21_769.0, Lag { p50: 0.1, p99: 1.75, max: 12.0 });
        insta::assert_snapshot!(without_build(&render(&calibration)), @"");
    }

    #[test]
    fn invalid() {
        let mut calibration = calibration();
        calibration.shapes.truncate(1);
        calibration.shapes[0].invalid = vec!["12 of 5,000 requests failed".to_owned()];
        insta::assert_snapshot!(without_build(&render(&calibration)), @"");
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let mut calibration = calibration();
        let huge = 123_456.789;
        calibration.shapes[1].percentiles[3] = compared("p99.9", 99.0, 101.2, huge);
        calibration.near_top = near_top(21_769.0, Lag { p50: huge, p99: huge, max: huge });
        calibration.shapes[0].shape = "lognormal";
        for line in render(&calibration).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn the_same_as_json() {
        let mut calibration = calibration();
        calibration.shapes.truncate(1);
        calibration.shapes[0].percentiles.truncate(1);
        insta::assert_snapshot!(json(&calibration), @"");
    }
}
