//! `User`: one virtual user, which is one task running one flow once.
//!
//! The flow is a tree of steps; the user walks it with a stack of frames rather than by recursion, so that a user
//! costs one future however deep its loops. What a step does stands in `step/`.

use crate::arrivals::Arrival;
use crate::message;
use crate::session::Session;
use crate::shard::{Place, Shard};
use crate::step;
use crate::transport::Transport;
use loadgen_metrics::{ErrorKind, ErrorSample, Moment, ScenarioId};
use loadgen_scenario::plan::{Slot, Step};
use std::rc::Rc;
use std::sync::Arc;

/// A virtual user that is running.
pub(crate) struct User<T: Transport> {
    pub(crate) shard: Rc<Shard<T>>,
    pub(crate) session: Session,
    /// The user's own connection, opened by its first request.
    pub(crate) connection: T::Connection,
    /// When the user was ready for its next step: the `due` of its next request.
    pub(crate) ready: Moment,
    /// When the schedule wanted the user.
    due: Moment,
    scenario: ScenarioId,
    /// Its place among the running users; given up with the user, even if its task panics.
    #[expect(dead_code, reason = "held, not looked at")]
    place: Place<T>,
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

impl<T: Transport> User<T> {
    /// The user of an arrival that was admitted. It counts as created from here on.
    pub(crate) fn new(shard: &Rc<Shard<T>>, arrival: Arrival) -> Self {
        let (session, scenario) = Session::new(&shard.plan, shard.seed, arrival.index);
        let place = shard.enter(scenario);
        let connection = shard.transport.open();
        User {
            shard: Rc::clone(shard),
            session,
            connection,
            ready: arrival.due,
            due: arrival.due,
            scenario,
            place,
        }
    }

    /// Runs the flow to its end.
    pub(crate) async fn run(mut self) {
        let plan = Arc::clone(&self.shard.plan);
        let ending = match plan.scenarios.get(self.scenario.0 as usize) {
            Some(scenario) => self.play(&scenario.flow).await,
            None => Ok(()),
        };
        self.end(ending.is_ok());
    }

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
            if self.session.take_endless() {
                return Err(self.fail(ErrorKind::EndlessTemplate, message::ENDLESS.to_owned()));
            }
        }
        Ok(())
    }

    /// Counts the user's end.
    fn end(self, completed: bool) {
        let now = self.shard.clock.now();
        // A connection that is closed after the user was counted would still be open when the last user has gone.
        drop(self.connection);
        let mut recorder = self.shard.recorder.borrow_mut();
        if completed {
            recorder.user_completed(self.scenario, now, now.since(self.due));
        } else {
            recorder.user_failed(self.scenario, now);
        }
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
