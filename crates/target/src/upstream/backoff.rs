//! `Backoff`: how long is waited before a call is tried again.
//!
//! Twice as long each time, up to a longest; and of that a random part between a half and the whole (*jitter*), so that
//! requests that failed together do not come back together.

use std::time::Duration;

/// How long is waited between tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Before the first retry, at most.
    pub first: Duration,
    /// Before any retry, at most.
    pub longest: Duration,
}

impl Default for Backoff {
    /// 25 ms, then 50, 100 and so on to a second.
    fn default() -> Self {
        Self { first: Duration::from_millis(25), longest: Duration::from_secs(1) }
    }
}

impl Backoff {
    /// The wait before the retry `number` (from 1); `share` (0 to 1) is the random part.
    pub(super) fn wait(self, number: u32, share: f64) -> Duration {
        let factor = 1_u32.checked_shl(number.saturating_sub(1)).unwrap_or(u32::MAX);
        let most = self.first.checked_mul(factor).unwrap_or(self.longest).min(self.longest);
        most.mul_f64(0.5 + share.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_to_the_longest_with_half_of_it_random() {
        let backoff = Backoff::default();
        for (number, share, ms) in [
            (1, 1.0, 25.0),
            (1, 0.0, 12.5),
            (2, 1.0, 50.0),
            (3, 0.5, 75.0),
            (6, 1.0, 800.0),
            (7, 1.0, 1000.0),
            (7, 0.0, 500.0),
            (u32::MAX, 1.0, 1000.0),
            (0, 1.0, 25.0),
            (1, 9.0, 25.0),
        ] {
            assert_eq!(backoff.wait(number, share), Duration::from_secs_f64(ms / 1e3), "{number} {share}");
        }
    }
}
