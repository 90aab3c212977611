//! How long requests took, over time and in percentiles.

use super::chart::{Chart, Limit, Line, fitting, reach};
use super::facts::{Facts, largest, quantile};
use super::limits;
use crate::number::{Unit, measured};
use crate::render::text::apdex;
use crate::statistic::millis;
use crate::{Point, Quantiles};
use loadgen_metrics::Histogram;
use maud::{Markup, html};

/// The chart, the table of percentiles, and the same chart of response time, folded.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let latency = lines(facts, &facts.all.latency, |point| point.latency);
    let response = lines(facts, &facts.response_time, |point| point.response_time);
    let of = |summary| limits::of_durations(facts.report, summary);
    let (latency_limits, response_limits) = (of("http.latency"), of("http.response_time"));
    html! {
        section #latency {
            h2 { "Latency" }
            @if facts.grid.is_cut {
                p.quiet { "The run went on beyond what the charts over time can show: they end with " (facts.grid.axis.ticked.last().map_or("", String::as_str)) "." }
            }
            @if facts.all.latency.is_empty() {
                p.quiet { "No request got a whole answer." }
            } @else if facts.grid.is_empty() {
                p.quiet { "What happened along the run was not kept." }
            } @else {
                (chart("c-latency", "Latency over time", "due → done", facts, latency, &latency_limits).draw())
            }
            (table(facts))
            @if let Some(line) = apdex(facts.report) { p { (line) } }
            @if !facts.response_time.is_empty() && !facts.grid.is_empty() {
                // A limit is to be seen without looking for it.
                details #d-response-time open[!response_limits.is_empty()] {
                    summary { "Response time over time: request written → first byte" }
                    (chart("c-response-time", "Response time over time", "written → first byte", facts, response, &response_limits).draw())
                }
            }
        }
    }
}

fn chart<'a>(
    id: &'a str,
    title: &'a str,
    about: &str,
    facts: &'a Facts<'_>,
    lines: Vec<Line>,
    limits: &'a [Limit],
) -> Chart<'a> {
    Chart {
        id,
        title,
        about: format!("{about}, in ms"),
        axis: &facts.grid.axis,
        scale: fitting(&lines, Unit::Millis, reach(limits, &lines)),
        lines,
        bands: &[(0, 2), (0, 1)],
        limits,
        height: 260.0,
    }
}

fn lines(facts: &Facts<'_>, whole: &Histogram, of: fn(&Point) -> Option<Quantiles>) -> Vec<Line> {
    let line = |name: &str, value: fn(Quantiles) -> f64, whole: Option<std::time::Duration>| {
        let values = facts.grid.values(|point| of(point).map(value));
        let text = |value| measured(value, Unit::Millis);
        Line::new(name, values, text, whole.map_or_else(String::new, |it| text(millis(it))))
    };
    vec![
        line("p50", |it| it.p50, whole.quantile(0.5)),
        line("p95", |it| it.p95, whole.quantile(0.95)),
        line("p99", |it| it.p99, whole.quantile(0.99)),
        line("max", |it| it.max, whole.max()),
    ]
}

fn table(facts: &Facts<'_>) -> Markup {
    let rows = [
        ("latency", &facts.all.latency, "due → done"),
        ("response time", &facts.response_time, "sent → first byte"),
        ("schedule lag", &facts.report.total.schedule_lag, "generator's own"),
    ];
    html! {
        @if rows.iter().any(|(_, histogram, _)| !histogram.is_empty()) {
            div.scroll { table {
                thead { tr { th { "in ms" } th.n { "p50" } th.n { "p95" } th.n { "p99" } th.n { "p99.9" } th.n { "max" } th { "from … to" } } }
                tbody { @for (name, histogram, span) in rows { @if !histogram.is_empty() {
                    tr {
                        td.name { (name) }
                        @for q in [0.5, 0.95, 0.99, 0.999] { td.n { (quantile(histogram, q)) } }
                        td.n { (largest(histogram)) }
                        td.quiet { (span) }
                    }
                } } }
            } }
        }
    }
}
