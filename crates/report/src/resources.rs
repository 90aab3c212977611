//! `Resources`: what a run cost the machine, second by second.
//!
//! Measuring it is the caller's; here it is kept and summed up.

use crate::number::{self, rounded};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the generator and, where it can be known, the target used in one second.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resources {
    /// The generator's CPU time as a share of what its cores have: 0 to 1.
    pub generator_cpu: f64,
    /// The share of the time that the busiest of its shards was computing: 0 to 1.
    #[serde(default)]
    pub busiest_shard: f64,
    /// The generator's resident memory in bytes.
    pub generator_memory: u64,
    /// The target's CPU time in processors: 1 is one kept busy, 1.8 are two, one of them not quite. As a percentage that
    /// is 180 %. 0 or more; `None` where it is not known in that second.
    pub target_cpu: Option<f64>,
    /// The target's resident memory in bytes.
    pub target_memory: Option<u64>,
    /// What else the target told of itself, by name; a rate has `/s` behind its name. Values are finite.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, f64>,
}

/// The resources used in one second of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Mean CPU: the generator's as a share of its cores, the target's in processors.
    pub(crate) cpu: f64,
    /// Highest resident memory in bytes.
    pub(crate) memory: u64,
}

impl Resources {
    /// The same with CPU to four decimals and other values to six digits, so that JSON brings exactly the same back.
    /// Values that are no numbers are left out.
    pub(crate) fn rounded(self) -> Self {
        let share = |cpu: f64| rounded(cpu.clamp(0.0, 1.0), 4);
        Resources {
            generator_cpu: share(self.generator_cpu),
            busiest_shard: share(self.busiest_shard),
            target_cpu: self.target_cpu.map(|cpu| rounded(cpu.max(0.0), 4)),
            metrics: self
                .metrics
                .into_iter()
                .filter_map(|(name, value)| Some((name, digits(value)?)))
                .collect(),
            ..self
        }
    }
}

/// A value to six digits; `None` where it is no number.
fn digits(value: f64) -> Option<f64> {
    // Through text, which is what JSON does with it too.
    format!("{value:.5e}").parse().ok().filter(|value: &f64| value.is_finite())
}

/// What the generator used; `None` where nothing was measured.
pub(crate) fn generator(points: &[ResourcePoint]) -> Option<Usage> {
    usage(points.iter().map(|point| (point.used.generator_cpu, point.used.generator_memory)))
}

/// What the target used; `None` where nothing was measured.
pub(crate) fn target(points: &[ResourcePoint]) -> Option<Usage> {
    usage(points.iter().filter_map(|point| Some((point.used.target_cpu?, point.used.target_memory?))))
}

/// Mean and highest value of each metric that the target told, by name.
pub(crate) fn metrics(points: &[ResourcePoint]) -> Vec<(&str, f64, f64)> {
    let names: BTreeSet<&str> =
        points.iter().flat_map(|point| point.used.metrics.keys().map(String::as_str)).collect();
    let sum_up = |name| {
        let values = points.iter().filter_map(|point| point.used.metrics.get(name).copied());
        let (count, sum) = values.clone().fold((0_u64, 0.0), |(count, sum), value| (count + 1, sum + value));
        (name, sum / count as f64, values.fold(f64::NEG_INFINITY, f64::max))
    };
    names.into_iter().map(sum_up).collect()
}

/// CPU and memory of one side in words, the same in every view.
pub(crate) fn words(usage: Usage) -> (String, String) {
    (format!("{:.0} %", usage.cpu * 100.0), number::bytes(usage.memory as f64))
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

    #[test]
    fn a_target_may_keep_several_processors_busy_and_tell_more_of_itself() {
        let told = [("queue", 1.0 / 3.0), ("broken", f64::NAN), ("requests/s", 123_456_789.0)];
        let metrics = told.map(|(name, value)| (name.to_owned(), value)).into();
        let used = Resources {
            target_cpu: Some(1.80004),
            target_memory: Some(2_000_000),
            metrics,
            ..Resources::default()
        };
        let point = |used: &Resources| ResourcePoint { second: 0, used: used.clone() };
        let used = used.rounded();
        assert_eq!(used.target_cpu, Some(1.8));
        let kept = [("queue", 0.333_333), ("requests/s", 123_457_000.0)];
        assert_eq!(used.metrics, kept.map(|(name, value)| (name.to_owned(), value)).into());
        assert_eq!(target(&[point(&used)]).map(words), Some(("180 %".to_owned(), "2.00 MB".to_owned())));
        let json = serde_json::to_string(&point(&used)).unwrap();
        assert_eq!(serde_json::from_str::<ResourcePoint>(&json).unwrap(), point(&used));
        let more = Resources { metrics: [("queue".to_owned(), 1.0)].into(), ..Resources::default() };
        let seen = metrics_of(&[point(&used), point(&more), point(&Resources::default())]);
        assert_eq!(seen[0], ("queue".to_owned(), 0.666_666_5, 1.0));
    }

    fn metrics_of(points: &[ResourcePoint]) -> Vec<(String, f64, f64)> {
        super::metrics(points).into_iter().map(|(name, mean, most)| (name.to_owned(), mean, most)).collect()
    }

    #[test]
    fn what_an_earlier_version_wrote_is_read() {
        let old = r#"{"second": 3, "generator_cpu": 0.5, "generator_memory": 7, "target_cpu": 0.2, "target_memory": 1}"#;
        let point: ResourcePoint = serde_json::from_str(old).unwrap();
        assert_eq!((point.used.target_cpu, point.used.metrics.len()), (Some(0.2), 0));
    }
}
