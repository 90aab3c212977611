//! Annotations for GitHub Actions: workflow commands, one a line, that the runner finds in a job's output.

use super::text::expectations;
use crate::validity::State;
use crate::{Check, Report};
use std::io::{self, Write};

/// Writes `::error` for each check that was missed, for expectations that were not met and, where `strict_validity`
/// makes that a failure, for an invalid run; `::warning` for what is forgiven and for figures that are in doubt. `file`
/// is the script's path from the root of the repository, if it has one; checks name their line in it too.
pub fn render(
    report: &Report,
    file: Option<&str>,
    strict_validity: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let file = file.map(|file| format!("file={},", property(file))).unwrap_or_default();
    let line = |check: &Check| {
        let at = check.at.as_ref().filter(|at| !file.is_empty() && at.source == report.meta.script);
        at.map(|at| format!("line={},", at.line)).unwrap_or_default()
    };
    let mut tell = |level: &str, line: &str, title: &str, message: &str| {
        writeln!(out, "::{level} {file}{line}title={}::{}", property(title), data(message))
    };
    for check in report.verdict.missed() {
        tell("error", &line(check), "Threshold missed", &check.breach_in_words(&report.meta))?;
    }
    if let Some(unmet) = expectations::unmet(report) {
        tell("error", "", "Expectations not met", &unmet)?;
    }
    for check in report.verdict.forgiven() {
        let words = check.breach_in_words(&report.meta);
        tell("warning", &line(check), "Optional threshold missed", &words)?;
    }
    let state = report.validity.state;
    let level = if state == State::Invalid && strict_validity { "error" } else { "warning" };
    for reason in report.validity.reasons() {
        tell(level, "", &format!("Load test {state}"), &format!("{reason}\nfix: {}", reason.fix()))?;
    }
    Ok(())
}

/// What ends a command, or begins an escape.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// In a property also what ends it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_ends_the_command() {
        assert_eq!(data("5 %\r\n::error::x"), "5 %25%0D%0A::error::x");
        assert_eq!(property("a:b,c\n%"), "a%3Ab%2Cc%0A%25");
    }
}
