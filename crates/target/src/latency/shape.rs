//! `Shape`: a distribution of delays, with its percentiles by arithmetic.

use std::time::Duration;

use puruspe::inverfc;

use super::Draws;

/// No request is held back for longer than this, whatever its shape says.
pub const LONGEST: Duration = Duration::from_secs(60);

/// How delays are distributed. The delays in it are at most [`LONGEST`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Always the same.
    Constant {
        /// The delay.
        delay: Duration,
    },
    /// Any delay of a range is as likely as any other.
    Uniform {
        /// The shortest.
        from: Duration,
        /// The longest, no shorter than `from`.
        to: Duration,
    },
    /// No delay, but for the first `stall` of each `every`, counted from the server's start: a request that comes then
    /// waits for the end of it.
    Stall {
        /// How long nothing is answered; no longer than `every`.
        stall: Duration,
        /// How often that happens; above zero.
        every: Duration,
    },
    /// The logarithms of the delays have a normal distribution: a few are far longer than most, as in many services.
    /// Cut off at [`LONGEST`].
    LogNormal {
        /// Half of the delays are shorter.
        median: Duration,
        /// The standard deviation of the delays' natural logarithms; 0 or more.
        sigma: f64,
    },
}

impl Shape {
    /// The names that there are.
    pub const NAMES: [&'static str; 4] = ["constant", "uniform", "stall", "lognormal"];

    /// Its name in the path.
    pub const fn name(&self) -> &'static str {
        Self::NAMES[self.index()]
    }

    /// Path and query of a request for one of its delays.
    pub fn path(&self, draws: Draws) -> String {
        let ms = |time: Duration| time.as_nanos() as f64 / 1e6;
        let name = self.name();
        let Draws { seed, of } = draws;
        match *self {
            Self::Constant { delay } => format!("/latency/{name}?ms={}", ms(delay)),
            Self::Uniform { from, to } => {
                format!("/latency/{name}?from_ms={}&to_ms={}&seed={seed}&of={of}", ms(from), ms(to))
            }
            Self::Stall { stall, every } => {
                format!("/latency/{name}?ms={}&every_ms={}", ms(stall), ms(every))
            }
            Self::LogNormal { median, sigma } => {
                format!("/latency/{name}?median_ms={}&sigma={sigma}&seed={seed}&of={of}", ms(median))
            }
        }
    }

    /// Its place in [`Shape::NAMES`].
    pub(crate) const fn index(&self) -> usize {
        match self {
            Self::Constant { .. } => 0,
            Self::Uniform { .. } => 1,
            Self::Stall { .. } => 2,
            Self::LogNormal { .. } => 3,
        }
    }

    /// The delay that the share `q` (0 to 1) of requests does not exceed; for a stall, of requests that come evenly
    /// spread over time.
    pub fn quantile(&self, q: f64) -> Duration {
        let q = if q.is_nan() { 0.0 } else { q.clamp(0.0, 1.0) };
        match *self {
            Self::Constant { delay } => delay,
            Self::Uniform { from, to } => from + to.saturating_sub(from).mul_f64(q),
            // The last `stall / every` of all requests wait, the last of them for all of the stall:
            // 100 ms of each 1,000 ms: p90 0, p95 50 ms, p99 90 ms.
            Self::Stall { stall, every } => stall.saturating_sub(every.mul_f64(1.0 - q)),
            Self::LogNormal { median, sigma } => {
                let seconds = median.as_secs_f64() * (sigma * standard_normal(q)).exp();
                Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST).min(LONGEST)
            }
        }
    }
}

/// What is left of the stall for a request that comes that long after the start.
pub(crate) fn left_of_stall(stall: Duration, every: Duration, since_start: Duration) -> Duration {
    let into = since_start.as_nanos().checked_rem(every.as_nanos()).unwrap_or_default();
    // Less than `every`, which is an hour at most.
    stall.saturating_sub(Duration::from_nanos(u64::try_from(into).unwrap_or(u64::MAX)))
}

/// The value that the share `q` of a standard normal distribution does not exceed.
fn standard_normal(q: f64) -> f64 {
    -std::f64::consts::SQRT_2 * inverfc(2.0 * q)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: f64) -> Duration {
        Duration::from_secs_f64(ms / 1e3)
    }

    /// Values of the usual tables.
    #[test]
    fn the_normal_distribution() {
        for (q, expected) in [
            (0.5, 0.0),
            (0.75, 0.674_489_750_196_082),
            (0.841_344_746_068_543, 1.0),
            (0.95, 1.644_853_626_951_472),
            (0.99, 2.326_347_874_040_841),
            (0.999, 3.090_232_306_167_813),
            (0.000_000_1, -5.199_337_582_192_817),
        ] {
            let seen = standard_normal(q);
            assert!((seen - expected).abs() < 1e-9, "{q}: {seen}");
        }
    }

    #[test]
    fn the_percentiles_of_each_shape() {
        let median = Duration::from_millis(5);
        let cases: [(Shape, [f64; 4]); 4] = [
            (Shape::Constant { delay: ms(5.0) }, [5.0; 4]),
            (Shape::Uniform { from: ms(2.0), to: ms(22.0) }, [12.0, 21.0, 21.8, 21.98]),
            (Shape::Stall { stall: ms(100.0), every: ms(1000.0) }, [0.0, 50.0, 90.0, 99.0]),
            // 5 ms × e^(0.5 z) with z of the table above.
            (Shape::LogNormal { median, sigma: 0.5 }, [5.0, 11.380_4, 16.001_2, 23.442_1]),
        ];
        for (shape, expected) in cases {
            for (q, expected) in [0.5, 0.95, 0.99, 0.999].into_iter().zip(expected) {
                let seen = shape.quantile(q).as_secs_f64() * 1e3;
                assert!((seen - expected).abs() < 1e-3, "{shape:?} {q}: {seen} for {expected}");
            }
        }
    }

    #[test]
    fn nobody_is_held_for_longer_than_the_longest() {
        for (median, sigma) in [(LONGEST, 3.0), (LONGEST, 0.0), (ms(5.0), 1e9)] {
            let shape = Shape::LogNormal { median, sigma };
            for q in [-1.0, 0.0, 1e-9, 0.5, 1.0 - 1e-12, 1.0, 2.0, f64::NAN] {
                assert!(shape.quantile(q) <= LONGEST, "{shape:?} {q}");
            }
        }
    }

    #[test]
    fn what_is_left_of_a_stall() {
        let (stall, every) = (ms(100.0), ms(1000.0));
        for (at, left) in
            [(0.0, 100.0), (30.0, 70.0), (100.0, 0.0), (999.0, 0.0), (1000.0, 100.0), (7040.0, 60.0)]
        {
            assert_eq!(left_of_stall(stall, every, ms(at)), ms(left), "{at}");
        }
        assert_eq!(left_of_stall(stall, Duration::ZERO, ms(3.0)), stall);
        // Requests that come evenly spread wait as the percentiles say.
        let mut waits: Vec<Duration> =
            (0..10_000).map(|number| left_of_stall(stall, every, ms(f64::from(number) / 10.0))).collect();
        waits.sort();
        let shape = Shape::Stall { stall, every };
        for q in [0.5, 0.9, 0.95, 0.99, 0.999] {
            let seen = waits[(q * 10_000.0) as usize - 1].as_secs_f64();
            assert!((seen - shape.quantile(q).as_secs_f64()).abs() < 0.000_11, "{q}: {seen}");
        }
    }
}
