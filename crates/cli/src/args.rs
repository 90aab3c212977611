//! What can be typed: commands and flags, named as Artillery names them where it has them.

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
  loadgen report run.json                            show kept results again
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
    /// Show the summary of a run that was kept with `run -o`.
    Report(ReportArgs),
    /// Start the sample user and order service.
    Target(TargetArgs),
}

/// `loadgen run`
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0    all thresholds met
  1    a threshold was missed
  2    the script, the arguments or the data were rejected; nothing was sent
  3    the run could not be started, or its results could not be written
  4    the run is invalid and --strict-validity is on
  130  stopped by Ctrl-C (143: by SIGTERM); the report is written")]
pub(crate) struct RunArgs {
    /// The script: YAML or JSON in Artillery's language.
    #[arg(value_name = "SCRIPT")]
    pub(crate) script: PathBuf,
    /// More scripts; the parts of each are laid over those before it.
    #[arg(value_name = "MORE")]
    pub(crate) more: Vec<PathBuf>,
    /// A further script, laid over the others.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) input: Vec<PathBuf>,
    /// Where to send the load, instead of the script's config.target.
    #[arg(short, long, value_name = "URL")]
    pub(crate) target: Option<String>,
    /// Which of config.environments to use.
    #[arg(short, long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Keep the results in this file, as JSON in Artillery's layout.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Variables, as a JSON object: '{"name": "value"}'.
    #[arg(short, long, value_name = "JSON")]
    pub(crate) variables: Option<String>,
    /// Parts of the script to replace, as a JSON object: '{"config": {"phases": [...]}}'.
    #[arg(long, value_name = "JSON")]
    pub(crate) overrides: Option<String>,
    /// A file whose parts are laid over the script's, such as its config.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The CSV file for config.payload, where that is a single one.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) payload: Option<PathBuf>,
    /// Start a single user, whatever config.phases says.
    #[arg(short, long)]
    pub(crate) solo: bool,
    /// Run only the scenario of this name, or the only one whose name matches this regular expression.
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario_name: Option<String>,
    /// A file of environment variables for the script, as NAME=value lines; what is set already stays.
    #[arg(long, visible_alias = "env-file", value_name = "FILE")]
    pub(crate) dotenv: Option<PathBuf>,
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
    /// Accept any TLS certificate.
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,
    /// Print neither progress nor summary: only the script's log lines, the checks, and what went wrong.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Make the run repeatable: the same number gives each user the same scenario and the same random values.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// Threads that carry the load [default: one for each processor].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) shards: Option<u16>,
    /// Exit with 4 if the run is invalid, that is, measured the generator rather than the target [default: true if
    /// the environment has CI=true].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) strict_validity: Option<bool>,
}

/// `loadgen report`
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// What `loadgen run -o` wrote.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// `loadgen target`
#[derive(Debug, Args)]
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
    /// End when standard input ends: a run's own target must not outlive it.
    #[arg(long, hide = true)]
    pub(crate) until_stdin_ends: bool,
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
