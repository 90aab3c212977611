//! The checks in Artillery's form: for logs and pipes, and for whatever reads them there.

use super::layout::{Style, Tone};
use crate::{Check, Verdict};
use std::io::{self, Write};

/// Writes `Checks:` with a line for each check, nothing where there is none. As in Artillery those that were kept come
/// first, and the last of the script first.
pub fn render(verdict: &Verdict, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if verdict.checks.is_empty() {
        return Ok(());
    }
    writeln!(out, "Checks:")?;
    let (kept, failed): (Vec<&Check>, Vec<&Check>) =
        verdict.checks.iter().rev().partition(|check| check.pass);
    for check in kept {
        writeln!(out, "{}: {}", style.paint(Tone::Good, "ok"), check.text)?;
    }
    for check in failed {
        let optional = if check.strict { "" } else { " (optional)" };
        writeln!(out, "{}: {}{optional}", style.paint(Tone::Bad, "fail"), check.text)?;
    }
    Ok(())
}
