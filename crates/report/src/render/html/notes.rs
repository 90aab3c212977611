//! What was seen in the figures, each with its evidence.

use super::facts::Facts;
use maud::{Markup, html};

/// The notes that are handed in, as (what, evidence), and those of the validity.
pub(super) fn section(facts: &Facts<'_>, notes: &[(String, String)]) -> Markup {
    let known: Vec<_> = facts.report.validity.notes().collect();
    html! {
        section #notes {
            h2 { "Notes" }
            @if notes.is_empty() && known.is_empty() {
                p.quiet { "Nothing stood out." }
            } @else {
                ul.notes {
                    @for (what, evidence) in notes { li { (what) br; span.quiet { (evidence) } } }
                    @for note in known { li { (note) br; span.quiet { (note.fix()) } } }
                }
            }
        }
    }
}
