//! `Delivery`: one sink's task. It sends what its slot holds, tells once that it cannot, and counts.

use super::Sink;
use super::post::Failure;
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
    /// Whether people know that it cannot send.
    pub(super) told: bool,
}

/// How sending went.
#[derive(Default)]
pub(super) struct Tally {
    sent: AtomicU64,
    failed: AtomicU64,
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

    /// What people are told at the end, if anything was not sent; `waiting` if there still is something to send.
    pub(super) fn told(&self, name: &str, waiting: bool) -> Option<String> {
        let left = u64::from(waiting) + u64::from(self.on_its_way.load(Relaxed));
        let (sent, failed) = (self.sent.load(Relaxed), self.failed.load(Relaxed) + left);
        let all = sent + failed;
        let times = if all == 1 { "time" } else { "times" };
        (failed > 0).then(|| {
            let (failed, all) = (number::count(failed), number::count(all));
            format!("{name} did not take figures {failed} of {all} {times}")
        })
    }
}

impl Delivery {
    /// Sends until the slot is closed.
    pub(super) async fn run(mut self) {
        let begun = attempt(self.sink.begin()).await;
        if let Err(failure) = begun {
            self.failed(&failure);
        }
        while let Some(waiting) = self.slot.take().await {
            let batch = self.batch(waiting);
            self.tally.on_its_way.store(true, Relaxed);
            let sent = attempt(self.sink.send(&batch)).await;
            self.tally.on_its_way.store(false, Relaxed);
            match sent {
                Ok(()) => {
                    self.tally.sent.fetch_add(1, Relaxed);
                    self.tally.failing.store(false, Relaxed);
                }
                Err(failure) => {
                    self.tally.failed.fetch_add(1, Relaxed);
                    self.failed(&failure);
                }
            }
        }
    }

    fn batch(&self, waiting: Waiting) -> Batch {
        let Waiting { snapshot, span, at, exposition, last } = waiting;
        let readings = Readings::of(&self.meta, &snapshot, span, at, &self.filter);
        Batch { readings, span, exposition, last }
    }

    /// The first failure is told at once.
    fn failed(&mut self, Failure(why): &Failure) {
        let first = !std::mem::replace(&mut self.told, true);
        self.tally.failing.store(true, Relaxed);
        if first {
            let name = self.sink.name();
            self.printer.warn(&format!("warning: no figures for {name}: {why}; the run goes on"));
        }
    }
}

/// Sends, for a time that has an end.
pub(super) async fn attempt(sending: super::Sending<'_>) -> Result<(), Failure> {
    let late = || Failure(format!("no answer within {}", number::seconds(PATIENCE)));
    timeout(PATIENCE, sending).await.unwrap_or_else(|_| Err(late()))
}
