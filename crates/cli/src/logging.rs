//! What loadgen says about its own working, on stderr, if `LOADGEN_LOG` asks for it: `error`, `warn`, `info`, `debug`
//! or `trace`. Off otherwise: what people need to know is printed, not logged. Nothing is logged per request.
//!
//! The target is a service and logs as services do: warnings unless its flags say otherwise, and its lines can be JSON.

mod json;

use crate::args::{LogFormat, ObserveArgs};
use loadgen_target::ACCESS_LOG;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// The variable that asks for it.
const VARIABLE: &str = "LOADGEN_LOG";
/// The variable that Rust's services heed.
const OF_RUST: &str = "RUST_LOG";

/// Starts logging, if it is asked for.
pub(crate) fn start() {
    if let Some(level) = asked() {
        write(LogFormat::Text, Targets::new().with_default(level));
    }
}

/// Starts logging as the target does.
pub(crate) fn start_for_target(args: &ObserveArgs) {
    let all = |level| Targets::new().with_default(level);
    let asked = args.log_level.clone().or_else(asked_of_rust).or_else(|| asked().map(all));
    let mut targets = asked.unwrap_or_else(|| all(LevelFilter::WARN));
    if args.access_log {
        targets = targets.with_target(ACCESS_LOG, LevelFilter::INFO);
    }
    write(args.log_format, targets);
}

/// Whether anything can be logged.
pub(crate) fn is_on() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}

/// The level that the variable asks for. One that is none is told and means nothing.
fn asked() -> Option<LevelFilter> {
    let asked = std::env::var(VARIABLE).ok()?;
    let level = asked.parse().ok();
    if level.is_none() {
        eprintln!("warning: {VARIABLE}={asked} is none of off, error, warn, info, debug, trace");
    }
    level
}

/// What the variable of Rust programs in general asks for. It may be meant for another one, so that what cannot be read
/// is no error.
fn asked_of_rust() -> Option<Targets> {
    let asked = std::env::var(OF_RUST).ok().filter(|asked| !asked.is_empty())?;
    let targets = asked.parse().ok();
    if targets.is_none() {
        eprintln!("warning: {OF_RUST}={asked} is not understood: it is a level, or target=level,…");
    }
    targets
}

fn write(format: LogFormat, targets: Targets) {
    let lines = tracing_subscriber::fmt::layer().with_ansi(stderr().is_terminal()).with_writer(stderr);
    match format {
        LogFormat::Text => tracing_subscriber::registry().with(lines.with_filter(targets)).init(),
        LogFormat::Json => {
            tracing_subscriber::registry().with(lines.event_format(json::Json).with_filter(targets)).init();
        }
    }
}
