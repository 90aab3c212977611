//! What `target` takes beside its address: the user-service that is asked, and faults.

use clap::Args;
use loadgen_scenario::duration;
use loadgen_target::FaultLimits;
use std::time::Duration;

/// The user-service, as the order-service asks it.
#[derive(Debug, Args)]
#[command(next_help_heading = "With --service orders")]
pub(crate) struct UsersArgs {
    /// Ask this user-service whether the user of an order exists; several addresses with a comma between share the
    /// questions.
    #[arg(long, env = "USERS_URL", hide_env_values = true, value_name = "URL,…")]
    pub(crate) users_url: Option<String>,
    /// How long one question may take.
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = timeout)]
    pub(crate) users_timeout: Duration,
    /// How often a question is asked again at most, if nobody answers it.
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=10))]
    pub(crate) users_retries: u32,
}

/// Faults on demand.
#[derive(Debug, Args)]
#[command(next_help_heading = "Faults")]
pub(crate) struct FaultArgs {
    /// Let requests ask for faults: by the header `x-fault`, by `?fault=`, and for all by PUT /faults.
    #[arg(long)]
    pub(crate) faults: bool,
    /// Most memory that faults hold at a time.
    #[arg(long, value_name = "SIZE", default_value = "1GiB", requires = "faults", value_parser = FaultLimits::of_memory)]
    pub(crate) faults_max_memory: FaultLimits,
}

/// More than nothing, and no longer than a client waits.
fn timeout(text: &str) -> Result<Duration, String> {
    let time = duration::parse(&text.into()).map_err(|error| format!("{error}; such as 500ms, 1s"))?;
    if time.is_zero() || time > Duration::from_secs(60) {
        return Err("it is more than 0 and at most 60 s".to_owned());
    }
    Ok(time)
}
