//! CPU and memory of this process and of the built-in target, by sysinfo.

use loadgen_report::Resources;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// Looks at processes once a second.
pub(crate) struct Monitor {
    system: System,
    generator: Option<Pid>,
    target: Option<Pid>,
    /// How many processors the generator may use: one for each shard.
    shards: f64,
}

impl Monitor {
    /// Watches this process, and the target's where that is ours.
    pub(crate) fn new(shards: usize, target: Option<u32>) -> Self {
        let mut monitor = Monitor {
            system: System::new(),
            generator: sysinfo::get_current_pid().ok(),
            target: target.map(Pid::from_u32),
            shards: shards as f64,
        };
        // CPU is a difference between two looks: this is the first.
        monitor.look();
        monitor
    }

    /// What has been used since the last look.
    pub(crate) fn look(&mut self) -> Option<Resources> {
        let pids: Vec<Pid> = self.generator.into_iter().chain(self.target).collect();
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&pids), true, what);
        let generator = self.system.process(self.generator?)?;
        let target = self.target.and_then(|pid| self.system.process(pid));
        Some(Resources {
            generator_cpu: f64::from(generator.cpu_usage()) / 100.0 / self.shards,
            generator_memory: generator.memory(),
            target_cpu: target.map(|process| f64::from(process.cpu_usage()) / 100.0),
            target_memory: target.map(|process| process.memory()),
        })
    }
}
