//! `State`: what is known of a run at the end of a second.

use loadgen_report::render::progress::Progress;
use loadgen_report::{Builder, Report};

/// What is known of a run at the end of a second.
pub(super) struct State {
    /// The report as it would be if the run ended now.
    pub(super) report: Report,
    /// Where the run is.
    pub(super) progress: Progress,
    /// Users that were due in the second; `None` where that cannot be told.
    pub(super) offered: Option<u64>,
    /// Users that started in it.
    pub(super) started: u64,
    /// Users that were due by now.
    due: Option<u64>,
}

impl State {
    /// What the builder knows; `before` is the second before, if there was one.
    pub(super) fn of(builder: &Builder, due: Option<u64>, before: Option<&State>) -> Self {
        let report = builder.so_far(due.unwrap_or(0));
        let mut progress = builder.progress();
        if report.total.active.is_none() && before.is_none() {
            // Nothing has been told yet: not even the first second is over.
            progress.elapsed = 0;
        }
        let created = report.total.users().created;
        let (due_before, created_before) =
            before.map_or((0, 0), |before| (before.due.unwrap_or(0), before.report.total.users().created));
        State {
            offered: due.map(|due| due.saturating_sub(due_before)),
            started: created.saturating_sub(created_before),
            due,
            progress,
            report,
        }
    }
}
