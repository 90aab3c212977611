//! `cargo xtask lab`: the lab of `docker-compose.performance.yml` without Docker. PostgreSQL, both services, Prometheus,
//! Alertmanager and node_exporter run on free ports of loopback, with the very files of `monitoring/`.
//!
//! Programs come from the system's packages; what is missing is installed where that can be done. Everything ends with
//! the chore, however that ends (`leash.rs`). Jaeger is not part of it, and Grafana only where it is installed.

mod check;
mod leash;
mod options;
mod parts;
mod ports;
mod problem;
mod programs;
mod settings;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use crate::step::{Step, Work};
use crate::workspace::Workspace;
pub(crate) use options::Options;
use parts::{LOOK, Lab, Recipe};
use ports::url;
use problem::Problem;
use programs::Programs;
use settings::Differences;

/// The step of `cargo xtask test`: starts the lab and checks that all of it works.
pub(crate) fn step() -> Step {
    Step {
        name: "lab",
        needs: &[],
        work: Work::Call(|workspace| ended_well(&check::run(workspace, &Options::default()))),
    }
}

/// Runs the lab until Ctrl-C, or checks it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> ExitCode {
    let ended = if options.check { check::run(workspace, options) } else { serve(workspace, options) };
    if ended_well(&ended) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn ended_well(ended: &Result<(), Problem>) -> bool {
    if let Err(problem) = ended {
        eprintln!("error: lab: {problem}");
    }
    ended.is_ok()
}

fn serve(workspace: &Workspace, options: &Options) -> Result<(), Problem> {
    let programs = Programs::find(workspace)?;
    let loadgen = build(workspace, options.release)?;
    let differences = Differences { webhook: options.webhook.as_deref(), hold: None };
    let stop = stopped_by_signals()?;
    let monitoring = workspace.root().join("monitoring");
    let recipe = Recipe {
        programs: &programs,
        loadgen: &loadgen,
        monitoring: &monitoring,
        options,
        differences,
        stop,
    };
    eprintln!("starting the lab");
    let mut lab = match Lab::start(&recipe) {
        Err(Problem::Stopped) => return Ok(()),
        started => started?,
    };
    let shown = loadgen.strip_prefix(workspace.root()).unwrap_or(&loadgen).display().to_string();
    print!("{}", guide(&lab, options, &shown));
    let ended = loop {
        match lab.look() {
            Ok(()) => thread::park_timeout(LOOK),
            Err(Problem::Stopped) => break Ok(()),
            Err(problem) => break Err(problem),
        }
    };
    eprintln!("stopping the lab");
    let folder = lab.folder().to_owned();
    drop(lab);
    if options.keep {
        eprintln!("data and logs are in {}", folder.display());
    }
    ended
}

/// What there is, and what to try.
fn guide(lab: &Lab, options: &Options, loadgen: &str) -> String {
    let ports = &lab.ports;
    let (users, orders) = (url(ports.users), url(ports.orders));
    let rows = [
        ("user-service", users.clone()),
        ("order-service", orders.clone()),
        ("Prometheus", url(ports.prometheus)),
        ("Alertmanager", url(ports.alertmanager)),
        ("node_exporter", url(ports.node)),
        ("PostgreSQL", format!("postgresql://postgres@127.0.0.1:{}/users and /orders", ports.postgres)),
        (
            "Grafana",
            if lab.grafana {
                url(ports.grafana)
            } else {
                "left out: `grafana-server` is not on PATH".to_owned()
            },
        ),
        ("loadgen's own", format!("http://{}, while `run --prometheus` runs", ports.loadgen)),
        (
            "alerts go to",
            options.webhook.clone().unwrap_or_else(|| "nobody; --webhook URL names somebody".to_owned()),
        ),
        ("data and logs", lab.folder().display().to_string()),
    ];
    let mut text = String::from("\nThe lab is ready; Ctrl-C stops it.\n\n");
    for (name, value) in rows {
        text.push_str(&format!("  {name:<14}  {value}\n"));
    }
    let (prometheus, alertmanager) = (url(ports.prometheus), url(ports.alertmanager));
    text.push_str(&format!(
        "\nTry, in another terminal:\n  \
         export USERS_URL={users} ORDERS_URL={orders} PROMETHEUS={prometheus} ALERTMANAGER={alertmanager}\n  \
         {loadgen} run scenarios/orders.yml -e lab --prometheus {} --prometheus-linger 10s\n  \
         curl -X PUT $ORDERS_URL/faults -H 'content-type: application/json' -d '{{\"latency\": \"300ms\"}}'\n  \
         psql postgresql://postgres@127.0.0.1:{}/orders\n\n",
        ports.loadgen, ports.postgres
    ));
    text
}

/// Builds the binary of the services, and says where it is.
fn build(workspace: &Workspace, release: bool) -> Result<PathBuf, Problem> {
    let mut build = workspace.cargo(["build", "--package", "loadgen"]);
    if release {
        build.arg("--release");
    }
    if !build.status()?.success() {
        return Err(Problem::Build);
    }
    let debug = workspace.loadgen();
    if !release {
        return Ok(debug);
    }
    let target =
        debug.parent().and_then(|folder| folder.parent()).map(|folder| folder.join("release/loadgen"));
    Ok(target.unwrap_or(debug))
}

/// Set by Ctrl-C and SIGTERM.
fn stopped_by_signals() -> Result<Arc<AtomicBool>, Problem> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}
