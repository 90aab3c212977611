//! `Diagnostic`: one thing that is wrong, or doubtful, in what somebody wrote, with its place and a way out.
//!
//! Rendering is pure text without colour; whoever prints may add it.

use crate::source::{Location, Source};
use std::fmt::Write;

/// Characters of a source line that are quoted at most; a longer line is cropped around the place.
const QUOTED: usize = 96;
/// Characters that stay visible before the place when a line is cropped.
const BEFORE: usize = 32;

/// Whether a run can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is sent.
    Error,
    /// The run goes on.
    Warning,
}

/// A problem in a script or in an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops the run.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where, if it has a place.
    pub location: Option<Location>,
    /// What stands under the quoted line, beside the carets.
    pub label: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The line that Artillery prints on standard output about it, for those who look for that.
    pub notice: Option<String>,
    /// What of Artillery's it asks for that loadgen has not, such as `config.processor`.
    pub lacks: Option<String>,
    /// The variable of which it says that nothing sets it.
    pub unset: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(at: &Location, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            message: message.into(),
            location: Some(at.clone()),
            label: None,
            hint: None,
            notice: None,
            lacks: None,
            unset: None,
        }
    }

    /// A warning at a place.
    pub fn warning(at: &Location, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(at, message) }
    }

    /// The same with a text beside the carets.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    /// The same with a line for standard output.
    #[must_use]
    pub fn notice(mut self, notice: impl Into<String>) -> Diagnostic {
        self.notice = Some(notice.into());
        self
    }

    /// The same about something that loadgen has not.
    #[must_use]
    pub fn lacks(mut self, what: impl Into<String>) -> Diagnostic {
        self.lacks = Some(what.into());
        self
    }

    /// Whether it stops the run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The text that people see: message, place, quoted line, hint. The line is quoted from the source of the
    /// location's name, and left out where `sources` lacks it. Ends with a newline.
    pub fn render(&self, sources: &[&Source]) -> String {
        let kind = if self.is_error() { "error" } else { "warning" };
        let mut out = format!("{kind}: {}\n", printable(&self.message));
        let mut margin = 1;
        if let Some(at) = &self.location {
            margin = at.line.to_string().len() + 1;
            let _ = writeln!(out, "{:margin$}--> {}:{}:{}", "", at.source, at.line, at.column);
            let source = sources.iter().find(|source| *source.name == *at.source);
            // A place just past the last line is shown as that empty line.
            let line =
                source.map(|source| source.content().split('\n').nth(at.line as usize - 1).unwrap_or(""));
            match line {
                Some(line) => self.quote(&mut out, margin, at, line.trim_end_matches('\r')),
                None => {
                    if let Some(label) = &self.label {
                        let _ = writeln!(out, "{:margin$} = {}", "", printable(label));
                    }
                }
            }
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(out, "{:margin$} = hint: {}", "", printable(hint));
        }
        out
    }

    fn quote(&self, out: &mut String, margin: usize, at: &Location, line: &str) {
        let characters: Vec<char> = line.chars().collect();
        let start = (at.column as usize - 1).min(characters.len());
        let ends = characters.iter().rposition(|c| !c.is_whitespace()).map_or(0, |last| last + 1);
        let end = (start + at.length.max(1) as usize).min(ends.max(start + 1));

        let long = characters.len() > QUOTED;
        let first = if long && start > BEFORE { start - BEFORE } else { 0 };
        let last = characters.len().min(first + QUOTED);
        let shown: String = characters[first..last].iter().map(|&c| visible(c)).collect();
        let before = if first > 0 { "…" } else { "" };
        let after = if last < characters.len() { "…" } else { "" };

        let width = |c: &char| if wide(*c) { 2 } else { 1 };
        let indent = before.chars().count() + characters[first..start].iter().map(width).sum::<usize>();
        let marked = &characters[start..end.min(last).max(start)];
        let carets = "^".repeat(marked.iter().map(width).sum::<usize>().max(1));
        let number = at.line;
        let _ = writeln!(out, "{:margin$} |", "");
        let quoted = format!("{number:>margin$} | {before}{shown}{after}");
        let _ = writeln!(out, "{}", quoted.trim_end());
        let gap = " ".repeat(indent);
        match &self.label {
            Some(label) => {
                let _ = writeln!(out, "{:margin$} | {gap}{carets} {}", "", printable(label));
            }
            None => {
                let _ = writeln!(out, "{:margin$} | {gap}{carets}", "");
            }
        }
        if self.hint.is_some() {
            let _ = writeln!(out, "{:margin$} |", "");
        }
    }
}

/// A character that takes one column of its own: a tab is one blank, and nothing can steer the terminal.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => '\u{fffd}',
        c => c,
    }
}

/// What a script says may stand in a message; it must not steer the terminal either, nor flood it.
fn printable(text: &str) -> String {
    const LONGEST: usize = 600;
    let mut shown: String = text.chars().take(LONGEST).map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether terminals give the character two columns (East Asian wide letters and emoji, roughly: carets that are
/// one column off are no harm).
fn wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, line: u32, column: u32, length: u32) -> String {
        let source = Source::new("a.yml", text);
        let at = Location { source: "a.yml".into(), line, column, length };
        Diagnostic::error(&at, "wrong").label("here").render(&[&source])
    }

    #[test]
    fn a_problem_is_shown_with_its_line() {
        let source = Source::new("crud.yml", "\n".repeat(8) + "      arivalRate: 50\n");
        let at = Location { source: "crud.yml".into(), line: 9, column: 7, length: 10 };
        let diagnostic = Diagnostic::error(&at, "unknown key `arivalRate` in a phase")
            .label("did you mean `arrivalRate`?")
            .hint("a phase takes duration, arrivalRate");
        insta::assert_snapshot!(diagnostic.render(&[&source]), @r"
        error: unknown key `arivalRate` in a phase
          --> crud.yml:9:7
           |
         9 |       arivalRate: 50
           |       ^^^^^^^^^^ did you mean `arrivalRate`?
           |
           = hint: a phase takes duration, arrivalRate
        ");
    }

    #[test]
    fn tabs_and_wide_letters_keep_the_carets_in_place() {
        insta::assert_snapshot!(show("\t世界: x", 1, 6, 1), @r"
        error: wrong
          --> a.yml:1:6
           |
         1 |  世界: x
           |        ^ here
        ");
    }

    #[test]
    fn places_past_the_end_are_no_trouble() {
        for (line, column) in [(1, 99), (3, 1), (2, 1)] {
            assert!(show("ab\n", line, column, 500).contains('^'));
        }
        assert!(show("", 1, 1, 1).contains('^'));
    }

    #[test]
    fn long_lines_are_cropped_around_the_place() {
        let text = "x".repeat(5_000) + "HERE" + &"y".repeat(5_000);
        let shown = show(&text, 1, 5_001, 4);
        assert!(shown.contains("^^^^ here") && shown.contains("xHEREy"));
        assert!(shown.lines().all(|line| line.chars().count() < 120), "{shown}");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let shown = show("\u{1b}[31mred", 1, 1, 3);
        assert!(!shown.contains('\u{1b}'));
    }
}
