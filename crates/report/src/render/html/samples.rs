//! The slowest requests, each with where its time went and the trace that it is part of.

use super::facts::Facts;
use super::parts;
use crate::number::{clock, significant};
use crate::render::text::errors;
use loadgen_metrics::SlowSample;
use maud::{Markup, html};

/// The table, the slowest first.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let slowest: Vec<&SlowSample> = facts.report.total.slowest.iter().collect();
    let longest = slowest.first().map_or(0, |sample| sample.latency);
    let traced = slowest.iter().any(|sample| sample.trace.is_some());
    html! {
        section #slowest {
            h2 { "Slowest requests" }
            @if slowest.is_empty() {
                p.quiet {
                    @if facts.all.latency.is_empty() { "No request got a whole answer." } @else { "They were not kept." }
                }
            } @else {
                (parts::legend())
                div.scroll { table {
                    thead { tr {
                        th.n { "latency (ms)" } th.n { "due at" } th { "request" } th.n { "status" }
                        th.wide { "where the time went (ms)" }
                        @if traced { th { "trace" } }
                    } }
                    tbody { @for sample in &slowest { (row(facts, sample, longest, traced)) } }
                } }
            }
            @if errors::kinds(facts.report).iter().any(|kind| kind.sample.is_some()) {
                p.quiet { "An example of each kind of failure stands under " a href="#errors" { "Errors" } "." }
            }
        }
    }
}

fn row(facts: &Facts<'_>, sample: &SlowSample, longest: u64, traced: bool) -> Markup {
    let series = facts.report.meta.series.get(sample.series as usize);
    html! {
        tr {
            td.n { b { (significant(sample.latency as f64 / 1000.0)) } }
            td.n { (clock(sample.due.second())) }
            td.text {
                @if let Some(info) = series { span.method { (info.method) } " " (info.endpoint) br; }
                span.quiet { (sample.url) }
            }
            td.n { (sample.status) }
            td.wide { (parts::of_one(&sample.parts, sample.latency, longest)) }
            @if traced { td.trace { @if let Some(trace) = &sample.trace { code { (trace) } } } }
        }
    }
}
