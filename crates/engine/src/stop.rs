//! `Stop`: how a run is asked to end early. Passed in, never a process-wide static.

use crate::clock;
use std::sync::{Arc, OnceLock};
use tokio::sync::watch;
use tokio::time::Instant;

/// How urgently a run is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Not at all.
    No,
    /// No new arrivals; running users get the grace period.
    Gracefully,
    /// At once; running users are dropped.
    Now,
}

/// A handle to ask with. Clones ask the same run.
#[derive(Clone, Debug)]
pub struct Stop {
    sender: Arc<watch::Sender<Urgency>>,
    asked: Arc<OnceLock<Instant>>,
}

impl Stop {
    /// A handle for a run.
    pub fn new() -> Self {
        Stop { sender: Arc::new(watch::Sender::new(Urgency::No)), asked: Arc::default() }
    }

    /// Asks for the next step: gracefully the first time, at once from the second on. Returns what is asked now.
    pub fn request(&self) -> Urgency {
        // Before anybody hears of it: no user starts later than this who is not due before it is heard.
        let _ = self.asked.set(clock::instant());
        self.sender.send_modify(|urgency| {
            *urgency = if *urgency == Urgency::No { Urgency::Gracefully } else { Urgency::Now };
        });
        let urgency = self.urgency();
        tracing::info!(?urgency, "asked to stop");
        urgency
    }

    /// What has been asked so far.
    pub fn urgency(&self) -> Urgency {
        *self.sender.borrow()
    }

    /// When it was asked first.
    pub(crate) fn asked(&self) -> Option<Instant> {
        self.asked.get().copied()
    }

    /// Returns when at least this much has been asked.
    pub async fn requested(&self, least: Urgency) {
        // The sender lives in `self`, so the channel cannot be closed.
        let _ = self.sender.subscribe().wait_for(|urgency| *urgency >= least).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Stop::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn asking_twice_is_asking_at_once() {
        let stop = Stop::new();
        assert_eq!(stop.urgency(), Urgency::No);
        assert_eq!(stop.request(), Urgency::Gracefully);
        stop.requested(Urgency::Gracefully).await;
        assert_eq!(stop.clone().request(), Urgency::Now);
        stop.requested(Urgency::Now).await;
    }
}
