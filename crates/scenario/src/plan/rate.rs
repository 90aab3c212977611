//! How many users a phase starts in a stretch of its time, in the mean: what a plot of the schedule shows.

use super::{Pattern, Phase};
use std::time::Duration;

impl Phase {
    /// How many users start between two moments of the phase, counted from its beginning: the integral of its rate.
    pub fn users_between(&self, from: Duration, to: Duration) -> f64 {
        let whole = self.duration.as_secs_f64();
        let until = |moment: Duration| {
            let t = moment.as_secs_f64().min(whole);
            match self.arrivals {
                // Who comes when in a closed loop is up to the target.
                Pattern::Pause | Pattern::Users { .. } => 0.0,
                Pattern::Count(count) => count as f64 * t / whole,
                Pattern::Rate { from, to } | Pattern::Poisson { from, to, .. } => {
                    from * t + (to - from) / (2.0 * whole) * t * t
                }
            }
        };
        (until(to) - until(from)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_has_the_integral_of_the_rate() {
        let secs = Duration::from_secs;
        let phase =
            |arrivals| Phase { name: None, duration: secs(10), arrivals, max_users: None, label: None };
        // A ramp from 0 to 10 in 10 s: a(t) = t, N(t) = t² / 2.
        let ramp = phase(Pattern::Rate { from: 0.0, to: 10.0 });
        assert_eq!(ramp.users_between(secs(0), secs(10)), 50.0);
        assert_eq!(ramp.users_between(secs(4), secs(6)), 18.0 - 8.0);
        assert_eq!(ramp.users_between(secs(8), secs(99)), 50.0 - 32.0);
        assert_eq!(phase(Pattern::Count(30)).users_between(secs(1), secs(2)), 3.0);
        assert_eq!(phase(Pattern::Pause).users_between(secs(0), secs(10)), 0.0);
    }
}
