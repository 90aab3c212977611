//! A calibration for people, in 80 columns.

use super::judge::{State, Verdict, judge};
use super::{Calibration, Lag};
use loadgen_report::number;
use std::fmt::Write;

/// Characters of a line.
const WIDTH: usize = 80;
/// Reasons that are told; the table marks them all.
const WORST: usize = 4;

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
    let judged = judge(calibration);
    // Figures that say nothing are neither good nor bad.
    let mark = |ok: bool| match (judged.verdict, ok) {
        (State::Invalid, _) => "",
        (_, true) => "ok",
        (_, false) => "beyond",
    };
    table(&mut out, calibration, mark);
    let _ = writeln!(
        out,
        "\n  in ms; target: what its answers took by its own clock; error: loadgen less\n  \
         target; budget: 0.1 at p50, 0.3 above, and what the histogram rounds there\n"
    );
    rates(&mut out, calibration, mark);
    verdict(&mut out, &judged);
    out
}

fn table(out: &mut String, calibration: &Calibration, mark: impl Fn(bool) -> &'static str) {
    let _ = writeln!(
        out,
        "  {:<10} {:<5} {:>7} {:>8} {:>8} {:>9} {:>8} {:>6}",
        "shape", "", "truth", "target", "loadgen", "off truth", "error", "budget"
    );
    for played in &calibration.shapes {
        for (index, it) in played.percentiles.iter().enumerate() {
            let shape = if index == 0 { played.shape } else { "" };
            let line = format!(
                "  {shape:<10} {:<5} {:>7} {:>8} {:>8} {:>9} {:>8} {:>6}  {}",
                it.percentile,
                plain(it.truth),
                plain(it.target),
                plain(it.loadgen),
                signed(it.off_truth),
                signed(it.error),
                plain(it.budget),
                mark(it.ok),
            );
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
}

fn rates(out: &mut String, calibration: &Calibration, mark: impl Fn(bool) -> &'static str) {
    let lag =
        |lag: Lag| format!("p50 {}  p99 {}  max {} ms late", plain(lag.p50), plain(lag.p99), plain(lag.max));
    let rate = |rate: f64| format!("{}/s", number::count(rate.round() as u64));
    let near = &calibration.near_top;
    let _ = writeln!(out, "  timer        {}", lag(calibration.timer));
    let (top, open) = (rate(calibration.top_rate), rate(calibration.open_rate));
    let _ = writeln!(out, "  top rate     {top} by 64 users, {open} by the clock");
    let _ = writeln!(out, "  lag at 80 %  {} at {}", lag(near.lag), rate(near.rate));
    let budget = format!("budget: p99 under {} ms  {}", near.budget, mark(near.ok));
    let _ = writeln!(out, "               {}\n", budget.trim_end());
}

fn verdict(out: &mut String, verdict: &Verdict) {
    let Verdict { verdict, reasons, hints } = verdict;
    let words = match verdict {
        State::Within => "within budget: loadgen's own error is small enough on this machine",
        State::Beyond => "beyond budget",
        State::Invalid => "invalid: these figures say nothing of loadgen's error",
    };
    let _ = writeln!(out, "  VERDICT  {words}");
    for reason in reasons.iter().take(WORST) {
        wrapped(out, "    ", reason);
    }
    if reasons.len() > WORST {
        let _ = writeln!(out, "    and {} more", reasons.len() - WORST);
    }
    for hint in hints {
        wrapped(out, "  hint: ", hint);
    }
}

/// Writes a text in as many lines as it takes.
fn wrapped(out: &mut String, before: &str, text: &str) {
    let mut line = before.to_owned();
    for word in text.split(' ') {
        if line.chars().count() + word.chars().count() >= WIDTH {
            let _ = writeln!(out, "{}", line.trim_end());
            line = " ".repeat(before.len());
        }
        line.push_str(word);
        line.push(' ');
    }
    let _ = writeln!(out, "{}", line.trim_end());
}

/// Milliseconds to the microsecond; of seconds nobody wants that.
fn plain(ms: f64) -> String {
    if ms.abs() < 1e3 {
        return format!("{ms:.3}");
    }
    let sign = if ms < 0.0 { "-" } else { "" };
    format!("{sign}{}", number::count(ms.abs().round() as u64))
}

fn signed(ms: f64) -> String {
    let sign = if ms < 0.0 { "" } else { "+" };
    format!("{sign}{}", plain(ms))
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
            top_rate: 40_212.4,
            open_rate: 27_211.0,
            near_top: near_top(21_769.0, Lag { p50: 0.03, p99: 0.321, max: 2.2 }),
            failed: Vec::new(),
        }
    }

    /// As an optimised build says it.
    fn without_build(text: &str) -> String {
        let lines = text.lines().filter(|line| !line.contains("without optimisation"));
        lines.map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn within_budget() {
        insta::assert_snapshot!(render(&calibration()), @r##"
        loadgen 0.1.0   1,000/s for 5 s of each shape   2 shards   seed 7

          shape              truth   target  loadgen off truth    error budget
          constant   p50     5.000    5.043    5.091    +0.091   +0.048  0.104  ok
                     p95     5.000    5.072    5.139    +0.139   +0.067  0.304  ok
                     p99     5.000    5.110    5.231    +0.231   +0.121  0.304  ok
                     p99.9   5.000    5.390    5.611    +0.611   +0.221  0.304  ok
          stall      p50     0.000    0.011    0.094    +0.094   +0.083  0.101  ok
                     p95    50.000   50.050   50.111    +0.111   +0.061  0.332  ok
                     p99    90.000   89.900   90.111    +0.111   +0.211  0.364  ok
                     p99.9  99.000   98.900   99.007    +0.007   +0.107  0.364  ok

          in ms; target: what its answers took by its own clock; error: loadgen less
          target; budget: 0.1 at p50, 0.3 above, and what the histogram rounds there

          timer        p50 0.041  p99 0.120  max 0.310 ms late
          top rate     40,212/s by 64 users, 27,211/s by the clock
          lag at 80 %  p50 0.030  p99 0.321  max 2.200 ms late at 21,769/s
                       budget: p99 under 0.5 ms  ok

          VERDICT  within budget: loadgen's own error is small enough on this machine
        "##);
    }

    /// From the line that has these words on.
    fn from<'t>(text: &'t str, words: &str) -> &'t str {
        let found = text.find(words).unwrap();
        &text[text[..found].rfind('\n').unwrap() + 1..]
    }

    #[test]
    fn beyond_budget() {
        let mut calibration = calibration();
        calibration.shapes[1].percentiles[3] = compared("p99.9", 99.0, 101.2, 102.3);
        calibration.near_top = near_top(21_769.0, Lag { p50: 0.1, p99: 1.75, max: 1800.684 });
        insta::assert_snapshot!(from(&without_build(&render(&calibration)), "p99.9  99.000"), @r##"
                   p99.9  99.000  101.200  102.300    +3.300   +1.100  0.364  beyond

        in ms; target: what its answers took by its own clock; error: loadgen less
        target; budget: 0.1 at p50, 0.3 above, and what the histogram rounds there

        timer        p50 0.041  p99 0.120  max 0.310 ms late
        top rate     40,212/s by 64 users, 27,211/s by the clock
        lag at 80 %  p50 0.100  p99 1.750  max 1,801 ms late at 21,769/s
                     budget: p99 under 0.5 ms  beyond

        VERDICT  beyond budget
          lag at 80 %: p99 1.750 ms, 1.250 ms beyond its budget
          stall p99.9: error +1.100 ms, 0.736 ms beyond its budget
        hint: the target itself was up to 2.200 ms late: the machine is slow or busy
        hint: end other work on this machine and try again: p99.9 shows any hiccup
        hint: try the governor `performance`, and processors that nobody shares
        "##);
    }

    #[test]
    fn figures_that_say_nothing_are_not_marked() {
        let mut calibration = calibration();
        calibration.shapes.truncate(1);
        calibration.shapes[0].invalid = vec!["12 of 5,000 requests failed".to_owned()];
        calibration.failed = vec!["top rate: 1 of 9 requests failed".to_owned()];
        insta::assert_snapshot!(from(&without_build(&render(&calibration)), "constant"), @r##"
        constant   p50     5.000    5.043    5.091    +0.091   +0.048  0.104
                   p95     5.000    5.072    5.139    +0.139   +0.067  0.304
                   p99     5.000    5.110    5.231    +0.231   +0.121  0.304
                   p99.9   5.000    5.390    5.611    +0.611   +0.221  0.304

        in ms; target: what its answers took by its own clock; error: loadgen less
        target; budget: 0.1 at p50, 0.3 above, and what the histogram rounds there

        timer        p50 0.041  p99 0.120  max 0.310 ms late
        top rate     40,212/s by 64 users, 27,211/s by the clock
        lag at 80 %  p50 0.030  p99 0.321  max 2.200 ms late at 21,769/s
                     budget: p99 under 0.5 ms

        VERDICT  invalid: these figures say nothing of loadgen's error
          constant: 12 of 5,000 requests failed
          top rate: 1 of 9 requests failed
        hint: end other work on this machine and try again: p99.9 shows any hiccup
        hint: try the governor `performance`, and processors that nobody shares
        "##);
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let mut calibration = calibration();
        let huge = 123_456.789;
        calibration.shapes[1].percentiles[3] = compared("p99.9", 99.0, 101.2, huge);
        calibration.near_top = near_top(21_769.0, Lag { p50: huge, p99: huge, max: huge });
        calibration.shapes[0].shape = "lognormal";
        calibration.shapes[0].invalid = vec!["a reason that needs more than a line of words".repeat(3)];
        for line in render(&calibration).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn the_same_as_json() {
        let mut calibration = calibration();
        calibration.shapes.truncate(1);
        calibration.shapes[0].percentiles.truncate(1);
        insta::assert_snapshot!(json(&calibration), @r##"
        {
          "verdict": "within",
          "reasons": [],
          "hints": [],
          "version": "0.1.0",
          "rate": 1000,
          "duration": 5,
          "seed": 7,
          "shards": 2,
          "shapes": [
            {
              "shape": "constant",
              "path": "/latency/constant",
              "requests": 5000,
              "targetRequests": 5000,
              "percentiles": [
                {
                  "percentile": "p50",
                  "truth": 5.0,
                  "target": 5.043,
                  "loadgen": 5.091,
                  "offTruth": 0.091,
                  "error": 0.048,
                  "budget": 0.104,
                  "step": 0.004,
                  "ok": true
                }
              ],
              "invalid": []
            }
          ],
          "timer": {
            "p50": 0.041,
            "p99": 0.12,
            "max": 0.31
          },
          "topRate": 40212.4,
          "openRate": 27211.0,
          "nearTop": {
            "rate": 21769.0,
            "p50": 0.03,
            "p99": 0.321,
            "max": 2.2,
            "budget": 0.5,
            "ok": true
          },
          "failed": []
        }
        "##);
    }
}
