//! `before` and `after`: flows that are played once, by nobody who counts.
//!
//! What they send goes over a transport of their own and into a recorder that is thrown away.

use crate::attend::attend;
use crate::clock::Clock;
use crate::lines;
use crate::session::{Inherited, Session};
use crate::shard::Shard;
use crate::supervisor::{Event, Options};
use crate::transport::{Http, Transport};
use crate::user::User;
use loadgen_metrics::{ErrorTally, Snapshot};
use loadgen_scenario::plan::{Plan, Step};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// A `before` or `after` that did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` failed: {cause}")]
pub struct HookError {
    /// `before` or `after`.
    pub name: &'static str,
    /// What went wrong, with the request that it happened to.
    pub cause: String,
}

/// Plays the plan's `before`, and gives what it leaves to all users. Nothing where there is none.
///
/// # Errors
/// If one of its steps fails: then there is no sense in a run.
pub async fn before(
    plan: &Arc<Plan>,
    options: &Options,
    on: impl FnMut(Event<'_>),
) -> Result<Inherited, HookError> {
    let Some(steps) = &plan.before else { return Ok(Inherited::default()) };
    play(plan, steps, "before", options, &Inherited::default(), over_http(plan), on).await
}

/// Plays the plan's `after`, with what `before` has left.
///
/// # Errors
/// If one of its steps fails.
pub async fn after(
    plan: &Arc<Plan>,
    options: &Options,
    inherited: &Inherited,
    on: impl FnMut(Event<'_>),
) -> Result<(), HookError> {
    let Some(steps) = &plan.after else { return Ok(()) };
    play(plan, steps, "after", options, inherited, over_http(plan), on).await.map(drop)
}

fn over_http(plan: &Plan) -> impl FnOnce(Clock) -> Http {
    let settings = Http::settings(&plan.http);
    |clock| Http::new(settings, clock, 0, 1)
}

async fn play<T: Transport>(
    plan: &Arc<Plan>,
    steps: &[Step],
    name: &'static str,
    options: &Options,
    inherited: &Inherited,
    transport: impl FnOnce(Clock) -> T,
    mut on: impl FnMut(Event<'_>),
) -> Result<Inherited, HookError> {
    let clock = Clock::starting_in(Duration::ZERO);
    let (lines, mut spoken) = lines::queue();
    let shard = Rc::new(Shard::alone(plan, options, inherited, clock, transport(clock), lines));
    let (session, _) = Session::new(plan, options.seed, 0, 0, inherited);
    let mut user = User::helper(&shard, session);
    let session = Rc::clone(&user.session);
    let say = |line: String| {
        on(Event::Line(&line));
        ControlFlow::Continue(())
    };
    let played = attend(user.play(steps), || spoken.try_recv(), say).await;
    drop(user);
    if spoken.left_out() > 0 {
        on(Event::LeftOut(spoken.left_out()));
    }
    let counted = shard.recorder.borrow_mut().take();
    played.unwrap_or(Ok(())).map_err(|_| HookError { name, cause: cause(&counted) })?;
    // The user is gone, and nobody else has its session.
    Ok(Rc::into_inner(session).map(|session| session.into_inner().leave()).unwrap_or_default())
}

/// The first error that was recorded, in words.
pub(crate) fn cause(counted: &Snapshot) -> String {
    let Some((kind, tally)) = counted.errors.iter().next() else {
        let named = counted.named_errors.iter().next();
        return named
            .map_or_else(|| "a step failed".to_owned(), |(_, name, tally)| words(&name, tally, true));
    };
    words(kind.name(), tally, false)
}

fn words(name: &str, tally: &ErrorTally, is_whole: bool) -> String {
    let Some(it) = &tally.sample else { return name.to_owned() };
    // A name that holds a text says itself what it happened to.
    let (method, url) = if is_whole { ("", "") } else { (it.method.as_str(), it.url.as_str()) };
    let words = [name, method, url, &it.detail];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
