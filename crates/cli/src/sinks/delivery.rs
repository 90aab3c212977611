//! `Delivery`: one sink's task. It sends what its slot holds, tells once that it cannot, and counts.

use super::Sink;
use super::post::{Failure, Told};
use super::slot::{Batch, Slot, Waiting};
use crate::printer::Printer;
use loadgen_report::publish::Readings;
use loadgen_report::{Meta, number};
use loadgen_scenario::publish::Filter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::timeout;

/// How long sending may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// One sink's task.
pub(super) struct Delivery {
    pub(super) sink: Box<dyn Sink>,
    pub(super) meta: Arc<Meta>,
    pub(super) filter: Filter,
    pub(super) slot: Arc<Slot>,
    pub(super) tally: Arc<Tally>,
    pub(super) printer: Printer,
    pub(super) told: Told,
}

/// How sending went.
#[derive(Default)]
pub(super) struct Tally {
    sent: AtomicU64,
    failed: AtomicU64,
    /// Of what was sent, how often not all was taken, and how many data points were not.
    partly: AtomicU64,
    refused: AtomicU64,
    /// Whether the last one failed.
    failing: AtomicBool,
    /// Whether one is on its way.
    on_its_way: AtomicBool,
}

impl Tally {
    /// Whether the last sending failed.
    pub(super) fn is_failing(&self) -> bool {
        self.failing.load(Relaxed)
    }

    /// What people are told at the end, if anything was not taken; `waiting` if there still is something to send.
    pub(super) fn told(&self, name: &str, waiting: bool) -> Option<String> {
        let left = u64::from(waiting) + u64::from(self.on_its_way.load(Relaxed));
        let (sent, failed) = (self.sent.load(Relaxed), self.failed.load(Relaxed) + left);
        let all = sent + failed;
        let times = if all == 1 { "time" } else { "times" };
        let [failed_of, partly_of] = [failed, self.partly.load(Relaxed)]
            .map(|count| format!("{} of {} {times}", number::count(count), number::count(all)));
        let failed = (failed > 0).then(|| format!("did not take figures {failed_of}"));
        let points = match self.refused.load(Relaxed) {
            0 => None,
            1 => Some("1 data point".to_owned()),
            refused => Some(format!("{} data points", number::count(refused))),
        };
        let refused = points.map(|points| format!("refused {points}, {partly_of}"));
        let told: Vec<String> = failed.into_iter().chain(refused).collect();
        (!told.is_empty()).then(|| format!("{name} {}", told.join("; it ")))
    }

    /// Counts what became of a sending.
    fn count(&self, sent: &Result<(), Failure>) {
        let failed = matches!(sent, Err(Failure::Whole(_)));
        let count = if failed { &self.failed } else { &self.sent };
        count.fetch_add(1, Relaxed);
        self.failing.store(failed, Relaxed);
        if let Err(Failure::Partly(refused @ 1.., _)) = sent {
            self.partly.fetch_add(1, Relaxed);
            self.refused.fetch_add(*refused, Relaxed);
        }
    }
}

impl Delivery {
    /// Sends until the slot is closed.
    pub(super) async fn run(mut self) {
        let begun = attempt(self.sink.begin()).await;
        if let Err(failure) = begun {
            self.tally.failing.store(true, Relaxed);
            self.tell(&failure);
        }
        while let Some(waiting) = self.slot.take().await {
            let batch = self.batch(waiting);
            self.tally.on_its_way.store(true, Relaxed);
            let sent = attempt(self.sink.send(&batch)).await;
            self.tally.on_its_way.store(false, Relaxed);
            self.tally.count(&sent);
            if let Err(failure) = sent {
                self.tell(&failure);
            }
        }
    }

    fn batch(&self, waiting: Waiting) -> Batch {
        let Waiting { snapshot, span, at, exposition, last } = waiting;
        let readings = Readings::of(&self.meta, &snapshot, span, at, &self.filter);
        Batch { readings, span, exposition, last }
    }

    /// The first failure of either kind is told at once.
    fn tell(&mut self, failure: &Failure) {
        if self.told.is_first(failure) {
            let told = failure.told(self.sink.name(), "figures", "data point");
            self.printer.warn(&format!("warning: {told}"));
        }
    }
}

/// Sends, for a time that has an end.
pub(super) async fn attempt(sending: super::Sending<'_>) -> Result<(), Failure> {
    let late = || Failure::Whole(format!("no answer within {}", number::seconds(PATIENCE)));
    timeout(PATIENCE, sending).await.unwrap_or_else(|_| Err(late()))
}
