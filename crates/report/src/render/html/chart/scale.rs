//! `Scale`: where a value stands on the y axis, and which round values are written beside it.
//!
//! An axis begins at 0 and goes up to a round value that is not below the largest. Where values span more than two decades
//! it may be logarithmic; then it begins at a round value that is not above the smallest.

use crate::number::{Unit, plain, rounded};

/// More than this between the smallest and the largest value is told apart by a logarithmic axis alone.
const DECADES: f64 = 100.0;
/// About so many steps has a linear axis.
const STEPS: f64 = 4.0;

/// No logarithmic axis begins below this.
const SMALLEST: f64 = 0.001;

/// A y axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scale {
    log: bool,
    low: f64,
    high: f64,
    /// Round values with their texts, from the lowest.
    pub(crate) ticks: Vec<(f64, String)>,
}

impl Scale {
    /// One from 0 to at least `least`, for those values.
    pub(crate) fn linear(values: impl Iterator<Item = f64>, unit: Unit, least: f64) -> Scale {
        let most = values.filter(|value| value.is_finite()).fold(least, f64::max);
        let (factor, name) = part(unit, most);
        let whole = factor == 1.0 && (unit == Unit::Bytes || unit == Unit::Count && most >= 1.0);
        let most = if most > 0.0 { most / factor } else { 1.0 };
        let step = round_up(most / STEPS, &[1.0, 2.0, 5.0]).max(if whole { 1.0 } else { 0.001 });
        let steps = (most / step - 1e-9).ceil().max(1.0);
        let tick = |index: u32| {
            let value = rounded(f64::from(index) * step, 6);
            (value * factor, format!("{}{name}", plain(value)))
        };
        Scale {
            log: false,
            low: 0.0,
            high: steps * step * factor,
            ticks: (0..=steps as u32).map(tick).collect(),
        }
    }

    /// One up to at least `least`: a logarithmic one where the values span more than two decades, and a linear one elsewhere.
    pub(crate) fn fitting(values: impl Iterator<Item = f64> + Clone, unit: Unit, least: f64) -> Scale {
        let positive = values.clone().filter(|value| *value > 0.0 && value.is_finite());
        let (smallest, most) =
            positive.fold((f64::MAX, 0.0), |(smallest, most), it| (it.min(smallest), it.max(most)));
        if most <= smallest * DECADES {
            return Scale::linear(values, unit, least);
        }
        let (_, name) = part(unit, 0.0);
        let low = 10f64.powf(smallest.max(SMALLEST).log10().floor());
        let high = round_up(most.max(least), &[1.0, 2.0, 5.0]);
        let decades =
            (0..).map(|index| rounded(low * 10f64.powi(index), 6)).take_while(|it| *it < high * 0.99);
        let ticks = decades.chain([rounded(high, 6)]).map(|value| (value, format!("{}{name}", plain(value))));
        Scale { log: true, low, high, ticks: ticks.collect() }
    }

    /// Whether it is logarithmic.
    pub(crate) fn is_log(&self) -> bool {
        self.log
    }

    /// Whether a value is on the axis.
    pub(crate) fn holds(&self, value: f64) -> bool {
        // An axis that was made to reach a value may miss it by a rounding.
        (self.low..=self.high * (1.0 + 1e-9)).contains(&value)
    }

    /// How far up a value stands: 0 at the bottom, 1 at the top.
    pub(crate) fn height(&self, value: f64) -> f64 {
        let share = match self.log {
            true => (value.max(self.low) / self.low).log10() / (self.high / self.low).log10(),
            false => value / self.high,
        };
        share.clamp(0.0, 1.0)
    }
}

/// What a unit's values are divided by on an axis up to `most`, and what is written behind them.
fn part(unit: Unit, most: f64) -> (f64, &'static str) {
    match unit {
        Unit::Count => {
            let parts = [(1e12, " T"), (1e9, " G"), (1e6, " M")];
            parts.into_iter().find(|(factor, _)| most >= *factor).unwrap_or((1.0, ""))
        }
        Unit::Millis => (1.0, " ms"),
        Unit::Percent => (1.0, " %"),
        Unit::PerSecond => (1.0, "/s"),
        Unit::Bytes => {
            let parts = [(1e12, " TB"), (1e9, " GB"), (1e6, " MB"), (1e3, " kB")];
            parts.into_iter().find(|(factor, _)| most >= *factor).unwrap_or((1.0, " B"))
        }
    }
}

/// The least product of a power of ten and one of `digits` (ascending, from 1) that is not below `value`, which is above 0.
fn round_up(value: f64, digits: &[f64]) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let digit = digits.iter().find(|digit| **digit * power >= value * (1.0 - 1e-9));
    digit.map_or(10.0 * power, |digit| digit * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(scale: &Scale) -> Vec<&str> {
        scale.ticks.iter().map(|(_, text)| text.as_str()).collect()
    }

    fn linear(most: f64, unit: Unit) -> Vec<String> {
        let scale = Scale::linear([most].into_iter(), unit, 0.0);
        assert!(scale.high >= most, "{most}");
        texts(&scale).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_linear_axis_goes_from_0_over_the_maximum_in_round_steps() {
        assert_eq!(linear(4.2, Unit::Millis), ["0 ms", "2 ms", "4 ms", "6 ms"]);
        assert_eq!(linear(0.0, Unit::Percent), ["0 %", "0.5 %", "1 %"]);
        assert_eq!(linear(1040.2, Unit::PerSecond), ["0/s", "500/s", "1,000/s", "1,500/s"]);
        assert_eq!(linear(0.3, Unit::Millis), ["0 ms", "0.1 ms", "0.2 ms", "0.3 ms"]);
        assert_eq!(linear(2.0, Unit::Count), ["0", "1", "2"]);
        assert_eq!(linear(0.3, Unit::Count), ["0", "0.1", "0.2", "0.3"]);
        assert_eq!(linear(61e6, Unit::Count), ["0 M", "20 M", "40 M", "60 M", "80 M"]);
        assert_eq!(linear(61e6, Unit::Bytes), ["0 MB", "20 MB", "40 MB", "60 MB", "80 MB"]);
        assert_eq!(linear(1.0, Unit::Bytes), ["0 B", "1 B"]);
    }

    #[test]
    fn an_axis_is_logarithmic_beyond_two_decades() {
        let scale = Scale::fitting([0.4, 3.0, 240.0].into_iter(), Unit::Millis, 0.0);
        assert!(scale.is_log());
        assert_eq!(texts(&scale), ["0.1 ms", "1 ms", "10 ms", "100 ms", "500 ms"]);
        assert!((scale.height(0.1) - 0.0).abs() < 1e-9 && (scale.height(500.0) - 1.0).abs() < 1e-9);
        assert!((scale.height(1.0) - 1.0 / 5000f64.log10()).abs() < 1e-9);
        assert!(!Scale::fitting([0.4, 40.0].into_iter(), Unit::Millis, 0.0).is_log());
        assert!(!Scale::fitting([].into_iter(), Unit::Millis, 0.0).is_log());
    }

    #[test]
    fn an_axis_reaches_what_it_has_to_and_is_of_the_same_kind() {
        let wide = Scale::fitting([0.4, 3.0, 240.0].into_iter(), Unit::Millis, 480.0);
        assert!(wide.is_log() && wide.holds(480.0) && wide.holds(0.1));
        assert!(!wide.holds(0.09) && !wide.holds(501.0));
        let plain = Scale::fitting([1.0, 60.0].into_iter(), Unit::Millis, 110.0);
        assert!(!plain.is_log() && plain.holds(110.0) && plain.holds(0.0));
        assert!(!plain.holds(-1.0) && !plain.holds(f64::NAN) && !plain.holds(f64::INFINITY));
        // Each of these is a rounding away from what it is made of.
        assert!(
            [0.3, 0.7, 3.3, 1e5 / 3.0]
                .iter()
                .all(|&it| Scale::linear([it].into_iter(), Unit::Millis, 0.0).holds(it))
        );
    }

    #[test]
    fn heights_are_shares_of_the_axis() {
        let scale = Scale::linear([80.0].into_iter(), Unit::Percent, 100.0);
        assert_eq!([0.0, 25.0, 100.0, 120.0].map(|it| scale.height(it)), [0.0, 0.25, 1.0, 1.0]);
    }
}
