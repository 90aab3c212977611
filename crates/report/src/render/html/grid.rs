//! `Grid`: the time axis that all charts over time share, and what stands at each of its places.

use super::chart::{Axis, Stretch};
use crate::{Point, Report, ResourcePoint, number};

/// How far apart ticks may be, in seconds.
const STEPS: [u64; 17] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 86_400];
/// Seconds that texts of a clock begin to need an hour from.
const HOUR: u64 = 3600;
/// Most places. Only a run that goes on for hours beyond what was planned has more, and [`Grid::is_cut`].
const MOST: u64 = 20_000;

/// The run's time in equal steps. A step in which nothing was told is there, and empty.
#[derive(Debug)]
pub(super) struct Grid<'a> {
    /// What charts know of it.
    pub(super) axis: Axis,
    /// What happened in each step.
    pub(super) points: Vec<Option<&'a Point>>,
    /// How much of each step belongs to the run, in seconds.
    pub(super) covered: Vec<f64>,
    /// What was used in each step.
    pub(super) resources: Vec<&'a [ResourcePoint]>,
    /// Whether the run went on beyond what is shown.
    pub(super) is_cut: bool,
}

impl<'a> Grid<'a> {
    /// The grid of a run.
    pub(super) fn of(report: &'a Report) -> Grid<'a> {
        let duration = report.duration().as_secs_f64();
        let step = report.timeline.step.max(1);
        let last = report.timeline.points.last().map_or(0, |point| (point.second / step).saturating_add(1));
        let whole = ((duration / step as f64).ceil() as u64).max(last);
        let count = whole.clamp(1, MOST);
        let covers = count.saturating_mul(step) as f64;
        // What came after the end is drawn too, in a last step that is as narrow as can be.
        let span = duration.clamp(covers - step as f64 + 1e-3, covers);
        let (mut points, mut resources) = (vec![None; count as usize], vec![&[][..]; count as usize]);
        for point in &report.timeline.points {
            if let Some(place) = points.get_mut((point.second / step) as usize) {
                *place = Some(point);
            }
        }
        for used in report.resources.chunk_by(|one, other| one.second / step == other.second / step) {
            let first = used.first().map_or(0, |point| point.second);
            if let Some(place) = resources.get_mut((first / step) as usize) {
                *place = used;
            }
        }
        let seconds = || (0..count).map(|index| index.saturating_mul(step));
        let covered: Vec<f64> =
            seconds().map(|second| (span - second as f64).clamp(1e-3, step as f64)).collect();
        let middle = |(second, covered): (u64, &f64)| (second as f64 + covered / 2.0) / span;
        let axis = Axis {
            name: "time",
            places: seconds().zip(&covered).map(middle).collect(),
            labels: seconds().map(|second| label(report, second)).collect(),
            ticks: ticks(span).map(|second| (second as f64 / span, number::clock(second))).collect(),
            phases: phases(report, span),
            spacing: Some(step as f64 / span),
            ticked: seconds().map(number::clock).collect(),
        };
        Grid { axis, points, covered, resources, is_cut: whole > count }
    }

    /// Whether anything is known of the run along its time.
    pub(super) fn is_empty(&self) -> bool {
        self.points.iter().all(Option::is_none)
    }

    /// A value of each step in which something happened.
    pub(super) fn values(&self, value: impl Fn(&Point) -> Option<f64>) -> Vec<Option<f64>> {
        self.points.iter().map(|point| point.and_then(&value)).collect()
    }

    /// The same for each second of the step.
    pub(super) fn rates(&self, amount: impl Fn(&Point) -> Option<u64>) -> Vec<Option<f64>> {
        let rate = |(point, covered): (&Option<&Point>, &f64)| Some(amount((*point)?)? as f64 / covered);
        self.points.iter().zip(&self.covered).map(rate).collect()
    }
}

/// `00:42`, and the phase.
fn label(report: &Report, second: u64) -> String {
    let clock = number::clock(second);
    match report.meta.phase_label(second) {
        Some(phase) => format!("{clock}  {phase}"),
        None => format!("{clock}  users finishing"),
    }
}

fn ticks(span: f64) -> impl Iterator<Item = u64> {
    let most = if span >= HOUR as f64 { 5.0 } else { 7.0 };
    let step = STEPS.into_iter().find(|step| span / *step as f64 <= most);
    let step = step.unwrap_or_else(|| (span / most).ceil() as u64);
    (0..).map(move |index| index * step).take_while(move |second| *second as f64 <= span)
}

fn phases(report: &Report, span: f64) -> Vec<Stretch> {
    let at = |moment: loadgen_metrics::Moment| (moment.as_secs_f64() / span).clamp(0.0, 1.0);
    let phases = report.meta.phases.iter().enumerate().map(|(index, phase)| Stretch {
        from: at(phase.from),
        to: at(phase.to),
        name: phase.name.clone().unwrap_or_else(|| format!("phase {}", index + 1)),
    });
    phases.filter(|phase| phase.to > phase.from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let clocks = |span: f64| ticks(span).map(number::clock).collect::<Vec<_>>().join(" ");
        insta::assert_snapshot!(clocks(0.25), @"00:00");
        insta::assert_snapshot!(clocks(12.04), @"00:00 00:02 00:04 00:06 00:08 00:10 00:12");
        insta::assert_snapshot!(clocks(60.0), @"00:00 00:10 00:20 00:30 00:40 00:50 01:00");
        insta::assert_snapshot!(clocks(3600.0), @"00:00 15:00 30:00 45:00 1:00:00");
        insta::assert_snapshot!(clocks(90_000.0), @"00:00 6:00:00 12:00:00 18:00:00 24:00:00");
    }
}
