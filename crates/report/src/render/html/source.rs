//! What was run and how to run it again, and what was put beside the results.

use super::facts::Facts;
use crate::Attachment;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use maud::{Markup, html};

/// The attachments, each folded.
pub(super) fn attachments(facts: &Facts<'_>) -> Markup {
    let attachments = &facts.report.attachments;
    html! {
        @if !attachments.is_empty() {
            section #attachments {
                h2 { "Attachments" }
                @for (index, attachment) in attachments.iter().enumerate() {
                    details id={ "d-attachment-" (index) } {
                        summary { (attachment.title) }
                        (shown(attachment))
                    }
                }
            }
        }
    }
}

/// A picture is shown as one: what stands in it can then neither run nor reach the page.
fn shown(attachment: &Attachment) -> Markup {
    html! {
        @if attachment.media_type == "image/svg+xml" {
            img.attached alt=(attachment.title) src={ "data:image/svg+xml;base64," (BASE64.encode(&attachment.text)) };
        } @else {
            pre { (attachment.text) }
        }
    }
}

/// The script, folded, and the command.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let report = facts.report;
    html! {
        section #script {
            h2 { "Script" }
            @if let Some(source) = &report.source {
                p { "Run it again:" }
                pre.command { (source.command) }
                details #d-script {
                    summary { (report.meta.script) }
                    pre { (source.text) }
                }
            } @else {
                p.quiet { "The text of the script was not kept." }
            }
            p.quiet { "SHA-256 of the script: " code { (report.meta.script_hash) } }
        }
    }
}
