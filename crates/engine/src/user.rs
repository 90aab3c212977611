//! `User`: one virtual user, which is one task running one flow once.
//!
//! The flow is a tree of steps; the user walks it with a stack of frames rather than by recursion, so that a user
//! costs one future however deep its loops. What a step does stands in `step/`.

use crate::arrivals::Arrival;
use crate::session::Session;
use crate::shard::Shard;
use crate::step;
use crate::transport::Transport;
use loadgen_metrics::{ErrorKind, ErrorSample, Moment, ScenarioId};
use loadgen_scenario::plan::{Slot, Step};
use std::rc::Rc;

/// A virtual user that is running.
pub(crate) struct User<T: Transport> {
    pub(crate) shard: Rc<Shard<T>>,
    pub(crate) session: Session,
    /// The user's own connection, opened by its first request.
    pub(crate) connection: T::Connection,
    /// When the user was ready for its next step: the `due` of its next request.
    pub(crate) ready: Moment,
}

/// The user cannot go on. Its error has been recorded.
#[derive(Debug)]
pub(crate) struct Failed;

/// Steps that are being walked: a flow, or the body of a loop.
pub(crate) struct Frame<'p> {
    steps: &'p [Step],
    next: usize,
    round: Option<Round>,
}

/// Where a loop is.
struct Round {
    counter: Slot,
    current: u64,
    to: u64,
}

/// Runs the user of an arrival to its end.
pub(crate) async fn run<T: Transport>(shard: Rc<Shard<T>>, arrival: Arrival) {
    let plan = shard.plan.clone();
    let (session, scenario) = Session::new(&plan, shard.seed, arrival.index);
    shard.user_created(scenario);
    let connection = shard.transport.open();
    let mut user = User { shard, session, connection, ready: arrival.due };
    let ending = match plan.scenarios.get(scenario.0 as usize) {
        Some(flow) => user.play(&flow.flow).await,
        None => Ok(()),
    };
    user.end(scenario, arrival.due, ending.is_ok());
}

impl<T: Transport> User<T> {
    /// Walks a flow to its end or to the first error.
    async fn play(&mut self, flow: &[Step]) -> Result<(), Failed> {
        let mut stack = vec![Frame::of(flow)];
        while let Some(frame) = stack.last_mut() {
            let Some(step) = frame.steps.get(frame.next) else {
                if frame.again(&mut self.session) {
                    // A loop that never waits must not hold up the shard's other users.
                    tokio::task::consume_budget().await;
                } else {
                    stack.pop();
                }
                continue;
            };
            frame.next += 1;
            match step {
                Step::Request(request) => step::request::perform(self, request).await?,
                Step::Think(think) => step::think::wait(self, think).await?,
                Step::Log(line) => step::log::say(self, line),
                Step::Loop(body) => stack.extend(step::repeat::enter(self, body)?),
            }
        }
        Ok(())
    }

    /// Counts the user's end.
    fn end(self, scenario: ScenarioId, due: Moment, completed: bool) {
        let now = self.shard.clock.now();
        // A connection that is closed after the user was counted would still be open when the last user has gone.
        drop(self.connection);
        if completed {
            self.shard.recorder.borrow_mut().user_completed(scenario, now, now.since(due));
        } else {
            self.shard.recorder.borrow_mut().user_failed(scenario, now);
        }
        self.shard.user_ended(scenario);
    }

    /// Records an error that belongs to no request, and gives the user up.
    pub(crate) fn fail(&self, kind: ErrorKind, detail: String) -> Failed {
        let at = self.shard.clock.now();
        let sample = || ErrorSample { at, method: String::new(), url: String::new(), detail };
        self.shard.recorder.borrow_mut().error(kind, at, sample);
        Failed
    }
}

impl<'p> Frame<'p> {
    fn of(steps: &'p [Step]) -> Self {
        Frame { steps, next: 0, round: None }
    }

    /// The body of a loop that counts from `from` up to, not including, `to`.
    pub(crate) fn rounds(steps: &'p [Step], counter: Slot, from: u64, to: u64) -> Self {
        Frame { steps, next: 0, round: Some(Round { counter, current: from, to }) }
    }

    /// Starts the next round, if there is one.
    fn again(&mut self, session: &mut Session) -> bool {
        let Some(round) = &mut self.round else { return false };
        round.current += 1;
        if round.current >= round.to {
            return false;
        }
        session.set(round.counter, round.current.into());
        self.next = 0;
        true
    }
}
