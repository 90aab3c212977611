//! Lines of the script's `log` on their way to the supervisor. So many bytes of them may wait; what is more is left out
//! and counted, for the load goes first. A line that is very long is cut, and says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use tokio::sync::mpsc;

/// Bytes of lines that may wait.
const WAITING: usize = 4 << 20;
/// Bytes of a line that are kept.
const LONGEST: usize = 64 << 10;
/// Bytes that a line takes beside its text, about.
const OVERHEAD: usize = 64;

/// A queue for lines.
pub(crate) fn queue() -> (Lines, Spoken) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let tally = Arc::new(Tally::default());
    (Lines { sender, tally: Arc::clone(&tally) }, Spoken { receiver, tally })
}

/// Where lines are said. Clones lead into the same queue.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    sender: mpsc::UnboundedSender<String>,
    tally: Arc<Tally>,
}

/// Where lines come out.
#[derive(Debug)]
pub(crate) struct Spoken {
    receiver: mpsc::UnboundedReceiver<String>,
    tally: Arc<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    /// Bytes that wait.
    waiting: AtomicUsize,
    /// Lines that found no room.
    left_out: AtomicU64,
}

impl Lines {
    /// Queues a line, unless there is no room for it.
    pub(crate) fn say(&self, line: String) {
        let line = cut(line);
        let size = line.len() + OVERHEAD;
        if self.tally.waiting.fetch_add(size, Relaxed) + size > WAITING {
            self.tally.waiting.fetch_sub(size, Relaxed);
            self.tally.left_out.fetch_add(1, Relaxed);
            return;
        }
        // Nobody listens in a dry run, whose lines go another way.
        let _ = self.sender.send(line);
    }
}

impl Spoken {
    /// The next line; `None` once nobody can say one any more.
    pub(crate) async fn recv(&mut self) -> Option<String> {
        let line = self.receiver.recv().await?;
        Some(self.taken(line))
    }

    /// The next line, if one is there.
    pub(crate) fn try_recv(&mut self) -> Option<String> {
        let line = self.receiver.try_recv().ok()?;
        Some(self.taken(line))
    }

    /// How many lines were left out so far.
    pub(crate) fn left_out(&self) -> u64 {
        self.tally.left_out.load(Relaxed)
    }

    fn taken(&self, line: String) -> String {
        self.tally.waiting.fetch_sub(line.len() + OVERHEAD, Relaxed);
        line
    }
}

/// The line with no more than its first 64 KiB.
fn cut(line: String) -> String {
    if line.len() <= LONGEST {
        return line;
    }
    let end = (0..=LONGEST).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
    let mark = format!("… [cut: {} bytes more]", line.len() - end);
    [&line[..end], &mark].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_and_says_so() {
        let (lines, mut spoken) = queue();
        lines.say("short".into());
        lines.say("ž".repeat(500_000));
        lines.say(format!("a{}", "ž".repeat(40_000)));
        assert_eq!(spoken.try_recv().as_deref(), Some("short"));
        let long = spoken.try_recv().unwrap();
        assert!(long.starts_with("žž") && long.ends_with("ž… [cut: 934464 bytes more]"));
        assert!(long.len() < LONGEST + 100 && long.capacity() < 2 * LONGEST);
        // No character is split.
        assert!(spoken.try_recv().unwrap().ends_with("ž… [cut: 14466 bytes more]"));
    }

    #[test]
    fn bytes_that_wait_are_bounded_and_what_is_more_is_counted() {
        let (lines, mut spoken) = queue();
        (0..1000).for_each(|_| lines.say("x".repeat(1 << 20)));
        let mut bytes = 0;
        let mut count = 0;
        while let Some(line) = spoken.try_recv() {
            bytes += line.len();
            count += 1;
        }
        assert!(bytes <= WAITING && bytes > WAITING / 2, "{bytes}");
        assert_eq!(spoken.left_out(), 1000 - count);
        lines.say("again".into());
        assert_eq!(spoken.try_recv().as_deref(), Some("again"), "there is room again");
    }
}
