//! The top of the page: what ran, the verdict and the validity, each as a badge with a sentence, and what is behind them.

use super::facts::Facts;
use crate::number;
use crate::render::layout::Tone;
use crate::render::text::{errors, expectations, head};
use crate::validity::State;
use maud::{Markup, html};

/// What ran, when, how long, and from what.
pub(super) fn title(facts: &Facts<'_>) -> Markup {
    let (report, meta) = (facts.report, &facts.report.meta);
    html! {
        header {
            p.brand {
                @if facts.running { "loadgen, running" } @else { "loadgen report" }
                button #theme type="button" hidden title="Light or dark" { "◐ " span { "theme" } }
            }
            h1 { (meta.script) }
            p.target { "→ " (meta.target) @if meta.target_is_builtin { " (builtin)" } }
            ul.meta {
                @if let Some(date) = head::date(meta.started_at) { li { (date) } }
                @if facts.running {
                    li { (number::clock(report.duration().as_secs())) " of " (number::clock(meta.planned().as_secs())) }
                    li { (meta.phase_label(report.duration().as_secs()).unwrap_or_else(|| "users finishing".to_owned())) }
                } @else {
                    li { (number::seconds(report.duration())) }
                }
                li { (meta.shards) @if meta.shards == 1 { " shard" } @else { " shards" } }
                li { "seed " (meta.seed) }
                @if let Some(name) = &meta.environment { li { "environment " (name) } }
                li { "loadgen " (meta.version) }
            }
        }
    }
}

/// The verdict and the validity.
pub(super) fn badges(facts: &Facts<'_>) -> Markup {
    let report = facts.report;
    let (word, tone) = head::word(report);
    let state = report.validity.state;
    let unmet = expectations::unmet(report);
    let so_far = if facts.running { ", so far" } else { "" };
    html! {
        section #verdict aria-label="Verdict and validity" {
            div.badges {
                div.badge.(class(tone)) {
                    span.kind { "verdict" (so_far) }
                    strong { (mark(tone)) " " (word) }
                    span { (report.verdict.in_words()) }
                }
                div.badge.(class(head::tone_of(state))) {
                    span.kind { "run" (so_far) }
                    strong { (mark(head::tone_of(state))) " " (state.to_string().to_uppercase()) }
                    span { (meaning(state)) }
                }
            }
            ul.reasons {
                @if let Some(sentence) = errors::unanswered(report) { (reason(Tone::Bad, &sentence)) }
                @if let Some(sentence) = head::stopped(report) { (reason(Tone::Doubtful, &sentence)) }
                @for check in report.verdict.missed() { (reason(Tone::Bad, &check.breach_in_words(&report.meta))) }
                @for check in report.verdict.forgiven() {
                    li.strong { span.mark { "○" } " optional: " (check.breach_in_words(&report.meta)) }
                }
                @if let Some(unmet) = &unmet { (reason(Tone::Bad, unmet)) }
                @for doubt in report.validity.reasons() {
                    li.doubtful { span.mark { "!" } " " (doubt) " " span.fix { "fix: " (doubt.fix()) } }
                }
            }
        }
    }
}

fn reason(tone: Tone, sentence: &str) -> Markup {
    html! { li.(class(tone)) { span.mark { (mark(tone)) } " " (sentence) } }
}

/// A sentence for each state.
fn meaning(state: State) -> &'static str {
    match state {
        State::Valid => "the generator kept up: the figures show the target",
        State::Degraded => "the figures hold, with a reservation",
        State::Invalid => "the figures show the generator, or something else that was in the way",
    }
}

/// The style of a tone.
pub(super) fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Doubtful => "doubtful",
        Tone::Strong | Tone::Quiet => "strong",
    }
}

/// The sign of a tone.
pub(super) fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "✓",
        Tone::Bad => "✗",
        Tone::Doubtful => "!",
        Tone::Strong | Tone::Quiet => "○",
    }
}
