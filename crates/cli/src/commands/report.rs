//! `loadgen report`: the summary of a run that was kept, again.

use crate::args::ReportArgs;
use crate::attachments;
use crate::commands::run;
use crate::console::Console;
use crate::error::CliError;
use crate::exit::ExitStatus;
use crate::outputs::Outputs;
use loadgen_report::{Report, journal};

/// Prints the summary, and writes the files that are asked for. Its status says whether the file could be read, not how the run went.
pub(crate) fn execute(args: &ReportArgs) -> Result<ExitStatus, CliError> {
    let path = || args.file.clone();
    let bytes = std::fs::read(&args.file).map_err(|source| CliError::Read { path: path(), source })?;
    if journal::is_journal(&bytes) {
        let report =
            journal::read(&bytes).map_err(|error| CliError::Report { path: path(), source: error.into() })?;
        let outputs = Outputs::claim(args.output.as_deref(), &args.files, &[path()])?;
        return show(outputs, &report);
    }
    let text = String::from_utf8(bytes).map_err(|_| CliError::NotText { path: path() })?;
    let mut report = Report::from_json(&text).map_err(|source| CliError::Report { path: path(), source })?;
    if args.files.wants_periods() || args.output.is_some() {
        report.reread_periods(&text).map_err(|source| CliError::Report { path: path(), source })?;
    }
    report.attachments.extend(attachments::read(&args.attached)?);
    let inputs: Vec<_> = std::iter::once(&args.file).chain(&args.attached.attach).cloned().collect();
    show(Outputs::again(args.output.as_deref(), &args.files, &inputs)?, &report)
}

fn show(outputs: Outputs, report: &Report) -> Result<ExitStatus, CliError> {
    outputs.write(report, run::strict_by_default())?;
    Console::new(false).summary(report).map_err(CliError::Stdout)?;
    Ok(ExitStatus::Success)
}
