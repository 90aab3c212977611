//! `Patience`: what a request may take. How long it is waited for, part by part, how each wait is called that was in
//! vain, and how long its answer's body may be.
//!
//! Over HTTP/1.1 a connection's [`Watchdog`](super::watchdog::Watchdog) waits for all parts; elsewhere each wait has a
//! timer of its own.

use super::Fault;
use crate::clock::Clock;
use futures_util::TryFutureExt;
use loadgen_metrics::{ErrorKind, Moment};
use loadgen_scenario::plan::Timeouts;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A part of an answer that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Its head.
    Head,
    /// The next piece of its body.
    Body,
}

/// The patience with one request. Few of its waits are an `async fn`, which would keep room for `future` twice.
pub(super) struct Patience {
    timeouts: Timeouts,
    longest_body: u64,
    clock: Clock,
    /// When the whole of it has taken too long.
    end: Moment,
}

impl Patience {
    /// A request begins.
    pub(super) fn begin(timeouts: Timeouts, longest_body: u64, clock: Clock) -> Self {
        Patience { timeouts, longest_body, clock, end: clock.now() + timeouts.total }
    }

    /// Waits for a connection.
    pub(super) fn connect<F: Future>(
        &self,
        future: F,
        what: impl FnOnce() -> Fault,
    ) -> impl Future<Output = Result<F::Output, Fault>> {
        let limit = self.timeouts.connect;
        let late = move |expired: Option<Fault>| expired.unwrap_or_else(|| told(what(), limit));
        self.within(limit, future).map_err(late)
    }

    /// Waits for the head of an answer. The time counts from the last byte of the request: as long as that is still
    /// being sent, it counts anew with each piece that went; `written` tells when the last one did.
    pub(super) async fn head<F: Future>(
        &self,
        written: impl Fn() -> Option<Moment>,
        mut future: Pin<&mut F>,
    ) -> Result<F::Output, Fault> {
        let limit = self.timeouts.first_byte;
        let mut since = self.clock.now();
        loop {
            let left = (since + limit).since(self.clock.now());
            let expired = match self.within(left, future.as_mut()).await {
                Ok(output) => return Ok(output),
                Err(expired) => expired,
            };
            match (expired, written()) {
                (None, Some(written)) if written > since => since = written,
                (expired, _) => {
                    return Err(expired.unwrap_or_else(|| self.timeouts.in_vain(Part::Head)));
                }
            }
        }
    }

    /// Waits for the next piece of a body.
    pub(super) fn piece<F: Future>(&self, future: F) -> impl Future<Output = Result<F::Output, Fault>> {
        let timeouts = self.timeouts;
        let late = move |expired: Option<Fault>| expired.unwrap_or_else(|| timeouts.in_vain(Part::Body));
        self.within(timeouts.idle, future).map_err(late)
    }

    /// So many bytes of a body have come.
    ///
    /// # Errors
    /// They are more than it may have.
    pub(super) fn bears(&self, bytes: u64) -> Result<(), Fault> {
        if bytes <= self.longest_body {
            return Ok(());
        }
        let detail = format!("the body is longer than {} bytes", self.longest_body);
        Err(Fault::new(ErrorKind::BodyTooLong, detail))
    }

    /// When a part will have taken too long that has been waited for since then.
    pub(super) fn deadline(&self, part: Part, since: Moment) -> Moment {
        (since + self.timeouts.limit(part)).min(self.end)
    }

    /// What is said at a part's deadline.
    pub(super) fn late(&self, part: Part, since: Moment) -> Fault {
        match self.end <= since + self.timeouts.limit(part) {
            true => self.timeouts.too_long(),
            false => self.timeouts.in_vain(part),
        }
    }

    /// Waits that long, or as long as the whole may still take. `Err(None)` is the former.
    fn within<F: Future>(
        &self,
        limit: Duration,
        future: F,
    ) -> impl Future<Output = Result<F::Output, Option<Fault>>> {
        let (left, timeouts) = (self.end.since(self.clock.now()), self.timeouts);
        tokio::time::timeout(limit.min(left), future)
            .map_err(move |_| (left <= limit).then(|| timeouts.too_long()))
    }
}

/// The limits in words.
trait Limits {
    fn limit(&self, part: Part) -> Duration;
    /// A part was waited for in vain.
    fn in_vain(&self, part: Part) -> Fault;
    /// The whole has taken too long.
    fn too_long(&self) -> Fault;
}

impl Limits for Timeouts {
    fn limit(&self, part: Part) -> Duration {
        match part {
            Part::Head => self.first_byte,
            Part::Body => self.idle,
        }
    }

    fn in_vain(&self, part: Part) -> Fault {
        let fault = match part {
            Part::Head => Fault::new(ErrorKind::TimedOut, "no answer"),
            Part::Body => Fault::new(ErrorKind::Stalled, "the answer stopped, nothing more"),
        };
        told(fault, self.limit(part))
    }

    fn too_long(&self) -> Fault {
        told(Fault::new(ErrorKind::TimedOut, "the answer was not whole"), self.total)
    }
}

/// The fault with the time that was waited.
fn told(mut fault: Fault, limit: Duration) -> Fault {
    fault.detail = format!("{} within {} s", fault.detail, limit.as_secs_f64());
    fault
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::future::pending;
    use std::pin::pin;
    use tokio::time::sleep;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// connect 10 ms, firstByte 100 ms, idle 1 s, total as told.
    fn patience(total: Duration) -> (Patience, Clock) {
        let clock = Clock::starting_in(Duration::ZERO);
        let timeouts = Timeouts { connect: ms(10), first_byte: ms(100), idle: ms(1000), total };
        (Patience::begin(timeouts, u64::MAX, clock), clock)
    }

    fn kind<T>(result: Result<T, Fault>) -> (ErrorKind, String) {
        result.map(|_| ()).map_err(|fault| (fault.kind, fault.detail)).unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn each_part_has_its_own_limit_and_name() {
        let (patience, clock) = patience(ms(60_000));
        let no_name = || Fault::new(ErrorKind::TimedOut, "no connection");
        let told = kind(patience.connect(pending::<()>(), no_name).await);
        assert_eq!(told, (ErrorKind::TimedOut, "no connection within 0.01 s".to_owned()));
        assert_eq!(clock.now(), Moment::START + ms(10));
        let told = kind(patience.head(|| None, pin!(pending::<()>())).await);
        assert_eq!(told, (ErrorKind::TimedOut, "no answer within 0.1 s".to_owned()));
        assert_eq!(clock.now(), Moment::START + ms(110));
        let told = kind(patience.piece(pending::<()>()).await);
        assert_eq!(told, (ErrorKind::Stalled, "the answer stopped, nothing more within 1 s".to_owned()));
        assert_eq!(clock.now(), Moment::START + ms(1110));
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_in_time_is_handed_on_and_pieces_count_anew() {
        let (patience, clock) = patience(ms(60_000));
        for _ in 0..30 {
            patience.piece(sleep(ms(999))).await.unwrap();
        }
        patience.head(|| None, pin!(sleep(ms(99)))).await.unwrap();
        assert_eq!(clock.now(), Moment::START + ms(30 * 999 + 99));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_still_being_sent_is_waited_for() {
        let (patience, clock) = patience(ms(60_000));
        let written = Cell::new(None);
        // A piece each 60 ms, ten of them; then no answer.
        let sending = async {
            for _ in 0..10 {
                sleep(ms(60)).await;
                written.set(Some(clock.now()));
            }
            pending::<()>().await;
        };
        assert_eq!(kind(patience.head(|| written.get(), pin!(sending)).await).0, ErrorKind::TimedOut);
        assert_eq!(clock.now(), Moment::START + ms(600 + 100));
    }

    #[tokio::test(start_paused = true)]
    async fn the_whole_ends_what_goes_on_piece_by_piece() {
        let (patience, clock) = patience(ms(4500));
        let mut pieces = 0;
        let end = loop {
            match patience.piece(sleep(ms(900))).await {
                Ok(()) => pieces += 1,
                Err(fault) => break fault,
            }
        };
        // At 4500 ms the fifth piece is there too: what is there is taken.
        assert_eq!((pieces, clock.now()), (5, Moment::START + ms(4500)));
        assert_eq!(
            (end.kind, end.detail.as_str()),
            (ErrorKind::TimedOut, "the answer was not whole within 4.5 s")
        );
    }
}
