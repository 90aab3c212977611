//! `Live`: a run as it goes on, on the whole screen of a terminal, in the order and the words of the summary.
//!
//! A thread of its own draws what it was told last and reads keys. Whoever tells it something never waits for it: a
//! terminal that does not read holds up the picture alone. What else is printed meanwhile is held back by the
//! [`Printer`](crate::printer::Printer) until the screen is left; the last lines of it are shown.

mod blocks;
mod chart;
mod keys;
mod room;
mod screen;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use screen::Screen;

use crate::signals::Watch;
use keys::Wish;
use loadgen_engine::{Stop, Urgency};
use loadgen_report::Builder;
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::layout::{Position, Rect};
use state::State;
use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Shortest time between two pictures.
const FRAME: Duration = Duration::from_millis(250);
/// How long keys are waited for until it is looked what else there is.
const LOOK: Duration = Duration::from_millis(100);
/// How long the end of a run waits for the last picture.
const PATIENCE: Duration = Duration::from_secs(1);
/// Lines of what is held back that are kept to be shown, and characters of each.
const LINES: usize = 50;
const LONGEST: usize = 300;

/// A run on the screen.
pub(crate) struct Live {
    screen: Screen,
    shared: Arc<Mutex<News>>,
    /// Closed when the thread has ended.
    ended: Mutex<Receiver<()>>,
}

/// What there is to be drawn.
#[derive(Default)]
struct News {
    /// Grows with each change.
    version: u64,
    state: Option<Arc<State>>,
    lines: VecDeque<String>,
    /// Whether the thread is to end.
    over: bool,
    /// Whether it has ended.
    gone: bool,
}

/// What is asked of the thread.
struct Viewer {
    screen: Screen,
    shared: Arc<Mutex<News>>,
    watch: Watch,
    stop: Stop,
    colour: bool,
    /// Where a browser finds the run.
    page: Option<String>,
}

/// Whatever ends the thread: the terminal is as it was, and what was held back is let go.
struct Leaving<F: FnMut()> {
    screen: Screen,
    shared: Arc<Mutex<News>>,
    release: F,
    _ended: mpsc::Sender<()>,
}

impl Live {
    /// Takes the screen. `page` is where a browser finds the run. `release` is called when it has been left, by a panic or because the terminal failed too.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(
        screen: &Screen,
        watch: &Watch,
        stop: &Stop,
        colour: bool,
        page: Option<&str>,
        release: impl FnMut() + Send + 'static,
    ) -> io::Result<Self> {
        let shared: Arc<Mutex<News>> = Arc::default();
        let (sender, ended) = mpsc::channel();
        let viewer = Viewer {
            screen: screen.clone(),
            shared: Arc::clone(&shared),
            watch: watch.clone(),
            stop: stop.clone(),
            colour,
            page: page.map(str::to_owned),
        };
        let leaving =
            Leaving { screen: screen.clone(), shared: Arc::clone(&shared), release, _ended: sender };
        screen.left_by_panics();
        std::thread::Builder::new().name("view".into()).spawn(move || {
            let _leaving = leaving;
            if let Err(error) = viewer.show() {
                tracing::warn!(%error, "the terminal cannot be drawn on");
            }
        })?;
        Ok(Live { screen: screen.clone(), shared, ended: Mutex::new(ended) })
    }

    /// Takes what the builder has been told, and how many users are due by now.
    pub(crate) fn second(&self, builder: &Builder, due: Option<u64>) {
        let before = news(&self.shared).state.clone();
        let state = Arc::new(State::of(builder, due, before.as_deref()));
        let news = &mut *news(&self.shared);
        news.state = Some(state);
        news.version += 1;
    }

    /// Takes a line of what is held back.
    pub(crate) fn line(&self, text: &str) {
        let news = &mut *news(&self.shared);
        for line in text.lines() {
            if news.lines.len() >= LINES {
                news.lines.pop_front();
            }
            news.lines.push_back(line.chars().take(LONGEST).collect());
        }
        news.version += 1;
    }

    /// Whether what there is to tell is shown here.
    pub(crate) fn is_on(&self) -> bool {
        !news(&self.shared).gone
    }

    /// Leaves the screen.
    pub(crate) fn finish(&self) {
        news(&self.shared).over = true;
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv_timeout(PATIENCE);
        self.screen.leave();
    }
}

impl Viewer {
    /// Draws and reads keys until the run is over or the screen was left.
    fn show(&self) -> io::Result<()> {
        self.screen.enter()?;
        let mut terminal = Terminal::new(CrosstermBackend::new(self.screen.paper()))?;
        let mut drawn = None;
        let mut last: Option<Instant> = None;
        loop {
            let (version, state, lines) = {
                let news = news(&self.shared);
                if news.over || !self.screen.is_on() {
                    return Ok(());
                }
                (news.version, news.state.clone(), news.lines.iter().cloned().collect::<Vec<_>>())
            };
            let due = last.is_none_or(|last| last.elapsed() >= FRAME);
            if let Some(state) = state.filter(|_| due && drawn != Some(version)) {
                let scene = view::Scene {
                    state: &state,
                    lines: &lines,
                    urgency: self.stop.urgency(),
                    colour: self.colour,
                    page: self.page.as_deref(),
                };
                terminal.draw(|frame| view::draw(frame, &scene))?;
                (drawn, last) = (Some(version), Some(Instant::now()));
            }
            match keys::next(LOOK)? {
                Some(Wish::Stop) if self.stop.urgency() < Urgency::Now => self.watch.quit(),
                Some(Wish::Interrupt) => self.watch.interrupt(),
                Some(Wish::Suspend) => {
                    self.screen.leave();
                    keys::suspend();
                    if !keys::in_foreground() {
                        return Ok(());
                    }
                    self.screen.enter()?;
                    anew(&mut terminal)?;
                }
                Some(Wish::Redraw) => anew(&mut terminal)?,
                Some(Wish::Stop | Wish::Nothing) => {}
                None => continue,
            }
            drawn = None;
        }
    }
}

/// Has the next picture drawn whole. Not by `clear`, which asks the terminal where its cursor is and waits for an answer.
fn anew<B: Backend>(terminal: &mut Terminal<B>) -> Result<(), B::Error> {
    let size = terminal.size()?;
    terminal.resize(Rect::from((Position::ORIGIN, size)))
}

impl<F: FnMut()> Drop for Leaving<F> {
    fn drop(&mut self) {
        self.screen.leave();
        news(&self.shared).gone = true;
        (self.release)();
    }
}

fn news(shared: &Mutex<News>) -> MutexGuard<'_, News> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
