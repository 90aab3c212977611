//! What is printed before a run and at its end; what is printed meanwhile goes by the [`Printer`](crate::printer::Printer).
//!
//! Results and the script's `log` lines go to stdout, all else to stderr. On a terminal there is a line a second; in
//! a pipe a summary of each period of ten seconds, as in Artillery. Nobody reading is no reason to stop the load.

use loadgen_report::render::{self, Style};
use loadgen_report::{Report, number};
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Width of what is printed where there is no terminal to ask.
const WIDTH: usize = 80;

/// How much is said, and where to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    quiet: bool,
    /// Whether stdout is a terminal.
    terminal: bool,
    style: Style,
}

impl Console {
    /// Looks at where stdout goes. `NO_COLOR` (no-color.org) switches colour off.
    pub(crate) fn new(quiet: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Console { quiet, terminal, style: Style { colour: terminal && !plain, width: WIDTH } }
    }

    /// A line for people, about the run rather than of its results.
    pub(crate) fn tell(&self, line: &str) {
        if !self.quiet {
            self.warn(line);
        }
    }

    /// A line that is printed even when quiet.
    pub(crate) fn warn(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// The run's name in what reads pipes, even when quiet. `-o /dev/stdout` leaves standard output to the results.
    pub(crate) fn test_id(&self, id: &str, output: Option<&Path>) {
        if !self.terminal && !output.is_some_and(is_device) {
            self::line(&format!("Test run id: {id}"));
        }
    }

    /// How text is to look.
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Whether only results and warnings are printed.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether stdout is a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// In a pipe a run's output ends as Artillery's does, and then as ours.
    ///
    /// # Errors
    /// If stdout takes no more. That nobody reads it (a closed pipe) is no error.
    pub(crate) fn ended(&self, report: &Report, output: Option<&Path>) -> io::Result<()> {
        if self.quiet || self.terminal {
            return Ok(());
        }
        let out = &mut io::stdout().lock();
        let told = render::period::whole(report, out).and_then(|()| match output {
            Some(output) if !is_device(output) => writeln!(out, "Log file: {}", output.display()),
            _ => Ok(()),
        });
        let checked = told.and_then(|()| writeln!(out)).and_then(|()| match &report.verdict.checks[..] {
            [] => Ok(()),
            _ => render::checks::render(&report.verdict, self.style, out).and_then(|()| writeln!(out)),
        });
        unless_unread(checked)
    }

    /// The summary; when quiet the checks and what went wrong: errors, thresholds that were missed, a run that is not
    /// valid.
    ///
    /// # Errors
    /// If stdout takes no more. That nobody reads it (a closed pipe) is no error.
    pub(crate) fn summary(&self, report: &Report) -> io::Result<()> {
        if !self.quiet {
            return unless_unread(render::text::render(report, self.style, &mut io::stdout().lock()));
        }
        unless_unread(render::checks::render(&report.verdict, self.style, &mut io::stdout().lock()))?;
        for (kind, name, tally) in report.total.all_errors() {
            let times = if tally.count == 1 { "time" } else { "times" };
            self.warn(&format!("{name}: {} {times}; {}", number::count(tally.count), kind.hint()));
        }
        if let Some(unmet) = render::text::expectations::unmet(report) {
            self.warn(&format!("fail: {unmet}"));
        }
        for check in report.verdict.missed() {
            self.warn(&format!("fail: {}", check.breach_in_words(&report.meta)));
        }
        for reason in report.validity.reasons() {
            self.warn(&format!("{}: {reason}", report.validity.state));
        }
        // Artillery prints it in any case.
        if let Some(apdex) = render::text::apdex(report) {
            line(&apdex);
        }
        Ok(())
    }
}

/// A line on standard output. Nobody reading it is no error.
pub(crate) fn line(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Whether a path names a device or a pipe of the process, such as /dev/stdout.
pub(crate) fn is_device(path: &Path) -> bool {
    ["/dev/", "/proc/"].iter().any(|system| path.starts_with(system))
}

/// Takes a closed pipe for what it is: somebody has seen enough.
fn unless_unread(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
