//! `Limit`: a line across the plot at what a threshold allows, with its name at it.

use super::{Line, STRIP, Scale, apart, short};
use maud::{Markup, html};

/// An axis goes up to a limit that is at most so many times the largest value: beyond it, the values would be squeezed.
const FARTHEST: f64 = 2.0;
/// From the top of the plot to the first baseline of a name, and from the line to that of its own, in pixels.
const BELOW_TOP: f64 = 10.0;
const ABOVE_LINE: f64 = 4.0;

/// What a threshold allows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    /// Where it stands on the y axis.
    pub(crate) value: f64,
    /// What is wanted: `p95 < 100 ms`.
    pub(crate) text: String,
    /// Whether the run broke it.
    pub(crate) missed: bool,
}

impl Limit {
    /// Its name in the chart, which says too whether it was missed.
    fn name(&self) -> String {
        format!("{}{}", if self.missed { "✗ " } else { "" }, self.text)
    }
}

/// Up to where an axis for these lines has to go for the limits that are near enough.
pub(crate) fn reach(limits: &[Limit], lines: &[Line]) -> f64 {
    let largest = lines.iter().flat_map(|line| &line.values).flatten().copied().fold(0.0, f64::max);
    limits.iter().map(|limit| limit.value).filter(|value| *value <= FARTHEST * largest).fold(0.0, f64::max)
}

/// The lines of the limits that are on the axis, with their names.
pub(super) fn draw(limits: &[Limit], scale: &Scale, height: f64) -> Markup {
    let y = |limit: &Limit| STRIP + (1.0 - scale.height(limit.value)) * height;
    let mut shown: Vec<(f64, &Limit)> =
        limits.iter().filter(|limit| scale.holds(limit.value)).map(|limit| (y(limit), limit)).collect();
    shown.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let above = shown.iter().map(|(y, _)| y - ABOVE_LINE).collect();
    let names = apart(above, STRIP + BELOW_TOP, STRIP + height - ABOVE_LINE);
    html! {
        @for (y, _) in &shown {
            line.limit x1="0" x2="100%" y1=(short(*y)) y2=(short(*y)) {}
        }
        @for (y, (_, limit)) in names.iter().zip(&shown) {
            text.limit.missed[limit.missed] x="100%" dx="-6" y=(short(*y)) { (limit.name()) }
        }
    }
}

/// What is said of limits that are not on the axis; nothing where there is none.
pub(super) fn off(limits: &[Limit], scale: &Scale) -> String {
    let names: Vec<String> =
        limits.iter().filter(|limit| !scale.holds(limit.value)).map(Limit::name).collect();
    if names.is_empty() { String::new() } else { format!("; off the axis: {}", names.join(", ")) }
}

/// What a person who does not see the lines is told of all limits; nothing where there is none.
pub(super) fn in_words(limits: &[Limit]) -> String {
    let word = |limit: &Limit| format!("{}{}", limit.text, if limit.missed { " (missed)" } else { "" });
    let words: Vec<String> = limits.iter().map(word).collect();
    if words.is_empty() { String::new() } else { format!(" Limits: {}.", words.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Unit;

    /// Baselines of the names that limits get in a plot of 140 pixels for values up to 100.
    fn baselines(values: &[f64]) -> Vec<f64> {
        let limit = |value: &f64| Limit { value: *value, text: "p95".to_owned(), missed: false };
        let limits: Vec<Limit> = values.iter().map(limit).collect();
        let drawn =
            draw(&limits, &Scale::linear([100.0].into_iter(), Unit::Millis, 0.0), 140.0).into_string();
        let ys = drawn
            .split("<text")
            .skip(1)
            .map(|it| it.split(" y=\"").nth(1).unwrap().split('"').next().unwrap());
        ys.map(|y| y.parse().unwrap()).collect()
    }

    #[test]
    fn names_stand_above_their_lines_within_the_plot_and_not_on_one_another() {
        // The plot begins 18 pixels from the top: its middle is at 88, its bottom at 158.
        assert_eq!(baselines(&[50.0]), [84.0]);
        assert_eq!(baselines(&[100.0, 99.0]), [28.0, 41.0]);
        assert_eq!(baselines(&[50.0, 50.0, 0.0, 1.0]), [84.0, 97.0, 141.0, 154.0]);
    }

    #[test]
    fn only_limits_that_are_near_enough_are_reached() {
        let limits = [30.0, 200.0, 201.0, f64::INFINITY, f64::NAN].map(|value| Limit {
            value,
            text: String::new(),
            missed: false,
        });
        let line = |value| Line { values: vec![Some(value), None], ..Line::default() };
        assert_eq!(reach(&limits, &[line(100.0), line(7.0)]), 200.0);
        assert_eq!(reach(&limits, &[]), 0.0);
    }
}
