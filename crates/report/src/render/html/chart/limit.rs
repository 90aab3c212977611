//! `Limit`: a line across the plot at what a threshold allows, with its name at it.

use super::{APART, Line, STRIP, Scale, apart, short};
use maud::{Markup, html};

/// An axis goes up to a limit that is at most so many times the largest value: beyond it, the values would be squeezed.
const FARTHEST: f64 = 2.0;
/// How much of the plot names may take: what is drawn is to be seen.
const NAMED: f64 = 0.5;
/// From the top of the plot to the first baseline of a name, and from the line to that of its own, in pixels.
const BELOW_TOP: f64 = 10.0;
const ABOVE_LINE: f64 = 4.0;

/// What a threshold allows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    /// Where it stands on the y axis.
    pub(crate) value: f64,
    /// What it limits: `p95`.
    pub(crate) of: String,
    /// What is wanted of it: `< 100 ms`.
    pub(crate) wanted: String,
    /// Whether the run broke it.
    pub(crate) missed: bool,
}

impl Limit {
    /// Its name in the chart, which says too whether it was missed.
    fn name(&self) -> String {
        format!("{}{} {}", if self.missed { "✗ " } else { "" }, self.of, self.wanted)
    }
}

/// The same limits; those that want the same of several things, and are missed or kept by all of them, are one.
fn joined(limits: &[Limit]) -> Vec<Limit> {
    let mut joined: Vec<Limit> = Vec::new();
    for limit in limits {
        let same = |it: &&mut Limit| it.wanted == limit.wanted && it.missed == limit.missed;
        match joined.iter_mut().find(same) {
            Some(known) if known.of.split(", ").any(|of| of == limit.of) => {}
            Some(known) => known.of = format!("{}, {}", known.of, limit.of),
            None => joined.push(limit.clone()),
        }
    }
    joined
}

/// The limits on the axis: those that have their names in the plot, and those for which it has no room. Missed ones are named
/// before others.
fn on_axis(limits: &[Limit], scale: &Scale, height: f64) -> (Vec<Limit>, Vec<Limit>) {
    let mut named = joined(limits);
    named.retain(|limit| scale.holds(limit.value));
    named.sort_by_key(|limit| !limit.missed);
    let room = (NAMED * height / APART) as usize;
    let nameless = named.split_off(room.min(named.len()));
    (named, nameless)
}

/// Up to where an axis for these lines has to go for the limits that are near enough.
pub(crate) fn reach(limits: &[Limit], lines: &[Line]) -> f64 {
    let largest = lines.iter().flat_map(|line| &line.values).flatten().copied().fold(0.0, f64::max);
    limits.iter().map(|limit| limit.value).filter(|value| *value <= FARTHEST * largest).fold(0.0, f64::max)
}

/// The lines of the limits that are on the axis, with their names.
pub(super) fn draw(limits: &[Limit], scale: &Scale, height: f64) -> Markup {
    let y = |limit: &Limit| STRIP + (1.0 - scale.height(limit.value)) * height;
    let (mut named, nameless) = on_axis(limits, scale, height);
    // From the top; equal ones in the order of the script.
    named.sort_by(|one, other| other.value.total_cmp(&one.value));
    let mut lines: Vec<String> = named.iter().chain(&nameless).map(|limit| short(y(limit))).collect();
    lines.sort();
    lines.dedup();
    let above = named.iter().map(|limit| y(limit) - ABOVE_LINE).collect();
    let names = apart(above, STRIP + BELOW_TOP, STRIP + height - ABOVE_LINE);
    html! {
        @for y in &lines {
            line.limit x1="0" x2="100%" y1=(y) y2=(y) {}
        }
        @for (y, limit) in names.iter().zip(&named) {
            text.limit.missed[limit.missed] x="100%" dx="-6" y=(short(*y)) { (limit.name()) }
        }
    }
}

/// What is said of limits that are not on the axis, and of those whose lines have no names; nothing where there is none.
pub(super) fn beside(limits: &[Limit], scale: &Scale, height: f64) -> String {
    let told = |what: &str, limits: &[Limit]| {
        let names: Vec<String> = limits.iter().map(Limit::name).collect();
        if names.is_empty() { String::new() } else { format!("; {what}: {}", names.join(", ")) }
    };
    let mut off = joined(limits);
    off.retain(|limit| !scale.holds(limit.value));
    let (_, nameless) = on_axis(limits, scale, height);
    told("lines without a name", &nameless) + &told("off the axis", &off)
}

/// What a person who does not see the lines is told of all limits; nothing where there is none.
pub(super) fn in_words(limits: &[Limit]) -> String {
    let word = |limit: &Limit| {
        format!("{} {}{}", limit.of, limit.wanted, if limit.missed { " (missed)" } else { "" })
    };
    let words: Vec<String> = joined(limits).iter().map(word).collect();
    if words.is_empty() { String::new() } else { format!(" Limits: {}.", words.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Unit;

    fn limit(of: &str, value: f64) -> Limit {
        Limit { value, of: of.to_owned(), wanted: format!("< {value} ms"), missed: false }
    }

    fn up_to_100() -> Scale {
        Scale::linear([100.0].into_iter(), Unit::Millis, 0.0)
    }

    /// Baselines of the names that limits get in a plot of 140 pixels for values up to 100.
    fn baselines(values: &[f64]) -> Vec<f64> {
        let limits: Vec<Limit> = values.iter().map(|value| limit("p95", *value)).collect();
        let drawn = draw(&limits, &up_to_100(), 140.0).into_string();
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
        assert_eq!(baselines(&[50.0, 49.99, 0.0, 1.0]), [84.0, 97.0, 141.0, 154.0]);
    }

    #[test]
    fn equal_limits_are_one_line_with_one_name() {
        let missed = Limit { missed: true, ..limit("p99", 3.0) };
        let at_most = Limit { wanted: "<= 3 ms".to_owned(), ..limit("p95", 3.0) };
        let limits =
            [limit("median", 3.0), limit("p50", 3.0), missed, limit("min", 3.0), limit("p50", 3.0), at_most];
        let names: Vec<String> = joined(&limits).iter().map(Limit::name).collect();
        assert_eq!(names, ["median, p50, min < 3 ms", "✗ p99 < 3 ms", "p95 <= 3 ms"]);
        let drawn = draw(&limits, &up_to_100(), 140.0).into_string();
        assert_eq!((drawn.matches("<line").count(), drawn.matches("<text").count()), (1, 3), "{drawn}");
        assert_eq!(in_words(&limits), " Limits: median, p50, min < 3 ms, p99 < 3 ms (missed), p95 <= 3 ms.");
    }

    #[test]
    fn names_take_half_of_the_plot_and_the_others_are_told_beside_it() {
        let mut limits: Vec<Limit> =
            (0..14).map(|index| limit(&format!("p{}", 50 + index), f64::from(index))).collect();
        limits[13].missed = true;
        limits.push(limit("max", 1e9));
        let drawn = draw(&limits, &up_to_100(), 140.0).into_string();
        assert_eq!((drawn.matches("<line").count(), drawn.matches("<text").count()), (14, 5), "{drawn}");
        assert!(drawn.contains("✗ p63 &lt; 13 ms"), "{drawn}");
        let told = beside(&limits, &up_to_100(), 140.0);
        assert!(told.starts_with("; lines without a name: p54 < 4 ms, p55 < 5 ms, "), "{told}");
        assert!(told.ends_with(", p62 < 12 ms; off the axis: max < 1000000000 ms"), "{told}");
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        assert!(baselines(&values).iter().all(|y| (18.0..=158.0).contains(y)));
    }

    #[test]
    fn only_limits_that_are_near_enough_are_reached() {
        let limits = [30.0, 200.0, 201.0, f64::INFINITY, f64::NAN].map(|value| limit("p95", value));
        let line = |value| Line { values: vec![Some(value), None], ..Line::default() };
        assert_eq!(reach(&limits, &[line(100.0), line(7.0)]), 200.0);
        assert_eq!(reach(&limits, &[]), 0.0);
    }
}
