//! `loop`: steps again and again, with the round's number in a variable.

use crate::transport::Transport;
use crate::user::{Failed, Frame, User};
use loadgen_metrics::ErrorKind;
use loadgen_scenario::count;
use loadgen_scenario::plan::{Count, Loop};

/// The first round's frame; `None` where there are no rounds.
pub(crate) fn enter<'p, T: Transport>(
    user: &mut User<T>,
    body: &'p Loop,
) -> Result<Option<Frame<'p>>, Failed> {
    let (from, to) = match &body.count {
        Count::Range { from, to } => (*from, *to),
        Count::Rendered(template) => {
            let value =
                template.evaluate(&mut user.session).map(std::borrow::Cow::into_owned).unwrap_or_default();
            match count::parse(&value) {
                Some(range) => range,
                None => {
                    return Err(user.fail(ErrorKind::InvalidLoopCount, format!("`{value}` is no loop count")));
                }
            }
        }
    };
    if from >= to || body.steps.is_empty() {
        return Ok(None);
    }
    user.session.set(body.counter, from.into());
    Ok(Some(Frame::rounds(&body.steps, body.counter, from, to)))
}
