//! The four figures that a run is summed up by: throughput, error rate, latency, users.

use super::facts::{Facts, largest, quantile};
use crate::number::{self, count};
use crate::render::text::totals;
use maud::{Markup, html};

/// The figures, each with what belongs to it.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let (report, all, total) = (facts.report, &facts.all, &facts.report.total);
    let users = total.users();
    let latency = &all.latency;
    html! {
        section #figures aria-label="Figures" {
            dl.figures {
                div {
                    dt { "throughput" }
                    dd { (facts.rate(all.requests)) }
                    dd.more { (count(all.requests)) " requests" }
                    dd.more { (facts.traffic(all.bytes_in)) " in, " (facts.traffic(all.bytes_out)) " out" }
                }
                div {
                    dt { "error rate" }
                    dd { (number::percent(total.error_rate() * 100.0)) }
                    dd.more { (count(all.error_requests)) " of " (count(all.requests)) " requests" }
                }
                div {
                    dt { "latency p99" }
                    dd { (quantile(latency, 0.99)) @if !latency.is_empty() { small { " ms" } } }
                    dd.more { "p50 " (quantile(latency, 0.5)) ", p95 " (quantile(latency, 0.95)) ", max " (largest(latency)) }
                    dd.more { "due → done, in ms" }
                }
                div {
                    dt { "users" }
                    dd { (count(users.created)) }
                    dd.more {
                        (count(users.completed)) " completed, " (count(users.failed)) " failed, " (count(total.skipped)) " skipped"
                        @if users.interrupted > 0 { ", " (count(users.interrupted)) " interrupted" }
                    }
                    dd.more { (totals::arrivals(report)) }
                }
            }
        }
    }
}
