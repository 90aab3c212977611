//! `loadgen calibrate`: known latencies are played by the built-in target and measured as any run is; what loadgen says
//! is compared with the truth.

use crate::args::{CalibrateArgs, LoadArgs, RunArgs};
use crate::builtin::Builtin;
use crate::calibrate::{Calibration, Lag, Played, Took, compare, json, judge, text};
use crate::client;
use crate::commands::{quick, run};
use crate::console::Console;
use crate::error::CliError;
use crate::exit::{ExitStatus, Facts};
use crate::live::Screen;
use crate::printer::Printer;
use crate::signals::Watch;
use loadgen_engine::Stop;
use loadgen_report::{Report, State, number};
use loadgen_scenario::quick::{Address, Load, Quick};
use loadgen_scenario::url::Origin;
use loadgen_target::{Draws, MOST_DRAWS, Shape};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

/// Fewer requests have no p99.9 of their own.
const LEAST: u64 = 1000;
/// For how many seconds the first shape is played before anything counts: whatever has just been started is slow at
/// first, and a percentile of one in a thousand would show that alone.
const WARM_UP: u32 = 1;
/// The closed loop that finds the top rate: users and seconds.
const CROWD: u64 = 64;
const RUSH: u64 = 2;
/// For how many seconds that rate is offered then by the clock, which is dearer: each request has a user of its own.
const FLOOD: u64 = 1;
/// The share of what came through that is offered in the end, and for how many seconds.
const NEAR: f64 = 0.8;
const NEAR_TOP: u64 = 3;
/// What is asked for when nothing is to be held back.
const CHEAP: &str = "/health";
/// How long the target may take to tell what it took.
const PATIENCE: Duration = Duration::from_secs(10);

/// The shapes that are played.
const SHAPES: [Shape; 4] = [
    Shape::Constant { delay: Duration::from_millis(5) },
    Shape::Uniform { from: Duration::ZERO, to: Duration::from_millis(20) },
    Shape::Stall { stall: Duration::from_millis(100), every: Duration::from_secs(1) },
    Shape::LogNormal { median: Duration::from_millis(5), sigma: 0.5 },
];

/// Plays all shapes, compares, and decides on an exit status.
pub(crate) fn execute(args: &CalibrateArgs) -> Result<ExitStatus, CliError> {
    let draws = round(args)?;
    // The other half of the processors is the target's.
    let shards = args.shards.unwrap_or_else(half);
    let load = LoadArgs { seed: Some(draws.seed), shards: Some(shards), ..LoadArgs::default() };
    let stop = Stop::new();
    let printer = Printer::start(Console::new(true)).map_err(CliError::Runtime)?;
    let told = printer.clone();
    let stopping = "stopping: a part of a calibration has no figures; Ctrl-C again ends it now";
    let watch = Watch::start(stop.clone(), Screen::default(), move || told.warn(stopping))
        .map_err(CliError::Runtime)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::Runtime)?;
    let run = RunArgs { load, quiet: true, ..RunArgs::default() };
    let measured = runtime.block_on(async {
        let builtin = Builtin::start().await?;
        let bench =
            Bench { run, draws, stop, watch: &watch, printer: &printer, origin: builtin.origin.clone() };
        let measured = bench.measure(args).await;
        builtin.stop().await;
        measured
    });
    printer.finish();
    if let Some(calibration) = measured? {
        let told = if args.json { json(&calibration) } else { text::render(&calibration) };
        match io::stdout().lock().write_all(told.as_bytes()) {
            // Nobody reading on is no error.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(CliError::Stdout(error)),
            _ => {}
        }
        return Ok(match judge::judge(&calibration).verdict {
            judge::State::Within => ExitStatus::Success,
            judge::State::Beyond => ExitStatus::BeyondBudget,
            judge::State::Invalid => ExitStatus::Invalid,
        });
    }
    Ok(ExitStatus::of(Facts { signal: watch.first(), ..Facts::default() }))
}

/// A round of random latencies is a run: all of them are drawn, each once.
fn round(args: &CalibrateArgs) -> Result<Draws, CliError> {
    let requests = u64::from(args.rate) * u64::from(args.duration);
    let refuse = |why: String| {
        Err(CliError::Calibrate(format!("{} requests of each shape: {why}", number::count(requests))))
    };
    if requests < LEAST {
        return refuse(format!("p99.9 is one of {}, so there have to be as many", number::count(LEAST)));
    }
    match u32::try_from(requests) {
        Ok(of) if of <= MOST_DRAWS => {
            let run =
                RunArgs { load: LoadArgs { seed: args.seed, ..LoadArgs::default() }, ..RunArgs::default() };
            Ok(Draws { seed: run::seed(&run), of })
        }
        _ => refuse(format!("the target draws {} at most", number::count(u64::from(MOST_DRAWS)))),
    }
}

/// What all runs share.
struct Bench<'a> {
    run: RunArgs,
    draws: Draws,
    stop: Stop,
    watch: &'a Watch,
    printer: &'a Printer,
    origin: Origin,
}

impl Bench<'_> {
    /// Plays all there is; `None` if it was stopped.
    async fn measure(&self, args: &CalibrateArgs) -> Result<Option<Calibration>, CliError> {
        let all =
            SHAPES.len() as u64 * u64::from(args.duration) + u64::from(WARM_UP) + RUSH + FLOOD + NEAR_TOP;
        self.printer.warn(&format!("calibrating: about {all} s"));
        let (mut shapes, mut timer, mut shards) = (Vec::new(), None, 0);
        let rate = f64::from(args.rate);
        if self.shape(SHAPES[0], rate, WARM_UP).await?.is_none() {
            return Ok(None);
        }
        for shape in SHAPES {
            self.printer.warn(&format!("{}: {} for {} s", shape.name(), per_second(rate), args.duration));
            let Some((report, played)) = self.shape(shape, rate, args.duration).await? else {
                return Ok(None);
            };
            timer.get_or_insert_with(|| Lag::of(&report.total.schedule_lag));
            shards = report.meta.shards;
            shapes.push(played);
        }
        self.printer.warn(&format!("top rate: {CROWD} users for {RUSH} s"));
        let rush = Load::Closed { users: CROWD, duration: format!("{RUSH}s"), requests: None };
        let Some(report) = self.play(CHEAP, rush).await? else { return Ok(None) };
        let mut failed = Vec::new();
        failed.extend(failures(&report).map(|why| format!("top rate: {why}")));
        let top_rate = came_through(&report);
        let open = |rate: f64, seconds: u64| {
            // A target that does not answer has no top rate.
            let rate = rate.round().max(1.0);
            Load::Open { rate, duration: format!("{seconds}s"), connections: Some(4 * CROWD) }
        };
        self.printer.warn(&format!("by the clock: {} for {FLOOD} s", per_second(top_rate)));
        let Some(report) = self.play(CHEAP, open(top_rate, FLOOD)).await? else { return Ok(None) };
        failed.extend(failures(&report).map(|why| format!("by the clock: {why}")));
        let open_rate = came_through(&report).min(top_rate);
        let rate = (open_rate * NEAR).round();
        self.printer.warn(&format!("80 % of what came through: {} for {NEAR_TOP} s", per_second(rate)));
        let Some(report) = self.play(CHEAP, open(rate, NEAR_TOP)).await? else { return Ok(None) };
        failed.extend(failures(&report).map(|why| format!("lag at 80 %: {why}")));
        self.watch.load_is_over();
        Ok(Some(Calibration {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rate: args.rate,
            duration: args.duration,
            seed: self.draws.seed,
            shards,
            shapes,
            timer: timer.unwrap_or_default(),
            top_rate,
            open_rate,
            near_top: judge::near_top(rate, Lag::of(&report.total.schedule_lag)),
            failed,
        }))
    }

    /// Plays a shape and compares; `None` if it was stopped.
    async fn shape(
        &self,
        shape: Shape,
        rate: f64,
        seconds: u32,
    ) -> Result<Option<(Report, Played)>, CliError> {
        let path = shape.path(self.draws);
        // Whatever was there before is not of this run.
        self.seen(shape).await?;
        let open = Load::Open { rate, duration: format!("{seconds}s"), connections: None };
        let Some(report) = self.play(&path, open).await? else { return Ok(None) };
        let took = self.seen(shape).await?;
        let measured = report.total.requests();
        let invalid = faults(&report, took, self.draws.of);
        let played = Played {
            shape: shape.name(),
            path,
            requests: measured.latency.count(),
            target_requests: took.count,
            percentiles: compare(shape, took, &measured.latency),
            invalid,
        };
        Ok(Some((report, played)))
    }

    /// Plays one load as `loadgen quick` would; `None` if it was stopped.
    async fn play(&self, path: &str, load: Load) -> Result<Option<Report>, CliError> {
        let address = Address { origin: self.origin.clone(), path: path.to_owned(), credentials: None };
        let quick = Quick {
            address,
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: None,
            timeout: None,
            http2: false,
            load,
        };
        // Without an environment: a proxy that it may name has no business between the two.
        let script = quick::compile(&quick, false, BTreeMap::new(), self.draws.seed)?;
        let around =
            run::Around { stop: self.stop.clone(), watch: self.watch, printer: self.printer, results: None };
        let (report, _) = run::drive(&self.run, script, self.draws.seed, around).await?;
        // What comes between two loads is to end the next one.
        self.watch.load_begins();
        Ok(self.watch.first().is_none().then_some(report))
    }

    /// What the target's answers of a shape took since it was last asked.
    async fn seen(&self, shape: Shape) -> Result<Took, CliError> {
        let told = async {
            let client = client::builder().no_proxy().timeout(PATIENCE).build()?;
            let answer = client.get(format!("{}/latency/seen", self.origin)).send().await?;
            answer.error_for_status()?.json::<BTreeMap<String, Took>>().await
        };
        let told = told.await.map_err(|error| CliError::Seen(error.to_string()))?;
        told.get(shape.name())
            .copied()
            .ok_or_else(|| CliError::Seen(format!("nothing about {}", shape.name())))
    }
}

/// Why a run's figures say nothing.
fn faults(report: &Report, took: Took, wanted: u32) -> Vec<String> {
    let mut faults = Vec::new();
    if report.validity.state == State::Invalid {
        faults.extend(report.validity.reasons().map(|reason| reason.to_string()));
    }
    let answered = report.total.requests().latency.count();
    if let Some(failed) = failures(report) {
        faults.push(failed);
    } else if answered != took.count || answered != u64::from(wanted) {
        let [wanted, answered, seen] = [u64::from(wanted), answered, took.count].map(number::count);
        faults.push(format!("of {wanted} requests loadgen has counted {answered} and the target {seen}"));
    }
    faults
}

/// How many requests were not answered with 200, if any.
fn failures(report: &Report) -> Option<String> {
    let measured = report.total.requests();
    let failed = measured.requests.saturating_sub(measured.codes.get(&200).copied().unwrap_or(0));
    let [told, of] = [failed, measured.requests].map(number::count);
    (failed > 0).then(|| format!("{told} of {of} requests failed"))
}

/// Half of the processors, at least one.
fn half() -> u16 {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u16::try_from(processors / 2).unwrap_or(u16::MAX).max(1)
}

/// Answers per second, whole ones, from the start to the last.
fn came_through(report: &Report) -> f64 {
    let answers = report.total.requests().latency.count();
    (answers as f64 / report.ended.since(loadgen_metrics::Moment::START).as_secs_f64()).round()
}

fn per_second(rate: f64) -> String {
    format!("{}/s", number::count(rate.round() as u64))
}
