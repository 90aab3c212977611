//! `Announcer`: tells when each phase begins and ends, in Artillery's words.
//!
//! Only for people and for those who read logs: nothing depends on it, so tokio's timers will do.

use crate::printer::Printer;
use loadgen_metrics::Moment;
use loadgen_scenario::plan::Phase;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// What is still to be told.
pub(crate) struct Announcer {
    printer: Printer,
    started: Instant,
    /// In the order of their moments, the first one last.
    lines: Vec<(Duration, String)>,
}

impl Announcer {
    /// The phases of a run that starts now.
    pub(crate) fn new(phases: &[Phase], printer: Printer) -> Self {
        let mut lines = Vec::new();
        let mut at = Duration::ZERO;
        for phase in phases {
            let end = at + phase.duration;
            if let Some(label) = &phase.label {
                lines.push((at, format!("Phase started: {label}")));
                lines.push((end, format!("Phase completed: {label}")));
            }
            at = end;
        }
        lines.reverse();
        Announcer { printer, started: Instant::now(), lines }
    }

    /// Tells each line at its moment; returns after the last.
    pub(crate) async fn tell(&mut self) {
        while let Some((at, _)) = self.lines.last() {
            tokio::time::sleep_until(self.started + *at).await;
            self.tell_next();
        }
    }

    /// Tells what had happened by the run's end and is still untold.
    pub(crate) fn finish(mut self, end: Moment) {
        while self.lines.last().is_some_and(|(at, _)| *at <= end.since(Moment::START)) {
            self.tell_next();
        }
    }

    fn tell_next(&mut self) {
        if let Some((_, line)) = self.lines.pop() {
            self.printer.phase(&format!("{line} {}", time()));
        }
    }
}

/// The time of day, UTC.
fn time() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let (hours, minutes, seconds) = (now / 3_600 % 24, now / 60 % 60, now % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}(+0000)")
}
