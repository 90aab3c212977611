//! `Audience`: all who are told what happens while a run goes on, besides the builder and the console.
//!
//! Each has a thread of its own for what takes time; telling it must not.

use crate::args::LoadArgs;
use crate::console::Console;
use crate::error::CliError;
use crate::exporter::Exporter;
use crate::journal::Journal;
use crate::live_page::LivePage;
use crate::printer::Printer;
use crate::script::Script;
use crate::signals::Watch;
use crate::sinks::{Publishing, Tracing};
use loadgen_engine::Spans;
use loadgen_metrics::Snapshot;
use loadgen_report::{Builder, End, Meta, Report, Resources, Room, Standstill, journal};

/// All who are told.
#[derive(Default)]
pub(crate) struct Audience {
    exporter: Option<Exporter>,
    page: Option<LivePage>,
    publishing: Option<Publishing>,
    tracing: Option<Tracing>,
    /// Where the engine is to tell requests that become spans.
    pub(crate) spans: Option<Spans>,
    pub(crate) journal: Option<Journal>,
}

/// A second of the run, which the builder has been told.
pub(crate) struct Told<'a> {
    /// Which, from 0.
    pub(crate) second: u64,
    /// What was measured in it.
    pub(crate) snapshot: &'a Snapshot,
    /// What was used in it, where that could be measured.
    pub(crate) used: Option<&'a Resources>,
    /// Users that were due up to its end; `None` where closed loops run.
    pub(crate) due: Option<u64>,
    /// How many connections there is room for, where that has changed.
    pub(crate) room: Option<Room>,
    /// Seconds before it that nothing was told of though users were due in them.
    pub(crate) still: Option<Standstill>,
    /// The run so far.
    pub(crate) builder: &'a Builder,
}

impl Audience {
    /// Those who listen before the run begins.
    ///
    /// # Errors
    /// If one of them cannot.
    pub(crate) fn gather(
        args: &LoadArgs,
        script: &Script,
        meta: &Meta,
        watch: &Watch,
        printer: &Printer,
    ) -> Result<Self, CliError> {
        let (console, plan) = (printer.console(), &script.plan);
        let exporter = Exporter::start(args, meta, console)?;
        let page = LivePage::start(args, &meta.script, watch, console)?;
        let publishing = Publishing::start(plan, meta, &script.secrets, printer)?;
        let (tracing, spans) = Tracing::start(plan, meta, &script.secrets, printer)?.unzip();
        Ok(Audience { exporter, page, publishing, tracing, spans, journal: None })
    }

    /// Where a browser finds the run, if it is shown there.
    pub(crate) fn page(&self) -> Option<&str> {
        self.page.as_ref().map(LivePage::url)
    }

    /// A second has ended.
    pub(crate) fn second(&self, told: &Told<'_>) {
        if let Some(exporter) = &self.exporter {
            exporter.second(told);
        }
        if let Some(page) = &self.page {
            page.second(told.due, told.builder);
        }
        if let Some(publishing) = &self.publishing {
            publishing.second(told);
        }
        if let Some(journal) = &self.journal {
            let &Told { second, used, due, room, still, .. } = told;
            let (snapshot, used) = (told.snapshot.clone(), used.cloned());
            journal.second(journal::Second { second, snapshot, used, due, room, still });
        }
    }

    /// The run has ended.
    pub(crate) fn ended(&self, report: &Report) {
        if let Some(exporter) = &self.exporter {
            exporter.ended(report);
        }
        if let Some(page) = &self.page {
            page.ended(report);
        }
        if let Some(publishing) = &self.publishing {
            publishing.ended(report);
        }
        self.tracing.iter().for_each(Tracing::ended);
        if let Some(journal) = &self.journal {
            let Report { ended: at, scheduled, passes, ref stopped, .. } = *report;
            journal.end(End { at, scheduled, passes, stopped: stopped.clone() });
        }
    }
    /// Those who send elsewhere send what is left, for some seconds at most, and tell what was not taken.
    pub(crate) fn deliver(&mut self) {
        self.publishing.take().into_iter().for_each(Publishing::finish);
        self.tracing.take().into_iter().for_each(Tracing::finish);
    }

    /// Those who were asked to stay do so.
    pub(crate) async fn linger(&self, console: Console, watch: &Watch) {
        let figures = async {
            if let Some(exporter) = &self.exporter {
                exporter.linger(console, watch).await;
            }
        };
        let page = async {
            if let Some(page) = &self.page {
                page.linger(console).await;
            }
        };
        tokio::join!(figures, page);
    }
}
