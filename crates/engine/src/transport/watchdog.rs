//! `Watchdog`: a timer that is set anew for each wait of a connection, and hardly ever has to be.
//!
//! Nearly all waits end before their time, and the next one's is later still. So the timer is left as it was, and asks
//! what the time is when it rings: once in a while rather than for each request.

use crate::clock::Clock;
use loadgen_metrics::Moment;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use tokio::task::unconstrained;
use tokio::time::Sleep;

/// A timer that is set when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Watchdog(Option<Pin<Box<Sleep>>>);

impl Watchdog {
    /// Whether this moment has come. If not, the task is woken when it has, and perhaps earlier.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, clock: Clock, moment: Moment) -> Poll<()> {
        let end = clock.instant(moment);
        let sleep = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
        if sleep.deadline() > end {
            sleep.as_mut().reset(end);
        }
        // A task that reads without a pause has used up its turn when it comes to this: it is late all the same.
        while pin!(unconstrained(sleep.as_mut())).poll(cx).is_ready() {
            if clock.until(moment).is_zero() {
                return Poll::Ready(());
            }
            // It had been set for an earlier wait.
            sleep.as_mut().reset(end);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn it_rings_when_it_is_to_whatever_it_was_set_for_before() {
        let clock = Clock::starting_in(Duration::ZERO);
        let mut watchdog = Watchdog::default();
        for seconds in [5, 60, 61, 3] {
            let end = clock.now() + Duration::from_secs(seconds);
            let mut before = clock.now() + Duration::from_secs(seconds * 2);
            // A wait that something else ends.
            let waited = tokio::time::timeout(
                Duration::from_millis(10),
                poll_fn(|cx| watchdog.poll(cx, clock, std::mem::replace(&mut before, end))),
            );
            assert!(waited.await.is_err());
            poll_fn(|cx| watchdog.poll(cx, clock, end)).await;
            assert_eq!(clock.now(), end);
            // What is over is over at once.
            poll_fn(|cx| watchdog.poll(cx, clock, end)).await;
            assert_eq!(clock.now(), end);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_rest_is_told_all_the_same() {
        let clock = Clock::starting_in(Duration::ZERO);
        let end = clock.now() + Duration::from_secs(1);
        let mut watchdog = Watchdog::default();
        assert!(poll_fn(|cx| Poll::Ready(watchdog.poll(cx, clock, end))).await.is_pending());
        tokio::time::sleep(Duration::from_secs(2)).await;
        let exhausted = poll_fn(|cx| {
            while let Poll::Ready(proceed) = tokio::task::coop::poll_proceed(cx) {
                proceed.made_progress();
            }
            Poll::Ready(watchdog.poll(cx, clock, end))
        });
        assert!(exhausted.await.is_ready());
    }
}
