//! `probability` and `ifTrue`: whether a step is taken.

use crate::transport::Transport;
use crate::user::{Frame, User};
use loadgen_scenario::Scope;
use loadgen_scenario::plan::Guarded;
use rand::Rng;

/// The step's frame; `None` where it is left out.
pub(crate) fn enter<'p, T: Transport>(user: &mut User<T>, guarded: &'p Guarded) -> Option<Frame<'p>> {
    let mut session = user.session.borrow_mut();
    if let Some(probability) = guarded.probability
        && f64::from(session.random().random_range(0..=100_u32)) >= probability
    {
        return None;
    }
    let holds = guarded.condition.as_ref().is_none_or(|condition| condition.is_true(&mut *session));
    holds.then(|| Frame::of(&guarded.steps))
}
