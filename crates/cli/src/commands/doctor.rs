//! `loadgen doctor`: look at the machine, judge, tell.

use crate::args::DoctorArgs;
use crate::doctor::readings::Readings;
use crate::doctor::{Verdict, judge, text};
use crate::error::CliError;
use crate::exit::ExitStatus;
use std::io::{self, Write};

/// Says what limits a load test on this machine.
pub(crate) fn execute(args: &DoctorArgs) -> Result<ExitStatus, CliError> {
    let diagnosis = judge(&Readings::take().map_err(CliError::Runtime)?);
    let told = if args.json {
        let json = serde_json::to_string_pretty(&diagnosis);
        json.map_err(|error| CliError::Stdout(error.into()))? + "\n"
    } else {
        text::render(&diagnosis)
    };
    match io::stdout().lock().write_all(told.as_bytes()) {
        // Nobody reading on is no error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(CliError::Stdout(error)),
        _ => {}
    }
    let unfit = args.strict && diagnosis.verdict == Verdict::Bad;
    Ok(if unfit { ExitStatus::Unfit } else { ExitStatus::Success })
}
