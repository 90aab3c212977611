//! `loadgen report`: the summary of a run that was kept, again.

use crate::args::ReportArgs;
use crate::attachments;
use crate::commands::run;
use crate::console::Console;
use crate::error::CliError;
use crate::exit::ExitStatus;
use crate::outputs::Outputs;
use loadgen_report::Report;

/// Prints the summary, and writes the files that are asked for. Its status says whether the file could be read, not how the run went.
pub(crate) fn execute(args: &ReportArgs) -> Result<ExitStatus, CliError> {
    let path = || args.file.clone();
    let bytes = std::fs::read(&args.file).map_err(|source| CliError::Read { path: path(), source })?;
    let text = String::from_utf8(bytes).map_err(|_| CliError::NotText { path: path() })?;
    let mut report = Report::from_json(&text).map_err(|source| CliError::Report { path: path(), source })?;
    if args.files.wants_periods() {
        report.reread_periods(&text).map_err(|source| CliError::Report { path: path(), source })?;
    }
    report.attachments.extend(attachments::read(&args.attached)?);
    let inputs: Vec<_> = std::iter::once(&args.file).chain(&args.attached.attach).cloned().collect();
    let outputs = Outputs::again(&args.files, &inputs)?;
    outputs.write(&report, run::strict_by_default())?;
    Console::new(false).summary(&report).map_err(CliError::Stdout)?;
    Ok(ExitStatus::Success)
}
