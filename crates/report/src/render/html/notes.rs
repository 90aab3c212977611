//! What was seen in the figures, each with its evidence.

use super::facts::Facts;
use maud::{Markup, html};

/// What stood out, and what the validity has to say besides.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let notes = crate::notes::notes(facts.report);
    let known: Vec<_> = facts.report.validity.notes().collect();
    html! {
        section #notes {
            h2 { "Notes" }
            @if notes.is_empty() && known.is_empty() {
                p.quiet { "Nothing stood out." }
            } @else {
                ul.notes {
                    @for note in notes { li { (note.what) br; span.quiet { (note.evidence) } } }
                    @for note in known { li { (note) br; span.quiet { (note.fix()) } } }
                }
            }
        }
    }
}
