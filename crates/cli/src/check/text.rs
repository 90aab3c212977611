//! What a check finds, for people: the problems, then the plan.

use super::schedule::PhaseTold;
use super::{Finding, Planned, plot};
use crate::script::Reading;
use loadgen_report::number;
use loadgen_scenario::{Outline, Requests, ScenarioOutline, StepOutline};
use std::fmt::Write;

/// Width of a line of steps; longer ones are cut.
const WIDTH: usize = 100;

/// The whole text. Writing to it cannot fail.
pub(crate) fn render(finding: &Finding, reading: &Reading) -> String {
    let sources = reading.sources();
    let mut out = String::new();
    for diagnostic in &reading.loaded.diagnostics {
        let _ = writeln!(out, "{}", diagnostic.render(&sources));
    }
    let _ = writeln!(out, "{}: {}", finding.script, verdict(finding));
    if !finding.unsupported.is_empty() {
        let _ = writeln!(out, "\nnot supported\n  {}", finding.unsupported.join("\n  "));
    }
    if let Some(plan) = &finding.plan {
        planned(&mut out, plan);
    }
    out
}

fn verdict(finding: &Finding) -> String {
    let some = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    match (finding.errors, finding.warnings) {
        (0, 0) => "nothing is wrong with it".to_owned(),
        (0, warnings) => format!("no errors, {}", some(warnings, "warning")),
        (errors, 0) => format!("{}: it cannot be run", some(errors, "error")),
        (errors, warnings) => {
            format!("{}, {}: it cannot be run", some(errors, "error"), some(warnings, "warning"))
        }
    }
}

fn planned(out: &mut String, plan: &Planned) {
    let _ = writeln!(out, "\ntarget  {}", plan.target);
    schedule(out, plan);
    if !plan.outline.before.is_empty() {
        let _ = writeln!(out, "\nbefore, once");
        steps(out, &plan.outline.before, 1);
    }
    scenarios(out, &plan.outline, plan.schedule.users);
    if !plan.outline.after.is_empty() {
        let _ = writeln!(out, "\nafter, once");
        steps(out, &plan.outline.after, 1);
    }
    if !plan.outline.data_files.is_empty() {
        let _ = writeln!(out, "\ndata files");
    }
    for file in &plan.outline.data_files {
        let order = match file.order {
            "all" => "all rows for each user",
            "sequence" => "each user the next",
            _ => "each user any",
        };
        let (rows, variables) = (number::count(file.rows as u64), file.variables.join(", "));
        let noun = if file.rows == 1 { "row" } else { "rows" };
        let _ = writeln!(out, "  {}: {rows} {noun}, {order}; sets {variables}", file.path);
    }
    if !plan.thresholds.is_empty() {
        let _ = writeln!(out, "\nthresholds\n  {}", plan.thresholds.join("\n  "));
    }
}

fn schedule(out: &mut String, plan: &Planned) {
    let schedule = &plan.schedule;
    let _ = writeln!(out, "\n{:<40} {:>10} {:>16} {:>11}", "phases", "duration", "users a second", "users");
    for (index, phase) in schedule.phases.iter().enumerate() {
        let name = phase.name.clone().unwrap_or_else(|| format!("unnamed {}", index + 1));
        let _ = writeln!(
            out,
            "  {:<38} {:>10} {:>16} {:>11}",
            cut(&name, 38),
            seconds(phase.duration),
            rate(phase),
            if phase.kind == "users" { "-".to_owned() } else { number::count(phase.users) },
        );
        if let Some(most) = phase.max_vusers {
            let _ = writeln!(out, "    at most {} users at a time", number::count(most));
        }
    }
    if schedule.phases.len() > 1 {
        let (duration, users) = (seconds(schedule.duration), number::count(schedule.users));
        let _ = writeln!(out, "  {:<38} {duration:>10} {:>16} {users:>11}", "in all", "");
    }
    let arriving = schedule.phases.iter().filter(|phase| phase.kind != "users");
    let highest = arriving.map(|phase| phase.from.max(phase.to)).fold(0.0, f64::max);
    if highest == 0.0 {
        return;
    }
    let _ = writeln!(out, "\n  {}  up to {}/s", plot::line(&schedule.rate), rounded(highest));
    let end = seconds(schedule.duration);
    let _ = writeln!(out, "  0 s{end:>width$}", width = schedule.rate.len() - 3);
}

fn rate(phase: &PhaseTold) -> String {
    let told = rounded;
    let rate = match phase.kind {
        "pause" => return "pause".to_owned(),
        _ if (phase.from - phase.to).abs() < f64::EPSILON => told(phase.from),
        _ => format!("{} → {}", told(phase.from), told(phase.to)),
    };
    match phase.kind {
        "poisson" => format!("{rate} at random"),
        "users" => format!("{rate} at a time"),
        _ => rate,
    }
}

/// A time in the unit that suits it: `0.5 s`, `90 s`, `11 min`, `2 h`.
fn seconds(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s >= 7_200.0 => (s / 3_600.0, "h"),
        s if s >= 120.0 => (s / 60.0, "min"),
        s => (s, "s"),
    };
    format!("{} {unit}", rounded(value))
}

/// What the script says, but for digits that come of dividing.
fn rounded(value: f64) -> String {
    number::plain((value * 100.0).round() / 100.0)
}

fn scenarios(out: &mut String, outline: &Outline, users: u64) {
    for scenario in &outline.scenarios {
        let share = if scenario.weight == 0 {
            "never chosen".to_owned()
        } else {
            let about = (users as f64 * scenario.share).round() as u64;
            let about = if outline.scenarios.len() == 1 || users == 0 {
                ""
            } else {
                &format!(" (about {})", number::count(about))
            };
            let percent = (scenario.share * 1_000.0).round() / 10.0;
            format!("{percent} % of the users{about}")
        };
        let _ = writeln!(out, "\nscenario {}: {share}", scenario.name);
        let _ = writeln!(out, "  one user sends {}:", requests(scenario));
        steps(out, &scenario.steps, 2);
    }
}

fn requests(scenario: &ScenarioOutline) -> String {
    match scenario.requests {
        Requests { least: 1, most: Some(1) } => "1 request".to_owned(),
        Requests { least, most: Some(most) } if least == most => format!("{} requests", number::count(most)),
        Requests { least, most: Some(most) } => {
            format!("{} to {} requests", number::count(least), number::count(most))
        }
        Requests { least: 1, most: None } => "1 request or more".to_owned(),
        Requests { least, most: None } => format!("{} requests or more", number::count(least)),
    }
}

fn steps(out: &mut String, list: &[StepOutline], depth: usize) {
    for step in list {
        let mut line = "  ".repeat(depth);
        match (&step.method, step.kind.as_str()) {
            (Some(method), _) => {
                let _ = write!(line, "{method:<6} {}", step.text);
            }
            (None, "loop" | "parallel") => line.push_str(&step.text),
            (None, kind) => {
                let _ = write!(line, "{kind:<6} {}", step.text);
            }
        }
        if !step.conditions.is_empty() {
            let _ = write!(line, "  [{}]", step.conditions.join(", "));
        }
        if !step.captures.is_empty() {
            let _ = write!(line, "  → {}", step.captures.join(", "));
        }
        let _ = writeln!(out, "{}", cut(line.trim_end(), WIDTH));
        steps(out, &step.steps, depth + 1);
    }
}

/// At most so many characters, none of which steers a terminal.
fn cut(text: &str, width: usize) -> String {
    let mut shown: String = text.chars().take(width).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(width).is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}
