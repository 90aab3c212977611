//! The report as one HTML file that needs nothing else, and the same content for the live page.
//!
//! The order is that of importance: the verdict and whether it can be trusted, what was required, the figures, how they went
//! over time, where, and what was run. Charts are SVG, drawn here. The script adds marking, zooming and sorting; without it
//! everything is there all the same.

mod chart;
mod distribution;
mod endpoints;
mod facts;
mod failures;
mod grid;
mod header;
mod headline;
mod latency;
mod limits;
mod notes;
mod page;
mod parts;
mod resources;
mod samples;
mod source;
mod thresholds;
mod throughput;

use crate::Report;
use facts::Facts;
use maud::{Markup, html};
use std::io::{self, Write};

/// Writes the page of a run that has ended.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} – loadgen", report.meta.script);
    let content = content(&Facts::of(report, false));
    out.write_all(page::page(&title, &content, "").into_string().as_bytes())
}

/// The content of the page's `<main>`, as HTML, of a run that still goes on: the same order and words as in the report.
///
/// Whoever replaces the content of `<main>` by it calls the page's `loadgenRefresh()` afterwards: what was zoomed, marked,
/// sorted and opened is so again.
pub fn live(report: &Report) -> String {
    content(&Facts::of(report, true)).into_string()
}

/// The content of the page's `<main>` of a run that has ended, as the report has it.
pub fn ended(report: &Report) -> String {
    content(&Facts::of(report, false)).into_string()
}

/// The page around the content: a document with the same head, style and script, an empty `<main>` and, before it, an empty
/// `<div id="bar">` for whoever serves the page. `extra_script` runs after the page's own script; it must not hold
/// `</script`. It may fetch from the server that the page came from, and from nowhere else.
pub fn shell(title: &str, extra_script: &str) -> String {
    page::page(title, &html! {}, extra_script).into_string()
}

/// All sections.
fn content(facts: &Facts<'_>) -> Markup {
    html! {
        (header::title(facts))
        (header::badges(facts))
        (thresholds::section(facts))
        (headline::section(facts))
        (facts.grid.axis.data())
        (latency::section(facts))
        (throughput::section(facts))
        (failures::section(facts))
        (resources::section(facts))
        (distribution::section(facts))
        (endpoints::section(facts))
        (samples::section(facts))
        (notes::section(facts))
        (source::attachments(facts))
        (source::section(facts))
    }
}
