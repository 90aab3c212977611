//! `loadgen run`: load, compile, drive, judge, render, status.

use super::source;
use crate::announcer::Announcer;
use crate::args::RunArgs;
use crate::attachments;
use crate::audience::{Audience, Told};
use crate::builtin::Builtin;
use crate::console::Console;
use crate::error::CliError;
use crate::exit::{ExitStatus, Facts};
use crate::github;
use crate::journal::Journal;
use crate::limits::Limits;
use crate::live::Screen;
use crate::logging;
use crate::monitor::{self, Monitor};
use crate::outputs::Outputs;
use crate::printer::Printer;
use crate::profile::Profile;
use crate::script::{self, Script};
use crate::secrets::Masker;
use crate::signals::Watch;
use crate::slack;
use loadgen_engine::{Event, HookError, Inherited, Options, Stop, arrivals};
use loadgen_metrics::Moment;
use loadgen_report::journal::Beginning;
use loadgen_report::{
    Builder, End, Meta, PhaseInfo, PluginNames, Report, SeriesInfo, Standstill, State, number,
};
use loadgen_scenario::plan::plugins::ENDPOINT_PREFIX;
use loadgen_scenario::plan::{Pattern, Plan, Plugins, Target};
use loadgen_scenario::url::Origin;
use sha2::{Digest, Sha256};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
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
    script.secrets.plan(&mut script.plan);
    args.beside.monitor_pid.map_or(Ok(()), monitor::check)?;
    script.attachments = attachments::read(&args.beside.files)?;
    script.files.extend(args.beside.files.attach.iter().cloned());
    let webhook = script.plan.slack.clone();
    let console = Console::new(args.quiet);
    let outputs = Outputs::claim(args.output.as_deref(), &args.files, &script.files)?;
    console.test_id(&script.test_id, outputs.device());
    script.notices.iter().for_each(|notice| crate::console::line(notice));
    let (stop, screen) = (Stop::new(), Screen::default());
    let mut printer = Printer::start(console).map_err(CliError::Runtime)?;
    if is_shown(args, &outputs) {
        printer = printer.on(&screen);
    }
    let told = printer.clone();
    let watch =
        Watch::start(stop.clone(), screen, move || told.warn(&stopping())).map_err(CliError::Runtime)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::Runtime)?;
    let results = outputs.results().map(Path::to_owned);
    let around = Around { stop, watch: &watch, printer: &printer, results };
    let driven = runtime.block_on(drive(args, script, seed, around));
    // The file first: it must not wait for somebody to read what is printed.
    let written = match &driven {
        Ok((report, _)) => outputs.write(report, strict(args)),
        Err(_) => Ok(()),
    };
    printer.finish();
    let (report, mut after) = driven?;
    let mut audience = std::mem::take(&mut after.audience);
    let filed = written.is_ok();
    let kept = args.output.as_deref().filter(|_| filed);
    let told = console.ended(&report, kept).and_then(|()| console.summary(&report));
    let written = written.and(told.map_err(CliError::Stdout));
    if let Err(error) = &written {
        console.warn(error.render().trim_end());
    }
    match audience.journal.take() {
        Some(journal) if !filed => {
            console.warn(&format!(
                "hint: `loadgen report {}` shows what was measured",
                journal.path().display()
            ));
        }
        Some(journal) if !args.load.keep_journal => journal.remove(),
        _ => {}
    }
    audience.deliver();
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
    runtime.block_on(audience.linger(console, &watch));
    Ok(status)
}

/// Whether the run is shown on the whole screen: nothing else may write on it meanwhile.
fn is_shown(args: &RunArgs, outputs: &Outputs) -> bool {
    let others = args.quiet || args.load.no_tui || outputs.device().is_some() || logging::is_on();
    !others && Screen::is_usable()
}

/// Fits a plan to this machine, as far as the arguments ask for it.
pub(super) fn prepare(args: &RunArgs, plan: &mut Plan) -> Result<(), CliError> {
    args.load.local_addresses.as_ref().map_or(Ok(()), |addresses| addresses.apply(plan))
}

/// What a run has around it.
pub(super) struct Around<'a> {
    /// How it is asked to end.
    pub(super) stop: Stop,
    /// Who asks.
    pub(super) watch: &'a Watch,
    /// Who is told, before the load by its console.
    pub(super) printer: &'a Printer,
    /// The file that the results go to, if they go to one.
    pub(super) results: Option<PathBuf>,
}

/// Starts the target where it is ours, runs the load, and gathers what comes of it.
pub(super) async fn drive(
    args: &RunArgs,
    script: Script,
    seed: u64,
    around: Around<'_>,
) -> Result<(Report, After), CliError> {
    let Around { stop, watch, printer, results } = around;
    let console = printer.console();
    let (origin, builtin) = match &script.plan.target {
        Target::Address(origin) => (origin.clone(), None),
        Target::Builtin => {
            let flags: &[&str] = if args.profile_target { &["--debug-endpoints"] } else { &[] };
            let builtin = Builtin::start_with(flags).await?;
            (builtin.origin.clone(), Some(builtin))
        }
    };
    let options = options(args, &script.plan, seed, origin, stop);
    let meta = meta(args, &script, &options, builtin.is_some());
    let mut audience = Audience::gather(&args.load, &script, &meta, watch, printer)?;
    let spans = audience.spans.take();
    console.tell(&opening(&meta));
    let source = source::of(&script, seed);
    let (plan, secrets) = (Arc::new(script.plan), script.secrets);
    let mut limits = Limits::of(&plan);
    limits.foretell(&plan, options.shards, console);
    let told = plan.monitor.as_ref().map(|it| monitor::Told::start(it, &options.origin, printer)).transpose();
    let told = told.map_err(CliError::Runtime)?;
    let inherited = loadgen_engine::before(&plan, &options, |event| pass_on(&event, &secrets, printer)).await;
    let inherited = inherited.map_err(|error| unsecret(&error, &secrets))?;
    if let Some(results) = results {
        let (meta, thresholds) = (meta.clone(), plan.thresholds.clone());
        let beginning = Beginning { meta, thresholds, source: Some(source.clone()) };
        audience.journal = Some(Journal::start(&results, beginning, printer)?);
    }
    let mut builder = Builder::new(meta, plan.thresholds.clone());
    builder.source(source);
    script.attachments.into_iter().for_each(|it| builder.attach(it));
    let child = builtin.as_ref().and_then(Builtin::pid);
    let target = monitor::Target { child, pid: args.beside.monitor_pid, told };
    let mut monitor = Monitor::new(options.shards, target);

    let profile =
        args.profile_target.then(|| Profile::start(&builder.meta().phases, &options.origin, &options.stop));
    let profile = profile.transpose().map_err(CliError::Runtime)?;
    printer.load_begins(watch, &options.stop, &builder, audience.page()).map_err(CliError::Runtime)?;
    watch.load_begins();
    let mut untold = 0;
    let mut announcer = Announcer::new(&plan.phases, printer.clone());
    let run = loadgen_engine::run_from(Arc::clone(&plan), &options, &inherited, spans, |event| match event {
        Event::Second { second, snapshot, busiest, stopped } => {
            // Before anybody sees them.
            secrets.snapshot(snapshot);
            builder.observe(second, snapshot);
            let still = still(&plan, stopped, untold..second);
            still.into_iter().for_each(|still| builder.stood_still(still));
            untold = second + 1;
            let room = limits.look(snapshot, console, printer);
            room.into_iter().for_each(|room| builder.room(room));
            let used = monitor.look(busiest, printer);
            used.iter().for_each(|used| builder.resources(second, used.clone()));
            let due = due(&plan, stopped, second + 1);
            due.into_iter().for_each(|due| builder.due(due));
            audience.second(&Told {
                second,
                snapshot,
                used: used.as_ref(),
                due,
                room,
                still,
                builder: &builder,
            });
            printer.second(&mut builder, due);
        }
        event => pass_on(&event, &secrets, printer),
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
    let still = still(&plan, ending.stopped, untold..ending.at.second());
    still.into_iter().for_each(|still| builder.stood_still(still));
    announcer.finish(ending.at);
    printer.finished(&mut builder, ending.at);
    if ending.hung > 0 {
        printer.warn(&hung(ending.hung, options.shards));
    }
    if let Some(profile) = profile {
        match profile.attachment().await {
            Ok(drawn) => builder.attach(drawn),
            Err(told) => printer.warn(&told),
        }
    }
    let stopped = watch.stopped_by().map(str::to_owned);
    let report =
        builder.finish(End { at: ending.at, scheduled: ending.scheduled, passes: ending.passes, stopped });
    audience.ended(&report);
    Ok((report, After { plan, secrets, options, inherited, builtin, audience }))
}

/// What is still to be done once the report is out.
pub(super) struct After {
    plan: Arc<Plan>,
    secrets: Masker,
    options: Options,
    inherited: Inherited,
    builtin: Option<Builtin>,
    audience: Audience,
}

impl After {
    /// Plays the script's `after`, and stops the target where it is ours.
    async fn play(self, printer: &Printer) -> Result<(), CliError> {
        let played = loadgen_engine::after(&self.plan, &self.options, &self.inherited, |event| {
            pass_on(&event, &self.secrets, printer);
        })
        .await;
        if let Some(builtin) = self.builtin {
            builtin.stop().await;
        }
        printer.finish();
        Ok(played.map_err(|error| unsecret(&error, &self.secrets))?)
    }
}

pub(super) fn options(args: &RunArgs, plan: &Plan, seed: u64, origin: Origin, stop: Stop) -> Options {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = args.load.shards.map_or(processors, usize::from);
    Options { origin, seed, shards: loadgen_engine::shard_count(plan, wanted), grace: GRACE, stop }
}

/// How many users are due in the first seconds; `None` where there are closed loops, beside which that cannot be told.
fn due(plan: &Plan, stopped: Option<Moment>, seconds: u64) -> Option<u64> {
    let closed = plan.phases.iter().any(|phase| matches!(phase.arrivals, Pattern::Users { .. }));
    (!closed).then(|| due_by_the_clock(plan, stopped, seconds))
}

/// In how many of the seconds that the engine did not tell of users were due by the clock.
fn still(plan: &Plan, stopped: Option<Moment>, untold: Range<u64>) -> Option<Standstill> {
    Standstill::of(untold, |second| due_by_the_clock(plan, stopped, second))
}

/// How many users are due in the first seconds, and before the run was asked to end; those of closed loops never are.
fn due_by_the_clock(plan: &Plan, stopped: Option<Moment>, seconds: u64) -> u64 {
    let end = Moment::START + Duration::from_secs(seconds);
    arrivals::due_before(&plan.phases, stopped.map_or(end, |stopped| end.min(stopped)))
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

/// Prints a line of the script's `log`, without secrets.
fn pass_on(event: &Event<'_>, secrets: &Masker, printer: &Printer) {
    match event {
        Event::Line(line) => printer.log(&secrets.lines(line)),
        Event::LeftOut(lines) => printer.left_out(*lines),
        Event::Second { .. } => {}
    }
}

/// What went wrong before or after the load, without secrets.
fn unsecret(error: &HookError, secrets: &Masker) -> HookError {
    HookError { name: error.name, cause: secrets.lines(&error.cause) }
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
pub(crate) fn strict_by_default() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
