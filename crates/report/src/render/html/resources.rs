//! What the run cost the generator and the target, over time.

use super::chart::{Chart, Line, linear};
use super::facts::Facts;
use crate::number::{self, Unit, significant};
use crate::resources::{self, Usage};
use crate::{ResourcePoint, Resources};
use maud::{Markup, html};

/// Charts of CPU and memory, and the figures of the whole run.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let all = &facts.report.resources;
    let sides = [("generator", resources::generator(all)), ("target", resources::target(all))];
    html! {
        section #resources {
            h2 { "Resources" }
            @if all.is_empty() {
                p.quiet { "Nothing was measured." }
            } @else {
                @for (name, usage) in sides { @if let Some((cpu, memory)) = usage.map(resources::words) {
                    p.usage { b { (name) } "  cpu " (cpu) "  mem " (memory) }
                } }
                (draw("c-cpu", "CPU", "generator: share of its cores, mean of each step, of the busiest shard the highest; target: 100 % is one processor", facts, Unit::Percent, 100.0, cpu(facts)))
                (draw("c-memory", "Memory", "resident, highest of each step", facts, Unit::Bytes, 0.0, memory(facts)))
                (told(facts))
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
    least: f64,
    lines: Vec<Line>,
) -> Markup {
    let scale = linear(&lines, unit, least);
    let about = about.to_owned();
    Chart { id, title, about, axis: &facts.grid.axis, scale, lines, bands: &[], limits: &[], height: 140.0 }
        .draw()
}

/// What the target told of itself, a chart for each, since each has a unit of its own.
fn told(facts: &Facts<'_>) -> Markup {
    let metrics = resources::metrics(&facts.report.resources);
    let line = |name: &str, mean: f64, most: f64| {
        let of = |used: &[ResourcePoint]| {
            resources::metrics(used).into_iter().find(|it| it.0 == name).map(|it| it.1)
        };
        let whole = format!("mean {}  max {}", significant(mean), significant(most));
        vec![Line::new("target", values(facts, of), significant, whole)]
    };
    html! {
        @for (index, (name, mean, most)) in metrics.into_iter().enumerate() {
            (draw(&format!("c-metric-{index}"), name, "told by the target, mean of each step", facts, Unit::Count, 0.0, line(name, mean, most)))
        }
    }
}

/// A share of the CPU: `31 %`.
fn share(cpu: f64) -> String {
    format!("{:.0} %", cpu * 100.0)
}

fn cpu(facts: &Facts<'_>) -> Vec<Line> {
    let all = &facts.report.resources;
    let mean = |usage: Option<Usage>| usage.map(|it| it.cpu * 100.0);
    let text = |percent: f64| share(percent / 100.0);
    let busiest = |used: &[ResourcePoint]| highest(used, |it| it.busiest_shard * 100.0);
    [
        (
            "generator",
            values(facts, |used| mean(resources::generator(used))),
            mean(resources::generator(all)).map(text),
        ),
        (
            "target",
            values(facts, |used| mean(resources::target(used))),
            mean(resources::target(all)).map(text),
        ),
        ("busiest shard", values(facts, busiest), busiest(all).map(|most| format!("at most {}", text(most)))),
    ]
    .into_iter()
    .filter_map(|(name, values, whole)| Some(Line::new(name, values, text, whole?)))
    .collect()
}

fn memory(facts: &Facts<'_>) -> Vec<Line> {
    let text = number::bytes;
    let all = &facts.report.resources;
    let bytes = |usage: Option<Usage>| usage.map(|it| it.memory as f64);
    [
        (
            "generator",
            values(facts, |used| bytes(resources::generator(used))),
            bytes(resources::generator(all)),
        ),
        ("target", values(facts, |used| bytes(resources::target(used))), bytes(resources::target(all))),
    ]
    .into_iter()
    .filter_map(|(name, values, whole)| {
        Some(Line::new(name, values, text, format!("at most {}", text(whole?))))
    })
    .collect()
}

/// A value of each step.
fn values(facts: &Facts<'_>, value: impl Fn(&[ResourcePoint]) -> Option<f64>) -> Vec<Option<f64>> {
    facts.grid.resources.iter().map(|used| value(used)).collect()
}

fn highest(used: &[ResourcePoint], value: impl Fn(&Resources) -> f64) -> Option<f64> {
    used.iter().map(|point| value(&point.used)).reduce(f64::max)
}
