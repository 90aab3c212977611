//! The supervisor: starts the shards, adds up what they tell, and passes it on once a second.

use crate::arrivals::{self, Segment};
use crate::clock::{Clock, Timer};
use crate::lines::{self, Spoken};
use crate::seats;
use crate::session::Inherited;
use crate::shard::{self, Message, Setup};
use crate::spans::Spans;
use crate::stop::{Stop, Urgency};
use crate::transport::{Http, Transport};
use loadgen_metrics::{Moment, Snapshot};
use loadgen_scenario::plan::{Pattern, Phase, Plan, Step};
use loadgen_scenario::url::Origin;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::sync::mpsc;

/// How far ahead the start is set, so that each shard is up when the first user is due: so long, and so long again for
/// each shard.
const LEAD: Duration = Duration::from_millis(5);
/// And so long for each connection of a pool that is opened meanwhile, up to [`MOST_WARMING`].
const WARMING: Duration = Duration::from_micros(200);
/// Longest that a start waits for a pool; what is not open by then comes when it comes.
const MOST_WARMING: Duration = Duration::from_millis(250);
/// How long a shard may take to end when it is to, before the run ends without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a plan is to be run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where requests go whose URL is only a path.
    pub origin: Origin,
    /// Decides which scenario each user runs and which random values it uses.
    pub seed: u64,
    /// Threads that carry the load, at least 1.
    pub shards: usize,
    /// How long running users may go on after a graceful stop.
    pub grace: Duration,
    /// How the run is asked to end early.
    pub stop: Stop,
}

/// What the supervisor passes on while the load runs. Whoever takes it must not block: no second is added up meanwhile.
#[derive(Debug)]
pub enum Event<'a> {
    /// A second has ended. Seconds come in order; one in which all shards stood still is left out.
    Second {
        /// Which, from 0.
        second: u64,
        /// What all shards counted in it; whoever takes it may change its texts.
        snapshot: &'a mut Snapshot,
        /// The share of the second that the busiest shard's thread was computing, 0 to 1.
        busiest: f64,
        /// When the run was asked to end, if it was: nobody is due after that.
        stopped: Option<Moment>,
    },
    /// A line of the script's `log`.
    Line(&'a str),
    /// So many lines were not passed on, because more came than could be. The last event, if there is any such line.
    LeftOut(u64),
}

/// How the run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// When the last user was done, or the phases were over, whichever came later.
    pub at: Moment,
    /// Arrivals that were due until then; all of them unless the run was stopped.
    pub scheduled: u64,
    /// Users that a closed loop started: they were not scheduled, but due when the one before them had ended.
    pub passes: u64,
    /// Shards that did not end when all were asked to end at once. What they counted since their last second is lost.
    pub hung: usize,
    /// When the run was asked to end, if it was.
    pub stopped: Option<Moment>,
}

/// The run could not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The system gave no thread or no runtime.
    #[error("cannot start a thread for the load: {0}")]
    Thread(#[source] std::io::Error),
    /// A thread ended before its share of the schedule: a defect of loadgen.
    #[error("a thread of the load ended early; its part of the results is lost")]
    ShardLost,
}

/// Runs a plan on threads of its own and passes on what happens.
///
/// # Errors
/// If threads cannot be started, or one is lost. What happens to requests is no error but a result.
pub async fn run(plan: Arc<Plan>, options: &Options, on: impl FnMut(Event<'_>)) -> Result<Ending, RunError> {
    run_from(plan, options, &Inherited::default(), None, on).await
}

/// The same with what a `before` has left to the users, and with a queue for requests that have spans.
///
/// # Errors
/// As with [`run`].
pub async fn run_from(
    plan: Arc<Plan>,
    options: &Options,
    inherited: &Inherited,
    spans: Option<Spans>,
    on: impl FnMut(Event<'_>),
) -> Result<Ending, RunError> {
    let shards = shard_count(&plan, options.shards);
    let (messages, inbox) = mpsc::unbounded_channel();
    let (lines, spoken) = lines::queue();
    let (running, started) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let transport = Http::settings(&plan.http);
    transport.prepare(&options.origin);
    let ahead = shard::wanted_soon(&plan.phases).min(plan.http.pool.unwrap_or(0) as u64);
    let warming = WARMING.saturating_mul(u32::try_from(ahead).unwrap_or(u32::MAX)).min(MOST_WARMING);
    let clock = Clock::starting_in(LEAD * (shards as u32 + 1) + warming);
    spans.iter().for_each(|spans| spans.begin(clock));
    let start = |index: usize| {
        let setup = Setup {
            plan: Arc::clone(&plan),
            origin: options.origin.clone(),
            segment: Segment { index: index as u64, of: shards as u64 },
            seed: options.seed,
            inherited: inherited.clone(),
            grace: options.grace,
            clock,
            stop: options.stop.clone(),
            running: Arc::clone(&running),
            started: Arc::clone(&started),
            messages: messages.clone(),
            lines: lines.clone(),
            spans: spans.clone(),
        };
        let transport = transport.clone();
        let (up, is_up) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .name(format!("shard-{index}"))
            .spawn(move || {
                // Not a `LocalSet`, whose tasks are woken as if from another thread: by a system call each.
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build_local(tokio::runtime::LocalOptions::default());
                let runtime = match runtime {
                    Ok(runtime) => runtime,
                    Err(error) => return drop(up.send(Err(error))),
                };
                let _ = up.send(Ok(()));
                runtime.block_on(async move {
                    let http = Http::new(transport, clock, index, shards);
                    shard::play(setup, Timer::fine(clock), http).await;
                });
            })
            .map_err(RunError::Thread)?;
        // One that ended without a word has panicked, which `gather` notices.
        is_up.recv().unwrap_or(Ok(())).map_err(RunError::Thread)
    };
    tracing::info!(shards, seed = options.seed, target = %options.origin, "the load begins");
    for index in 0..shards {
        if let Err(error) = start(index) {
            // Those that have started must not send load that nobody watches.
            options.stop.request();
            options.stop.request();
            return Err(error);
        }
    }
    drop((messages, lines, spans));
    let end = gather(shards, inbox, spoken, options, clock, on).await?;
    Ok(ending(&plan, options, clock, end))
}

/// Runs a plan on the caller's own thread and runtime, over any transport, on tokio's timers: for tests on paused
/// time. Must be polled within a `LocalSet`.
pub async fn run_here<T: Transport>(
    plan: Arc<Plan>,
    options: &Options,
    transport: impl FnOnce(Clock) -> T,
    on: impl FnMut(Event<'_>),
) -> Result<Ending, RunError> {
    let clock = Clock::starting_in(Duration::ZERO);
    let (messages, inbox) = mpsc::unbounded_channel();
    let (lines, spoken) = lines::queue();
    let setup = Setup {
        plan: Arc::clone(&plan),
        origin: options.origin.clone(),
        segment: Segment::WHOLE,
        seed: options.seed,
        inherited: Inherited::default(),
        grace: options.grace,
        clock,
        stop: options.stop.clone(),
        running: Arc::default(),
        started: Arc::default(),
        messages,
        lines,
        spans: None,
    };
    let play = shard::play(setup, Timer::coarse(clock), transport(clock));
    let ((), end) = tokio::join!(play, gather(1, inbox, spoken, options, clock, on));
    Ok(ending(&plan, options, clock, end?))
}

/// How many shards a plan gets of those wanted, at least one. Connections of a pool are shared out among them, and so
/// are the users of a plan that is all closed loops: there are no more shards than either.
pub fn shard_count(plan: &Plan, wanted: usize) -> usize {
    let closed = |phase: &Phase| matches!(phase.arrivals, Pattern::Users { .. } | Pattern::Pause);
    let seats = usize::try_from(seats::most(&plan.phases)).unwrap_or(usize::MAX);
    let wanted = if plan.phases.iter().all(closed) { wanted.min(seats) } else { wanted };
    let Some(pool) = plan.http.pool else { return wanted.max(1) };
    // A user's branches are of use only where its shard has a connection for each.
    let flows = plan.scenarios.iter().map(|scenario| breadth(&scenario.flow));
    wanted.clamp(1, (pool / flows.max().unwrap_or(1)).max(1))
}

/// How many requests of one user may be on the way at a time.
fn breadth(steps: &[Step]) -> usize {
    let breadth = |step: &Step| match step {
        Step::Parallel(parallel) => {
            let branch = parallel.steps.iter().map(|step| self::breadth(std::slice::from_ref(step)));
            branch.max().unwrap_or(1).saturating_mul(parallel.limit.min(parallel.steps.len())).max(1)
        }
        Step::Loop(body) => self::breadth(&body.steps),
        _ => 1,
    };
    steps.iter().map(breadth).max().unwrap_or(1)
}

/// When the shards were done, until when they started users, how many in closed loops, and how many shards hung.
#[derive(Clone, Copy, Debug)]
struct End {
    at: Moment,
    released: Moment,
    passes: u64,
    hung: usize,
}

fn ending(plan: &Plan, options: &Options, clock: Clock, end: End) -> Ending {
    let scheduled = match options.stop.urgency() {
        Urgency::No => arrivals::total(&plan.phases),
        // An arrival that was due at the very moment of the stop was still released.
        Urgency::Gracefully | Urgency::Now => {
            arrivals::due_before(&plan.phases, end.released + Duration::from_nanos(1))
        }
    };
    let stopped = options.stop.asked().map(|asked| clock.at(asked));
    Ending { at: end.at, scheduled, passes: end.passes, hung: end.hung, stopped }
}

/// Adds up the shards' seconds and passes on each that all of them have told. Returns when the last one was done, or
/// when it was asked to end and has not.
async fn gather(
    shards: usize,
    mut inbox: mpsc::UnboundedReceiver<Message>,
    mut spoken: Spoken,
    options: &Options,
    clock: Clock,
    mut on: impl FnMut(Event<'_>),
) -> Result<End, RunError> {
    let mut told: Vec<Option<u64>> = vec![None; shards];
    let mut done = vec![false; shards];
    let mut open: BTreeMap<u64, (Snapshot, f64)> = BTreeMap::new();
    let mut passes = vec![0; shards];
    let mut end = End { at: Moment::START, released: Moment::START, passes: 0, hung: 0 };
    // Gives the moment from which on no user was to start.
    let patience = async {
        options.stop.requested(Urgency::Gracefully).await;
        let stopped = clock.now();
        // However it was asked: users that compute without end do not hear of their grace being over.
        let _ = tokio::time::timeout(options.grace, options.stop.requested(Urgency::Now)).await;
        tokio::time::sleep(PATIENCE).await;
        stopped
    };
    tokio::pin!(patience);
    loop {
        tokio::select! {
            // Seconds first: a script that logs faster than its lines can be printed must not hold them up.
            biased;
            message = inbox.recv() => match message {
                Some(Message::Second { shard, second, passes: so_far, cpu, snapshot }) => {
                    let (sum, busiest) = open.entry(second).or_default();
                    sum.merge(&snapshot);
                    *busiest = busiest.max(cpu);
                    passes[shard] = so_far;
                    told[shard] = Some(second);
                }
                Some(Message::Done { shard, at, released, passes: all, second, snapshot }) => {
                    tracing::debug!(shard, at = at.as_secs_f64(), "a shard is done");
                    open.entry(second).or_default().0.merge(&snapshot);
                    done[shard] = true;
                    end.at = end.at.max(at);
                    end.released = end.released.max(released);
                    passes[shard] = all;
                }
                None => return Err(RunError::ShardLost),
            },
            // A user that computes without end keeps its shard from everything: the others' results are not lost for it.
            stopped = &mut patience => {
                end.hung = done.iter().filter(|done| !**done).count();
                tracing::warn!(shards = end.hung, "shards do not end");
                end.at = clock.now();
                end.released = end.released.max(stopped);
                done.fill(true);
            },
            Some(line) = spoken.recv() => on(Event::Line(&line)),
        }
        // Whatever a shard that is not done may still tell is later than what it told last.
        let waiting = told.iter().zip(&done).filter(|(_, done)| !**done).map(|(told, _)| *told).min();
        let complete = match waiting {
            Some(told) => told,
            None => Some(u64::MAX),
        };
        while let Some(entry) =
            open.first_entry().filter(|entry| complete.is_some_and(|it| *entry.key() <= it))
        {
            let (second, (mut snapshot, busiest)) = entry.remove_entry();
            // The run may end right at a second's beginning: what has not begun is not told.
            if snapshot.active.is_some() || complete != Some(u64::MAX) {
                let stopped = options.stop.asked().map(|asked| clock.at(asked));
                on(Event::Second { second, snapshot: &mut snapshot, busiest, stopped });
            }
        }
        if done.iter().all(|done| *done) {
            break;
        }
    }
    while let Some(line) = spoken.try_recv() {
        on(Event::Line(&line));
    }
    if spoken.left_out() > 0 {
        on(Event::LeftOut(spoken.left_out()));
    }
    end.passes = passes.iter().sum();
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadgen_metrics::ScenarioId;

    fn snapshot(users: u64, second: u64) -> Box<Snapshot> {
        let shape = loadgen_metrics::Shape { scenarios: 1, series: 0 };
        let mut recorder = loadgen_metrics::Recorder::new(shape);
        (0..users)
            .for_each(|_| recorder.user_created(ScenarioId(0), Moment::START + Duration::from_secs(second)));
        Box::new(recorder.take())
    }

    fn options(stop: &Stop) -> Options {
        let (origin, _) = loadgen_scenario::url::split("http://test/").unwrap();
        Options { origin, seed: 1, shards: 2, grace: Duration::from_secs(10), stop: stop.clone() }
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_hangs_is_not_waited_for_beyond_the_grace_either() {
        let (messages, inbox) = mpsc::unbounded_channel();
        let (_lines, spoken) = lines::queue();
        let (stop, clock) = (Stop::new(), Clock::starting_in(Duration::ZERO));
        let snapshot = snapshot(3, 0);
        messages.send(Message::Second { shard: 0, second: 0, passes: 0, cpu: 1.0, snapshot }).unwrap();
        stop.request();
        let end = gather(1, inbox, spoken, &options(&stop), clock, |_| {}).await.unwrap();
        assert_eq!(
            (end.hung, end.released, end.at),
            (1, Moment::START, Moment::START + Duration::from_secs(12))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_that_is_to_end_at_once_does_not_wait_for_a_shard_that_hangs() {
        let (messages, inbox) = mpsc::unbounded_channel();
        let (lines, spoken) = lines::queue();
        let (stop, clock) = (Stop::new(), Clock::starting_in(Duration::ZERO));
        let options = options(&stop);
        for shard in 0..2 {
            let snapshot = snapshot(3, 0);
            messages
                .send(Message::Second { shard, second: 0, passes: 2, cpu: 0.1 + shard as f64, snapshot })
                .unwrap();
        }
        lines.say("said".into());
        let asked = async {
            tokio::time::sleep(Duration::from_millis(1500)).await;
            stop.request();
            let (at, released) = (clock.now(), clock.now());
            let snapshot = snapshot(1, 1);
            messages.send(Message::Done { shard: 0, at, released, passes: 3, second: 1, snapshot }).unwrap();
            tokio::time::sleep(Duration::from_millis(1500)).await;
            stop.request();
        };
        let (mut users, mut said) = (Vec::new(), 0);
        let on = |event: Event<'_>| match event {
            Event::Second { second, snapshot, busiest, .. } => {
                users.push((second, snapshot.users().created, busiest));
            }
            Event::Line(_) => said += 1,
            Event::LeftOut(_) => {}
        };
        // Both senders are still there: the second shard lives, and says no more.
        let ((), end) = tokio::join!(asked, gather(2, inbox, spoken, &options, clock, on));
        let end = end.unwrap();
        assert_eq!((end.hung, end.passes, said), (1, 5, 1));
        assert_eq!(users, [(0, 6, 1.1), (1, 1, 0.0)]);
        assert_eq!((end.released.as_nanos() / 1_000_000, end.at.as_nanos() / 1_000_000), (1500, 5000));
    }
}
