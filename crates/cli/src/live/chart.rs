//! The run along its time: latency by percentiles, and requests and errors by the second.
//!
//! Each line has a character of its own beside its colour, and the heading says which.

use super::blocks::{Theme, Tone};
use loadgen_metrics::Moment;
use loadgen_report::{Point, Report, number};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Color;
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Chart, Dataset, GraphType};

/// From this width on there is room for two charts.
const WIDE: u16 = 110;

/// Beginnings of phases that are marked at most: a fence of them would hide the figures.
const BORDERS: usize = 20;

/// A line of a chart.
struct Curve {
    name: &'static str,
    /// What it is drawn with.
    marker: Marker,
    /// The same in the heading.
    sign: &'static str,
    /// Of a set that colour-blind people can tell apart (Okabe and Ito's), as near as terminals have it.
    colour: Color,
    points: Vec<(f64, f64)>,
}

impl Curve {
    fn of(
        report: &Report,
        (name, marker, sign, colour): (&'static str, Marker, &'static str, Color),
        value: impl Fn(&Point) -> Option<f64>,
    ) -> Self {
        let points = report.timeline.points.iter();
        let points = points.filter_map(|point| Some((point.second as f64, value(point)?))).collect();
        Curve { name, marker, sign, colour, points }
    }
}

/// Draws as many charts as there is room for.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, report: &Report, theme: Theme) {
    if area.width < WIDE {
        latency(frame, area, report, theme);
        return;
    }
    let [left, right] = Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).spacing(2).areas(area);
    latency(frame, left, report, theme);
    throughput(frame, right, report, theme);
}

fn latency(frame: &mut Frame<'_>, area: Rect, report: &Report, theme: Theme) {
    let curves = [
        Curve::of(report, ("p50", Marker::Custom('·'), "·", Color::Cyan), |it| it.latency.map(|it| it.p50)),
        Curve::of(report, ("p95", Marker::Custom('+'), "+", Color::Yellow), |it| it.latency.map(|it| it.p95)),
        Curve::of(report, ("p99", Marker::Braille, "⠒", Color::Red), |it| it.latency.map(|it| it.p99)),
    ];
    plot(frame, area, report, "latency (ms)", &curves, theme);
}

fn throughput(frame: &mut Frame<'_>, area: Rect, report: &Report, theme: Theme) {
    let per_second = |point: &Point, amount: u64| {
        let covers = report.timeline.covers(point, report.duration());
        (covers > 0.0).then(|| amount as f64 / covers)
    };
    let errors = |point: &Point| per_second(point, point.errors.values().sum()).filter(|rate| *rate > 0.0);
    let curves = [
        Curve::of(report, ("requests", Marker::Braille, "⠒", Color::Cyan), |it| {
            per_second(it, it.requests)
        }),
        Curve::of(report, ("errors", Marker::Custom('x'), "x", Color::Red), errors),
    ];
    plot(frame, area, report, "requests and errors (/s)", &curves, theme);
}

/// The seconds at which phases begin, but for the first.
fn borders(report: &Report) -> impl Iterator<Item = f64> {
    report.meta.phases.iter().skip(1).map(|phase| phase.from.since(Moment::START).as_secs_f64())
}

/// What comes later is drawn over what came before.
fn plot(
    frame: &mut Frame<'_>,
    area: Rect,
    report: &Report,
    title: &'static str,
    curves: &[Curve],
    theme: Theme,
) {
    let [head, area] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let colour = |curve: &Curve| if theme.colour { curve.colour } else { Color::Reset };
    let mut heading = vec![Span::styled(format!("  {title}"), theme.of(Tone::Quiet))];
    for curve in curves {
        heading.push(Span::styled(format!("   {} {}", curve.sign, curve.name), colour(curve)));
    }
    frame.render_widget(Line::from(heading), head);
    let highest = curves.iter().flat_map(|curve| &curve.points).map(|(_, y)| *y).fold(0.0, f64::max);
    let last = report.timeline.points.last().map_or(0, |point| point.second + 1);
    let end = report.meta.planned().as_secs().max(last).max(1);
    // Nothing measured has no height; the axis needs one.
    let top = if highest > 0.0 { highest } else { 1.0 };
    let quiet = theme.of(Tone::Quiet);
    let borders: Vec<_> =
        borders(report).map(|second| [(second, 0.0), (second, top)]).take(BORDERS).collect();
    let borders = borders.iter().map(|ends| {
        let dataset = Dataset::default().data(ends).marker(Marker::Custom('┊'));
        dataset.graph_type(GraphType::Line).style(quiet)
    });
    let datasets = curves.iter().filter(|curve| !curve.points.is_empty()).map(|curve| {
        let shape = if curve.points.len() > 1 { GraphType::Line } else { GraphType::Scatter };
        Dataset::default().data(&curve.points).marker(curve.marker).graph_type(shape).style(colour(curve))
    });
    let labels = [0.0, top].map(|value| format!("{:>8}", number::significant(value)));
    let chart = Chart::new(borders.chain(datasets).collect())
        .x_axis(
            Axis::default()
                .bounds([0.0, end as f64])
                .labels([number::clock(0), number::clock(end)])
                .style(quiet),
        )
        .y_axis(Axis::default().bounds([0.0, top]).labels(labels).style(quiet))
        .legend_position(None);
    frame.render_widget(chart, area);
}
