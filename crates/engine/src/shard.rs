//! `Shard`: one share of the schedule, with all that its users need. Nothing of it is shared with another shard,
//! save a count of running users for `maxVusers`.

use crate::arrivals::{self, Arrivals, Segment};
use crate::clock::{Clock, Timer, thread_cpu};
use crate::closed;
use crate::decode::Unpacker;
use crate::dry::{Sight, Watch};
use crate::lines::Lines;
use crate::message::Kept;
use crate::seats;
use crate::session::Inherited;
use crate::spans::Spans;
use crate::stop::{Stop, Urgency};
use crate::supervisor::Options;
use crate::transport::Transport;
use crate::user::User;
use loadgen_metrics::{Moment, Recorder, ScenarioId, Shape, Snapshot};
use loadgen_scenario::plan::{Phase, Plan, Request};
use loadgen_scenario::url::Origin;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// What a shard tells the supervisor.
#[derive(Debug)]
pub(crate) enum Message {
    /// All that was counted since the last snapshot; `second` is the second since the start that has just ended.
    /// So many users were passes of a closed loop until then; `cpu` is the share of its time that the shard's thread
    /// was computing.
    Second { shard: usize, second: u64, passes: u64, cpu: f64, snapshot: Box<Snapshot> },
    /// The shard is done, at this moment; the rest of what it counted, which began in `second`. From `released` on it
    /// started no user. So many of its users were passes of a closed loop.
    Done { shard: usize, at: Moment, released: Moment, passes: u64, second: u64, snapshot: Box<Snapshot> },
}

/// What makes a shard.
pub(crate) struct Setup {
    pub(crate) plan: Arc<Plan>,
    pub(crate) origin: Origin,
    pub(crate) segment: Segment,
    pub(crate) seed: u64,
    pub(crate) inherited: Inherited,
    pub(crate) grace: Duration,
    pub(crate) clock: Clock,
    pub(crate) stop: Stop,
    /// Users running on all shards together.
    pub(crate) running: Arc<AtomicU64>,
    /// Users that all shards have started, where some are of a closed loop.
    pub(crate) started: Arc<AtomicU64>,
    pub(crate) messages: mpsc::UnboundedSender<Message>,
    pub(crate) lines: Lines,
    /// Where requests with spans are told.
    pub(crate) spans: Option<Spans>,
}

/// One shard while it runs.
pub(crate) struct Shard<T: Transport> {
    pub(crate) plan: Arc<Plan>,
    pub(crate) origin: Rc<Origin>,
    pub(crate) seed: u64,
    /// What all its users begin with.
    pub(crate) inherited: Inherited,
    pub(crate) clock: Clock,
    pub(crate) timer: Timer,
    pub(crate) transport: T,
    pub(crate) recorder: RefCell<Recorder>,
    pub(crate) unpacker: Unpacker,
    /// By a request's number.
    kept: Vec<Kept>,
    /// Users of this shard that are running, by scenario.
    own: RefCell<Vec<u64>>,
    running: Arc<AtomicU64>,
    /// Users started on all shards; `None` where all are arrivals, whose numbers say the same.
    started: Option<Arc<AtomicU64>>,
    /// Passes of closed loops that began here.
    passes: Cell<u64>,
    /// Whether no user is to start any more.
    closing: Cell<bool>,
    /// The second since the start whose snapshot has not left yet.
    second: Cell<u64>,
    /// Rings when the last of this shard's users has ended.
    idle: Notify,
    lines: Lines,
    /// Where requests with spans are told.
    pub(crate) spans: Option<Spans>,
    /// Who looks on, in a dry run.
    pub(crate) watch: Option<Watch>,
}

/// How many connections users who share them may want within the first second: one for each who arrives by then, and for
/// each seat of a closed loop.
pub(crate) fn wanted_soon(phases: &[Phase]) -> u64 {
    arrivals::due_before(phases, Moment::START + Duration::from_secs(1)).saturating_add(seats::most(phases))
}

/// Plays the segment to its end. Must be polled within a `LocalSet`.
pub(crate) async fn play<T: Transport>(setup: Setup, timer: Timer, transport: T) {
    let Setup { plan, origin, segment, seed, inherited, grace, clock, .. } = setup;
    let Setup { stop, running, started, messages, lines, spans, .. } = setup;
    let shape = Shape { scenarios: plan.scenarios.len(), series: plan.series.len() };
    let shard = Rc::new(Shard {
        own: RefCell::new(vec![0; plan.scenarios.len()]),
        started: (seats::most(&plan.phases) > 0).then_some(started),
        passes: Cell::new(0),
        closing: Cell::new(false),
        kept: kept(&plan),
        plan,
        origin: Rc::new(origin),
        seed,
        inherited,
        clock,
        timer: timer.clone(),
        transport,
        recorder: RefCell::new(Recorder::new(shape)),
        unpacker: Unpacker::default(),
        running,
        second: Cell::new(0),
        idle: Notify::new(),
        lines,
        spans,
        watch: None,
    });
    let number = segment.index as usize;
    let alarm = tokio::task::spawn_local(async move { timer.run().await });
    let wanted = wanted_soon(&shard.plan.phases).div_ceil(segment.of.max(1));
    let warming = Rc::clone(&shard);
    let warming = tokio::task::spawn_local(async move {
        // Over HTTP/2 many share one, which is opened soon enough.
        if !warming.plan.speaks_http2 {
            let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
            warming.transport.warm(&warming.origin, wanted).await;
        }
    });
    let ticker = tokio::task::spawn_local(tick(Rc::clone(&shard), number, messages.clone()));

    tokio::select! {
        biased;
        () = stop.requested(Urgency::Gracefully) => {}
        () = shard.release(segment) => {}
    }
    let released = clock.now();
    shard.closing.set(true);
    tokio::select! {
        biased;
        () = stop.requested(Urgency::Now) => {}
        () = shard.all_ended() => {}
        () = async {
            stop.requested(Urgency::Gracefully).await;
            tokio::time::sleep(grace).await;
        } => {}
    }
    ticker.abort();
    warming.abort();
    alarm.abort();
    let at = clock.now();
    shard.interrupt_users(at);
    let snapshot = Box::new(shard.recorder.borrow_mut().take());
    // The supervisor is gone only if the process is going.
    let (passes, second) = (shard.passes.get(), shard.second.get());
    let _ = messages.send(Message::Done { shard: number, at, released, passes, second, snapshot });
}

/// Room for what is kept of each request.
fn kept(plan: &Plan) -> Vec<Kept> {
    std::iter::repeat_with(Kept::default).take(plan.requests as usize).collect()
}

/// Sends a snapshot at the end of each second.
async fn tick<T: Transport>(shard: Rc<Shard<T>>, number: usize, messages: mpsc::UnboundedSender<Message>) {
    let (mut looked, mut used) = (shard.clock.now(), thread_cpu());
    loop {
        let end = Moment::START + Duration::from_secs(shard.second.get() + 1);
        shard.timer.sleep_until(end).await;
        // After a standstill of several seconds one snapshot stands for all of them.
        let now = shard.clock.now();
        let second = now.second().max(shard.second.get() + 1) - 1;
        shard.second.set(second + 1);
        let snapshot = Box::new(shard.recorder.borrow_mut().take());
        let passes = shard.passes.get();
        let all = thread_cpu();
        let cpu = all.saturating_sub(used).as_secs_f64() / now.since(looked).as_secs_f64().max(1e-3);
        (looked, used) = (now, all);
        if messages.send(Message::Second { shard: number, second, passes, cpu, snapshot }).is_err() {
            return;
        }
    }
}

impl<T: Transport> Shard<T> {
    /// A shard without a schedule, whose recorder nobody reads: for `before`, `after` and dry runs.
    pub(crate) fn alone(
        plan: &Arc<Plan>,
        options: &Options,
        inherited: &Inherited,
        clock: Clock,
        transport: T,
        lines: Lines,
    ) -> Self {
        Shard {
            plan: Arc::clone(plan),
            kept: kept(plan),
            origin: Rc::new(options.origin.clone()),
            seed: options.seed,
            inherited: inherited.clone(),
            clock,
            timer: Timer::coarse(clock),
            transport,
            recorder: RefCell::new(Recorder::new(Shape {
                scenarios: 1,
                series: plan.helper_series.max(plan.series.len()),
            })),
            unpacker: Unpacker::default(),
            own: RefCell::default(),
            running: Arc::default(),
            started: None,
            passes: Cell::new(0),
            closing: Cell::new(false),
            second: Cell::new(0),
            idle: Notify::new(),
            lines,
            spans: None,
            watch: None,
        }
    }

    /// Starts each user of the segment when it is due; all that are due at each wake.
    async fn release(self: &Rc<Self>, segment: Segment) {
        tokio::join!(self.open_seats(segment), self.admit_arrivals(segment));
        // The last phase may end in a pause: the run lasts as long as its phases.
        self.timer.sleep_until(crate::arrivals::end(&self.plan.phases)).await;
    }

    /// Opens the seats of closed loops, and waits until the last user has left them.
    async fn open_seats(self: &Rc<Self>, segment: Segment) {
        let mut taken = Vec::new();
        for seat in seats::seats(&self.plan.phases, segment) {
            if let Some(first) = seat.spans.first() {
                self.timer.sleep_until(first.from).await;
            }
            taken.push(tokio::task::spawn_local(closed::occupy(Rc::clone(self), seat)));
            tokio::task::consume_budget().await;
        }
        for seat in taken {
            // One that panicked has told so, and has no users any more.
            let _ = seat.await;
        }
    }

    /// Starts the users that come by the clock.
    async fn admit_arrivals(self: &Rc<Self>, segment: Segment) {
        let plan = Arc::clone(&self.plan);
        for arrival in Arrivals::new(&plan.phases, segment) {
            self.timer.sleep_until(arrival.due).await;
            let limit = plan.phases.get(arrival.phase).and_then(|phase| phase.max_users);
            if self.admit(limit) {
                tokio::task::spawn_local(User::new(self, arrival.into()).run());
            } else {
                self.recorder.borrow_mut().user_skipped(self.clock.now());
            }
            // A burst must not keep the users that are already running from their answers.
            tokio::task::consume_budget().await;
        }
    }

    /// What is kept of a request from one time to the next.
    pub(crate) fn kept(&self, request: &Request) -> &Kept {
        &self.kept[request.number as usize]
    }

    /// Whether no user is to start any more, due or not.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.get()
    }

    /// A user starts in a seat.
    pub(crate) fn count_pass(&self) {
        self.running.fetch_add(1, Relaxed);
        self.passes.set(self.passes.get() + 1);
    }

    /// Which row of a data file a user gets that goes by sequence: its number where users come by the clock. Passes
    /// have no such order, so that a count of all that were started takes its place.
    pub(crate) fn row(&self, index: u64) -> u64 {
        self.started.as_ref().map_or(index, |started| started.fetch_add(1, Relaxed))
    }

    /// Takes a place among the running users, unless the limit is reached.
    fn admit(&self, limit: Option<u64>) -> bool {
        let limit = limit.unwrap_or(u64::MAX);
        let place =
            self.running.fetch_update(Relaxed, Relaxed, |running| (running < limit).then_some(running + 1));
        place.is_ok()
    }

    /// A user that was admitted starts.
    pub(crate) fn enter(self: &Rc<Self>, scenario: ScenarioId) -> Place<T> {
        self.own.borrow_mut()[scenario.0 as usize] += 1;
        self.recorder.borrow_mut().user_created(scenario, self.clock.now());
        Place { shard: Rc::clone(self), scenario }
    }

    /// Returns when no user of this shard is running.
    async fn all_ended(&self) {
        while self.own.borrow().iter().any(|users| *users > 0) {
            self.idle.notified().await;
        }
    }

    /// Counts the users that are still running as interrupted.
    fn interrupt_users(&self, at: Moment) {
        let mut recorder = self.recorder.borrow_mut();
        for (scenario, users) in self.own.borrow().iter().enumerate() {
            (0..*users).for_each(|_| recorder.user_interrupted(ScenarioId(scenario as u32), at));
        }
    }

    /// Hands a line of the script's `log` to the supervisor.
    pub(crate) fn say(&self, line: String) {
        if let Some(watch) = &self.watch {
            let _ = watch.send(Sight::Line(line));
            return;
        }
        self.lines.say(line);
    }
}

/// A user's place among those that are running.
pub(crate) struct Place<T: Transport> {
    shard: Rc<Shard<T>>,
    scenario: ScenarioId,
}

impl<T: Transport> Drop for Place<T> {
    fn drop(&mut self) {
        self.shard.running.fetch_sub(1, Relaxed);
        let mut own = self.shard.own.borrow_mut();
        own[self.scenario.0 as usize] -= 1;
        if own.iter().all(|users| *users == 0) {
            self.shard.idle.notify_one();
        }
    }
}
