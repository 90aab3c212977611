//! When latency left its plateau: at which rate, and what was full then.
//!
//! The plateau is the median of the 95th percentiles up to a point; it is left where several points in a row lie at twice
//! that or more. Points in which too few requests were made to have a 95th percentile are passed over, and so is what comes
//! after the last phase.

use super::{FULL, Note, RESOURCES};
use crate::number::{self, Unit};
use crate::{Point, Report};

/// Points that a plateau has at least.
const BEFORE: usize = 5;
/// Points in a row that lie above it when it is left.
const AFTER: usize = 3;
/// How far above: times the plateau.
const TIMES: f64 = 2.0;
/// And by at least so many milliseconds.
const RISE: f64 = 1.0;
/// Requests that a point has at least.
const REQUESTS: u64 = 20;

/// A point that counts.
struct Measured {
    second: u64,
    /// Requests per second.
    rate: f64,
    /// In milliseconds.
    p95: f64,
}

/// The note, if latency left a plateau.
pub(super) fn left(report: &Report) -> Option<Note> {
    let points: Vec<Measured> =
        report.timeline.points.iter().filter_map(|point| measured(report, point)).collect();
    let (at, plateau) = (BEFORE..(points.len() + 1).saturating_sub(AFTER)).find_map(|at| {
        let plateau = median(points[..at].iter().map(|point| point.p95));
        let above = |point: &Measured| point.p95 >= plateau * TIMES && point.p95 >= plateau + RISE;
        points[at..at + AFTER].iter().all(above).then_some((at, plateau))
    })?;
    let (before, after) = (&points[..at], &points[at..at + AFTER]);
    let rate = |points: &[Measured]| {
        number::measured(median(points.iter().map(|point| point.rate)), Unit::PerSecond)
    };
    let latency = |value| number::measured(value, Unit::Millis);
    let second = after[0].second;
    Some(Note {
        what: format!(
            "Latency left its plateau at {}, at {} {}",
            number::measured(after[0].rate, Unit::PerSecond),
            number::clock(second),
            report.meta.phase_in_words(second)
        ),
        evidence: format!(
            "p95 rose from {} at {} to {} at {} (medians of {AFTER} points of {} s before and from then on), and was {} over \
             all points before{}",
            latency(median(before[at - AFTER..].iter().map(|point| point.p95))),
            rate(&before[at - AFTER..]),
            latency(median(after.iter().map(|point| point.p95))),
            rate(after),
            number::count(report.timeline.step),
            latency(plateau),
            fullness(report, second),
        ),
    })
}

fn measured(report: &Report, point: &Point) -> Option<Measured> {
    let covers = report.timeline.covers(point, report.duration());
    let within = point.second < report.meta.planned().as_secs_f64().ceil() as u64;
    (within && covers > 0.0 && point.requests >= REQUESTS).then_some(())?;
    Some(Measured { second: point.second, rate: point.requests as f64 / covers, p95: point.latency?.p95 })
}

/// What was full in the points that lie above the plateau; empty where nothing of it is known.
fn fullness(report: &Report, from: u64) -> String {
    let to = from + AFTER as u64 * report.timeline.step;
    let then = || report.resources.iter().filter(|point| (from..to).contains(&point.second));
    let means = RESOURCES.iter().filter_map(|super::Resource { name, used, .. }| {
        let known: Vec<f64> = then().filter_map(used).collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        (!known.is_empty()).then(|| (mean, format!("{name} {:.0} %", mean * 100.0)))
    });
    let (full, free): (Vec<_>, Vec<_>) = means.partition(|(mean, _)| *mean >= FULL);
    let listed =
        |items: Vec<(f64, String)>| items.into_iter().map(|(_, told)| told).collect::<Vec<_>>().join(", ");
    match (full.is_empty(), free.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("; nothing that was measured was full then: {}", listed(free)),
        (false, _) => format!("; full then: {}", listed(full)),
    }
}

/// The middle value; of two the lower. 0 of none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}
