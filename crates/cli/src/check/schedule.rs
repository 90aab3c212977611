//! The arrival schedule as a check tells it: exact numbers of users, and the rate over time.

use loadgen_engine::arrivals;
use loadgen_scenario::plan::{Pattern, Phase};
use serde::Serialize;
use std::time::Duration;

/// How finely the rate is told.
const POINTS: u32 = 60;

/// All phases.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Schedule {
    /// Seconds until the last phase is over.
    pub(crate) duration: f64,
    /// How many users arrive.
    pub(crate) users: u64,
    pub(crate) phases: Vec<PhaseTold>,
    /// Users per second in the mean of each sixtieth of the schedule.
    pub(crate) rate: Vec<f64>,
}

/// A phase.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhaseTold {
    pub(crate) name: Option<String>,
    /// `rate`, `poisson`, `count`, `users` or `pause`.
    pub(crate) kind: &'static str,
    /// Seconds.
    pub(crate) duration: f64,
    /// Users per second at its beginning; for `users`, how many run at a time.
    pub(crate) from: f64,
    /// The same at its end.
    pub(crate) to: f64,
    /// How many users arrive in it; 0 for `users`, where the target decides how many follow one another.
    pub(crate) users: u64,
    /// While that many are running, none is started.
    pub(crate) max_vusers: Option<u64>,
}

impl Schedule {
    pub(crate) fn of(phases: &[Phase]) -> Schedule {
        let duration: Duration = phases.iter().map(|phase| phase.duration).sum();
        Schedule {
            duration: duration.as_secs_f64(),
            users: arrivals::total(phases),
            phases: phases.iter().map(PhaseTold::of).collect(),
            rate: (0..POINTS).map(|point| mean_rate(phases, duration, point)).collect(),
        }
    }
}

impl PhaseTold {
    fn of(phase: &Phase) -> PhaseTold {
        let seconds = phase.duration.as_secs_f64();
        let (kind, from, to) = match phase.arrivals {
            Pattern::Pause => ("pause", 0.0, 0.0),
            Pattern::Count(count) => ("count", count as f64 / seconds, count as f64 / seconds),
            Pattern::Rate { from, to } => ("rate", from, to),
            Pattern::Poisson { from, to, .. } => ("poisson", from, to),
            Pattern::Users { from, to } => ("users", from as f64, to as f64),
        };
        PhaseTold {
            name: phase.name.clone(),
            kind,
            duration: seconds,
            from,
            to,
            users: arrivals::count(phase),
            max_vusers: phase.max_users,
        }
    }
}

/// Users per second in the mean of one of the points.
fn mean_rate(phases: &[Phase], whole: Duration, point: u32) -> f64 {
    let width = whole.as_secs_f64() / f64::from(POINTS);
    if width <= 0.0 {
        return 0.0;
    }
    let at = |point: u32| whole.mul_f64(f64::from(point) / f64::from(POINTS));
    let (from, to) = (at(point), at(point + 1));
    let mut start = Duration::ZERO;
    let mut users = 0.0;
    for phase in phases {
        let end = start + phase.duration;
        if end > from && start < to {
            users += phase.users_between(from.saturating_sub(start), to.saturating_sub(start));
        }
        start = end;
    }
    users / width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_mean_of_each_point() {
        let phase = |seconds, arrivals| Phase {
            name: None,
            duration: Duration::from_secs(seconds),
            arrivals,
            max_users: None,
            label: None,
        };
        // 30 s each: 10/s, nobody, 0 to 60/s; a point is 1.5 s.
        let schedule = Schedule::of(&[
            phase(30, Pattern::Rate { from: 10.0, to: 10.0 }),
            phase(30, Pattern::Pause),
            phase(30, Pattern::Rate { from: 0.0, to: 60.0 }),
        ]);
        let near = |index: usize, wanted: f64| (schedule.rate[index] - wanted).abs() < 1e-6;
        assert!(near(0, 10.0) && near(19, 10.0) && near(20, 0.0) && near(39, 0.0));
        // The first point of the ramp goes from 0 to 3/s, the last from 57 to 60.
        assert!(near(40, 1.5) && near(59, 58.5), "{:?}", schedule.rate);
        assert_eq!((schedule.users, schedule.duration), (300 + 900, 90.0));
    }
}
