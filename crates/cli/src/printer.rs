//! `Printer`: prints while the load runs, on threads of its own: a reader that does not read must hold up nobody. What
//! waits to be printed is bounded in bytes; lines that find no room are left out, and counted.

use crate::console::Console;
use crate::live::{Live, Screen};
use crate::signals::Watch;
use loadgen_engine::Stop;
use loadgen_metrics::Moment;
use loadgen_report::{Builder, number, render};
use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// Bytes of the script's `log` that may wait.
const LOGGED: usize = 4 << 20;
/// Bytes of all that may wait: `log` lines leave room for what we have to say ourselves.
const WAITING: usize = 5 << 20;
/// How long what waits to be printed is waited for before the screen is taken.
const PATIENCE: Duration = Duration::from_millis(500);
/// Bytes that are written at a time, about.
const PIECE: usize = 64 << 10;

/// A printer for standard output and one for standard error. Clones share them.
#[derive(Clone)]
pub(crate) struct Printer {
    console: Console,
    out: Arc<Queue>,
    err: Arc<Queue>,
    /// The screen that is to be taken.
    screen: Option<Screen>,
    /// The run on it; nothing else is written meanwhile.
    live: Arc<OnceLock<Live>>,
}

impl Printer {
    /// Starts the threads.
    ///
    /// # Errors
    /// If the system gives none.
    pub(crate) fn start(console: Console) -> io::Result<Self> {
        let (out, err) = (Arc::new(Queue::default()), Arc::new(Queue::default()));
        Arc::clone(&out).serve("stdout", |piece| {
            let out = &mut io::stdout().lock();
            out.write_all(piece).and_then(|()| out.flush())
        })?;
        Arc::clone(&err).serve("stderr", |piece| io::stderr().lock().write_all(piece))?;
        Ok(Printer { console, out, err, screen: None, live: Arc::default() })
    }

    /// The same, which shows the run on the whole screen while the load goes on.
    pub(crate) fn on(self, screen: &Screen) -> Self {
        Printer { screen: Some(screen.clone()), ..self }
    }

    /// The load begins. Where the run is shown on the whole screen, what there is to be printed is held back until that
    /// has been left; it tells where the `page` is that shows the run too, if one does.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn load_begins(
        &self,
        watch: &Watch,
        stop: &Stop,
        builder: &Builder,
        page: Option<&str>,
    ) -> io::Result<()> {
        let Some(screen) = &self.screen else { return Ok(()) };
        let queues = [Arc::clone(&self.out), Arc::clone(&self.err)];
        queues.iter().for_each(|queue| queue.hold_when_written(PATIENCE));
        let release = move || queues.iter().for_each(|queue| queue.hold(false));
        let live = Live::start(screen, watch, stop, self.console.style().colour, page, release)?;
        live.second(builder, None);
        let _ = self.live.set(live);
        Ok(())
    }

    /// The run on the whole screen, while it is there.
    fn live(&self) -> Option<&Live> {
        self.live.get().filter(|live| live.is_on())
    }

    /// What is said before and after the load goes by it.
    pub(crate) fn console(&self) -> Console {
        self.console
    }

    /// A line of the script's `log`.
    pub(crate) fn log(&self, line: &str) {
        self.out.push(format!("{line}\n").as_bytes(), LOGGED);
        self.live().into_iter().for_each(|live| live.line(line));
    }

    /// So many lines of the script's `log` did not even come here.
    pub(crate) fn left_out(&self, lines: u64) {
        self.out.state().left_out += lines;
    }

    /// A line for people that is printed even when quiet.
    pub(crate) fn warn(&self, line: &str) {
        self.err.push(format!("{line}\n").as_bytes(), WAITING);
        self.live().into_iter().for_each(|live| live.line(line));
    }

    /// A phase begins or ends: told where no progress line can be.
    pub(crate) fn phase(&self, line: &str) {
        if !self.console.is_quiet() && !self.console.is_terminal() {
            self.out.push(format!("{line}\n\n").as_bytes(), WAITING);
        }
    }

    /// A second has ended, by whose end so many users were due.
    pub(crate) fn second(&self, builder: &mut Builder, due: Option<u64>) {
        if self.console.is_quiet() {
            return;
        }
        if let Some(live) = self.live() {
            live.second(builder, due);
        } else if self.console.is_terminal() {
            self.warn(&render::progress::line(&builder.progress()));
        } else {
            self.periods(builder);
        }
    }

    /// The last second has ended.
    pub(crate) fn finished(&self, builder: &mut Builder, end: Moment) {
        builder.close(end);
        if !self.console.is_quiet() && !self.console.is_terminal() {
            self.periods(builder);
        }
    }

    fn periods(&self, builder: &mut Builder) {
        while let Some(period) = builder.period_ended().cloned() {
            let mut text = Vec::new();
            // A vector takes all that is written to it.
            let _ = render::period::render(&period, &builder.meta().plugins, &mut text);
            self.out.push(&text, WAITING);
        }
    }

    /// Leaves the screen, waits until all is printed, and tells what was left out. What is printed after that needs no printer.
    pub(crate) fn finish(&self) {
        self.live().into_iter().for_each(Live::finish);
        [&self.out, &self.err].iter().for_each(|queue| queue.hold(false));
        self.out.wait();
        self.err.wait();
        let left_out = std::mem::take(&mut self.out.state().left_out);
        if left_out > 0 {
            let lines = if left_out == 1 { "line was" } else { "lines were" };
            let why = if self.live.get().is_some() {
                "more than could be held back for the screen (--no-tui prints them at once)"
            } else {
                "nobody read them in time"
            };
            self.console.warn(&format!(
                "warning: {} {lines} left out of standard output: {why}",
                number::count(left_out)
            ));
        }
    }
}

/// What waits to be printed.
#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    /// Rings when something came or was written.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Each about as long as is written at a time.
    pieces: VecDeque<Vec<u8>>,
    /// Bytes of them, and of the one that is being written.
    waiting: usize,
    /// Lines that found no room.
    left_out: u64,
    /// Whether all waits.
    held: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues whole lines, unless more than `most` bytes would wait.
    fn push(&self, lines: &[u8], most: usize) {
        let state = &mut *self.state();
        if state.waiting + lines.len() > most {
            state.left_out += lines.iter().filter(|byte| **byte == b'\n').count() as u64;
            return;
        }
        state.waiting += lines.len();
        match state.pieces.back_mut() {
            Some(piece) if piece.len() + lines.len() <= PIECE => piece.extend_from_slice(lines),
            _ => state.pieces.push_back(lines.to_vec()),
        }
        self.changed.notify_all();
    }

    /// Holds back what comes, or lets it go.
    fn hold(&self, held: bool) {
        self.state().held = held;
        self.changed.notify_all();
    }

    /// Holds back what comes from now on, once what came before is written or that time has passed.
    fn hold_when_written(&self, time: Duration) {
        let waiting = |state: &mut State| state.waiting > 0;
        let waited = self.changed.wait_timeout_while(self.state(), time, waiting);
        waited.unwrap_or_else(PoisonError::into_inner).0.held = true;
    }

    /// Starts a thread that writes what comes.
    fn serve(
        self: Arc<Self>,
        name: &str,
        write: impl Fn(&[u8]) -> io::Result<()> + Send + 'static,
    ) -> io::Result<()> {
        std::thread::Builder::new().name(name.into()).spawn(move || self.print(write)).map(drop)
    }

    /// Writes what comes, for ever. A reader that has gone is no reason to stop: what it would have read is dropped.
    fn print(&self, write: impl Fn(&[u8]) -> io::Result<()>) -> ! {
        let mut state = self.state();
        loop {
            let free = !state.held;
            let Some(piece) = free.then(|| state.pieces.pop_front()).flatten() else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(state);
            let _ = write(&piece);
            state = self.state();
            state.waiting -= piece.len();
            self.changed.notify_all();
        }
    }

    /// Returns when all is written.
    fn wait(&self) {
        let mut state = self.state();
        while state.waiting > 0 {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn what_nobody_reads_is_bounded_counted_and_printed_in_order_at_last() {
        let queue = Arc::new(Queue::default());
        let (read, may_write) = mpsc::channel::<()>();
        let (written, seen) = mpsc::channel();
        let printing = Arc::clone(&queue);
        std::thread::spawn(move || {
            printing.print(|piece| {
                // Until the reader reads, and then at once.
                let _ = may_write.recv();
                written.send(piece.to_vec()).map_err(io::Error::other)
            });
        });
        let line = |number: usize| format!("{number:099}\n");
        (0..10_000).for_each(|number| queue.push(line(number).as_bytes(), 500_000));
        let tally = || {
            let state = queue.state();
            (state.waiting, state.left_out)
        };
        assert_eq!(tally(), (500_000, 5000));
        queue.push(b"ours\n", 600_000);
        drop(read);
        queue.wait();
        let expected: String = (0..5000).map(line).chain(["ours\n".to_owned()]).collect();
        assert_eq!(seen.try_iter().flatten().collect::<Vec<u8>>(), expected.as_bytes());
        assert_eq!(tally(), (0, 5000));
    }
}
