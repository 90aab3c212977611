//! `loadgen check`: what is wrong with a script, and what it would do. Nothing is sent.

use crate::args::CheckArgs;
use crate::check::{Finding, text};
use crate::console::Console;
use crate::error::CliError;
use crate::exit::ExitStatus;
use crate::script;
use std::io::{self, Write};

/// Seed of what is drawn once for a run: a check says the same each time.
const SEED: u64 = 0;

/// Reads the script and says what is found: on standard output, since that is what was asked for.
pub(crate) fn execute(args: &CheckArgs) -> Result<ExitStatus, CliError> {
    let (told, status) = match script::read_script(&args.script, SEED, Console::new(false)) {
        Ok(reading) => {
            let finding = Finding::of(&reading);
            let told = if args.json { finding.json() } else { text::render(&finding, &reading) };
            (reading.secrets.text(&told), if finding.ok { ExitStatus::Success } else { ExitStatus::Rejected })
        }
        // Other programs get JSON, whatever is wrong.
        Err(error) if args.json => {
            (Finding::unreadable(&args.script.file, error.to_string(), error.hint()).json(), error.status())
        }
        Err(error) => return Err(error),
    };
    match io::stdout().lock().write_all(told.as_bytes()) {
        // Nobody reading on is no error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(CliError::Stdout(error)),
        _ => {}
    }
    Ok(status)
}
