//! `loadgen calibrate`

use clap::Args;
use loadgen_scenario::duration;
use std::time::Duration;

/// `loadgen calibrate`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen calibrate                              25 s; run it where the load will come from
  loadgen calibrate --rate 5000 --duration 10s   at the rate of the runs that it is for
  loadgen calibrate --json > calibration.json    the same figures for other programs

Exit codes:
  0    loadgen's own error is within its budget
  1    it is beyond it
  2    the arguments were rejected; nothing was sent
  3    it could not be run
  4    the figures say nothing: a run was invalid, or requests failed
  130  stopped by Ctrl-C (143: by SIGTERM); there are no figures")]
pub(crate) struct CalibrateArgs {
    /// Requests per second of each shape of latency.
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) rate: u32,
    /// How long each shape of latency is played, in whole seconds.
    #[arg(long, value_name = "TIME", default_value = "5s", allow_negative_numbers = true, value_parser = seconds)]
    pub(crate) duration: u32,
    /// In which order random latencies come: any number, always the same order [default: any].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// Threads that carry the load [default: one for each second processor].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) shards: Option<u16>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whole seconds: the stall comes once in each.
fn seconds(text: &str) -> Result<u32, String> {
    let time = duration::parse(&text.into()).map_err(|error| format!("{error}; such as 5, 5s, 1m"))?;
    match u32::try_from(time.as_secs()) {
        Ok(seconds @ 1..=3600) if time == Duration::from_secs(u64::from(seconds)) => Ok(seconds),
        _ => Err("it is a number of whole seconds, 1 to 3600".to_owned()),
    }
}
