//! CPU and memory of this process and of the built-in target, by sysinfo.

use loadgen_report::Resources;
use std::time::Duration;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::time::Instant;

/// Shortest time between two looks that says something about CPU: the system counts in hundredths of a second.
const LEAST: Duration = Duration::from_millis(200);

/// Looks at processes once a second.
pub(crate) struct Monitor {
    system: System,
    generator: Option<Watched>,
    target: Option<Watched>,
    /// How many processors the generator may use: one for each shard.
    shards: f64,
    last: Instant,
}

/// A process, and the CPU that it had used at the last look.
struct Watched {
    pid: Pid,
    cpu: Duration,
}

/// What a process uses.
struct Usage {
    /// In processors.
    cpu: f64,
    /// In bytes.
    memory: u64,
}

impl Monitor {
    /// Watches this process, and the target's where that is ours.
    pub(crate) fn new(shards: usize, target: Option<u32>) -> Self {
        let watched = |pid| Watched { pid, cpu: Duration::ZERO };
        let mut monitor = Monitor {
            system: System::new(),
            generator: sysinfo::get_current_pid().ok().map(watched),
            target: target.map(|pid| watched(Pid::from_u32(pid))),
            shards: shards as f64,
            last: Instant::now(),
        };
        // CPU is a difference between two looks: this is the first.
        monitor.measure(Duration::MAX);
        monitor
    }

    /// What has been used since the last look, the busiest shard's thread told by the engine; `None` if that was only
    /// just now, or cannot be told.
    pub(crate) fn look(&mut self, busiest: f64) -> Option<Resources> {
        let time = self.last.elapsed();
        if time < LEAST {
            return None;
        }
        let (generator, target) = self.measure(time);
        let generator = generator?;
        Some(Resources {
            generator_cpu: generator.cpu / self.shards,
            busiest_shard: busiest,
            generator_memory: generator.memory,
            target_cpu: target.as_ref().map(|usage| usage.cpu),
            target_memory: target.map(|usage| usage.memory),
        })
    }

    fn measure(&mut self, time: Duration) -> (Option<Usage>, Option<Usage>) {
        let Monitor { system, generator, target, last, .. } = self;
        *last = Instant::now();
        let pids: Vec<Pid> =
            [&*generator, &*target].into_iter().flatten().map(|watched| watched.pid).collect();
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&pids), true, what);
        let usage = |watched: &mut Option<Watched>| {
            let watched = watched.as_mut()?;
            let process = system.process(watched.pid)?;
            let cpu = Duration::from_millis(process.accumulated_cpu_time());
            let used = cpu.saturating_sub(std::mem::replace(&mut watched.cpu, cpu));
            Some(Usage { cpu: used.as_secs_f64() / time.as_secs_f64(), memory: process.memory() })
        };
        (usage(generator), usage(target))
    }
}
