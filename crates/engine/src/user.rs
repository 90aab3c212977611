//! `User`: one virtual user, which is one task running one flow once.
//!
//! The flow is a tree of steps; the user walks it with a stack of frames rather than by recursion, so that a user
//! costs one future however deep its loops. What a step does stands in `step/`.

use crate::arrivals::Arrival;
use crate::message;
use crate::session::Session;
use crate::shard::{Place, Shard};
use crate::step;
use crate::step::repeat::Round;
use crate::trace::Trace;
use crate::transport::Transport;
use loadgen_metrics::{ErrorKind, ErrorSample, Moment, ScenarioId};
use loadgen_scenario::plan::Step;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A virtual user that is running.
pub(crate) struct User<T: Transport> {
    pub(crate) shard: Rc<Shard<T>>,
    /// Shared by the branches of a `parallel`; nobody holds it over a wait.
    pub(crate) session: Rc<RefCell<Session>>,
    /// The user's own connection, opened by its first request.
    pub(crate) connection: T::Connection,
    /// Connections that branches of a `parallel` had opened.
    pub(crate) spare: Vec<T::Connection>,
    /// When the user was ready for its next step: the `due` of its next request.
    pub(crate) ready: Moment,
    /// When the schedule wanted the user.
    due: Moment,
    /// When the user of a closed loop is to come to its end: loops that are timed then do.
    until: Option<Moment>,
    scenario: ScenarioId,
    /// Where it is one of those who have spans.
    pub(crate) trace: Option<Rc<Trace>>,
    /// Its place among the running users; given up with the user, even if its task panics. A branch has none, and
    /// neither have `before` and `after`.
    #[expect(dead_code, reason = "held, not looked at")]
    place: Option<Place<T>>,
}

/// What a user begins with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// Its number, which decides its random choices.
    pub(crate) index: u64,
    /// When it is due.
    pub(crate) due: Moment,
    /// In a closed loop, when its seat is closed.
    pub(crate) until: Option<Moment>,
}

impl From<Arrival> for Start {
    fn from(Arrival { index, due, .. }: Arrival) -> Self {
        Start { index, due, until: None }
    }
}

/// The user cannot go on. Its error has been recorded.
#[derive(Debug)]
pub(crate) struct Failed;

/// Steps that are being walked: a flow, or the body of a loop.
pub(crate) struct Frame<'p> {
    steps: &'p [Step],
    next: usize,
    round: Option<Round<'p>>,
}

impl<T: Transport> User<T> {
    /// A user that was admitted. It counts as created from here on.
    pub(crate) fn new(shard: &Rc<Shard<T>>, start: Start) -> Self {
        let Start { index, due, until } = start;
        let row = shard.row(index);
        let (session, scenario) = Session::new(&shard.plan, shard.seed, index, row, &shard.inherited);
        let place = shard.enter(scenario);
        let connection = shard.transport.open();
        let tracing = shard.spans.as_ref().zip(shard.plan.http.tracing.as_ref());
        let trace = tracing.and_then(|(spans, of)| Trace::begin(of, spans, scenario, shard.clock));
        User {
            trace,
            shard: Rc::clone(shard),
            session: Rc::new(RefCell::new(session)),
            connection,
            spare: Vec::new(),
            ready: due,
            due,
            until,
            scenario,
            place: Some(place),
        }
    }

    /// Somebody who plays `before` or `after`, and is no user of the load.
    pub(crate) fn helper(shard: &Rc<Shard<T>>, session: Session) -> Self {
        let now = shard.clock.now();
        User {
            shard: Rc::clone(shard),
            session: Rc::new(RefCell::new(session)),
            connection: shard.transport.open(),
            spare: Vec::new(),
            ready: now,
            due: now,
            until: None,
            scenario: ScenarioId(0),
            trace: None,
            place: None,
        }
    }

    /// A branch of a `parallel` of this user.
    pub(crate) fn branch(&self, connection: T::Connection) -> Self {
        User {
            shard: Rc::clone(&self.shard),
            session: Rc::clone(&self.session),
            connection,
            spare: Vec::new(),
            ready: self.ready,
            due: self.due,
            until: self.until,
            scenario: self.scenario,
            trace: self.trace.clone(),
            place: None,
        }
    }

    /// Runs the flow to its end. Returns when that was: when one that takes its seat is due.
    pub(crate) async fn run(mut self) -> Moment {
        let plan = Arc::clone(&self.shard.plan);
        let ending = match plan.scenarios.get(self.scenario.0 as usize) {
            Some(scenario) => self.play(&scenario.flow).await,
            None => Ok(()),
        };
        self.end(ending.is_ok())
    }

    /// Walks a flow to its end or to the first error.
    pub(crate) async fn play(&mut self, flow: &[Step]) -> Result<(), Failed> {
        let mut stack = vec![Frame::of(flow)];
        while let Some(frame) = stack.last_mut() {
            let Some(step) = frame.steps.get(frame.next) else {
                if !(frame.is_timed() && self.is_over()) && frame.again(&mut self.session.borrow_mut()) {
                    // A loop that never waits must not hold up the shard's other users.
                    tokio::task::consume_budget().await;
                } else {
                    stack.pop();
                }
                continue;
            };
            if self.session.borrow().failed {
                return Err(Failed);
            }
            frame.next += 1;
            match step {
                Step::Request(request) => step::request::perform(self, request).await?,
                Step::Think(think) => step::think::wait(self, think).await?,
                Step::Log(line) => step::log::say(self, line),
                Step::Loop(body) => stack.extend(step::repeat::enter(self, body)),
                Step::Parallel(parallel) => step::parallel::perform(self, parallel).await?,
                Step::Guarded(guarded) => stack.extend(step::guard::enter(self, guarded)),
                Step::NoUrl => return Err(self.fail(ErrorKind::NoUrl, String::new())),
            }
            if self.session.borrow_mut().take_endless() {
                return Err(self.fail(ErrorKind::EndlessTemplate, message::ENDLESS.to_owned()));
            }
        }
        Ok(())
    }

    /// Whether the seat of a closed loop has been closed under its user.
    fn is_over(&mut self) -> bool {
        let Some(until) = self.until else { return false };
        if self.shard.clock.now() >= until {
            // The last answer may have come just before: nobody else is to take the seat because of that.
            self.ready = self.ready.max(until);
            return true;
        }
        self.shard.is_closing()
    }

    /// Counts the user's end, and tells when it was.
    fn end(self, completed: bool) -> Moment {
        let now = self.shard.clock.now();
        // A connection that is closed after the user was counted would still be open when the last user has gone.
        drop((self.connection, self.spare));
        self.trace.iter().for_each(|trace| trace.ended(completed));
        let mut recorder = self.shard.recorder.borrow_mut();
        if completed {
            recorder.user_completed(self.scenario, now, now.since(self.due));
        } else {
            recorder.user_failed(self.scenario, now);
        }
        // What the generator did since the last answer is its own time. A flow that never waited took only that.
        if self.ready > self.due { self.ready } else { now }
    }

    /// Records an error that belongs to no request, and gives the user up.
    pub(crate) fn fail(&self, kind: ErrorKind, detail: String) -> Failed {
        let at = self.shard.clock.now();
        self.shard.recorder.borrow_mut().error(kind, at, || homeless(at, detail));
        Failed
    }

    /// The same with an error whose name holds a text beside its kind.
    pub(crate) fn fail_named(&self, kind: ErrorKind, text: &str, detail: String) -> Failed {
        let at = self.shard.clock.now();
        self.shard.recorder.borrow_mut().named_error(kind, text, at, || homeless(at, detail));
        Failed
    }
}

/// The example of an error that belongs to no request.
fn homeless(at: Moment, detail: String) -> ErrorSample {
    ErrorSample { at, detail, ..ErrorSample::default() }
}

impl<'p> Frame<'p> {
    pub(crate) fn of(steps: &'p [Step]) -> Self {
        Frame { steps, next: 0, round: None }
    }

    /// The body of a loop, in its first round.
    pub(crate) fn rounds(steps: &'p [Step], round: Round<'p>) -> Self {
        Frame { steps, next: 0, round: Some(round) }
    }

    /// Whether it is the body of a loop that ends with its user's phase.
    fn is_timed(&self) -> bool {
        self.round.as_ref().is_some_and(Round::is_timed)
    }

    /// Starts the next round, if there is one.
    fn again(&mut self, session: &mut Session) -> bool {
        let Some(round) = &mut self.round else { return false };
        if !round.next(session) {
            return false;
        }
        self.next = 0;
        true
    }
}
