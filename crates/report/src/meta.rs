//! `Meta`: what is known of a run before it begins.
//!
//! The names behind the numbers that a snapshot counts by, and where the run came from. All of it is handed in.

use loadgen_metrics::Moment;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What the names of endpoint metrics begin with where the script does not say otherwise.
const ENDPOINT_PREFIX: &str = "plugins.metrics-by-endpoint";

/// What is known of a run before it begins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// The version of loadgen.
    pub version: String,
    /// The script's path as it was typed.
    pub script: String,
    /// SHA-256 of the script's text, in hexadecimal.
    pub script_hash: String,
    /// Where requests went whose URL is only a path.
    pub target: String,
    /// Whether that is loadgen's own target, started for the run.
    pub target_is_builtin: bool,
    /// What all random choices followed from.
    pub seed: u64,
    /// When the run began, in milliseconds since 1970 (UTC).
    pub started_at: u64,
    /// The environment of the script that was chosen.
    pub environment: Option<String>,
    /// Threads that made the load. At least 1.
    pub shards: u32,
    /// The arrival schedule, in order.
    pub phases: Vec<PhaseInfo>,
    /// The names of the scenarios, as the snapshot counts them.
    pub scenarios: Vec<String>,
    /// The series, as the snapshot counts them.
    pub series: Vec<SeriesInfo>,
    /// How the script's plugins name what they count.
    #[serde(default)]
    pub plugins: PluginNames,
}

/// How the script's plugins name what they count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PluginNames {
    /// The kinds of expectations, as the snapshot counts them.
    pub expectations: Vec<String>,
    /// What the names of endpoint metrics begin with, where that is not as usual.
    pub endpoint_prefix: Option<String>,
    /// Whether endpoint metrics are printed after the run.
    pub endpoints_shown: bool,
    /// Whether endpoints have names that were known only while the load ran.
    pub endpoints_rendered: bool,
    /// Whether answers that fail their user by an expectation are no part of endpoint metrics.
    pub endpoints_after_expect: bool,
    /// Series that are no part of endpoint metrics, in ascending order.
    pub endpoints_left_out: Vec<u32>,
}

/// A stretch of the arrival schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseInfo {
    /// Its name in the script.
    pub name: Option<String>,
    /// When it begins.
    pub from: Moment,
    /// When it ends.
    pub to: Moment,
    /// Users that are due in it; 0 in a closed loop.
    pub arrivals: u64,
    /// In a closed loop: how many users run at a time, at its beginning and at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<(u64, u64)>,
}

/// One (scenario, request name, method).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesInfo {
    /// Its scenario's place in [`Meta::scenarios`].
    pub scenario: u32,
    /// The method, in capitals.
    pub method: String,
    /// What people see it as.
    pub endpoint: String,
}

impl PluginNames {
    /// What the names of endpoint metrics begin with.
    pub fn prefix(&self) -> &str {
        self.endpoint_prefix.as_deref().unwrap_or(ENDPOINT_PREFIX)
    }
}

impl Meta {
    /// How long arrivals are planned to go on.
    pub fn planned(&self) -> Duration {
        self.phases.iter().map(|phase| phase.to).max().unwrap_or_default().since(Moment::START)
    }

    /// The most users that its closed loops keep running at a time; 0 where all users come by the clock.
    pub fn most_users(&self) -> u64 {
        self.phases.iter().filter_map(|phase| phase.users).map(|(from, to)| from.max(to)).max().unwrap_or(0)
    }

    /// The phase that a second of the run (counted from 0) begins in, by name or number, to be put into a sentence:
    /// `in phase "Peak load"`, `in phase 2`, or `after the last phase`.
    pub fn phase_in_words(&self, second: u64) -> String {
        match self.phase_at(second) {
            Some((_, PhaseInfo { name: Some(name), .. })) => format!("in phase \"{name}\""),
            Some((index, _)) => format!("in phase {}", index + 1),
            None => "after the last phase".to_owned(),
        }
    }

    /// The label of the phase that a second of the run begins in; `None` after the last.
    pub(crate) fn phase_label(&self, second: u64) -> Option<String> {
        let (index, phase) = self.phase_at(second)?;
        Some(phase.name.clone().unwrap_or_else(|| format!("phase {}", index + 1)))
    }

    /// The phase that a second of the run (counted from 0) begins in, and its place; `None` after the last.
    pub(crate) fn phase_at(&self, second: u64) -> Option<(usize, &PhaseInfo)> {
        let at = Moment::START + Duration::from_secs(second);
        self.phases.iter().enumerate().find(|(_, phase)| phase.from <= at && at < phase.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(name: Option<&str>, from: u64, to: u64) -> PhaseInfo {
        let at = |millis| Moment::START + Duration::from_millis(millis);
        PhaseInfo {
            name: name.map(str::to_owned),
            from: at(from),
            to: at(to),
            arrivals: 1,
            ..PhaseInfo::default()
        }
    }

    #[test]
    fn a_second_belongs_to_the_phase_that_it_begins_in() {
        let phases = vec![phase(Some("warm-up"), 0, 1500), phase(None, 1500, 4000)];
        let meta = Meta { phases, ..Meta::default() };
        let words: Vec<_> = [0, 1, 2, 3, 4].iter().map(|&second| meta.phase_in_words(second)).collect();
        assert_eq!(
            words,
            [
                "in phase \"warm-up\"",
                "in phase \"warm-up\"",
                "in phase 2",
                "in phase 2",
                "after the last phase"
            ]
        );
        assert_eq!(meta.planned(), Duration::from_secs(4));
    }
}
