//! `Leash`: a program of the lab, which ends with this value, and with the lab however that ends.
//!
//! The system tells nobody that a process was killed, but it closes its pipes. So a shell stands between (`leash.sh`),
//! which ends the program when its own standard input ends.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::problem::Problem;
use crate::step::now;

/// How long a program may take to end before it is killed: longer than the target waits for requests under way.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(10);
/// How many of the last lines of a log are told.
const LINES: usize = 12;

/// A program that runs.
#[derive(Debug)]
pub(crate) struct Leash {
    name: &'static str,
    log: PathBuf,
    shell: Child,
}

impl Leash {
    /// Starts the program that `words` are; what `shell` says of user, folder and variables holds for it. It writes to
    /// `LOGS/NAME.log`, and is asked to end by `signal`.
    ///
    /// # Errors
    /// If there is no shell, or the log cannot be made.
    pub(crate) fn start(
        name: &'static str,
        signal: Signal,
        mut shell: Command,
        words: impl IntoIterator<Item = OsString>,
        logs: &Path,
    ) -> Result<Leash, Problem> {
        let log = logs.join(format!("{name}.log"));
        let output = File::create(&log)?;
        let signal = signal.as_str().trim_start_matches("SIG");
        shell.args(["-c", include_str!("leash.sh"), "leash", signal]).args(words);
        shell.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output);
        // A group of its own: Ctrl-C ends the lab, and the lab its programs, one after the other.
        let shell = shell.process_group(0).spawn()?;
        Ok(Leash { name, log, shell })
    }

    /// What the lab calls it.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, Problem> {
        Ok(self.shell.try_wait()?)
    }

    /// The last lines that it wrote.
    pub(crate) fn last_lines(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn end(mut self) -> Result<ExitStatus, Problem> {
        self.let_go();
        Ok(self.shell.wait()?)
    }

    fn let_go(&mut self) {
        drop(self.shell.stdin.take());
        let started = now();
        while matches!(self.shell.try_wait(), Ok(None)) {
            if started.elapsed() > PATIENCE {
                // Not yet waited for, so the number is still its own.
                let group = Pid::from_raw(i32::try_from(self.shell.id()).unwrap_or(i32::MAX));
                let _ = killpg(group, Signal::SIGKILL);
                let _ = self.shell.wait();
                break;
            }
            thread::park_timeout(LOOK);
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        self.let_go();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(script: &str, folder: &Path) -> Leash {
        let words = ["sh", "-c", script].map(OsString::from);
        Leash::start("a-program", Signal::SIGTERM, Command::new("sh"), words, folder).unwrap()
    }

    fn until(mut done: impl FnMut() -> bool) {
        let started = now();
        while !done() {
            assert!(started.elapsed() < Duration::from_secs(60), "what was waited for does not come");
            thread::park_timeout(Duration::from_millis(1));
        }
    }

    #[test]
    fn a_program_ends_with_its_leash() {
        let folder = tempfile::tempdir().unwrap();
        let leash = start("echo $$; exec sleep 3600", folder.path());
        until(|| leash.last_lines().parse::<u32>().is_ok());
        let number = leash.last_lines();
        drop(leash);
        assert!(!Path::new("/proc").join(number).join("stat").exists());
    }

    #[test]
    fn a_program_ends_when_whoever_holds_the_leash_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let mut leash = start("echo $$; exec sleep 3600", folder.path());
        until(|| leash.last_lines().parse::<u32>().is_ok());
        // What the system does to the pipes of a process that was killed.
        drop(leash.shell.stdin.take());
        until(|| leash.ended().unwrap().is_some());
        assert!(!Path::new("/proc").join(leash.last_lines()).join("stat").exists());
    }

    #[test]
    fn a_program_s_own_end_is_seen_with_what_it_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut leash = start("echo one; echo two >&2; exit 7", folder.path());
        until(|| leash.ended().unwrap().is_some());
        assert_eq!(leash.ended().unwrap().unwrap().code(), Some(7));
        assert_eq!((leash.name(), leash.last_lines().as_str()), ("a-program", "one\ntwo"));
    }
}
