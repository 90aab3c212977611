//! Telling a Slack webhook how the run went.
//!
//! That nobody could be told is worth a warning and changes nothing. The webhook's address is shown nowhere.

use crate::client;
use crate::console::{self, Console};
use crate::exit::ExitStatus;
use loadgen_report::{Report, render};
use loadgen_scenario::plan::Slack;
use std::time::Duration;

/// How long Slack may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Artillery's switch: the message is printed and not sent.
const DEBUG: &str = "ARTILLERY_SLACK_PLUGIN_DEBUG";

/// Posts the result, unless only failures are asked for and this is none.
pub(crate) async fn tell(slack: &Slack, report: &Report, status: ExitStatus, console: Console) {
    let failed = status != ExitStatus::Success;
    if slack.failures_only && !failed {
        return;
    }
    let mut message = Vec::new();
    if let Err(error) = render::slack::render(report, failed, &mut message) {
        console.warn(&format!("warning: no message for Slack: {error}"));
        return;
    }
    if std::env::var_os(DEBUG).is_some_and(|value| !value.is_empty()) {
        console::line("Slack plugin payload:");
        console::line(&String::from_utf8_lossy(&message));
        return;
    }
    if let Err(error) = post(&slack.webhook, message).await {
        console.warn(&format!("warning: Slack Plugin: Failed to send report to Slack: {}", causes(&error)));
    }
}

async fn post(webhook: &str, message: Vec<u8>) -> Result<(), reqwest::Error> {
    let client = client::builder().timeout(PATIENCE).build()?;
    let request = client.post(webhook).header("content-type", "application/json").body(message);
    let answer = request.send().await.and_then(reqwest::Response::error_for_status);
    answer.map(|_| ()).map_err(reqwest::Error::without_url)
}

/// An error with what it came from, which says most.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}
