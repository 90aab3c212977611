//! An axis of a plot: where a value stands, and which values are written beside it.

/// An axis from the least to the greatest value that it shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    log: bool,
    /// The values that are written, ascending.
    pub(crate) ticks: Vec<f64>,
}

impl Axis {
    /// From 0 to a round number above all values, with up to six ticks.
    pub(crate) fn linear(values: impl Iterator<Item = f64>) -> Axis {
        let most = values.fold(0.0, f64::max);
        let most = if most > 0.0 { most } else { 1.0 };
        let power = 10_f64.powf((most / 5.0).log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|step| step * power);
        let step = step.into_iter().find(|step| step * 5.0 >= most * 0.999).unwrap_or(power * 10.0);
        let count = (most / step * 0.999).ceil().max(1.0);
        let ticks = (0..=count as u32).map(|index| f64::from(index) * step).collect();
        Axis { low: 0.0, high: count * step, log: false, ticks }
    }

    /// From the power of ten below all values to the one above them. Values that are not above 0 count as 1.
    pub(crate) fn log(values: impl Iterator<Item = f64>) -> Axis {
        let (least, most) = values
            .map(positive)
            .fold((f64::MAX, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        let (from, to) = if most > 0.0 {
            ((least.log10() + 1e-9).floor(), (most.log10() - 1e-9).ceil())
        } else {
            (0.0, 1.0)
        };
        let to = to.max(from + 1.0);
        let ticks = (from as i32..=to as i32).map(|power| 10_f64.powi(power)).collect();
        Axis { low: from, high: to, log: true, ticks }
    }

    /// Where a value stands: 0 at the low end, 1 at the high one.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let value = if self.log { positive(value).log10() } else { value };
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

fn positive(value: f64) -> f64 {
    if value > 0.0 { value } else { 1.0 }
}

/// A tick's text: short, with `k` for thousands and `M` for millions.
pub(crate) fn label(value: f64) -> String {
    let (value, unit) = match value {
        1e6.. => (value / 1e6, "M"),
        1e3.. => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_axis_begins_at_nothing_and_ends_above_all() {
        let axis = Axis::linear([3.0, 7.3].into_iter());
        assert_eq!(axis.ticks, [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!((axis.place(0.0), axis.place(4.0), axis.place(8.0)), (0.0, 0.5, 1.0));
        assert_eq!(Axis::linear([5.0].into_iter()).ticks, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(Axis::linear([0.012].into_iter()).ticks.len(), 6);
        assert_eq!(Axis::linear(std::iter::empty()).ticks.last(), Some(&1.0));
    }

    #[test]
    fn a_logarithmic_axis_has_a_tick_for_each_power_of_ten() {
        let axis = Axis::log([1.0, 50_000.0].into_iter());
        assert_eq!(axis.ticks, [1.0, 10.0, 100.0, 1e3, 1e4, 1e5]);
        assert_eq!((axis.place(1.0), axis.place(1e5), axis.place(0.0)), (0.0, 1.0, 0.0));
        assert_eq!(Axis::log([1000.0].into_iter()).ticks, [1e3, 1e4]);
        assert_eq!(Axis::log(std::iter::empty()).ticks, [1.0, 10.0]);
    }

    #[test]
    fn labels_are_short() {
        let labels: Vec<String> = [0.0, 0.25, 7.5, 1000.0, 2500.0, 1e6].map(label).to_vec();
        assert_eq!(labels, ["0", "0.25", "7.5", "1k", "2.5k", "1M"]);
    }
}
