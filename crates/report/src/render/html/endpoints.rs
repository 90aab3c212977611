//! A row for each endpoint, to be sorted by any column, with a bar of where its time went.

use super::facts::{Facts, largest, quantile};
use super::parts;
use crate::SeriesInfo;
use crate::number::{count, percent, significant};
use loadgen_metrics::{Histogram, SeriesStats};
use maud::{Markup, html};

/// The table, in the order of the script.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let names = ["requests", "/s", "errors", "p50", "p95", "p99", "max"];
    html! {
        section #endpoints {
            h2 { "Endpoints" }
            @if facts.endpoints.is_empty() {
                p.quiet { "No request was sent." }
            } @else {
                p.quiet { "Latency in ms, due → done. The bar shows where the time of all whole answers went." }
                (parts::legend())
                div.scroll { table.sortable #t-endpoints {
                    thead { tr {
                        th { (button("endpoint")) }
                        @for name in names { th.n { (button(name)) } }
                        th.wide { "where the time went" }
                    } }
                    tbody { @for (info, stats) in &facts.endpoints { (row(facts, info, stats)) } }
                } }
            }
        }
    }
}

/// A column's name, which sorts by it.
fn button(name: &str) -> Markup {
    html! { button type="button" { (name) } }
}

fn row(facts: &Facts<'_>, info: &SeriesInfo, stats: &SeriesStats) -> Markup {
    let errors = stats.error_requests as f64 / stats.requests as f64 * 100.0;
    html! {
        tr {
            td.name data-v={ (info.endpoint) " " (info.method) } { span.method { (info.method) } " " (info.endpoint) }
            td.n data-v=(stats.requests) { (count(stats.requests)) }
            td.n data-v=(stats.requests) { (significant(facts.per_second(stats.requests))) }
            td.n.bad[stats.error_requests > 0] data-v=(errors) { (percent(errors)) }
            @for q in [0.5, 0.95, 0.99] {
                td.n data-v=(micros(&stats.latency, q)) { (quantile(&stats.latency, q)) }
            }
            td.n data-v=(micros(&stats.latency, 1.0)) { (largest(&stats.latency)) }
            td.wide { @if stats.parts.sum() > 0 { (parts::of_many(&stats.parts)) } }
        }
    }
}

/// A quantile to sort by; less than any where there is none.
fn micros(histogram: &Histogram, q: f64) -> i128 {
    histogram.quantile(q).map_or(-1, |it| i128::try_from(it.as_micros()).unwrap_or(i128::MAX))
}
