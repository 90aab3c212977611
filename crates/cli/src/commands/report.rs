//! `loadgen report`: the summary of a run that was kept, again.

use crate::args::ReportArgs;
use crate::console::Console;
use crate::error::CliError;
use crate::exit::ExitStatus;
use loadgen_report::Report;

/// Prints the summary. Its status says whether the file could be read, not how the run went.
pub(crate) fn execute(args: &ReportArgs) -> Result<ExitStatus, CliError> {
    let path = || args.file.clone();
    let bytes = std::fs::read(&args.file).map_err(|source| CliError::Read { path: path(), source })?;
    let text = String::from_utf8(bytes).map_err(|_| CliError::NotText { path: path() })?;
    let report = Report::from_json(&text).map_err(|source| CliError::Report { path: path(), source })?;
    Console::new(false).summary(&report).map_err(CliError::Stdout)?;
    Ok(ExitStatus::Success)
}
