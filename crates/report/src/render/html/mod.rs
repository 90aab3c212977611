//! The report as one HTML file that needs nothing else, and the same content for the live page.
//!
//! Charts are SVG, drawn here. The script adds marking, zooming and sorting; without it everything is there all the same.

mod page;

use crate::Report;
use maud::{Markup, html};
use std::io::{self, Write};

/// Writes the page of a run that has ended.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} – loadgen", report.meta.script);
    out.write_all(page::page(&title, &content(report), "").into_string().as_bytes())
}

/// The content of the page's `<main>`, as HTML, of a run that still goes on: the same order and words as in the report.
///
/// Whoever replaces the content of `<main>` by it calls the page's `loadgenRefresh()` afterwards: what was zoomed, marked,
/// sorted and opened is so again.
pub fn live(report: &Report) -> String {
    content(report).into_string()
}

/// The page around the content: a document with the same head, style and script, an empty `<main>` and, before it, an empty
/// `<div id="bar">` for whoever serves the page. `extra_script` runs after the page's own script; it must not hold
/// `</script`. It may fetch from the server that the page came from, and from nowhere else.
pub fn shell(title: &str, extra_script: &str) -> String {
    page::page(title, &html! {}, extra_script).into_string()
}

fn content(report: &Report) -> Markup {
    html! { h1 { (report.meta.script) } }
}
