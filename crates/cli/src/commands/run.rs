//! `loadgen run`: load, compile, drive, judge, render, status.

use crate::args::RunArgs;
use crate::builtin::Builtin;
use crate::console::Console;
use crate::error::CliError;
use crate::exit::{ExitStatus, Facts, Signal};
use crate::monitor::Monitor;
use crate::output::Output;
use crate::script::{self, Script};
use crate::signals::Signals;
use loadgen_engine::{Event, Options, Stop, Urgency, arrivals};
use loadgen_metrics::Moment;
use loadgen_report::{Builder, End, Meta, PhaseInfo, Report, SeriesInfo, State, number};
use loadgen_scenario::plan::{Plan, Target};
use loadgen_scenario::url::Origin;
use sha2::{Digest, Sha256};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How long running users may go on after the first Ctrl-C.
const GRACE: Duration = Duration::from_secs(10);

/// Runs a script from its file to an exit status.
pub(crate) fn execute(args: &RunArgs) -> Result<ExitStatus, CliError> {
    // Short enough to be typed again.
    let seed = args.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()));
    let script = script::open(args, seed)?;
    let output = args.output.as_deref().map(Output::claim).transpose()?;
    let console = Console::new(args.quiet);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::Runtime)?;
    let (report, signal) = runtime.block_on(drive(args, script, seed, console))?;
    console.summary(&report);
    let unwritten = output.map_or(Ok(()), |output| output.write(&report));
    if let Err(error) = &unwritten {
        console.warn(error.render().trim_end());
    }
    let invalid = report.validity.state == State::Invalid && strict(args);
    let missed = !report.verdict.pass();
    Ok(ExitStatus::of(Facts { unwritten: unwritten.is_err(), signal, invalid, missed }))
}

/// Starts the target where it is ours, runs the load, and gathers what comes of it.
async fn drive(
    args: &RunArgs,
    script: Script,
    seed: u64,
    console: Console,
) -> Result<(Report, Option<Signal>), CliError> {
    let signals = Signals::watch().map_err(CliError::Runtime)?;
    let (origin, builtin) = match &script.plan.target {
        Target::Address(origin) => (origin.clone(), None),
        Target::Builtin => {
            let builtin = Builtin::start().await?;
            (builtin.origin.clone(), Some(builtin))
        }
    };
    let options = options(args, &script.plan, seed, origin);
    let mut builder =
        Builder::new(meta(args, &script, &options, builtin.is_some()), script.plan.thresholds.clone());
    let mut monitor = Monitor::new(options.shards, builtin.as_ref().and_then(Builtin::pid));
    console.tell(&opening(builder.meta()));

    let run = loadgen_engine::run(Arc::new(script.plan), &options, |event| match event {
        Event::Line(line) => console.log(line),
        Event::Second { second, snapshot } => {
            builder.observe(second, snapshot);
            monitor.look().into_iter().for_each(|used| builder.resources(second, used));
            console.second(&mut builder);
        }
    });
    let (ending, signal) = until_done(run, signals, &options.stop, console).await;
    let ending = ending?;
    if let Some(builtin) = builtin {
        builtin.stop().await;
    }
    console.finished(&mut builder);
    let stopped = signal.map(|signal| signal.name().to_owned());
    Ok((builder.finish(End { at: ending.at, scheduled: ending.scheduled, stopped }), signal))
}

/// Waits for the run, passing signals on: the first asks it to end, the second ends it.
async fn until_done<T>(
    run: impl Future<Output = T>,
    mut signals: Signals,
    stop: &Stop,
    console: Console,
) -> (T, Option<Signal>) {
    let mut first = None;
    let mut run = std::pin::pin!(run);
    loop {
        tokio::select! {
            done = &mut run => return (done, first),
            signal = signals.next() => {
                first = first.or(Some(signal));
                if stop.request() == Urgency::Gracefully {
                    console.warn(&format!(
                        "stopping: no new users; those that are running get up to {} s; Ctrl-C again ends it at once",
                        GRACE.as_secs(),
                    ));
                }
            }
        }
    }
}

fn options(args: &RunArgs, plan: &Plan, seed: u64, origin: Origin) -> Options {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = args.shards.map_or(processors, NonZeroUsize::get);
    Options {
        origin,
        seed,
        shards: loadgen_engine::shard_count(plan, wanted),
        grace: GRACE,
        stop: Stop::new(),
    }
}

/// What the report says about the run, known before it starts.
fn meta(args: &RunArgs, script: &Script, options: &Options, target_is_builtin: bool) -> Meta {
    let plan = &script.plan;
    let mut from = Moment::START;
    let mut phases = Vec::with_capacity(plan.phases.len());
    for phase in &plan.phases {
        let to = from + phase.duration;
        phases.push(PhaseInfo { name: phase.name.clone(), from, to, arrivals: arrivals::count(phase) });
        from = to;
    }
    let series = plan.series.iter();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Meta {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        script: script.source.name.clone(),
        script_hash: Sha256::digest(script.source.text.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        target: options.origin.to_string(),
        target_is_builtin,
        seed: options.seed,
        started_at: now.as_millis() as u64,
        environment: args.environment.clone(),
        shards: options.shards as u32,
        phases,
        scenarios: plan.scenarios.iter().map(|scenario| scenario.name.clone()).collect(),
        series: series
            .map(|it| SeriesInfo {
                scenario: it.scenario,
                method: it.method.clone(),
                endpoint: it.endpoint.clone(),
            })
            .collect(),
    }
}

/// The line before the load.
fn opening(meta: &Meta) -> String {
    let users: u64 = meta.phases.iter().map(|phase| phase.arrivals).sum();
    format!("running {}: {} users in {}", meta.script, number::count(users), number::seconds(meta.planned()),)
}

/// Whether an invalid run is to have its own exit status.
fn strict(args: &RunArgs) -> bool {
    args.strict_validity.unwrap_or_else(|| std::env::var("CI").is_ok_and(|value| value == "true"))
}
