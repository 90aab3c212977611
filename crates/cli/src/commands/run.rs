//! `loadgen run`: load, compile, drive, judge, render, status.

use crate::announcer::Announcer;
use crate::args::RunArgs;
use crate::builtin::Builtin;
use crate::console::Console;
use crate::error::CliError;
use crate::exit::{ExitStatus, Facts};
use crate::exporter::Exporter;
use crate::github;
use crate::limits::Limits;
use crate::monitor::Monitor;
use crate::outputs::Outputs;
use crate::printer::Printer;
use crate::script::{self, Script};
use crate::signals::Watch;
use crate::sinks::{Publishing, Tracing};
use crate::slack;
use loadgen_engine::{Event, Inherited, Options, Stop, arrivals};
use loadgen_metrics::Moment;
use loadgen_report::{Builder, End, Meta, PhaseInfo, PluginNames, Report, SeriesInfo, State, number};
use loadgen_scenario::plan::plugins::ENDPOINT_PREFIX;
use loadgen_scenario::plan::{Pattern, Plan, Plugins, Target};
use loadgen_scenario::url::Origin;
use sha2::{Digest, Sha256};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How long running users may go on after the first Ctrl-C.
const GRACE: Duration = Duration::from_secs(10);

/// Runs a script from its file to an exit status.
pub(crate) fn execute(args: &RunArgs) -> Result<ExitStatus, CliError> {
    let seed = seed(args);
    if args.dry {
        return super::dry::execute(args, seed);
    }
    play(args, script::open(&args.script, seed, Console::new(args.quiet))?, seed)
}

/// The seed that was asked for, or any.
pub(crate) fn seed(args: &RunArgs) -> u64 {
    // Short enough to be typed again.
    args.load.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()))
}

/// Runs a script that has been read to an exit status.
pub(crate) fn play(args: &RunArgs, mut script: Script, seed: u64) -> Result<ExitStatus, CliError> {
    prepare(args, &mut script.plan)?;
    let webhook = script.plan.slack.clone();
    let console = Console::new(args.quiet);
    let outputs = Outputs::claim(args.output.as_deref(), &args.files, &script.files)?;
    console.test_id(&script.test_id, outputs.device());
    script.notices.iter().for_each(|notice| crate::console::line(notice));
    let stop = Stop::new();
    let printer = Printer::start(console).map_err(CliError::Runtime)?;
    let told = printer.clone();
    let watch = Watch::start(stop.clone(), move || told.warn(&stopping())).map_err(CliError::Runtime)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::Runtime)?;
    let driven = runtime.block_on(drive(args, script, seed, stop, &watch, console, &printer));
    // The file first: it must not wait for somebody to read what is printed.
    let written = match &driven {
        Ok((report, _)) => outputs.write(report, strict(args)),
        Err(_) => Ok(()),
    };
    printer.finish();
    let (report, mut after) = driven?;
    let exporter = after.exporter.take();
    let (publishing, tracing) = (after.publishing.take(), after.tracing.take());
    let kept = args.output.as_deref().filter(|_| written.is_ok());
    let told = console.ended(&report, kept).and_then(|()| console.summary(&report));
    let written = written.and(told.map_err(CliError::Stdout));
    if let Err(error) = &written {
        console.warn(error.render().trim_end());
    }
    publishing.into_iter().for_each(Publishing::finish);
    tracing.into_iter().for_each(Tracing::finish);
    printer.finish();
    github::tell(&report, &args.script.file, strict(args), console);
    let after = runtime.block_on(after.play(&printer));
    if let Err(error) = &after {
        console.warn(error.render().trim_end());
    }
    let status = ExitStatus::of(Facts {
        unwritten: written.is_err(),
        after_failed: after.is_err(),
        signal: watch.first(),
        invalid: report.validity.state == State::Invalid && strict(args),
        missed: !report.verdict.pass(),
        unexpected: report.expected().1 > 0,
    });
    if let Some(webhook) = &webhook {
        runtime.block_on(slack::tell(webhook, &report, status, console));
    }
    if let Some(exporter) = exporter {
        runtime.block_on(exporter.linger(console));
    }
    Ok(status)
}

/// Fits a plan to this machine, as far as the arguments ask for it.
pub(super) fn prepare(args: &RunArgs, plan: &mut Plan) -> Result<(), CliError> {
    args.load.local_addresses.as_ref().map_or(Ok(()), |addresses| addresses.apply(plan))
}

/// Starts the target where it is ours, runs the load, and gathers what comes of it.
pub(super) async fn drive(
    args: &RunArgs,
    script: Script,
    seed: u64,
    stop: Stop,
    watch: &Watch,
    console: Console,
    printer: &Printer,
) -> Result<(Report, After), CliError> {
    let (origin, builtin) = match &script.plan.target {
        Target::Address(origin) => (origin.clone(), None),
        Target::Builtin => {
            let builtin = Builtin::start().await?;
            (builtin.origin.clone(), Some(builtin))
        }
    };
    let options = options(args, &script.plan, seed, origin, stop);
    let meta = meta(args, &script, &options, builtin.is_some());
    let exporter = Exporter::start(&args.load, &meta, console)?;
    let publishing = Publishing::start(&script.plan.publish, &meta, printer)?;
    let (tracing, spans) = Tracing::start(&script.plan.publish, &meta, printer)?.unzip();
    console.tell(&opening(&meta));
    let plan = Arc::new(script.plan);
    let mut limits = Limits::of(&plan);
    limits.foretell(&plan, options.shards, console);
    let inherited = loadgen_engine::before(&plan, &options, |event| pass_on(&event, printer)).await?;
    let mut builder = Builder::new(meta, plan.thresholds.clone());
    let mut monitor = Monitor::new(options.shards, builtin.as_ref().and_then(Builtin::pid));

    watch.load_begins();
    let mut announcer = Announcer::new(&plan.phases, printer.clone());
    let run = loadgen_engine::run_from(Arc::clone(&plan), &options, &inherited, spans, |event| match event {
        Event::Second { second, snapshot, busiest } => {
            builder.observe(second, snapshot);
            limits.look(snapshot, console, printer).into_iter().for_each(|room| builder.room(room));
            let used = monitor.look(busiest);
            used.into_iter().for_each(|used| builder.resources(second, used));
            let due = due(&plan, second + 1);
            due.into_iter().for_each(|due| builder.due(due));
            if let Some(exporter) = &exporter {
                exporter.second(second, snapshot, used, due, &builder);
            }
            if let Some(publishing) = &publishing {
                publishing.second(second, snapshot, used, due, &builder);
            }
            printer.second(&mut builder);
        }
        event => pass_on(&event, printer),
    });
    let ending = {
        tokio::pin!(run);
        tokio::select! {
            biased;
            ending = &mut run => ending,
            // All phases have been told; the users may go on.
            () = announcer.tell() => run.await,
        }
    };
    watch.load_is_over();
    let ending = ending?;
    announcer.finish(ending.at);
    printer.finished(&mut builder, ending.at);
    if ending.hung > 0 {
        printer.warn(&hung(ending.hung, options.shards));
    }
    let stopped = watch.first().map(|signal| signal.name().to_owned());
    let report =
        builder.finish(End { at: ending.at, scheduled: ending.scheduled, passes: ending.passes, stopped });
    if let Some(exporter) = &exporter {
        exporter.ended(&report);
    }
    if let Some(publishing) = &publishing {
        publishing.ended(&report);
    }
    tracing.iter().for_each(Tracing::ended);
    Ok((report, After { plan, options, inherited, builtin, exporter, publishing, tracing }))
}

/// What is still to be done once the report is out.
pub(super) struct After {
    plan: Arc<Plan>,
    options: Options,
    inherited: Inherited,
    builtin: Option<Builtin>,
    exporter: Option<Exporter>,
    publishing: Option<Publishing>,
    tracing: Option<Tracing>,
}

impl After {
    /// Plays the script's `after`, and stops the target where it is ours.
    async fn play(self, printer: &Printer) -> Result<(), CliError> {
        let played = loadgen_engine::after(&self.plan, &self.options, &self.inherited, |event| {
            pass_on(&event, printer);
        })
        .await;
        if let Some(builtin) = self.builtin {
            builtin.stop().await;
        }
        printer.finish();
        Ok(played?)
    }
}

pub(super) fn options(args: &RunArgs, plan: &Plan, seed: u64, origin: Origin, stop: Stop) -> Options {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = args.load.shards.map_or(processors, usize::from);
    Options { origin, seed, shards: loadgen_engine::shard_count(plan, wanted), grace: GRACE, stop }
}

/// How many users are due in the first seconds; `None` where there are closed loops, beside which that cannot be told.
fn due(plan: &Plan, seconds: u64) -> Option<u64> {
    let closed = plan.phases.iter().any(|phase| matches!(phase.arrivals, Pattern::Users { .. }));
    (!closed).then(|| arrivals::due_before(&plan.phases, Moment::START + Duration::from_secs(seconds)))
}

/// What the report says about the run, known before it starts.
fn meta(args: &RunArgs, script: &Script, options: &Options, target_is_builtin: bool) -> Meta {
    let plan = &script.plan;
    let mut from = Moment::START;
    let mut phases = Vec::with_capacity(plan.phases.len());
    for phase in &plan.phases {
        let to = from + phase.duration;
        let users = match phase.arrivals {
            Pattern::Users { from, to } => Some((from, to)),
            _ => None,
        };
        phases.push(PhaseInfo {
            name: phase.name.clone(),
            from,
            to,
            arrivals: arrivals::count(phase),
            users,
        });
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
        environment: args.script.environment.clone(),
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
        plugins: plugin_names(&plan.plugins),
    }
}

/// How the script's plugins name what they count.
fn plugin_names(plugins: &Plugins) -> PluginNames {
    let endpoints = &plugins.endpoints;
    PluginNames {
        expectations: plugins.expect.as_ref().map(|expect| expect.kinds.clone()).unwrap_or_default(),
        endpoint_prefix: (endpoints.prefix != ENDPOINT_PREFIX).then(|| endpoints.prefix.clone()),
        endpoints_shown: endpoints.shown,
        endpoints_rendered: endpoints.rendered,
        endpoints_after_expect: endpoints.after_expect,
        endpoints_left_out: endpoints.left_out.clone(),
    }
}

/// Prints a line of the script's `log`.
fn pass_on(event: &Event<'_>, printer: &Printer) {
    match event {
        Event::Line(line) => printer.log(line),
        Event::LeftOut(lines) => printer.left_out(*lines),
        Event::Second { .. } => {}
    }
}

/// What is said when threads of the load were left behind.
fn hung(threads: usize, of: usize) -> String {
    format!(
        "warning: {threads} of {of} threads of the load did not end when asked to; what they counted last is not in the \
         results\nhint: a capture or an expression may take very long on an answer"
    )
}

/// What the first signal is answered with.
fn stopping() -> String {
    let grace = GRACE.as_secs();
    format!("stopping: no new users, {grace} s for those that run; Ctrl-C again ends it now")
}

/// The line before the load.
fn opening(meta: &Meta) -> String {
    let arrivals: u64 = meta.phases.iter().map(|phase| phase.arrivals).sum();
    let plural =
        |users: u64| format!("{} {}", number::count(users), if users == 1 { "user" } else { "users" });
    let users = match (arrivals, meta.most_users()) {
        (arrivals, 0) => plural(arrivals),
        (0, most) => format!("{} at a time", plural(most)),
        (arrivals, most) => format!("{} and up to {} more at a time", plural(arrivals), number::count(most)),
    };
    format!("running {}: {users} in {}", meta.script, number::seconds(meta.planned()))
}

/// Whether an invalid run is to have its own exit status.
fn strict(args: &RunArgs) -> bool {
    args.load.strict_validity.unwrap_or_else(strict_by_default)
}

/// The same where no flag says so.
pub(super) fn strict_by_default() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
