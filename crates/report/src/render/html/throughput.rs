//! How much was done over time: requests, users offered and started, users running, bytes.

use super::chart::{Chart, Limit, Line, linear, reach};
use super::facts::Facts;
use super::limits;
use crate::Point;
use crate::number::{self, Unit, count, measured};
use maud::{Markup, html};

/// The charts; that of bytes is folded.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    if facts.grid.is_empty() {
        return html! {};
    }
    html! {
        section #throughput {
            h2 { "Throughput" }
            (draw("c-requests", "Requests", "started per second", facts, Unit::PerSecond, requests(facts), &limits::of_request_rate(facts.report)))
            (draw("c-users", "Users", "offered by the schedule and started, per second", facts, Unit::PerSecond, users(facts), &[]))
            (draw("c-running", "Users running", "at the end of each step", facts, Unit::Count, running(facts), &[]))
            details #d-traffic {
                summary { "Bytes over time" }
                (draw("c-traffic", "Bytes", "of answer bodies in, of requests out, per second", facts, Unit::Bytes, traffic(facts), &[]))
            }
        }
    }
}

fn draw(
    id: &str,
    title: &str,
    about: &str,
    facts: &Facts<'_>,
    unit: Unit,
    lines: Vec<Line>,
    limits: &[Limit],
) -> Markup {
    let scale = linear(&lines, unit, reach(limits, &lines));
    let about = about.to_owned();
    Chart { id, title, about, axis: &facts.grid.axis, scale, lines, bands: &[], limits, height: 140.0 }.draw()
}

fn rate(value: f64) -> String {
    measured(value, Unit::PerSecond)
}

fn requests(facts: &Facts<'_>) -> Vec<Line> {
    let values = facts.grid.rates(|point| Some(point.requests));
    vec![Line::new("requests", values, rate, facts.rate(facts.all.requests))]
}

fn users(facts: &Facts<'_>) -> Vec<Line> {
    let report = facts.report;
    let all = |amount| format!("{} in all", count(amount));
    let started = facts.grid.rates(|point| Some(point.created));
    let mut lines = vec![Line::new("started", started, rate, all(report.total.users().created))];
    let offered = facts.grid.rates(|point| point.offered);
    if offered.iter().any(Option::is_some) {
        lines.push(Line::new("offered", offered, rate, all(report.scheduled)));
    }
    lines
}

fn running(facts: &Facts<'_>) -> Vec<Line> {
    let values = facts.grid.values(|point| Some(point.running as f64));
    let most = facts.report.timeline.points.iter().map(|point| point.running).max().unwrap_or(0);
    vec![Line::new("running", values, number::plain, format!("at a second's end {} at most", count(most)))]
}

fn traffic(facts: &Facts<'_>) -> Vec<Line> {
    let line = |name: &str, amount: fn(&Point) -> u64, whole| {
        let values = facts.grid.rates(|point| Some(amount(point)));
        Line::new(name, values, |value| format!("{}/s", number::bytes(value)), facts.traffic(whole))
    };
    vec![
        line("in", |it| it.bytes_in, facts.all.bytes_in),
        line("out", |it| it.bytes_out, facts.all.bytes_out),
    ]
}
