//! `cargo xtask lab --check`, a step of `cargo xtask test`: whether all of the lab works.
//!
//! A run of `scenarios/orders.yml` passes over both services; then by Prometheus' own word every target is up and every
//! expression of every panel and rule gives data. A fault makes the order-service slow, and HighResponseTime reaches a
//! webhook. Alerts that wait for five minutes wait for five seconds here; nothing else differs from `cargo xtask lab`.

mod dashboards;
mod expression;
mod prometheus;
mod webhook;

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::json;

use super::leash::Leash;
use super::options::Options;
use super::parts::{LOOK, Lab, Recipe};
use super::ports::url;
use super::problem::Problem;
use super::programs::Programs;
use super::settings::Differences;
use crate::step::now;
use crate::system_package;
use crate::workspace::Workspace;
use prometheus::Prometheus;
use webhook::Webhook;

/// How long alerts of five minutes wait.
const HOLD: &str = "5s";
/// The run: shorter than the script's. How fast answers are is not what is asked: the machine may be busy.
const OVERRIDES: &str = r#"{"config": {"phases": [{"name": "Check", "duration": 12, "arrivalRate": 10}],
    "ensure": {"thresholds": [{"vusers.failed": 1}]}}}"#;
/// What the order-service is made to suffer.
const LATENCY: &str = "1.5s";
/// The alert that this is to fire, and the label of who it is about.
const ALERT: (&str, &str) = ("HighResponseTime", "orders");
/// How long figures, and an alert, may take to come: some scrapes, evaluations and holds one after the other, and
/// patience for a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Those that are scraped: two services, loadgen, the machine, and both watchers.
const TARGETS: usize = 6;

/// Checks the files, starts the lab, checks it, and stops it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Problem> {
    let programs = Programs::find(workspace)?;
    let monitoring = workspace.root().join("monitoring");
    files(workspace, &monitoring)?;
    let loadgen = super::build(workspace, options.release)?;
    let webhook = Webhook::start()?;
    let differences = Differences { webhook: Some(&webhook.url), hold: Some(HOLD) };
    let stop = super::stopped_by_signals()?;
    let recipe = Recipe {
        programs: &programs,
        loadgen: &loadgen,
        monitoring: &monitoring,
        options,
        differences,
        stop,
    };
    let started = now();
    let lab = Lab::start(&recipe)?;
    eprintln!("the lab is ready after {:.1} s", started.elapsed().as_secs_f64());
    let mut check = Check { workspace, loadgen: &loadgen, lab, started };
    let ended = check.all(&monitoring, &webhook);
    eprintln!("stopping the lab");
    ended
}

/// What Prometheus' and Alertmanager's own tools say of the files.
fn files(workspace: &Workspace, monitoring: &Path) -> Result<(), Problem> {
    for (program, words, file) in [
        ("promtool", &["check", "config"][..], "prometheus.yml"),
        ("promtool", &["check", "rules"], "performance-alerts.yml"),
        ("amtool", &["check-config"], "alertmanager.yml"),
    ] {
        let path = system_package::find(program, &[]).unwrap_or_else(|| program.into());
        let output = workspace.command(path).args(words).arg(monitoring.join(file)).output()?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            return Err(Problem::Wrong(format!("{program} has complaints about {file}:\n{said}")));
        }
    }
    Ok(())
}

struct Check<'a> {
    workspace: &'a Workspace,
    loadgen: &'a Path,
    lab: Lab,
    started: Instant,
}

/// An expression that has to give data.
struct Wanted {
    name: String,
    expression: String,
}

impl Check<'_> {
    fn all(&mut self, monitoring: &Path, webhook: &Webhook) -> Result<(), Problem> {
        let metrics = self.lab.ports.loadgen.to_string();
        let run = self.loadgen(
            "loadgen-run",
            &[
                "run",
                "scenarios/orders.yml",
                "-e",
                "lab",
                "--overrides",
                OVERRIDES,
                "--strict-validity=false",
                "--prometheus",
                &metrics,
                "--prometheus-linger",
                "10m",
            ],
        )?;
        let mut wanted = self.wanted(&monitoring.join("grafana/dashboards"))?;
        let count = wanted.len();
        let url_of_run = format!("http://{metrics}/metrics");
        let (mut slow, mut faulty) = (None, false);
        let started = now();
        // Expressions wait for scrapes, some of them for several; the load must go on meanwhile, and the fault must not
        // touch the run.
        let up = loop {
            self.lab.look()?;
            let (missing, up) = self.missing(&mut wanted)?;
            if !faulty && self.ended(&url_of_run) {
                slow = Some(self.slow_down()?);
                faulty = true;
            }
            if missing.is_empty() && faulty {
                break up;
            }
            if started.elapsed() > PATIENCE {
                return Err(Problem::Wrong(format!(
                    "after {} s:\n{}",
                    PATIENCE.as_secs(),
                    missing.join("\n")
                )));
            }
            thread::park_timeout(LOOK * 10);
        };
        self.say(&format!("{up} targets are up, and {count} expressions of panels and rules give data"));
        let said = run.last_lines();
        let status = run.end()?;
        if !status.success() {
            return Err(Problem::Wrong(format!(
                "the run of scenarios/orders.yml failed ({status}):\n{said}"
            )));
        }
        let (name, service) = ALERT;
        let started = now();
        while !webhook.has_got(name, service) {
            self.lab.look()?;
            if started.elapsed() > PATIENCE {
                return Err(Problem::Wrong(format!("{name} did not come within {} s", PATIENCE.as_secs())));
            }
            thread::park_timeout(LOOK);
        }
        drop(slow);
        self.say(&format!("{name} came to the webhook"));
        Ok(())
    }

    /// All expressions, with the comparisons of alerts taken off.
    fn wanted(&self, dashboards: &Path) -> Result<Vec<Wanted>, Problem> {
        let panels = dashboards::panels(dashboards)?;
        let mut wanted: Vec<Wanted> = panels
            .into_iter()
            .map(|panel| Wanted { name: panel.name, expression: panel.expression })
            .collect();
        for rule in self.prometheus().rules()? {
            let expression =
                if rule.is_alert { expression::without_comparisons(&rule.query) } else { rule.query };
            wanted.push(Wanted { name: rule.name, expression });
        }
        Ok(wanted)
    }

    /// What is not yet as it should be, in words, and how many targets are up. What has given data once need not again:
    /// loadgen's figures go with it.
    fn missing(&self, wanted: &mut Vec<Wanted>) -> Result<(Vec<String>, usize), Problem> {
        let prometheus = self.prometheus();
        let names = prometheus.names()?;
        let mut missing = Vec::new();
        let mut left = Vec::new();
        for want in wanted.drain(..) {
            let unknown: Vec<&str> = expression::metrics(&want.expression)
                .into_iter()
                .filter(|metric| !names.iter().any(|name| name == metric))
                .collect();
            if unknown.is_empty() && prometheus.series(&want.expression)? > 0 {
                continue;
            }
            let why = if unknown.is_empty() {
                String::new()
            } else {
                format!(" (nobody has {})", unknown.join(", "))
            };
            missing.push(format!("{}: no data for {}{why}", want.name, want.expression));
            left.push(want);
        }
        *wanted = left;
        let targets = prometheus.targets()?;
        let up = targets.iter().filter(|(_, health)| health == "up").count();
        if up != TARGETS || targets.len() != TARGETS {
            missing.extend(targets.iter().map(|(url, health)| format!("{url}: {health}")));
        }
        let errors = prometheus
            .rules()?
            .into_iter()
            .filter_map(|rule| Some(format!("{}: {}", rule.name, rule.error?)));
        missing.extend(errors);
        Ok((missing, up))
    }

    /// Whether the run is over and shows its last figures.
    fn ended(&self, url: &str) -> bool {
        self.lab.web.get(url, &[]).is_ok_and(|text| text.lines().any(|line| line == "loadgen_run_ended 1"))
    }

    /// Makes the order-service slow, and gives it requests for as long as the value lives.
    fn slow_down(&self) -> Result<Leash, Problem> {
        let orders = url(self.lab.ports.orders);
        self.lab.web.put(&format!("{orders}/faults"), &json!({"latency": LATENCY}))?;
        self.loadgen("loadgen-quick", &["quick", "-c", "32", "-d", "10m", &format!("{orders}/orders")])
    }

    fn loadgen(&self, name: &'static str, words: &[&str]) -> Result<Leash, Problem> {
        let mut shell = Command::new("sh");
        shell.current_dir(self.workspace.root());
        shell.env("USERS_URL", url(self.lab.ports.users)).env("ORDERS_URL", url(self.lab.ports.orders));
        let words = std::iter::once(OsString::from(self.loadgen)).chain(words.iter().map(Into::into));
        Leash::start(name, Signal::SIGINT, shell, words, &self.lab.folder().join("logs"))
    }

    fn prometheus(&self) -> Prometheus<'_> {
        Prometheus { web: &self.lab.web, url: url(self.lab.ports.prometheus) }
    }

    fn say(&self, what: &str) {
        eprintln!("after {:.1} s: {what}", self.started.elapsed().as_secs_f64());
    }
}
