//! A command run to its end: what it cost, what it held at most, and what it said.
//!
//! CPU is the system's account of ended children (user and system time of the whole tree that was waited for), so no
//! two commands are ever measured at a time. The most memory is the process's own high-water mark, looked at while
//! it runs. Whoever is still running when the chore is stopped, or when its time is over, is killed with its group.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::signal::{Signal, killpg};
use nix::sys::time::{TimeVal, TimeValLike as _};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

use super::place::{Places, Who};
use super::problem::Problem;
use crate::step::now;

/// How often a running command is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How much of what a failed command said is told.
const TAIL: usize = 300;

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Finished {
    /// User and system time of the command's processes, µs.
    pub(crate) user: f64,
    pub(crate) system: f64,
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// The most memory that it held, KiB; 0 where the system does not tell.
    pub(crate) peak: u64,
}

/// Where commands are run.
pub(crate) struct Runner<'a> {
    pub(crate) places: &'a Places,
    pub(crate) stop: &'a Arc<AtomicBool>,
    /// Holds what the command says.
    pub(crate) folder: &'a Path,
}

impl Runner<'_> {
    /// Runs the command on the processors of `who`, for at most `limit`.
    ///
    /// # Errors
    /// When it cannot be started, does not end in time, ends with something else than 0, or the chore is stopped.
    pub(crate) fn run(&self, mut command: Command, who: Who, limit: Duration) -> Result<Finished, Problem> {
        let program = command.get_program().to_string_lossy().into_owned();
        let said = self.folder.join("said.txt");
        let output = File::create(&said)?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
        // A run that is slower than it should be is measured here, not judged.
        command.env_remove("CI").env("ARTILLERY_DISABLE_TELEMETRY", "true").env("NODE_NO_WARNINGS", "1");
        let before = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let started = now();
        let mut child = self.places.on(who, || command.spawn())??;
        let peak = self.watch(&child, started, limit);
        let pid = pid(&child);
        if peak.is_err() {
            // Not yet waited for, so the number is still its own.
            let _ = killpg(pid, Signal::SIGKILL);
        }
        let status = child.wait()?;
        let after = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let (peak, ended) = peak.map_err(|problem| match problem {
            Problem::TooLong { seconds, .. } => Problem::TooLong { program: program.clone(), seconds },
            other => other,
        })?;
        if !status.success() {
            let text = std::fs::read(&said).unwrap_or_default();
            let tail = String::from_utf8_lossy(&text[text.len().saturating_sub(TAIL)..]).trim().to_owned();
            return Err(Problem::Failed { program, code: status.code(), tail });
        }
        let spent = |time: fn(&Usage) -> TimeVal| micros(time(&after)) - micros(time(&before));
        Ok(Finished {
            user: spent(Usage::user_time),
            system: spent(Usage::system_time),
            wall: ended.saturating_duration_since(started),
            peak,
        })
    }

    /// Waits for the end without taking it from the one who waits for the child: its most memory, and when it ended.
    fn watch(&self, child: &Child, started: Instant, limit: Duration) -> Result<(u64, Instant), Problem> {
        let pid = pid(child);
        let (send, ends) = mpsc::channel();
        thread::spawn(move || {
            let _ = waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
            let _ = send.send(now());
        });
        let mut peak = 0;
        loop {
            match ends.recv_timeout(LOOK) {
                Ok(ended) => return Ok((peak, ended)),
                Err(RecvTimeoutError::Disconnected) => return Ok((peak, now())),
                Err(RecvTimeoutError::Timeout) => peak = peak.max(high_water(pid)),
            }
            if self.stop.load(Ordering::Relaxed) {
                return Err(Problem::Stopped);
            }
            if started.elapsed() > limit {
                return Err(Problem::TooLong { program: String::new(), seconds: limit.as_secs() });
            }
        }
    }
}

fn pid(child: &Child) -> Pid {
    // Process numbers are positive and far below the limit of 31 bits.
    Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX))
}

fn micros(time: TimeVal) -> f64 {
    time.num_microseconds() as f64
}

fn high_water(pid: Pid) -> u64 {
    std::fs::read_to_string(format!("/proc/{pid}/status")).map_or(0, |status| high_water_of(&status))
}

/// `VmHWM` of a process's status, KiB.
fn high_water_of(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// A program in the background that ends with this value.
#[derive(Debug)]
pub(crate) struct Background {
    child: Child,
}

impl Background {
    /// Starts it on the target's processor, in a group of its own, so that Ctrl-C reaches it through us.
    pub(crate) fn start(command: &mut Command, places: &Places) -> Result<Background, Problem> {
        command.process_group(0);
        let child = places.on(Who::Server, || command.spawn())??;
        Ok(Background { child })
    }

    /// Its standard output, if it was piped and not yet taken.
    pub(crate) fn output(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // SIGTERM first: nginx then ends its worker too. What is still there is killed with its group.
        if matches!(self.child.try_wait(), Ok(None)) {
            let group = pid(&self.child);
            let _ = killpg(group, Signal::SIGTERM);
            let (send, ends) = mpsc::channel();
            thread::spawn(move || {
                let _ = waitid(Id::Pid(group), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
                let _ = send.send(());
            });
            let _ = ends.recv_timeout(Duration::from_secs(2));
            let _ = killpg(group, Signal::SIGKILL);
        }
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_kib() {
        assert_eq!(high_water_of("Name:\tx\nVmHWM:\t   16444 kB\nVmRSS:\t 12 kB\n"), 16444);
        assert_eq!(high_water_of(""), 0);
    }

    fn run(script: &str, stopped: bool, limit: Duration) -> Result<Finished, Problem> {
        let places = Places::find().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let stop = Arc::new(AtomicBool::new(stopped));
        let runner = Runner { places: &places, stop: &stop, folder: folder.path() };
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        runner.run(command, Who::Generator, limit)
    }

    #[test]
    fn a_failure_tells_what_the_command_said() {
        let problem = run("echo no such thing; exit 3", false, Duration::from_secs(60)).unwrap_err();
        assert_eq!(problem.to_string(), "`sh` ended with Some(3): no such thing");
    }

    #[test]
    fn who_is_stopped_or_takes_too_long_is_killed_with_all_that_it_started() {
        // Each would run for an hour, and so would the test if the child of the shell were left.
        let script = "sleep 3600 & wait";
        assert!(matches!(run(script, true, Duration::from_secs(60)), Err(Problem::Stopped)));
        let problem = run(script, false, Duration::from_millis(1)).unwrap_err();
        assert_eq!(problem.to_string(), "`sh` did not end within 0 s");
    }

    #[test]
    fn the_background_ends_with_its_value() {
        let places = Places::find().unwrap();
        let background = Background::start(Command::new("sleep").arg("3600"), &places).unwrap();
        let number = background.child.id();
        drop(background);
        assert!(!Path::new(&format!("/proc/{number}/stat")).exists());
    }
}
