//! Waits until a moment, as exactly as the system can: tokio's timers tick in whole milliseconds.
//!
//! On Linux each wait has a timerfd of its own, which tokio's reactor watches. Where there is none, or no descriptor is
//! free, tokio's timer has to do; how long it really took is told by `GET /latency/seen`.

use tokio::time::Instant;

/// Returns at that moment or later, never earlier; at once if it is over.
pub(crate) async fn until(moment: Instant) {
    while let Some(left) = moment.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        if fine::wait(left).await.is_err() {
            tokio::time::sleep(left).await;
        }
    }
}

#[cfg(target_os = "linux")]
mod fine {
    //! A timerfd.

    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    /// Waits that long. `time` is above zero: a zero would switch the timer off.
    pub(super) async fn wait(time: Duration) -> std::io::Result<()> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let fd = rustix::time::timerfd_create(TimerfdClockId::Monotonic, flags)?;
        let none = Timespec { tv_sec: 0, tv_nsec: 0 };
        let tv_sec = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let it_value = Timespec { tv_sec, tv_nsec: i64::from(time.subsec_nanos()) as _ };
        let once = Itimerspec { it_interval: none, it_value };
        rustix::time::timerfd_settime(&fd, TimerfdTimerFlags::empty(), &once)?;
        // Deprecated because an `AsRawFd` may lie about its descriptor or close it early. `OwnedFd` does neither, and
        // the replacement is an unsafe function.
        #[allow(deprecated, reason = "the safe way to register a descriptor that is owned")]
        let fd: AsyncFd<OwnedFd> = AsyncFd::with_interest(fd, Interest::READABLE)?;
        fd.readable().await.map(drop)
    }
}

#[cfg(not(target_os = "linux"))]
mod fine {
    //! No fine timer on this system.

    use std::time::Duration;

    pub(super) async fn wait(_time: Duration) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// That it is not much later is for no test to say: the machine may be busy.
    #[tokio::test]
    async fn never_early_and_at_once_when_it_is_over() {
        let now = Instant::now();
        until(now).await;
        until(now - Duration::from_micros(1)).await;
        for micros in [1, 100, 1_500] {
            let moment = Instant::now() + Duration::from_micros(micros);
            until(moment).await;
            assert!(Instant::now() >= moment);
        }
    }

    #[tokio::test]
    async fn many_wait_side_by_side() {
        let moment = Instant::now() + Duration::from_millis(5);
        let waits: Vec<_> = (0..200).map(|_| tokio::spawn(until(moment))).collect();
        for wait in waits {
            wait.await.unwrap();
        }
        assert!(Instant::now() >= moment);
    }
}
