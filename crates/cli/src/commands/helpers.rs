//! `loadgen schema`, `loadgen completions`, `loadgen man`: what editors, shells and manuals are told.

use crate::args::{Cli, CompletionsArgs, ManArgs, SchemaArgs, ShellArg};
use crate::error::CliError;
use crate::exit::ExitStatus;
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::{self, Write};

/// `loadgen schema`
pub(crate) fn schema(args: &SchemaArgs) -> Result<ExitStatus, CliError> {
    let text = if args.markdown {
        loadgen_scenario::reference()
    } else {
        format!("{:#}\n", loadgen_scenario::schema())
    };
    print(text.as_bytes())
}

/// `loadgen completions`
pub(crate) fn completions(args: &CompletionsArgs) -> Result<ExitStatus, CliError> {
    let shell = match args.shell {
        ShellArg::Bash => Shell::Bash,
        ShellArg::Zsh => Shell::Zsh,
        ShellArg::Fish => Shell::Fish,
    };
    // Writing to memory cannot fail; a closed pipe further on is no error.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "loadgen", &mut script);
    print(&script)
}

/// `loadgen man`
pub(crate) fn man(args: &ManArgs) -> Result<ExitStatus, CliError> {
    let folder = &args.folder;
    let written =
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
    match written {
        Ok(()) => Ok(ExitStatus::Success),
        Err(error) => Err(CliError::Output { path: folder.clone(), cause: error.to_string() }),
    }
}

fn print(text: &[u8]) -> Result<ExitStatus, CliError> {
    match io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::Stdout(error)),
        _ => Ok(ExitStatus::Success),
    }
}
