//! `think`: a wait. The next request is due when it is over, not when the timer got round to it.

use crate::session::Session;
use crate::transport::Transport;
use crate::user::{Failed, User};
use loadgen_metrics::ErrorKind;
use loadgen_scenario::Scope;
use loadgen_scenario::duration::{DurationError, parse_think};
use loadgen_scenario::plan::{Jitter, Think};
use rand::Rng;
use serde_json::Value;
use std::borrow::Cow;
use std::time::Duration;

/// Waits from the moment at which the user was ready.
pub(crate) async fn wait<T: Transport>(user: &mut User<T>, think: &Think) -> Result<(), Failed> {
    let time = time(&mut user.session.borrow_mut(), think);
    let time = time.map_err(|NoTime { text, cause }| match text {
        Some(text) => user.fail_named(ErrorKind::InvalidThinkTime, &text, cause.to_string()),
        None => user.fail(ErrorKind::UndefinedThinkTime, cause.to_string()),
    })?;
    user.ready = user.ready + time;
    user.shard.timer.sleep_until(user.ready).await;
    Ok(())
}

/// A value that is no time, and why.
struct NoTime {
    /// `None` where it is undefined.
    text: Option<String>,
    cause: DurationError,
}

fn time(session: &mut Session, think: &Think) -> Result<Duration, NoTime> {
    match think {
        Think::Fixed(time) => Ok(*time),
        Think::Rendered(template) => {
            let value = template.evaluate(session).map(Cow::into_owned);
            parse_think(value.as_ref().unwrap_or(&Value::Null)).map_err(|cause| {
                let text = match value {
                    Some(Value::String(text)) => Some(text),
                    Some(value) => Some(value.to_string()),
                    None => None,
                };
                NoTime { text, cause }
            })
        }
        Think::Jittered(think, jitter) => {
            let time = time(session, think)?;
            let most = match jitter {
                Jitter::Time(most) => most.as_secs_f64(),
                Jitter::Share(share) => time.as_secs_f64() * share,
            };
            let moved = time.as_secs_f64() + session.random().random_range(-1.0..=1.0) * most;
            Ok(Duration::try_from_secs_f64(moved.max(0.0)).unwrap_or(time))
        }
    }
}
