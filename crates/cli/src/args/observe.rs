//! `loadgen target`: what it tells of its own working. Flags that OpenTelemetry has a variable for take it too.

use clap::{Args, ValueEnum};
use tracing_subscriber::filter::{LevelFilter, Targets};

/// Logs, traces and debug endpoints of the target.
#[derive(Debug, Args)]
#[command(next_help_heading = "What it tells of its own working")]
pub(crate) struct ObserveArgs {
    /// How the lines of the log are written, on standard error.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
    /// What is logged: off, error, warn, info, debug or trace; or target=level,… [default: RUST_LOG, else warn].
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub(crate) log_level: Option<Targets>,
    /// Log every request: a write to standard error for each.
    #[arg(long)]
    pub(crate) access_log: bool,
    /// Send spans to this collector, by OTLP over HTTP: http://127.0.0.1:4318, for example.
    #[arg(long, value_name = "URL", env = "OTEL_EXPORTER_OTLP_ENDPOINT", hide_env_values = true)]
    pub(crate) otlp: Option<String>,
    /// What the service is called in traces [default: user-service, order-service or loadgen-target].
    #[arg(long, value_name = "NAME", env = "OTEL_SERVICE_NAME", hide_env_values = true)]
    pub(crate) otlp_service: Option<String>,
    /// Share of the requests without a traceparent that begin a trace, 0 to 1; those with one do as it says.
    #[arg(long, value_name = "RATIO", default_value = "1", requires = "otlp", allow_negative_numbers = true, value_parser = share)]
    pub(crate) trace_sample: f64,
    /// Answer /debug/flamegraph and /debug/heap, to peers on the loopback interface alone.
    #[arg(long)]
    pub(crate) debug_endpoints: bool,
    /// Answer them to everyone who can reach the target.
    #[arg(long, requires = "debug_endpoints")]
    pub(crate) debug_from_anywhere: bool,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// A JSON object in each line, with trace_id and span_id within a traced request.
    Json,
}

/// A bare word that is no level would mean a part of the program of that name, and is far more likely a typing error.
fn level(text: &str) -> Result<Targets, String> {
    // The parser takes nothing for `error`.
    let is_odd = |part: &&str| part.is_empty() || !part.contains('=') && part.parse::<LevelFilter>().is_err();
    let odd = text.split(',').find(is_odd);
    match (odd, text.parse::<Targets>()) {
        (None, Ok(targets)) => Ok(targets),
        (odd, _) => Err(format!("`{}` is neither a level nor target=level", odd.unwrap_or(text))),
    }
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "must be a number from 0 to 1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_what_is_none() {
        for good in
            ["info", "INFO", "off", "loadgen_target=debug", "warn,hyper=info,loadgen_target::trace=trace"]
        {
            assert!(level(good).is_ok(), "{good}");
        }
        for (bad, odd) in [("loud", "loud"), ("info,loud", "loud"), ("", ""), ("a=loud", "a=loud")] {
            let expected = format!("`{odd}` is neither a level nor target=level");
            assert_eq!(level(bad).unwrap_err(), expected);
        }
    }
}
