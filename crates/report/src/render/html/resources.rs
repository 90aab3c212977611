//! What the run cost the generator and the target, over time.

use super::chart::{Chart, Line, linear};
use super::facts::Facts;
use crate::number::Unit;
use crate::render::text::totals;
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
                @for (name, usage) in sides { @if let Some(usage) = usage {
                    p.usage { b { (name) } "  cpu " (totals::cpu(usage.cpu)) "  mem " (totals::memory(usage.memory)) }
                } }
                (draw("c-cpu", "CPU", "share of what its cores have: mean of each step, highest of the busiest shard", facts, Unit::Percent, 100.0, cpu(facts)))
                (draw("c-memory", "Memory", "resident, highest of each step", facts, Unit::Bytes, 0.0, memory(facts)))
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
    Chart { id, title, about, axis: &facts.grid.axis, scale, lines, bands: &[], height: 140.0 }.draw()
}

fn cpu(facts: &Facts<'_>) -> Vec<Line> {
    let text = |percent: f64| totals::cpu(percent / 100.0);
    let whole = |usage: Option<Usage>| usage.map(|it| totals::cpu(it.cpu));
    let all = &facts.report.resources;
    let percent = |share: f64| share * 100.0;
    let busiest = all.iter().map(|point| point.used.busiest_shard).fold(0.0, f64::max);
    [
        (
            "generator",
            values(facts, |used| resources::generator(used).map(|it| percent(it.cpu))),
            whole(resources::generator(all)),
        ),
        (
            "target",
            values(facts, |used| resources::target(used).map(|it| percent(it.cpu))),
            whole(resources::target(all)),
        ),
        (
            "busiest shard",
            values(facts, |used| highest(used, |it| percent(it.busiest_shard))),
            Some(format!("at most {}", totals::cpu(busiest))),
        ),
    ]
    .into_iter()
    .filter_map(|(name, values, whole)| Some(Line::new(name, values, text, whole?)))
    .collect()
}

fn memory(facts: &Facts<'_>) -> Vec<Line> {
    let text = |bytes: f64| totals::memory(bytes as u64);
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
