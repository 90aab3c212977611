//! `Slot`: the figures that wait to be sent. Those that come while others still wait are added to them.

use loadgen_metrics::Snapshot;
use loadgen_report::exposition::Exposition;
use loadgen_report::publish::Readings;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The figures of a span of time.
#[derive(Clone)]
pub(super) struct Batch {
    /// By the report's names.
    pub(super) readings: Readings,
    /// How long the span was.
    pub(super) span: Duration,
    /// The whole run so far, where the sink wants that.
    pub(super) exposition: Option<Arc<Exposition>>,
    /// Whether none follow.
    pub(super) last: bool,
}

/// What readings are made of.
pub(super) struct Waiting {
    pub(super) snapshot: Snapshot,
    pub(super) span: Duration,
    /// Its end in milliseconds since 1970.
    pub(super) at: u64,
    pub(super) exposition: Option<Arc<Exposition>>,
    pub(super) last: bool,
}

/// The figures that wait for a sink.
#[derive(Default)]
pub(super) struct Slot {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    waiting: Option<Waiting>,
    closed: bool,
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds figures to those that wait.
    pub(super) fn put(&self, mut new: Waiting) {
        let state = &mut *self.state();
        if let Some(old) = state.waiting.take() {
            new.snapshot.merge(&old.snapshot);
            new.span += old.span;
        }
        state.waiting = Some(new);
        self.changed.notify_one();
    }

    /// No more will come.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_one();
    }

    /// Waits for figures, and takes them; `None` once none will come.
    pub(super) async fn take(&self) -> Option<Waiting> {
        loop {
            {
                let state = &mut *self.state();
                if state.waiting.is_some() || state.closed {
                    return state.waiting.take();
                }
            }
            self.changed.notified().await;
        }
    }

    /// Whether figures wait.
    pub(super) fn is_full(&self) -> bool {
        self.state().waiting.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(skipped: u64, at: u64) -> Waiting {
        let snapshot = Snapshot { skipped, ..Snapshot::default() };
        Waiting { snapshot, span: Duration::from_secs(1), at, exposition: None, last: false }
    }

    #[tokio::test]
    async fn what_waits_adds_up() {
        let slot = Slot::default();
        (1..=3).for_each(|at| slot.put(waiting(2, at)));
        let taken = slot.take().await.unwrap();
        assert_eq!((taken.snapshot.skipped, taken.span, taken.at), (6, Duration::from_secs(3), 3));
        slot.put(waiting(1, 4));
        slot.close();
        assert!(slot.is_full() && slot.take().await.is_some() && slot.take().await.is_none());
    }
}
