//! The distribution of latency and response time: each percentile with its value, as HdrHistogram's plots have it.
//!
//! Along x stands log(1 / (1 − q)): each nine more is as wide as the one before, for that is where the slow requests are.

use super::chart::{Axis, Chart, Line, fitting};
use super::facts::Facts;
use crate::number::{Unit, measured, rounded};
use crate::statistic::millis;
use loadgen_metrics::Histogram;
use maud::{Markup, html};

/// Points of a line.
const POINTS: u32 = 240;

/// The chart; nothing where there was no answer.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let histograms = [("latency", &facts.all.latency), ("response time", &facts.response_time)];
    let count = histograms.iter().map(|(_, histogram)| histogram.count()).max().unwrap_or(0);
    if count == 0 {
        return html! {};
    }
    let decades = (count as f64).log10().max(1.0);
    let axis = axis(decades);
    let lines: Vec<Line> = histograms
        .into_iter()
        .filter(|(_, histogram)| !histogram.is_empty())
        .map(|(name, histogram)| line(name, histogram, decades))
        .collect();
    html! {
        section #distribution {
            h2 { "Distribution" }
            (Chart {
                id: "c-distribution",
                title: "Latency by percentile",
                about: "in ms, over all requests with an answer; each nine is as wide as the one before".to_owned(),
                axis: &axis,
                scale: fitting(&lines, Unit::Millis, 0.0),
                lines,
                bands: &[],
                limits: &[],
                height: 260.0,
            }.draw())
            (axis.data())
        }
    }
}

/// How far along the axis, in decades, each point is.
fn steps(decades: f64) -> impl Iterator<Item = f64> {
    (0..=POINTS).map(move |index| f64::from(index) / f64::from(POINTS) * decades)
}

fn axis(decades: f64) -> Axis {
    let named = [0.5].into_iter().chain((1..10).map(|nines| 1.0 - 10f64.powi(-nines)));
    let place = |q: f64| -(1.0 - q).log10() / decades;
    Axis {
        name: "percentile",
        places: steps(decades).map(|step| step / decades).collect(),
        labels: steps(decades)
            .map(|step| if step < decades { percentile(step) } else { "max".to_owned() })
            .collect(),
        ticks: named
            .map(|q| (place(q), format!("{} %", rounded(q * 100.0, 7))))
            .filter(|(place, _)| *place <= 1.0 + 1e-9)
            .collect(),
        ..Axis::default()
    }
}

/// `99.37 %`: with so many decimals that no nine is lost.
fn percentile(step: f64) -> String {
    let decimals = step.ceil() as usize;
    format!("{:.decimals$} %", (1.0 - 10f64.powf(-step)) * 100.0)
}

fn line(name: &str, histogram: &Histogram, decades: f64) -> Line {
    let value = |step: f64| {
        let q = if step < decades { 1.0 - 10f64.powf(-step) } else { 1.0 };
        histogram.quantile(q).map(millis)
    };
    let values = steps(decades).map(value).collect();
    let text = |value| measured(value, Unit::Millis);
    let whole = histogram.quantile(0.99).map_or_else(String::new, |it| format!("p99 {}", text(millis(it))));
    Line::new(name, values, text, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_nine_is_as_wide_as_the_one_before() {
        let axis = axis(4.0);
        let ticks: Vec<_> = axis.ticks.iter().map(|(place, text)| format!("{place:.3} {text}")).collect();
        assert_eq!(ticks, ["0.075 50 %", "0.250 90 %", "0.500 99 %", "0.750 99.9 %", "1.000 99.99 %"]);
        assert_eq!(
            (percentile(0.0), percentile(1.5), percentile(3.99)),
            ("0 %".into(), "96.84 %".into(), "99.9898 %".into())
        );
        assert_eq!(axis.labels.last().map(String::as_str), Some("max"));
    }
}
