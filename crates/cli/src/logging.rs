//! What loadgen says about its own working, on stderr, if `LOADGEN_LOG` asks for it: `error`, `warn`, `info`, `debug`
//! or `trace`. Off otherwise: what people need to know is printed, not logged. Nothing is logged per request.

use std::io::{IsTerminal, stderr};
use tracing_subscriber::filter::LevelFilter;

/// The variable that asks for it.
const VARIABLE: &str = "LOADGEN_LOG";

/// Starts logging, if it is asked for. A level that is none is told and means off.
pub(crate) fn start() {
    let Ok(asked) = std::env::var(VARIABLE) else { return };
    match asked.parse::<LevelFilter>() {
        Ok(level) => {
            tracing_subscriber::fmt()
                .with_max_level(level)
                .with_ansi(stderr().is_terminal())
                .with_writer(stderr)
                .init();
        }
        Err(_) => eprintln!("warning: {VARIABLE}={asked} is none of off, error, warn, info, debug, trace"),
    }
}
