//! `Clock` says what time it is, `Timer` waits until a moment: the only places of this crate that do.
//!
//! tokio's timers tick in whole milliseconds, in which a service that answers in 100 µs would drown. On Linux a shard
//! therefore waits on one timerfd, which all its sleepers share; elsewhere, and in tests on paused time, on tokio's
//! timers. A sleeper is never woken early; how late it was is for the caller to see, from the clock.

use loadgen_metrics::Moment;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// How long a processor that sleeps may take to wake, on most machines.
const WAKING: Duration = Duration::from_micros(80);
/// Waits shorter than this are not worth being awake for before their end: that would be a tenth of the time.
const WORTH: Duration = WAKING.saturating_mul(8);

/// Now, for whoever belongs to no run.
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// What time it is in a run.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
}

impl Clock {
    /// A clock of a run that starts that long from now, so that all shards can be ready at its start.
    pub fn starting_in(delay: Duration) -> Self {
        Clock { origin: Instant::now() + delay }
    }

    /// Now; the run's start until then.
    #[inline]
    pub fn now(&self) -> Moment {
        self.at(Instant::now())
    }

    /// When that was; the run's start if it was before.
    pub(crate) fn at(&self, instant: Instant) -> Moment {
        Moment::from_nanos(instant.saturating_duration_since(self.origin).as_nanos() as u64)
    }

    /// The run's start by the wall clock.
    pub(crate) fn start(&self) -> SystemTime {
        let now = Instant::now();
        SystemTime::now() + self.origin.saturating_duration_since(now)
            - now.saturating_duration_since(self.origin)
    }

    /// How long it is until a moment; zero once it has come. Unlike the difference to [`Clock::now`] this is right
    /// before the run's start too.
    pub(crate) fn until(&self, moment: Moment) -> Duration {
        self.instant(moment).saturating_duration_since(Instant::now())
    }

    /// The moment as tokio's timers want it.
    pub(crate) fn instant(&self, moment: Moment) -> Instant {
        let since = moment.since(Moment::START);
        // tokio's own notion of an end that nobody sees.
        self.origin.checked_add(since).unwrap_or_else(|| self.origin + Duration::from_secs(86_400 * 365 * 30))
    }
}

/// Waits for moments, on one shard.
#[derive(Clone, Debug)]
pub struct Timer {
    clock: Clock,
    /// `None`: tokio's timers.
    fine: Option<Rc<Fine>>,
}

impl Timer {
    /// A timer on tokio's timers: whole milliseconds, and obedient to paused time.
    pub fn coarse(clock: Clock) -> Self {
        Timer { clock, fine: None }
    }

    /// The finest timer that the system has. Must be called within a tokio runtime; [`Timer::run`] must be polled.
    pub fn fine(clock: Clock) -> Self {
        // A system without timerfd, or without a free descriptor, still gets a timer.
        Timer { clock, fine: alarm::Alarm::new().ok().map(|alarm| Rc::new(Fine::new(alarm))) }
    }

    /// Wakes the sleepers. Never returns for a fine timer, at once for a coarse one.
    pub async fn run(&self) {
        let Some(fine) = &self.fine else { return };
        tokio::join!(self.wake_sleepers(fine), pulse());
    }

    async fn wake_sleepers(&self, fine: &Fine) {
        loop {
            fine.alarm.rang().await;
            // Woken ahead of time, so that what waking takes is over by then. The others have their turns meanwhile.
            while fine.is_near(self.clock) {
                tokio::task::yield_now().await;
            }
            fine.wake(self.clock);
            fine.arm(self.clock);
        }
    }

    /// Returns at that moment or later, never earlier; at once if it is over.
    pub async fn sleep_until(&self, moment: Moment) {
        match &self.fine {
            Some(fine) => Sleep { moment, clock: self.clock, fine: fine.clone(), waker: None }.await,
            None => tokio::time::sleep_until(self.clock.instant(moment)).await,
        }
    }
}

/// Keeps one of tokio's timers running that ends soon. Each timer that is the first of all to end, as the limit of a
/// lone connection would be, costs a system call and wakes the reactor for nothing.
async fn pulse() {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// The sleepers of a fine timer, the earliest first.
#[derive(Debug)]
struct Fine {
    alarm: alarm::Alarm,
    sleepers: RefCell<BinaryHeap<Reverse<Sleeper>>>,
}

#[derive(Debug)]
struct Sleeper {
    moment: Moment,
    waker: Waker,
}

impl Fine {
    fn new(alarm: alarm::Alarm) -> Self {
        Fine { alarm, sleepers: RefCell::default() }
    }

    /// Adds a sleeper, and sets the alarm if it is now the earliest.
    fn add(&self, sleeper: Sleeper, delay: Duration) {
        let moment = sleeper.moment;
        let earliest = {
            let mut sleepers = self.sleepers.borrow_mut();
            sleepers.push(Reverse(sleeper));
            sleepers.peek().is_none_or(|first| first.0.moment == moment)
        };
        if earliest {
            self.alarm.set(ahead(delay));
        }
    }

    /// Whether the earliest sleeper's moment is about to come.
    fn is_near(&self, clock: Clock) -> bool {
        let first = self.sleepers.borrow().peek().map(|first| clock.until(first.0.moment));
        first.is_some_and(|delay| !delay.is_zero() && delay <= WAKING)
    }

    /// Wakes all whose moment has come.
    fn wake(&self, clock: Clock) {
        let mut sleepers = self.sleepers.borrow_mut();
        while sleepers.peek().is_some_and(|first| clock.until(first.0.moment).is_zero()) {
            if let Some(Reverse(sleeper)) = sleepers.pop() {
                sleeper.waker.wake();
            }
        }
    }

    /// Sets the alarm for the earliest sleeper left.
    fn arm(&self, clock: Clock) {
        if let Some(Reverse(first)) = self.sleepers.borrow().peek() {
            self.alarm.set(ahead(clock.until(first.moment)));
        }
    }
}

/// When the alarm for a wait is to ring: a little early, if the wait is so long that the processor may sleep meanwhile.
fn ahead(delay: Duration) -> Duration {
    if delay < WORTH { delay } else { delay - WAKING }
}

impl PartialEq for Sleeper {
    fn eq(&self, other: &Self) -> bool {
        self.moment == other.moment
    }
}

impl Eq for Sleeper {}

impl PartialOrd for Sleeper {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sleeper {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.moment.cmp(&other.moment)
    }
}

/// A wait on a fine timer. Dropping it leaves an entry behind, which wakes its task once for nothing.
struct Sleep {
    moment: Moment,
    clock: Clock,
    fine: Rc<Fine>,
    /// The waker that the timer has.
    waker: Option<Waker>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let delay = self.clock.until(self.moment);
        if delay.is_zero() {
            return Poll::Ready(());
        }
        if !self.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            self.waker = Some(cx.waker().clone());
            self.fine.add(Sleeper { moment: self.moment, waker: cx.waker().clone() }, delay);
        }
        Poll::Pending
    }
}

#[cfg(target_os = "linux")]
mod alarm {
    //! One timerfd, watched by tokio's reactor.

    use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
    use std::os::fd::OwnedFd;
    use std::time::Duration;
    use tokio::io::unix::AsyncFd;

    #[derive(Debug)]
    pub(super) struct Alarm {
        fd: AsyncFd<OwnedFd>,
    }

    impl Alarm {
        pub(super) fn new() -> std::io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let fd = rustix::time::timerfd_create(TimerfdClockId::Monotonic, flags)?;
            // Deprecated because an `AsRawFd` may lie about its descriptor or close it early. `OwnedFd` does neither,
            // and the replacement is an unsafe function.
            #[allow(deprecated, reason = "the safe way to register a descriptor that is owned")]
            let fd = AsyncFd::new(fd)?;
            Ok(Alarm { fd })
        }

        /// Rings once after this long; replaces what was set before.
        pub(super) fn set(&self, delay: Duration) {
            // A zero would switch the timer off.
            let delay = delay.max(Duration::from_nanos(1));
            let tv_nsec = i64::from(delay.subsec_nanos());
            let tv_sec = i64::try_from(delay.as_secs()).unwrap_or(i64::MAX);
            let none = Timespec { tv_sec: 0, tv_nsec: 0 };
            let spec = Itimerspec { it_interval: none, it_value: Timespec { tv_sec, tv_nsec: tv_nsec as _ } };
            // Fails only on a bad descriptor or value, and both are ours.
            let _ = rustix::time::timerfd_settime(self.fd.get_ref(), TimerfdTimerFlags::empty(), &spec);
        }

        /// Returns when it has rung since it was last set. What it counts is not read: setting it anew forgets that, and
        /// it is set anew whenever there is somebody left to wake.
        pub(super) async fn rang(&self) {
            match self.fd.readable().await {
                Ok(mut guard) => guard.clear_ready(),
                // The reactor is going away, and this task with it.
                Err(_) => std::future::pending().await,
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod alarm {
    //! No fine timer on this system.

    use std::convert::Infallible;
    use std::time::Duration;

    #[derive(Debug)]
    pub(super) struct Alarm(Infallible);

    impl Alarm {
        pub(super) fn new() -> std::io::Result<Self> {
            Err(std::io::ErrorKind::Unsupported.into())
        }

        pub(super) fn set(&self, _delay: Duration) {
            match self.0 {}
        }

        pub(super) async fn rang(&self) {
            match self.0 {}
        }
    }
}

/// CPU time that the calling thread has used; zero where the system does not tell.
pub(crate) fn thread_cpu() -> Duration {
    #[cfg(target_os = "linux")]
    {
        let used = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::try_from(used).unwrap_or_default()
    }
    #[cfg(not(target_os = "linux"))]
    Duration::ZERO
}

/// The date, for what the world dates: cookies that expire. Nothing is measured by it.
pub(crate) fn date() -> time::OffsetDateTime {
    time::OffsetDateTime::now_utc()
}
