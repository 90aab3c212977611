//! What makes a script what is run: its file, and what is laid over it. The same for each command that reads one.

use clap::Args;
use std::path::PathBuf;

/// A script and what is laid over it.
#[derive(Debug, Default, Args)]
pub(crate) struct ScriptArgs {
    /// The script: YAML or JSON in Artillery's language.
    #[arg(value_name = "SCRIPT")]
    pub(crate) file: PathBuf,
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
    /// Accept any TLS certificate.
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,
}
