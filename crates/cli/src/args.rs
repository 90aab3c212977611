//! What can be typed: commands and flags, named as Artillery names them where it has them.

mod attach;
mod beside;
mod calibrate;
mod check;
mod doctor;
mod files;
mod helpers;
mod load;
mod observe;
mod quick;
mod script;
mod services;
mod storage;
mod ui;

pub(crate) use attach::AttachArgs;
pub(crate) use beside::BesideArgs;
pub(crate) use calibrate::CalibrateArgs;
pub(crate) use check::CheckArgs;
pub(crate) use doctor::DoctorArgs;
pub(crate) use files::FilesArgs;
pub(crate) use helpers::{CompletionsArgs, ManArgs, SchemaArgs, ShellArg};
pub(crate) use load::LoadArgs;
pub(crate) use observe::{LogFormat, ObserveArgs};
pub(crate) use quick::QuickArgs;
pub(crate) use script::ScriptArgs;
pub(crate) use services::{FaultArgs, UsersArgs};
pub(crate) use storage::StorageArgs;
pub(crate) use ui::{UiArgs, joined};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Load testing with Artillery-style scripts: honest latencies, thresholds, exit codes.
#[derive(Debug, Parser)]
#[command(name = "loadgen", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Examples:
  loadgen run scenarios/crud.yml                     run a script against loadgen's own target
  loadgen run api.yml -t http://127.0.0.1:8080       run it against your service
  loadgen run api.yml -e ci -o run.json              with an environment, keeping the results
  loadgen check api.yml                              see its mistakes and its plan, before any load
  loadgen quick -c 64 -d 30s localhost:8080/users    no script: one request, again and again
  loadgen report run.json                            show kept results again
  loadgen init first.yml                             write a first script to start from
  loadgen init --from har shop.har -o shop.yml       make one of what a browser recorded
  loadgen doctor                                     see what limits a load test on this machine
  loadgen target                                     start the sample service to practise on")]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a script and decide between pass and fail.
    Run(Box<RunArgs>),
    /// Say what is wrong with a script and what it would do, without sending anything.
    Check(CheckArgs),
    /// Send one request many times, without a script.
    Quick(Box<QuickArgs>),
    /// Show the summary of a run that was kept with `run -o`.
    Report(ReportArgs),
    /// Write a first script: a plain one, or from a HAR, OpenAPI, curl or Postman document.
    Init(InitArgs),
    /// Start the sample user and order service.
    Target(TargetArgs),
    /// Find out how far loadgen's own figures are from the truth on this machine.
    Calibrate(CalibrateArgs),
    /// Say what limits a load test on this machine, and what would change it.
    Doctor(DoctorArgs),
    /// Print the JSON Schema of scripts, for editors.
    Schema(SchemaArgs),
    /// Print what lets a shell complete commands and flags.
    Completions(CompletionsArgs),
    /// Write the manual pages into a folder.
    Man(ManArgs),
}

/// `loadgen run`
#[derive(Debug, Default, Args)]
#[command(after_help = "Examples:
  loadgen run api.yml -t http://127.0.0.1:8080 -o run.json
  loadgen run api.yml -e ci --overrides '{\"config\": {\"phases\": [{\"duration\": 10, \"arrivalRate\": 5}]}}'
  loadgen run api.yml --dry                          one user of each scenario, shown step by step

Exit codes:
  0    all thresholds met
  1    a threshold or a strict condition was missed; with --dry: a request or a capture failed
  2    the script, the arguments or the data were rejected; nothing was sent
  3    the run could not be started, its results could not be written, or `after` failed
  4    the run is invalid and --strict-validity is on
  21   an expectation was not met, also with --dry
  130  stopped by Ctrl-C (143: by SIGTERM); the report is written")]
pub(crate) struct RunArgs {
    /// What makes the script what is run.
    #[command(flatten)]
    pub(crate) script: ScriptArgs,
    /// Keep the results in this file, as JSON in Artillery's layout.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Send one user through each scenario and print each request and answer: no load, no thresholds.
    #[arg(long, conflicts_with_all = ["prometheus", "ui", "monitor_pid", "attach", "profile_target", "junit", "markdown", "csv", "hdr", "html", "output_dir"])]
    pub(crate) dry: bool,
    /// Taken as Artillery takes it; changes nothing.
    #[arg(long, value_name = "TEXT", hide = true)]
    pub(crate) name: Option<String>,
    /// Taken as Artillery takes it; changes nothing.
    #[arg(long, value_name = "KEY:VALUE,…", hide = true)]
    pub(crate) tags: Option<String>,
    /// Taken as Artillery takes it; changes nothing.
    #[arg(long, value_name = "TEXT", hide = true)]
    pub(crate) note: Option<String>,
    /// Taken as Artillery takes it; changes nothing.
    #[arg(long, hide = true)]
    pub(crate) record: bool,
    /// Taken as Artillery takes it; changes nothing.
    #[arg(long, value_name = "KEY", hide = true)]
    pub(crate) key: Option<String>,
    /// Print neither progress nor summary: only the script's log lines, the checks, and what went wrong.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// How the load is made and judged.
    #[command(flatten)]
    pub(crate) load: LoadArgs,
    /// What is kept beside the figures.
    #[command(flatten)]
    pub(crate) beside: BesideArgs,
    /// Keep a flame graph of the target with the results: what it draws at /debug/flamegraph while the load is highest.
    #[arg(long)]
    pub(crate) profile_target: bool,
    /// In which other forms the results are kept.
    #[command(flatten)]
    pub(crate) files: FilesArgs,
}

/// `loadgen report`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen run api.yml -o run.json && loadgen report run.json
  loadgen report run.json --junit run.xml --csv run.csv
  loadgen report run.json.journal -o run.json        of a run that was killed")]
pub(crate) struct ReportArgs {
    /// What `loadgen run -o` wrote, or the journal of a run that was killed.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Write the results into this file, as JSON in Artillery's layout.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Files that are shown with the results.
    #[command(flatten)]
    pub(crate) attached: AttachArgs,
    /// In which other forms the results are written.
    #[command(flatten)]
    pub(crate) files: FilesArgs,
}

/// `loadgen init`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen init first.yml                             a plain script with comments
  loadgen init --from har shop.har -o shop.yml       of what a browser recorded
  loadgen init --from openapi api.yaml -t http://127.0.0.1:8080 > api.yml
  pbpaste | loadgen init --from curl - -o call.yml   of a command on the clipboard
  loadgen init --from shop.json                      the kind is guessed")]
pub(crate) struct InitArgs {
    /// Where to write the script; `-` is standard output [default: -].
    #[arg(value_name = "SCRIPT")]
    pub(crate) script: Option<PathBuf>,
    /// Make it of this document: har, openapi, curl or postman (guessed if left out), and a file or `-`.
    #[arg(long, value_names = ["KIND", "FILE"], num_args = 1..=2)]
    pub(crate) from: Option<Vec<String>>,
    /// The same as SCRIPT, named as in `run`.
    #[arg(short, long, value_name = "FILE", conflicts_with = "script")]
    pub(crate) output: Option<PathBuf>,
    /// The script's target, instead of the document's.
    #[arg(short, long, value_name = "URL")]
    pub(crate) target: Option<String>,
    /// Replace the script if there is one.
    #[arg(short, long)]
    pub(crate) force: bool,
    /// Keep requests for images, styles, scripts and fonts (har).
    #[arg(long)]
    pub(crate) include_assets: bool,
    /// Keep requests to other sites (har).
    #[arg(long)]
    pub(crate) include_third_party: bool,
}

/// `loadgen target`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen target                                     on port 8080, until Ctrl-C
  loadgen target --listen 127.0.0.1:0 --service users
  loadgen target --listen 127.0.0.1:8081 --service orders --users-url http://127.0.0.1:8080
  loadgen target --faults                            and then: curl -H 'x-fault: latency=1s' …
  loadgen target --database-url postgresql://me@localhost/shop
  loadgen target --log-format json --access-log --otlp http://127.0.0.1:4318
  loadgen target --debug-endpoints                   and GET /debug/flamegraph?seconds=5 while it works")]
pub(crate) struct TargetArgs {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Which of the services to offer.
    #[arg(long, value_enum, default_value_t = ServiceArg::All)]
    pub(crate) service: ServiceArg,
    /// Most records that each collection holds; one more is answered with 507.
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000)]
    pub(crate) max_records: usize,
    /// Start nothing: ask URL/health of a target that runs, and exit with 0 if it is well, else with 1.
    #[arg(long, value_name = "URL")]
    pub(crate) healthcheck: Option<String>,
    /// Who knows the users.
    #[command(flatten)]
    pub(crate) users: UsersArgs,
    /// What may go wrong on demand.
    #[command(flatten)]
    pub(crate) faults: FaultArgs,
    /// Where its records are.
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
    /// End when standard input ends: a run's own target must not outlive it.
    #[arg(long, hide = true)]
    pub(crate) until_stdin_ends: bool,
    /// What it tells of its own working.
    #[command(flatten)]
    pub(crate) observe: ObserveArgs,
}

/// The services of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServiceArg {
    /// /users
    Users,
    /// /orders
    Orders,
    /// Both, on one port.
    All,
}
