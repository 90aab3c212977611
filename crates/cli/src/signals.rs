//! SIGINT, SIGTERM and SIGHUP, watched by a thread of their own: a reader that does not read must not keep anyone
//! from ending the process.
//!
//! Before the load, a signal ends the process. During it, the first asks for a graceful end and the second for one at
//! once; a third, or five seconds more, ends the process. After it, there is a second to finish writing.

use crate::exit::{ExitStatus, Signal};
use crate::live::Screen;
use loadgen_engine::{Stop, Urgency};
use std::io;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::watch;

/// How long a run may take to write its report after the second signal.
const WRITING: Duration = Duration::from_secs(5);
/// How long results may take to be written when a signal comes after the load.
const CLOSING: Duration = Duration::from_secs(1);

const BEFORE: u8 = 0;
const DURING: u8 = 1;
const AFTER: u8 = 2;

/// A wish to end that is no signal.
#[derive(Clone, Copy, Debug)]
enum Wish {
    /// Ctrl-C on a terminal whose keys we read: as good as a signal.
    Key,
    /// `q` there: the same by another name.
    Quit,
    /// A button on a page: the first Ctrl-C, or nothing.
    Page,
}

impl Wish {
    /// Its name as the report has it.
    const fn name(self) -> &'static str {
        match self {
            Wish::Key => Signal::Interrupt.name(),
            Wish::Quit => "hand (q)",
            Wish::Page => "hand (the page)",
        }
    }
}

/// Watches signals for the length of a run.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    stage: Arc<AtomicU8>,
    /// The first, and who asked.
    first: Arc<OnceLock<(Signal, &'static str)>>,
    /// Wishes to end that are no signals.
    wishes: UnboundedSender<Wish>,
    /// Whether a signal has come after the load.
    closing: Arc<watch::Sender<bool>>,
    screen: Screen,
}

impl Watch {
    /// Takes signals over from the system's default, which is to end at once. `told` is called when a graceful end
    /// has been asked for. Whatever ends the process gives the `screen` back.
    pub(crate) fn start(stop: Stop, screen: Screen, told: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (wishes, mut wished) = mpsc::unbounded_channel();
        let watch = Watch {
            stage: Arc::new(AtomicU8::new(BEFORE)),
            first: Arc::default(),
            wishes,
            closing: Arc::new(watch::Sender::new(false)),
            screen,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut signals = {
            let _context = runtime.enter();
            Signals::watch()?
        };
        let own = watch.clone();
        std::thread::Builder::new().name("signals".into()).spawn(move || {
            runtime.block_on(async {
                loop {
                    // A sender is ours, so that the channel is never closed.
                    let (signal, by) = tokio::select! {
                        biased;
                        signal = signals.next() => (signal, signal.name()),
                        Some(wish) = wished.recv() => {
                            if matches!(wish, Wish::Page) && !own.is_stoppable() {
                                continue;
                            }
                            (Signal::Interrupt, wish.name())
                        }
                    };
                    own.handle(signal, by, &stop, &told);
                }
            });
        })?;
        Ok(watch)
    }

    /// The load begins.
    pub(crate) fn load_begins(&self) {
        self.stage.store(DURING, SeqCst);
    }

    /// The load is over.
    pub(crate) fn load_is_over(&self) {
        self.stage.store(AFTER, SeqCst);
    }

    /// The first signal that came during the load.
    pub(crate) fn first(&self) -> Option<Signal> {
        self.first.get().map(|(signal, _)| *signal)
    }

    /// What asked first for the end of the load, as the report has it.
    pub(crate) fn stopped_by(&self) -> Option<&'static str> {
        self.first.get().map(|(_, by)| *by)
    }

    /// Does what SIGINT does, by the key that ends views.
    pub(crate) fn quit(&self) {
        let _ = self.wishes.send(Wish::Quit);
    }

    /// Does what SIGINT does: a terminal whose keys we read sends none.
    pub(crate) fn interrupt(&self) {
        let _ = self.wishes.send(Wish::Key);
    }

    /// Asks for a graceful end as the first Ctrl-C does, and says whether that can be had: the load goes on, and nobody
    /// has asked before.
    pub(crate) fn ask(&self) -> bool {
        self.is_stoppable() && self.wishes.send(Wish::Page).is_ok()
    }

    /// Returns when a signal has come after the load, however long ago.
    pub(crate) async fn closing(&self) {
        // The sender lives in `self`, so the channel cannot be closed.
        let _ = self.closing.subscribe().wait_for(|closing| *closing).await;
    }

    fn is_stoppable(&self) -> bool {
        self.stage.load(SeqCst) == DURING && self.first.get().is_none()
    }

    fn handle(&self, signal: Signal, by: &'static str, stop: &Stop, told: &impl Fn()) {
        let code = ExitStatus::Stopped(self.first().unwrap_or(signal)).code();
        match self.stage.load(SeqCst) {
            BEFORE => exit(&self.screen, code),
            AFTER => {
                self.closing.send_replace(true);
                exit_after(CLOSING, &self.screen, code);
            }
            _ => {
                let _ = self.first.set((signal, by));
                match (stop.urgency(), stop.request()) {
                    (Urgency::No, _) => told(),
                    (Urgency::Gracefully, _) => exit_after(WRITING, &self.screen, code),
                    (Urgency::Now, _) => exit(&self.screen, code),
                }
            }
        }
    }
}

/// Ends the process unless it has ended by itself until then.
fn exit_after(time: Duration, screen: &Screen, code: u8) {
    let screen = screen.clone();
    tokio::spawn(async move {
        tokio::time::sleep(time).await;
        exit(&screen, code);
    });
}

#[allow(clippy::exit, reason = "the main thread may be held up by whoever does not read its output")]
fn exit(screen: &Screen, code: u8) -> ! {
    screen.abandon();
    std::process::exit(i32::from(code))
}

/// The signals that ask a process to end, in the order in which they come.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
}

impl Signals {
    fn watch() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Signals {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Signals {})
    }

    /// Waits for the next one. A terminal that goes away is taken for a wish to end.
    async fn next(&mut self) -> Signal {
        #[cfg(unix)]
        tokio::select! {
            // Which of two that came at once is the first must not be a matter of luck.
            biased;
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hangup.recv() => Signal::Terminate,
        }
        #[cfg(not(unix))]
        {
            let _ = tokio::signal::ctrl_c().await;
            Signal::Interrupt
        }
    }
}

/// Waits for the first signal; for ever where they cannot be watched.
pub(crate) async fn first() -> Signal {
    match Signals::watch() {
        Ok(mut signals) => signals.next().await,
        Err(_) => std::future::pending().await,
    }
}
