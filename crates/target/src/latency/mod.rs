//! Answers that take a known time: what `GET /latency/{shape}` is held back by, and what it really took.
//!
//! A *shape* is a distribution of delays whose percentiles are known by arithmetic (`shape`); random ones are *drawn* so
//! that a whole round of requests has exactly that distribution (`draws`). `seen` keeps what the answers really took,
//! so that the machine's error can be told from that of whoever measures.

mod draws;
mod seen;
mod shape;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

pub(crate) use draws::Rounds;
pub use draws::{Draws, MOST_DRAWS};
pub(crate) use seen::{Figures, Seen};
pub use shape::{LONGEST, Shape};

/// What all requests for a known latency share.
pub(crate) struct Latency {
    /// When the server was set up: what the windows of a stall are counted from.
    started: Instant,
    rounds: Mutex<Rounds<(Shape, Draws)>>,
    seen: Mutex<Seen>,
}

impl Latency {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), rounds: Mutex::default(), seen: Mutex::new(Seen::new()) }
    }

    /// How long a request that was received at that moment is held back.
    pub(crate) fn delay(&self, shape: Shape, draws: Draws, received: Instant) -> Duration {
        match shape {
            Shape::Constant { delay } => delay,
            Shape::Stall { stall, every } => {
                shape::left_of_stall(stall, every, received.saturating_duration_since(self.started))
            }
            Shape::Uniform { .. } | Shape::LogNormal { .. } => {
                let mut rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
                let number = rounds.next((shape, draws));
                drop(rounds);
                shape.quantile(draws.share(number))
            }
        }
    }

    /// Keeps what an answer took.
    pub(crate) fn took(&self, shape: Shape, time: Duration) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).record(shape, time);
    }

    /// What answers took since this was last asked.
    pub(crate) fn seen(&self) -> Figures {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
