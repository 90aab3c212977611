//! `loadgen target --healthcheck URL`: whether a target that runs already is well, asked once.
//!
//! For what looks after containers, whose image has neither curl nor wget. 0 or 1 is all that such callers know.

use crate::client;
use crate::error::CliError;
use crate::exit::ExitStatus;
use std::time::Duration;

/// How long connecting and the answer may take together.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks `URL/health`; what is wrong is told in one line.
pub(crate) fn execute(url: &str) -> Result<ExitStatus, CliError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::Runtime)?;
    match runtime.block_on(ask(&format!("{}/health", url.trim_end_matches('/')))) {
        Ok(()) => Ok(ExitStatus::Success),
        Err(problem) => {
            eprintln!("{}", problem.replace('\n', " "));
            Ok(ExitStatus::Unhealthy)
        }
    }
}

async fn ask(url: &str) -> Result<(), String> {
    // It is a neighbour: no proxy stands between.
    let client = client::builder().no_proxy().timeout(PATIENCE).build();
    let client = client.map_err(|error| format!("cannot ask: {error}"))?;
    let answer = client.get(url).send().await.map_err(|error| {
        let why = if error.is_timeout() {
            "no answer within 3 s"
        } else if error.is_builder() {
            "this is no URL such as http://127.0.0.1:8080"
        } else {
            "it cannot be reached"
        };
        format!("{url}: {why}")
    })?;
    let status = answer.status();
    if status == reqwest::StatusCode::OK {
        return Ok(());
    }
    let body = answer.text().await.unwrap_or_default();
    Err(format!("{url}: {} {}", status.as_u16(), body.chars().take(200).collect::<String>())
        .trim_end()
        .to_owned())
}
