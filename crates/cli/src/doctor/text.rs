//! A diagnosis for people: 80 columns, without colour.

use super::{Check, Diagnosis, Fix, Verdict};
use std::fmt::Write;

/// Columns of a line.
const WIDTH: usize = 80;
/// Where what a check means begins.
const INDENT: usize = 11;

/// The whole text. Writing to it cannot fail.
pub(crate) fn render(diagnosis: &Diagnosis) -> String {
    let plural = if diagnosis.processors == 1 { "" } else { "s" };
    let mut out = format!(
        "loadgen {}   {}   {} processor{plural}\n",
        diagnosis.version, diagnosis.system, diagnosis.processors
    );
    for found in diagnosis.families.iter().filter(|found| !found.checks.is_empty()) {
        let _ = writeln!(out, "\n  {}", found.family);
        found.checks.iter().for_each(|check| told(&mut out, check));
    }
    let counts =
        [Verdict::Bad, Verdict::Tight, Verdict::Ok].map(|it| format!("{} {it}", diagnosis.count(it)));
    let _ = writeln!(out, "\n  VERDICT  {}   ({})", diagnosis.verdict, counts.join(", "));
    if !diagnosis.unseen.is_empty() {
        let _ = writeln!(out, "\n  not to be seen here");
        wrapped(&mut out, 4, &diagnosis.unseen.join(", "));
    }
    fixes(&mut out, &diagnosis.fixes());
    out
}

fn told(out: &mut String, check: &Check) {
    let _ = writeln!(out, "    {:<5}  {:<20}  {}", check.verdict, check.name, check.seen);
    wrapped(out, INDENT, &check.means);
}

/// What could be applied. Commands are whole lines, however long they are: they are to be copied.
fn fixes(out: &mut String, fixes: &[&Fix]) {
    let lines = |of: fn(&Fix) -> Option<String>| fixes.iter().filter_map(|fix| of(fix)).collect::<Vec<_>>();
    let sysctl = lines(|fix| match fix {
        Fix::Sysctl(setting) => Some(format!("sysctl -w {setting}")),
        _ => None,
    });
    let commands = lines(|fix| match fix {
        Fix::Command(command) => Some(command.clone()),
        _ => None,
    });
    let limits = lines(|fix| match fix {
        Fix::Limits(line) => Some(line.clone()),
        _ => None,
    });
    let mut part = |title: &str, lines: &[String]| {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n  {title}");
            lines.iter().for_each(|line| {
                let _ = writeln!(out, "    {line}");
            });
        }
    };
    part("to change it, as root, until the machine starts again", &[sysctl.clone(), commands].concat());
    let kept: Vec<String> = sysctl
        .iter()
        .filter_map(|line| line.strip_prefix("sysctl -w "))
        .filter_map(|setting| setting.split_once('='))
        .map(|(key, value)| format!("{key} = {}", value.trim_matches('"')))
        .collect();
    part("to keep it: in /etc/sysctl.d/90-loadgen.conf", &kept);
    part("to keep it: in /etc/security/limits.conf, from the next login on", &limits);
}

/// Words in lines that begin at a column and end before the last.
fn wrapped(out: &mut String, indent: usize, text: &str) {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{:indent$}{line}", "");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(out, "{:indent$}{line}", "");
}
