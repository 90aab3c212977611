//! The thresholds and conditions, the worst first.

use super::facts::Facts;
use super::header::{class, mark};
use crate::render::layout::Tone;
use crate::{About, Check, number};
use maud::{Markup, html};

/// A row for each; a sentence where there is none.
pub(super) fn section(facts: &Facts<'_>) -> Markup {
    let report = facts.report;
    let mut checks: Vec<&Check> = report.verdict.checks.iter().collect();
    checks.sort_by(|one, other| rank(other).0.cmp(&rank(one).0).then(rank(other).1.total_cmp(&rank(one).1)));
    let conditions = checks.iter().any(|check| matches!(check.about, About::Condition { .. }));
    let title = if conditions { "Thresholds and conditions" } else { "Thresholds" };
    html! {
        section #thresholds {
            h2 { (title) }
            @if checks.is_empty() {
                p.quiet { "No thresholds set: nothing was required of this run." }
            } @else {
                div.scroll { table {
                    thead { tr { th { span.hide { "kept" } } th { "what" } th.n { "wanted" } th.n { "seen" } th { "first broken" } } }
                    tbody { @for check in checks { (row(check, facts)) } }
                } }
            }
        }
    }
}

fn row(check: &Check, facts: &Facts<'_>) -> Markup {
    let tone = match (check.pass, check.strict) {
        (true, _) => Tone::Good,
        (false, true) => Tone::Bad,
        (false, false) => Tone::Strong,
    };
    let first = match &check.about {
        About::Threshold { first_at: Some(second), .. } => {
            format!("{} {}", number::clock(*second), facts.report.meta.phase_in_words(*second))
        }
        _ => String::new(),
    };
    html! {
        tr.(class(tone)) {
            td.mark { span aria-hidden="true" { (mark(tone)) } span.hide { @if check.pass { "kept" } @else { "missed" } } }
            td.name { (check.name()) }
            td.n { (check.wanted()) }
            td.n { b { (check.seen_in_words()) } }
            td.quiet { (first) }
        }
    }
}

/// How bad it is: whether it was missed and counts, and how near the limit it came.
fn rank(check: &Check) -> (u8, f64) {
    let class = match (check.pass, check.strict) {
        (false, true) => 2,
        (false, false) => 1,
        (true, _) => 0,
    };
    let near = match &check.about {
        About::Threshold { seen: Some(seen), limit, .. } if *limit > 0.0 => seen / limit,
        About::Threshold { .. } | About::Condition { .. } if !check.pass => f64::INFINITY,
        _ => 0.0,
    };
    (class, near)
}
