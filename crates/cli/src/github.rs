//! GitHub Actions: a run there shows what it found on the page of its job by itself.

use crate::console::Console;
use loadgen_report::{Report, render};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes annotations and the job's summary where the environment is GitHub Actions', else nothing. That the summary
/// cannot be written is told, and is no reason for the run to fail.
pub(crate) fn tell(report: &Report, script: &Path, strict_validity: bool, console: Console) {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if set("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        let root = set("GITHUB_WORKSPACE").map(PathBuf::from);
        let file = root.and_then(|root| within(&root, script));
        // Standard output may be the results; the runner reads both.
        let _ = render::github::render(report, file.as_deref(), strict_validity, &mut io::stderr().lock());
    }
    if let Some(path) = set("GITHUB_STEP_SUMMARY").map(PathBuf::from)
        && let Err(error) = summarise(report, &path)
    {
        console.warn(&format!("warning: cannot write the job's summary to {}: {error}", path.display()));
    }
}

/// Adds the summary to what other steps have written.
fn summarise(report: &Report, path: &Path) -> io::Result<()> {
    let mut text = Vec::new();
    render::markdown::render(report, &mut text)?;
    text.push(b'\n');
    OpenOptions::new().append(true).create(true).open(path)?.write_all(&text)
}

/// The script's path from the root of the repository; `None` where it is not a file in it.
fn within(root: &Path, script: &Path) -> Option<String> {
    let (root, script) = (std::fs::canonicalize(root).ok()?, std::fs::canonicalize(script).ok()?);
    let path = script.is_file().then(|| script.strip_prefix(&root).ok())??;
    Some(path.to_str()?.replace('\\', "/"))
}
