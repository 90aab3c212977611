//! Values become path data: lines with gaps where there was nothing, and bands between two lines.
//!
//! Coordinates are whole numbers: x from 0 to [`WIDTH`], y from 0 at the top to [`HEIGHT`].

use super::Scale;
use std::fmt::Write;

/// The whole width.
pub(crate) const WIDTH: f64 = 10_000.0;
/// The whole height.
pub(crate) const HEIGHT: f64 = 1_000.0;

/// A point in these coordinates.
type Point = (i64, i64);

/// Stretches of a line in which no value is missing.
pub(crate) fn stretches(places: &[f64], values: &[Option<f64>], scale: &Scale) -> Vec<Vec<Point>> {
    let mut all: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for (place, value) in places.iter().zip(values) {
        let Some(value) = value else {
            open = false;
            continue;
        };
        let point = (x(*place), y(*value, scale));
        match all.last_mut() {
            Some(last) if open => last.push(point),
            _ => all.push(vec![point]),
        }
        open = true;
    }
    all
}

/// A line through the points of each stretch.
pub(crate) fn line(stretches: &[Vec<Point>]) -> String {
    let mut data = String::new();
    for stretch in stretches.iter().filter(|stretch| stretch.len() > 1) {
        run(&mut data, 'M', stretch.iter());
    }
    data
}

/// Dots: on all points where `every`, else only on those that stand alone and would not be seen as lines.
pub(crate) fn dots(stretches: &[Vec<Point>], every: bool) -> String {
    let mut data = String::new();
    for (x, y) in stretches.iter().filter(|stretch| every || stretch.len() == 1).flatten() {
        let _ = write!(data, "M{x} {y}h0");
    }
    data
}

/// The area between two lines, where both have values.
pub(crate) fn band(places: &[f64], low: &[Option<f64>], high: &[Option<f64>], scale: &Scale) -> String {
    let both = |one: &[Option<f64>], other: &[Option<f64>]| -> Vec<Option<f64>> {
        one.iter().zip(other).map(|(one, other)| one.filter(|_| other.is_some())).collect()
    };
    let below = stretches(places, &both(low, high), scale);
    let above = stretches(places, &both(high, low), scale);
    let mut data = String::new();
    for (below, above) in below.iter().zip(&above).filter(|(below, _)| below.len() > 1) {
        run(&mut data, 'M', above.iter());
        run(&mut data, 'L', below.iter().rev());
        data.push('Z');
    }
    data
}

/// Where a place from 0 to 1 is.
pub(crate) fn x(place: f64) -> i64 {
    (place * WIDTH).round() as i64
}

fn y(value: f64, scale: &Scale) -> i64 {
    ((1.0 - scale.height(value)) * HEIGHT).round() as i64
}

fn run<'a>(data: &mut String, first: char, points: impl Iterator<Item = &'a Point>) {
    for (index, (x, y)) in points.enumerate() {
        let command = if index == 0 { first } else { 'L' };
        let _ = write!(data, "{command}{x} {y}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Unit;

    const PLACES: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];

    fn scale() -> Scale {
        Scale::linear([100.0].into_iter(), Unit::Percent, 0.0)
    }

    #[test]
    fn a_line_has_gaps_where_there_was_nothing() {
        let values = [Some(0.0), Some(50.0), None, Some(100.0), None];
        let stretches = stretches(&PLACES, &values, &scale());
        insta::assert_snapshot!(line(&stretches), @"M1000 1000L3000 500");
        insta::assert_snapshot!(dots(&stretches, false), @"M7000 0h0");
        insta::assert_snapshot!(dots(&stretches, true), @"M1000 1000h0M3000 500h0M7000 0h0");
    }

    #[test]
    fn a_band_is_where_both_lines_are() {
        let low = [Some(10.0), Some(20.0), Some(30.0), None, Some(1.0)];
        let high = [None, Some(60.0), Some(70.0), Some(70.0), Some(80.0)];
        insta::assert_snapshot!(band(&PLACES, &low, &high, &scale()), @"M3000 400L5000 300L5000 700L3000 800Z");
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let nothing = stretches(&PLACES, &[None; 5], &scale());
        assert_eq!((line(&nothing), dots(&nothing, true)), (String::new(), String::new()));
    }
}
