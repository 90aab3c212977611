//! `think`: a wait. The next request is due when it is over, not when the timer got round to it.

use crate::transport::Transport;
use crate::user::{Failed, User};
use loadgen_metrics::ErrorKind;
use loadgen_scenario::duration::parse_think;
use loadgen_scenario::plan::Think;

/// Waits from the moment at which the user was ready.
pub(crate) async fn wait<T: Transport>(user: &mut User<T>, think: &Think) -> Result<(), Failed> {
    let time = match think {
        Think::Fixed(time) => *time,
        Think::Rendered(template) => {
            let value =
                template.evaluate(&mut user.session).map(std::borrow::Cow::into_owned).unwrap_or_default();
            match parse_think(&value) {
                Ok(time) => time,
                Err(error) => return Err(user.fail(ErrorKind::InvalidThinkTime, error.to_string())),
            }
        }
    };
    user.ready = user.ready + time;
    user.shard.timer.sleep_until(user.ready).await;
    Ok(())
}
