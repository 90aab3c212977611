//! Where the target keeps its records: flags of `loadgen target`.

use clap::Args;
use std::fmt;
use std::time::Duration;

/// The database, if any.
#[derive(Debug, Args)]
#[command(next_help_heading = "Storage")]
pub(crate) struct StorageArgs {
    /// Keep records in this PostgreSQL database, rather than in memory: postgresql://USER:PASSWORD@HOST:5432/DATABASE.
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<Secret>,
    /// Connections to the database, at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) database_pool: u16,
    /// How long the start waits for a database that is not there yet, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) database_wait: Duration,
}

/// A text that is never shown: it holds a password.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) String);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0..=86_400).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| "a whole number from 0 to 86400".into())
}
