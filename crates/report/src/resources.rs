//! `Resources`: what a run cost the machine, second by second.
//!
//! Measuring it is the caller's; here it is kept and summed up.

use crate::number::rounded;
use serde::{Deserialize, Serialize};

/// What the generator and, where it can be known, the target used in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resources {
    /// The generator's CPU time as a share of what its cores have: 0 to 1.
    pub generator_cpu: f64,
    /// The share of the time that the busiest of its shards was computing: 0 to 1.
    #[serde(default)]
    pub busiest_shard: f64,
    /// The generator's resident memory in bytes.
    pub generator_memory: u64,
    /// The target's CPU time as a share of what its cores have: 0 to 1. `None` where it is not loadgen's own child.
    pub target_cpu: Option<f64>,
    /// The target's resident memory in bytes.
    pub target_memory: Option<u64>,
}

/// The resources used in one second of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourcePoint {
    /// The second of the run, from 0.
    pub second: u64,
    /// What was used in it.
    #[serde(flatten)]
    pub used: Resources,
}

/// Mean CPU and highest memory over a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usage {
    /// Mean share of the CPU, 0 to 1.
    pub(crate) cpu: f64,
    /// Highest resident memory in bytes.
    pub(crate) memory: u64,
}

impl Resources {
    /// The same with CPU shares to four decimals, so that JSON brings exactly the same back.
    pub(crate) fn rounded(self) -> Self {
        let share = |cpu: f64| rounded(cpu.clamp(0.0, 1.0), 4);
        Resources {
            generator_cpu: share(self.generator_cpu),
            busiest_shard: share(self.busiest_shard),
            target_cpu: self.target_cpu.map(share),
            ..self
        }
    }
}

/// What the generator used; `None` where nothing was measured.
pub(crate) fn generator(points: &[ResourcePoint]) -> Option<Usage> {
    usage(points.iter().map(|point| (point.used.generator_cpu, point.used.generator_memory)))
}

/// What the target used; `None` where nothing was measured.
pub(crate) fn target(points: &[ResourcePoint]) -> Option<Usage> {
    usage(points.iter().filter_map(|point| Some((point.used.target_cpu?, point.used.target_memory?))))
}

fn usage(points: impl Iterator<Item = (f64, u64)> + Clone) -> Option<Usage> {
    let count = points.clone().count();
    let cpu: f64 = points.clone().map(|(cpu, _)| cpu).sum();
    let memory = points.map(|(_, memory)| memory).max()?;
    Some(Usage { cpu: cpu / count as f64, memory })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_the_mean_cpu_and_the_highest_memory() {
        let point = |second, generator_cpu, generator_memory| ResourcePoint {
            second,
            used: Resources { generator_cpu, generator_memory, ..Resources::default() },
        };
        let points = [point(0, 0.2, 10), point(1, 0.4, 30), point(2, 0.6, 20)];
        let usage = generator(&points).unwrap();
        assert!((usage.cpu - 0.4).abs() < 1e-9);
        assert_eq!(usage.memory, 30);
        assert_eq!((target(&points), generator(&[])), (None, None));
    }
}
