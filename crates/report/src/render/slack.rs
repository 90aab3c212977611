//! What a Slack webhook is told of a run: a message of blocks, as JSON.
//!
//! Slack cuts or refuses what is too long, so lists are: at most ten checks and ten kinds of errors are named.

use super::text::expectations;
use crate::number::{self, significant};
use crate::statistic::millis;
use crate::{Check, Report};
use loadgen_metrics::{ErrorKind, ErrorTally};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Most checks, and kinds of errors, that are named.
const MOST: usize = 10;
/// Longest header that Slack takes, in characters.
const HEADER: usize = 150;
/// Longest name of a check or an error, in characters: ten of them fit in a field, which takes 2000.
const NAME: usize = 150;

/// Writes the message. Whether the run failed is what its exit code says, which knows more than the verdict.
pub fn render(report: &Report, failed: bool, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &message(report, failed))?;
    Ok(())
}

fn message(report: &Report, failed: bool) -> Value {
    let (mark, word) = if failed { ("🔴", "failed") } else { ("🟢", "finished") };
    let title = short(&format!("{mark} Load test {word} ({})", report.meta.script), HEADER);
    let mut details = vec![field("Verdict", &verdict(report)), field("Requests", &requests(report))];
    details.extend(latency(report).map(|text| field("Latency (ms)", &text)));
    let users = report.total.users();
    let count = number::count;
    let counts = format!("{} completed / {} created", count(users.completed), count(users.created));
    json!({
        "text": title,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": true}},
            {"type": "section", "fields": [
                field("VUs", &counts),
                field("Duration", &number::seconds(report.duration())),
            ]},
            {"type": "section", "fields": details},
            {"type": "section", "fields": [checks(&report.verdict.checks), errors(report)]},
        ],
    })
}

/// What decided between pass and fail, and whether the run itself was valid.
fn verdict(report: &Report) -> String {
    let unmet = expectations::unmet(report).map(|unmet| format!("\n{unmet}")).unwrap_or_default();
    format!("{}{unmet}\nrun {}", report.verdict.in_words(), report.validity.state)
}

fn requests(report: &Report) -> String {
    let all = report.total.requests();
    let seconds = report.duration().as_secs_f64();
    let rate = if seconds > 0.0 { all.requests as f64 / seconds } else { 0.0 };
    let errors = number::percent(report.total.error_rate() * 100.0);
    format!("{} ({}/s), {errors} errors", number::count(all.requests), significant(rate))
}

/// `p50 2.40  p95 7.20  p99 8.00  max 8.00`; nothing where no request got an answer.
fn latency(report: &Report) -> Option<String> {
    let latency = report.total.requests().latency;
    let quantile = |name: &str, value| Some(format!("{name} {}", significant(millis(value?))));
    let shown = [
        quantile("p50", latency.quantile(0.5))?,
        quantile("p95", latency.quantile(0.95))?,
        quantile("p99", latency.quantile(0.99))?,
        quantile("max", latency.max())?,
    ];
    Some(shown.join("  "))
}

fn checks(checks: &[Check]) -> Value {
    let passed = checks.iter().filter(|check| check.pass).count();
    if checks.is_empty() {
        return field("Checks", "None defined");
    }
    let title = format!("Checks ({passed} / {})", checks.len());
    let line = |check: &Check| {
        let mark = if check.pass { "🟢" } else { "🔴" };
        let optional = if check.pass || check.strict { "" } else { " (optional)" };
        format!("{mark} {}{optional}", short(&check.text, NAME))
    };
    let lines = match checks.len() {
        0..=MOST => checks.iter().map(line).collect(),
        all => vec![format!("🟢 {passed} checks passed"), format!("🔴 {} checks failed", all - passed)],
    };
    block(&title, &lines)
}

/// An error by its kind, the name that people see, and how often.
type Error<'a> = (ErrorKind, String, &'a ErrorTally);

fn errors(report: &Report) -> Value {
    let errors = report.total.all_errors();
    if errors.is_empty() {
        return field("Errors", "None");
    }
    let line =
        |(_, name, tally): &Error<'_>| format!("❌ {} ({})", short(name, NAME), number::count(tally.count));
    let mut lines: Vec<String> = errors.iter().take(MOST).map(line).collect();
    if errors.len() > MOST {
        lines.push(format!("➕ {} more…", errors.len() - MOST));
    }
    block(&format!("Errors ({})", errors.len()), &lines)
}

fn block(title: &str, lines: &[String]) -> Value {
    json!({"type": "mrkdwn", "text": format!("*{title}*\n```\n{}\n```", escaped(&lines.join("\n")))})
}

fn field(title: &str, text: &str) -> Value {
    json!({"type": "mrkdwn", "text": format!("*{title}*\n{}", escaped(text))})
}

/// Slack's three special characters.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}
