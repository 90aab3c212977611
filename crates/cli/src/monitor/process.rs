//! `Tree`: a process of this machine, alone or with all that descend from it, by sysinfo.

use crate::error::CliError;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System};

/// A process, and the CPU that it and its descendants had used at the last look.
pub(crate) struct Tree {
    root: Pid,
    children: bool,
    /// When the process started, in seconds since 1970: its number may become another's.
    started: Option<u64>,
    cpu: HashMap<Pid, Duration>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Runs,
    Ended,
    /// And that has been asked for.
    Told,
}

/// What is used.
pub(crate) struct Usage {
    /// In processors.
    pub(crate) cpu: f64,
    /// Resident, in bytes. What processes share counts for each of them.
    pub(crate) memory: u64,
}

/// Whether there is such a process.
///
/// # Errors
/// If there is none, or it has ended.
pub(crate) fn check(pid: u32) -> Result<(), CliError> {
    let mut system = System::new();
    let root = Pid::from_u32(pid);
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[root]), true, kind());
    match system.process(root).filter(|process| lives(process)) {
        Some(_) => Ok(()),
        None => Err(CliError::NoProcess { pid }),
    }
}

impl Tree {
    /// The process alone.
    pub(crate) fn alone(pid: u32) -> Self {
        let root = Pid::from_u32(pid);
        Tree { root, children: false, started: None, cpu: HashMap::new(), state: State::Runs }
    }

    /// The process and all that descend from it, as the workers of a server.
    pub(crate) fn with_children(pid: u32) -> Self {
        Tree { children: true, ..Tree::alone(pid) }
    }

    /// What was used since the last look, which was that long ago; `None` where the process is no more.
    pub(crate) fn measure(&mut self, system: &mut System, time: Duration) -> Option<Usage> {
        if self.state != State::Runs {
            return None;
        }
        let what = kind().with_cpu().with_memory();
        let members = if self.children { self.members(system) } else { vec![self.root] };
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&members), true, what);
        let root = system.process(self.root).filter(|process| lives(process));
        let Some(started) =
            root.map(Process::start_time).filter(|it| self.started.is_none_or(|first| first == *it))
        else {
            self.state = State::Ended;
            return None;
        };
        self.started = Some(started);
        let (mut used, mut memory, mut cpu) = (Duration::ZERO, 0, HashMap::new());
        for process in members.iter().filter_map(|pid| system.process(*pid)) {
            let now = Duration::from_millis(process.accumulated_cpu_time());
            // One that was not there at the last look has started since.
            let before = self.cpu.get(&process.pid()).copied().unwrap_or_default();
            used += now.saturating_sub(before);
            memory += process.memory();
            cpu.insert(process.pid(), now);
        }
        self.cpu = cpu;
        Some(Usage { cpu: used.as_secs_f64() / time.as_secs_f64(), memory })
    }

    /// The number of a process that somebody named and that has ended; once.
    pub(crate) fn has_ended(&mut self) -> Option<u32> {
        (self.state == State::Ended && self.children).then(|| {
            self.state = State::Told;
            self.root.as_u32()
        })
    }

    /// The process and its descendants. Those of all processes are looked through: only parents know no children.
    fn members(&self, system: &mut System) -> Vec<Pid> {
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind());
        let mut members = vec![self.root];
        let mut known = HashSet::from([self.root]);
        let mut next = 0;
        let mut children: HashMap<Pid, Vec<Pid>> = HashMap::new();
        for (pid, process) in system.processes() {
            process.parent().into_iter().for_each(|parent| children.entry(parent).or_default().push(*pid));
        }
        while let Some(pid) = members.get(next).copied() {
            let found = children.get(&pid).into_iter().flatten();
            members.extend(found.filter(|child| known.insert(**child)));
            next += 1;
        }
        members
    }
}

/// Threads are no processes of their own.
fn kind() -> ProcessRefreshKind {
    ProcessRefreshKind::nothing().without_tasks()
}

/// One that has ended stays in the system's list until its parent has asked for its status.
fn lives(process: &Process) -> bool {
    !matches!(process.status(), ProcessStatus::Zombie | ProcessStatus::Dead)
}
