//! `config.target: builtin`: loadgen's own target as a child process, for as long as a run lasts.
//!
//! A process of its own, so that what it costs is not taken for the generator's, in a process group of its own, so
//! that Ctrl-C reaches it only through us. It ends when its standard input does: even `kill -9` of the run leaves
//! nothing behind.

use crate::error::CliError;
use loadgen_scenario::url::{self, Origin};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long the target may take to be ready.
const PATIENCE: Duration = Duration::from_secs(10);
/// What it prints before its address.
pub(crate) const ANNOUNCEMENT: &str = "listening on ";

/// A target that runs for us.
pub(crate) struct Builtin {
    child: Child,
    /// Where it listens.
    pub(crate) origin: Origin,
}

impl Builtin {
    /// Starts it on a free loopback port and waits until it answers.
    pub(crate) async fn start() -> Result<Self, CliError> {
        Builtin::start_with(&[]).await
    }

    /// The same with further flags.
    pub(crate) async fn start_with(flags: &[&str]) -> Result<Self, CliError> {
        let failed = |cause: String| CliError::Builtin(cause);
        let program = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
        let mut command = Command::new(program);
        command.args(["target", "--listen", "127.0.0.1:0", "--until-stdin-ends"]).args(flags);
        // It serves both kinds, whatever the environment says of others.
        command.env_remove("USERS_URL");
        // A run's own target has nothing to do with whatever database the environment names.
        command.env_remove("DATABASE_URL");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
        // What is measured must not depend on what a shell happens to say to other programs.
        command.env_remove("RUST_LOG").env_remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
        let Some(stdout) = child.stdout.take() else { return Err(failed("it has no output".into())) };
        let mut line = String::new();
        let mut lines = BufReader::new(stdout);
        let read = tokio::time::timeout(PATIENCE, lines.read_line(&mut line)).await;
        read.map_err(|_| failed(format!("it said nothing within {} s", PATIENCE.as_secs())))?
            .map_err(|error| failed(error.to_string()))?;
        let address = line.split(ANNOUNCEMENT).nth(1).and_then(|rest| rest.split_whitespace().next());
        let origin = address.and_then(|address| url::split(address).ok()).map(|(origin, _)| origin);
        let origin = origin.ok_or_else(|| failed(format!("it said `{}`", line.trim())))?;
        ready(&origin).await?;
        tracing::info!(pid = child.id(), %origin, "the built-in target is ready");
        Ok(Builtin { child, origin })
    }

    /// Its process, for its CPU and memory.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it and waits until it has gone.
    pub(crate) async fn stop(mut self) {
        drop(self.child.stdin.take());
        if tokio::time::timeout(Duration::from_secs(2), self.child.wait()).await.is_err() {
            // It is ours and holds nothing worth keeping.
            let _ = self.child.kill().await;
        }
    }
}

/// Waits until the target answers. `/metrics` is asked because the target does not count it as a request.
async fn ready(origin: &Origin) -> Result<(), CliError> {
    let client = crate::client::builder().no_proxy().timeout(PATIENCE).build();
    let answer = match client {
        Ok(client) => client.get(format!("{origin}/metrics")).send().await,
        Err(error) => Err(error),
    };
    match answer.and_then(reqwest::Response::error_for_status) {
        Ok(_) => Ok(()),
        Err(error) => Err(CliError::Builtin(format!("it does not answer: {error}"))),
    }
}
