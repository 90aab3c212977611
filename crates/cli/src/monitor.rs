//! `Monitor`: CPU and memory of this process and of the target, second by second.
//!
//! The target is known as loadgen's own child, as a process of this machine (`--monitor-pid`), or by what it tells of
//! itself over HTTP (`config.monitor`). A process of this machine counts where there are both.

mod exposed;
mod process;
mod told;

pub(crate) use process::check;
pub(crate) use told::Told;

use crate::printer::Printer;
use loadgen_report::Resources;
use process::{Tree, Usage};
use std::time::Duration;
use sysinfo::System;
use tokio::time::Instant;

/// Shortest time between two looks that says something about CPU: the system counts in hundredths of a second.
const LEAST: Duration = Duration::from_millis(200);

/// Looks at processes once a second.
pub(crate) struct Monitor {
    system: System,
    generator: Option<Tree>,
    target: Option<Tree>,
    told: Option<Told>,
    /// How many processors the generator may use: one for each shard.
    shards: f64,
    last: Instant,
}

/// Who the target is.
#[derive(Default)]
pub(crate) struct Target {
    /// loadgen's own child.
    pub(crate) child: Option<u32>,
    /// `--monitor-pid`, which counts more.
    pub(crate) pid: Option<u32>,
    /// `config.monitor`.
    pub(crate) told: Option<Told>,
}

impl Monitor {
    /// Watches this process, and the target as far as it is known.
    pub(crate) fn new(shards: usize, target: Target) -> Self {
        let named = target.pid.map(Tree::with_children);
        let mut monitor = Monitor {
            system: System::new(),
            generator: sysinfo::get_current_pid().ok().map(|pid| Tree::alone(pid.as_u32())),
            target: named.or_else(|| target.child.map(Tree::alone)),
            told: target.told,
            shards: shards as f64,
            last: Instant::now(),
        };
        // CPU is a difference between two looks: this is the first.
        monitor.measure(Duration::MAX);
        monitor
    }

    /// What has been used since the last look, the busiest shard's thread told by the engine; `None` if that was only
    /// just now, or cannot be told.
    pub(crate) fn look(&mut self, busiest: f64, printer: &Printer) -> Option<Resources> {
        let time = self.last.elapsed();
        if time < LEAST {
            return None;
        }
        let (generator, target) = self.measure(time);
        if let Some(pid) = self.target.as_mut().and_then(Tree::has_ended) {
            printer.warn(&format!(
                "warning: the process {pid} (--monitor-pid) has ended; what the target uses is not known from here on"
            ));
        }
        let generator = generator?;
        let told = self.told.as_ref().and_then(Told::latest).unwrap_or_default();
        let (cpu, memory) = match &self.target {
            Some(_) => (target.as_ref().map(|usage| usage.cpu), target.map(|usage| usage.memory)),
            None => (told.cpu, told.memory),
        };
        Some(Resources {
            generator_cpu: generator.cpu / self.shards,
            busiest_shard: busiest,
            generator_memory: generator.memory,
            target_cpu: cpu,
            target_memory: memory,
            metrics: told.metrics,
        })
    }

    fn measure(&mut self, time: Duration) -> (Option<Usage>, Option<Usage>) {
        let Monitor { system, generator, target, last, .. } = self;
        *last = Instant::now();
        let mut usage = |tree: &mut Option<Tree>| tree.as_mut()?.measure(system, time);
        (usage(generator), usage(target))
    }
}
