//! The line that shows, once a second, where a run is.

use super::layout::{crop, pad, width};
use crate::number::{self, Unit};
use crate::statistic::millis;
use std::time::Duration;

/// The longest line: one less than the usual terminal, so that it never wraps.
const WIDTH: usize = 79;

/// Where a run is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Seconds that have passed.
    pub elapsed: u64,
    /// Seconds for which users arrive.
    pub planned: u64,
    /// The phase, by name or number; `None` after the last, while users still run.
    pub phase: Option<String>,
    /// Users that are running.
    pub running: u64,
    /// Requests started in the last second.
    pub requests: u64,
    /// Errors so far.
    pub errors: u64,
    /// 95th percentile of the latencies of the last second.
    pub p95: Option<Duration>,
}

/// One line of at most 79 columns, without a line end.
pub fn line(progress: &Progress) -> String {
    let plural = |count: u64, thing: &str| {
        format!("{} {thing}{}", number::count(count), if count == 1 { "" } else { "s" })
    };
    let times = format!("{}/{}", number::clock(progress.elapsed), number::clock(progress.planned));
    let p95 = progress.p95.map_or_else(|| "-".to_owned(), |it| number::measured(millis(it), Unit::Millis));
    // Columns, so that lines below one another can be compared; figures that need more room take it.
    let figures = format!(
        "{:>11}  {:>11}  {:>9}  p95 {p95}",
        plural(progress.running, "user"),
        format!("{} req/s", number::count(progress.requests)),
        plural(progress.errors, "error"),
    );
    let taken = width(&times) + width(&figures) + 4;
    let room = WIDTH.saturating_sub(taken).min(15);
    let phase = crop(progress.phase.as_deref().unwrap_or("users finishing"), room);
    crop(&format!("{times}  {}  {figures}", pad(&phase, room)), WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress() -> Progress {
        Progress {
            elapsed: 12,
            planned: 20,
            phase: Some("Peak load".to_owned()),
            running: 1204,
            requests: 1040,
            errors: 0,
            p95: Some(Duration::from_micros(1310)),
        }
    }

    #[test]
    fn a_line_in_the_middle_of_a_run() {
        insta::assert_snapshot!(line(&progress()), @"00:12/00:20  Peak load        1,204 users  1,040 req/s   0 errors  p95 1.31 ms");
    }

    #[test]
    fn after_the_last_phase_and_without_answers() {
        let progress = Progress { phase: None, p95: None, running: 1, errors: 1, ..progress() };
        insta::assert_snapshot!(line(&progress), @"00:12/00:20  users finishing       1 user  1,040 req/s    1 error  p95 -");
    }

    #[test]
    fn a_line_never_wraps() {
        let long = Progress { phase: Some("a phase with a very long name indeed".repeat(3)), ..progress() };
        assert!(line(&long).chars().count() <= 79);
        let large = Progress { running: u64::MAX, requests: u64::MAX, errors: u64::MAX, ..long };
        assert!(line(&large).chars().count() <= 79);
        let wide = Progress { phase: Some("日本語の長い名前の段階".to_owned()), ..progress() };
        insta::assert_snapshot!(line(&wide), @"00:12/00:20  日本語の長い名…  1,204 users  1,040 req/s   0 errors  p95 1.31 ms");
        assert_eq!(width(&line(&wide)), width(&line(&progress())));
    }
}
