//! `loadgen`: the glue. The only crate that reads scenario files, prints, and exits.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is the crate that talks to people")]

mod announcer;
mod args;
mod attachments;
mod audience;
mod builtin;
mod calibrate;
mod check;
mod client;
mod commands;
mod console;
mod doctor;
mod dotenv;
mod dry;
mod error;
mod exit;
mod exporter;
mod files;
mod github;
mod heap;
mod journal;
mod limits;
mod listener;
mod live;
mod live_page;
mod local;
mod logging;
mod monitor;
mod output;
mod outputs;
mod printer;
mod profile;
mod script;
mod secrets;
mod signals;
mod sinks;
mod slack;
mod test_id;

use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use exit::ExitStatus;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse_from(args::joined(std::env::args_os()));
    match &cli.command {
        Some(Command::Target(args)) => logging::start_for_target(&args.observe),
        _ => logging::start(),
    }
    limits::raise();
    let result = match cli.command {
        Some(Command::Run(args)) => commands::run::execute(&args),
        Some(Command::Check(args)) => commands::check::execute(&args),
        Some(Command::Quick(args)) => commands::quick::execute(*args),
        Some(Command::Report(args)) => commands::report::execute(&args),
        Some(Command::Init(args)) => commands::init::execute(&args),
        Some(Command::Target(args)) => commands::target::execute(&args),
        Some(Command::Calibrate(args)) => commands::calibrate::execute(&args),
        Some(Command::Doctor(args)) => commands::doctor::execute(&args),
        Some(Command::Schema(args)) => commands::helpers::schema(&args),
        Some(Command::Completions(args)) => commands::helpers::completions(&args),
        Some(Command::Man(args)) => commands::helpers::man(&args),
        None => {
            // Asked for nothing: say what there is to ask for. A closed pipe is no error here.
            let _ = Cli::command().print_help();
            Ok(ExitStatus::Success)
        }
    };
    result
        .unwrap_or_else(|error| {
            eprint!("{}", error.render());
            error.status()
        })
        .into()
}
