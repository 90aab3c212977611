//! What keys mean, and who gets them.

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::io;
use std::sync::mpsc;
use std::time::Duration;

/// How long it may take until a process that has asked to be stopped is.
const STOPPING: Duration = Duration::from_millis(100);

/// What somebody at the terminal wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// `q`: the run is to end. A key that is held down must not end the process.
    Stop,
    /// Ctrl-C: what SIGINT asks for.
    Interrupt,
    /// Ctrl-Z: the process is to stop until it is continued.
    Suspend,
    /// Ctrl-L: everything is to be drawn anew.
    Redraw,
    /// Nothing, but the picture may have to change: the window has another size.
    Nothing,
}

/// The next wish, if there is one within that time.
pub(super) fn next(time: Duration) -> io::Result<Option<Wish>> {
    if !event::poll(time)? {
        return Ok(None);
    }
    Ok(meaning(&event::read()?))
}

fn meaning(event: &Event) -> Option<Wish> {
    let key = match event {
        Event::Key(KeyEvent { kind: KeyEventKind::Press, code, modifiers, .. }) => (*code, *modifiers),
        Event::Resize(..) => return Some(Wish::Nothing),
        _ => return None,
    };
    match key {
        (KeyCode::Char('c'), KeyModifiers::CONTROL) => Some(Wish::Interrupt),
        (KeyCode::Char('z'), KeyModifiers::CONTROL) => Some(Wish::Suspend),
        (KeyCode::Char('l'), KeyModifiers::CONTROL) => Some(Wish::Redraw),
        (KeyCode::Char('q' | 'Q'), KeyModifiers::NONE | KeyModifiers::SHIFT) => Some(Wish::Stop),
        _ => None,
    }
}

/// Stops the process and those that it was started with, as Ctrl-Z does where no one reads keys; returns when it is
/// continued.
pub(super) fn suspend() {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, kill_current_process_group};
        let _ = kill_current_process_group(Signal::TSTP);
        // Another thread may take the signal: what stops this one comes a little later.
        let (_held, never) = mpsc::channel::<()>();
        let _ = never.recv_timeout(STOPPING);
    }
}

/// Whether keys come to us: a process in the background that asks for them is stopped.
pub(super) fn in_foreground() -> bool {
    #[cfg(unix)]
    {
        let group = rustix::termios::tcgetpgrp(io::stdin());
        group.is_ok_and(|group| group == rustix::process::getpgrp()) || group.is_err()
    }
    #[cfg(not(unix))]
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_what_they_mean_elsewhere() {
        let control = KeyModifiers::CONTROL;
        let table = [
            ('q', KeyModifiers::NONE, Some(Wish::Stop)),
            ('Q', KeyModifiers::SHIFT, Some(Wish::Stop)),
            ('c', control, Some(Wish::Interrupt)),
            ('z', control, Some(Wish::Suspend)),
            ('l', control, Some(Wish::Redraw)),
            ('c', KeyModifiers::NONE, None),
            ('q', control, None),
            ('x', KeyModifiers::NONE, None),
        ];
        for (key, modifiers, wish) in table {
            let event = Event::Key(KeyEvent::new(KeyCode::Char(key), modifiers));
            assert_eq!(meaning(&event), wish, "{key} {modifiers:?}");
        }
        assert_eq!(meaning(&Event::Resize(80, 24)), Some(Wish::Nothing));
        assert_eq!(meaning(&Event::FocusGained), None);
    }
}
