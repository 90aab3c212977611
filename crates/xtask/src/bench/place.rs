//! The machine: which processor whom, how many descriptors, and a line that says what the figures were taken on.

use std::fmt;
use std::io;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::Pid;

use super::table;

/// Who runs where. With one processor everybody shares it, and the figures say so.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The processors that this process may use, ascending.
    all: Vec<usize>,
    /// Most descriptors of each process, after the limit was raised.
    pub(crate) descriptors: u64,
}

/// Whose processors are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The target: the first processor.
    Server,
    /// A generator on one processor: the last.
    Generator,
    /// A generator on this many processors, counted from the last.
    Shards(usize),
}

impl Places {
    /// Looks at the machine and raises the limit of descriptors as far as it may go.
    pub(crate) fn find() -> nix::Result<Places> {
        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
        let allowed = sched_getaffinity(Pid::from_raw(0))?;
        let all = (0..CpuSet::count()).filter(|cpu| allowed.is_set(*cpu).unwrap_or(false)).collect();
        Ok(Places { all, descriptors: hard })
    }

    /// The processors for someone.
    pub(crate) fn of(&self, who: Who) -> &[usize] {
        let count = self.all.len();
        match who {
            Who::Server => &self.all[..count.min(1)],
            Who::Generator => &self.all[count.saturating_sub(1)..],
            Who::Shards(shards) => &self.all[count.saturating_sub(shards)..],
        }
    }

    /// How many processors there are.
    pub(crate) fn count(&self) -> usize {
        self.all.len().max(1)
    }

    /// Runs `work` with this thread, and whatever it starts, on the processors of `who`.
    pub(crate) fn on<T>(&self, who: Who, work: impl FnOnce() -> T) -> io::Result<T> {
        pin(self.of(who))?;
        let done = work();
        pin(&self.all)?;
        Ok(done)
    }
}

/// Puts this thread on those processors for good.
pub(crate) fn pin(processors: &[usize]) -> io::Result<()> {
    let mut set = CpuSet::new();
    for cpu in processors {
        set.set(*cpu)?;
    }
    Ok(sched_setaffinity(Pid::from_raw(0), &set)?)
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let processors = match self.count() {
            1 => "one processor for the target and the generator together".to_owned(),
            count => format!("{count} processors, the target on the first and the generator on the last"),
        };
        write!(f, "{processors}, {} descriptors for each process", table::count(self.descriptors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(all: &[usize]) -> Places {
        Places { all: all.to_vec(), descriptors: 1024 }
    }

    #[test]
    fn the_target_is_first_and_the_generator_last() {
        let four = places(&[0, 1, 2, 3]);
        assert_eq!(four.of(Who::Server), [0]);
        assert_eq!(four.of(Who::Generator), [3]);
        assert_eq!(four.of(Who::Shards(2)), [2, 3]);
        let one = places(&[5]);
        assert_eq!((one.of(Who::Server), one.of(Who::Generator)), (&[5][..], &[5][..]));
        assert_eq!(one.of(Who::Shards(4)), [5]);
    }
}
