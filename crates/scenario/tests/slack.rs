//! The plugin `slack`, and plugins that are none of ours.

mod common;

use common::{FLOW, plan, told};

fn script(plugins: &str) -> String {
    format!("config:\n  target: http://x\n  plugins:\n    {plugins}\n{FLOW}")
}

#[test]
fn a_webhook_is_part_of_the_plan() {
    let slack = |plugins| plan(&script(plugins)).slack.map(|slack| (slack.webhook, slack.failures_only));
    let webhook = "https://hooks.test/a/b".to_owned();
    assert_eq!(slack("slack: {webhookUrl: 'https://hooks.test/a/b'}"), Some((webhook.clone(), false)));
    assert_eq!(
        slack("slack: {webhookUrl: 'https://hooks.test/a/b', notifyOnFailureOnly: true}"),
        Some((webhook, true))
    );
    assert_eq!(slack("ensure: {}"), None);
}

#[test]
fn what_is_no_webhook_is_an_error() {
    let all: Vec<String> = [
        "slack: {}",
        "slack: {webhookUrl: hooks.test/secret}",
        "slack: {webhookUrl: 'http://h/', notifyOnFailure: true}",
        "slack: 'http://h/'",
    ]
    .iter()
    .map(|plugins| told(&script(plugins)))
    .collect();
    insta::assert_snapshot!(all.join("\n"), @r##"
    error: Slack webhook URL not provided
      --> a.yml:4:5
       |
     4 |     slack: {}
       |     ^^^^^
       |
       = hint: such as: slack: {webhookUrl: "{{ $env.SLACK_WEBHOOK }}"}

    error: "config.plugins.slack.webhookUrl" is no http or https URL
      --> a.yml:4:25
       |
     4 |     slack: {webhookUrl: hooks.test/secret}
       |                         ^^^^^^^^^^^^^^^^^
       |
       = hint: Slack shows it under Incoming Webhooks

    warning: unknown key `notifyOnFailure` in plugins.slack
      --> a.yml:4:38
       |
     4 |     slack: {webhookUrl: 'http://h/', notifyOnFailure: true}
       |                                      ^^^^^^^^^^^^^^^ did you mean `notifyOnFailureOnly`?
       |
       = hint: plugins.slack takes webhookUrl, notifyOnFailureOnly

    error: "config.plugins.slack" must be a map with `webhookUrl`, not `http://h/`
      --> a.yml:4:12
       |
     4 |     slack: 'http://h/'
       |            ^^^^^^^^^^^
    "##);
}

#[test]
fn strangers_are_named() {
    insta::assert_snapshot!(told(&script("{memory-inspector: [], nosuch: {}, ensures: {}}")), @r##"
    warning: the plugin `memory-inspector` is not supported yet
      --> a.yml:4:6
       |
     4 |     {memory-inspector: [], nosuch: {}, ensures: {}}
       |      ^^^^^^^^^^^^^^^^
       |
       = hint: the run goes on without it; loadgen has ensure, expect, metrics-by-endpoint, apdex, fake-data, slack, publish-metrics built in

    warning: Could not load plugin: nosuch
      --> a.yml:4:28
       |
     4 |     {memory-inspector: [], nosuch: {}, ensures: {}}
       |                            ^^^^^^
       |
       = hint: loadgen has ensure, expect, metrics-by-endpoint, apdex, fake-data, slack, publish-metrics built in; the run goes on without it

    warning: Could not load plugin: ensures
      --> a.yml:4:40
       |
     4 |     {memory-inspector: [], nosuch: {}, ensures: {}}
       |                                        ^^^^^^^ did you mean `ensure`?
       |
       = hint: loadgen has ensure, expect, metrics-by-endpoint, apdex, fake-data, slack, publish-metrics built in; the run goes on without it
    "##);
}
