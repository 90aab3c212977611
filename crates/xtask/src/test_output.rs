//! Shows the output of Rust tests as it comes, and counts what it says: a workspace prints one result per test
//! program, and nobody adds up twenty of them.
//!
//! Only standard output is read; cargo's own messages are on standard error and go straight to the terminal.

use std::io::{self, BufRead, BufReader};
use std::ops::AddAssign;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How many tests there were.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.ignored > 0 { write!(f, ", {} skipped", self.ignored) } else { Ok(()) }
    }
}

/// Runs the command, prints each line of its output, and counts the tests in it.
pub(crate) fn show_and_count(mut command: Command) -> io::Result<(ExitStatus, Tally)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let (sender, lines) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                // Nobody listens any more: see below.
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
    }
    let mut tally = Tally::default();
    let mut status = None;
    loop {
        match lines.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => {
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                tally += read_result(&line).unwrap_or_default();
            }
            Err(RecvTimeoutError::Disconnected) => break,
            // A process that a test left behind may hold the pipe open for ever; the tests are over all the same.
            Err(RecvTimeoutError::Timeout) if status.is_some() => break,
            Err(RecvTimeoutError::Timeout) => status = child.try_wait()?,
        }
    }
    let status = match status {
        Some(status) => status,
        None => child.wait()?,
    };
    Ok((status, tally))
}

/// Reads `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s`.
fn read_result(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut tally = Tally::default();
    for part in counts.split("; ") {
        let Some((number, word)) = part.split_once(' ') else { continue };
        let Ok(number) = number.parse() else { continue };
        match word {
            "passed" => tally.passed = number,
            "failed" => tally.failed = number,
            "ignored" => tally.ignored = number,
            _ => {}
        }
    }
    Some(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_and_other_lines_are_not() {
        let ok =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s";
        assert_eq!(read_result(ok), Some(Tally { passed: 12, failed: 0, ignored: 1 }));
        let bad = "test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";
        assert_eq!(read_result(bad), Some(Tally { passed: 7, failed: 2, ignored: 0 }));
        assert_eq!(read_result("test arrivals::ramp ... ok"), None);
        assert_eq!(read_result("running 12 tests"), None);
    }

    #[test]
    fn a_tally_mentions_skipped_tests_only_if_there_are_any() {
        assert_eq!(Tally { passed: 3, failed: 0, ignored: 0 }.to_string(), "3 passed, 0 failed");
        assert_eq!(Tally { passed: 3, failed: 1, ignored: 2 }.to_string(), "3 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn a_command_without_tests_counts_none_and_keeps_its_status() {
        let mut version = Command::new("rustc");
        version.arg("--version");
        let (status, tally) = show_and_count(version).unwrap();
        assert!(status.success());
        assert_eq!(tally, Tally::default());
    }
}
