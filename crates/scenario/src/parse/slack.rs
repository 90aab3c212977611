//! `plugins.slack`: whom to tell about the run.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::scenario::Slack;
use crate::source::Location;

impl Parser {
    pub(super) fn slack(&mut self, node: &Node, key_at: &Location, path: &str) -> Option<Slack> {
        let webhook = match &node.kind {
            Kind::Map(_) => {
                self.fields(node, path, &keys::SLACK);
                node.get("webhookUrl").filter(|url| !matches!(&url.kind, Kind::Null))
            }
            Kind::Null | Kind::Bool(_) => None,
            _ => {
                self.wrong_type(node, path, "a map with `webhookUrl`");
                return None;
            }
        };
        let Some(webhook) = webhook else {
            let problem = Diagnostic::error(key_at, "Slack webhook URL not provided");
            self.problems.push(problem.hint("such as: slack: {webhookUrl: \"{{ $env.SLACK_WEBHOOK }}\"}"));
            return None;
        };
        let webhook = self.text(webhook, &format!("{path}.webhookUrl"))?;
        let templated = self.lenient && webhook.value.contains("{{");
        let url = url::Url::parse(&webhook.value).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if url.is_none() && !templated {
            let problem =
                Diagnostic::error(&webhook.at, format!("\"{path}.webhookUrl\" is no http or https URL"));
            self.problems.push(problem.hint("Slack shows it under Incoming Webhooks"));
            return None;
        }
        let failures_only = match node.get("notifyOnFailureOnly") {
            Some(flag) if !matches!(flag.kind, Kind::Null) => {
                self.flag(flag, &format!("{path}.notifyOnFailureOnly"))?
            }
            _ => false,
        };
        Some(Slack { webhook, failures_only })
    }
}
