//! `Screen`: the terminal while it is ours. Left exactly once, by whoever comes first: the view, a panic, or a signal that
//! ends the process.

use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::crossterm::{Command, queue};
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// How long a process that ends tries to tell a terminal so that may not read.
const PATIENCE: Duration = Duration::from_millis(200);

/// The terminal. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Screen {
    on: Arc<AtomicBool>,
}

/// What the view writes: it goes out in whole frames, and only while the screen is ours.
pub(super) struct Paper {
    screen: Screen,
    bytes: Vec<u8>,
}

impl Screen {
    /// Whether a view can be had: people are at both ends, the terminal can move its cursor, and we are not in its
    /// background, where asking for keys would stop the process.
    pub(crate) fn is_usable() -> bool {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        let people = io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal();
        people && !dumb && super::keys::in_foreground()
    }

    /// Takes the terminal.
    pub(super) fn enter(&self) -> io::Result<()> {
        enable_raw_mode()?;
        self.on.store(true, SeqCst);
        let mut out = io::stdout().lock();
        queue!(out, EnterAlternateScreen)?;
        out.flush()
    }

    /// Gives it back, if it is ours.
    pub(crate) fn leave(&self) {
        if self.on.swap(false, SeqCst) {
            let _ = disable_raw_mode();
            leave();
        }
    }

    /// The same for a process that ends at once, whether the terminal reads or not.
    pub(crate) fn abandon(&self) {
        if self.on.swap(false, SeqCst) {
            let _ = disable_raw_mode();
            let (sender, done) = mpsc::channel::<()>();
            let leaving = std::thread::Builder::new().name("leaving".into()).spawn(move || {
                leave();
                drop(sender);
            });
            if leaving.is_ok() {
                let _ = done.recv_timeout(PATIENCE);
            }
        }
    }

    /// Whether it is ours.
    pub(super) fn is_on(&self) -> bool {
        self.on.load(SeqCst)
    }

    /// Lets panics leave the screen before they tell what happened.
    pub(super) fn left_by_panics(&self) {
        let (own, usual) = (self.clone(), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            own.leave();
            usual(panic);
        }));
    }

    /// Something to draw on.
    pub(super) fn paper(&self) -> Paper {
        Paper { screen: self.clone(), bytes: Vec::new() }
    }
}

fn leave() {
    let mut text = String::new();
    let _ = Show.write_ansi(&mut text).and_then(|()| LeaveAlternateScreen.write_ansi(&mut text));
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // Within the lock, so that nothing is drawn after the screen was left.
        let mut out = io::stdout().lock();
        let written =
            if self.screen.is_on() { out.write_all(&self.bytes).and_then(|()| out.flush()) } else { Ok(()) };
        self.bytes.clear();
        written
    }
}
