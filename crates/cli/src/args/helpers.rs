//! Commands that help with the others: `schema`, `completions`, `man`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `loadgen schema`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen schema > scenario.schema.json              then, at the top of a script:
                                                     # yaml-language-server: $schema=scenario.schema.json
  loadgen schema --markdown                          the same as tables to read")]
pub(crate) struct SchemaArgs {
    /// Print tables in Markdown.
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// `loadgen completions`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen completions bash > ~/.local/share/bash-completion/completions/loadgen
  loadgen completions zsh > ~/.zfunc/_loadgen        in a folder that $fpath names
  loadgen completions fish > ~/.config/fish/completions/loadgen.fish")]
pub(crate) struct CompletionsArgs {
    /// Which shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: ShellArg,
}

/// The shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShellArg {
    /// GNU Bash.
    Bash,
    /// Z shell.
    Zsh,
    /// fish.
    Fish,
}

/// `loadgen man`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen man ~/.local/share/man/man1                then: man loadgen-run")]
pub(crate) struct ManArgs {
    /// The folder; it is made if it is not there.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}
