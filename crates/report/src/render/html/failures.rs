//! What went wrong, over time and by kind, each kind with an example and what to do; and which status codes came.

use super::chart::{Chart, Line, linear};
use super::facts::Facts;
use crate::number::{Unit, count, measured};
use crate::render::text::{errors, expectations, totals};
use crate::{Report, SERVER_ERRORS};
use loadgen_metrics::ErrorSample;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Kinds that get a line of their own; the others share one.
const KINDS: usize = 7;

/// The chart, the kinds, expectations that were not met, and the status codes.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let report = facts.report;
    let lines = lines(facts);
    let failed = !errors::kinds(report).is_empty();
    html! {
        section #errors {
            h2 { "Errors" }
            @if !lines.is_empty() {
                (Chart {
                    id: "c-errors",
                    title: "Errors over time",
                    about: "by kind, per second".to_owned(),
                    axis: &facts.grid.axis,
                    scale: linear(&lines, Unit::PerSecond, 0.0),
                    lines,
                    bands: &[],
                    limits: &[],
                    height: 140.0,
                }.draw())
            }
            @if failed { (kinds(facts)) } @else { p.quiet { "No errors." } }
            (unmet(report))
            (codes(facts))
        }
    }
}

/// A line for each kind, the most frequent first.
fn lines(facts: &Facts<'_>) -> Vec<Line> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, count) in facts.report.timeline.points.iter().flat_map(|point| &point.errors) {
        *sums.entry(name).or_default() += count;
    }
    let mut kinds: Vec<(&str, u64)> = sums.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let split = if kinds.len() > KINDS + 1 { KINDS } else { kinds.len() };
    let (shown, others) = kinds.split_at(split);
    let line = |name: String, kinds: &[(&str, u64)]| {
        let of = |name: &str, errors: &BTreeMap<String, u64>| errors.get(name).copied().unwrap_or(0);
        let values =
            facts.grid.rates(|point| Some(kinds.iter().map(|(name, _)| of(name, &point.errors)).sum()));
        let whole = kinds.iter().map(|(_, count)| count).sum();
        Line::new(name, values, |it| measured(it, Unit::PerSecond), format!("{} in all", count(whole)))
    };
    let name = |name: &str| if name == SERVER_ERRORS { errors::SERVER_ERRORS_NAME } else { name }.to_owned();
    let mut lines: Vec<Line> =
        shown.iter().map(|kind| line(name(kind.0), std::slice::from_ref(kind))).collect();
    if !others.is_empty() {
        lines.push(line(format!("{} other kinds", others.len()), others));
    }
    lines
}

fn kinds(facts: &Facts<'_>) -> Markup {
    let report = facts.report;
    let requests = facts.all.requests;
    html! {
        div.scroll { table {
            thead { tr { th { "kind" } th.n { "count" } th.n { "of requests" } th { "example and hint" } } }
            tbody {
                @for kind in errors::kinds(report) {
                    (row(&kind.name, kind.count, requests, &example(kind.sample), kind.hint))
                }
            }
        } }
    }
}

fn row(name: &str, amount: u64, requests: u64, example: &Markup, hint: &str) -> Markup {
    html! {
        tr {
            td.name { (name) }
            td.n { b { (count(amount)) } }
            td.n { (errors::share(amount, requests).unwrap_or_default()) }
            td.text { (example) p.quiet { "hint: " (hint) } }
        }
    }
}

fn example(sample: Option<&ErrorSample>) -> Markup {
    html! {
        @if let Some(sample) = sample {
            p { (errors::told(sample)) }
            @if !sample.read.is_empty() { p.quiet { "read: " code { (sample.read) } } }
            @if let Some(trace) = &sample.trace { p.quiet { "trace " code { (trace) } } }
        }
    }
}

fn unmet(report: &Report) -> Markup {
    let kinds: Vec<_> = expectations::kinds(report).filter(|(_, tally)| tally.failed > 0).collect();
    html! {
        @if !kinds.is_empty() {
            h3 { "Expectations not met" }
            div.scroll { table {
                thead { tr { th { "expectation" } th.n { "not met" } th { "example" } } }
                tbody { @for (kind, tally) in kinds {
                    tr {
                        td.name { (kind) }
                        td.n { b { (count(tally.failed)) } " of " (count(tally.ok + tally.failed)) }
                        td.text { @if let Some(it) = &tally.sample { (it.method) " " (it.url) "  " (it.detail) } }
                    }
                } }
            } }
        }
    }
}

/// Each status code with its count and its share of all answers.
fn codes(facts: &Facts<'_>) -> Markup {
    let codes = totals::counts_of_codes(facts.report);
    let answers: u64 = codes.values().sum();
    html! {
        @if !codes.is_empty() {
            h3 { "Status codes" }
            div.scroll { table.narrow {
                thead { tr { th { "status" } th.n { "answers" } th.n { "of answers" } } }
                tbody { @for (code, amount) in &codes {
                    tr {
                        td.name { (code) }
                        td.n { (count(*amount)) }
                        td.n { (errors::share(*amount, answers).unwrap_or_default()) }
                    }
                } }
            } }
        }
    }
}
