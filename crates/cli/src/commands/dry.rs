//! `loadgen run --dry`: one user for each scenario; each request and answer is printed. No load, no thresholds.

use super::run;
use crate::args::RunArgs;
use crate::builtin::Builtin;
use crate::console;
use crate::console::Console;
use crate::dry::Teller;
use crate::error::CliError;
use crate::exit::ExitStatus;
use crate::script;
use loadgen_engine::{Inherited, Options, Part, Sight, Stop};
use loadgen_scenario::plan::{Plan, Target};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Most requests, and most lines of `log`, of one flow: a loop without an end would go on for ever.
const MOST_REQUESTS: usize = 200;
const MOST_LINES: usize = 1_000;

/// Plays each flow of the script once.
pub(crate) fn execute(args: &RunArgs, seed: u64) -> Result<ExitStatus, CliError> {
    let mut script = script::open(&args.script, seed, Console::new(args.quiet))?;
    run::prepare(args, &mut script.plan)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::Runtime)?;
    runtime.block_on(async {
        let (origin, builtin) = match &script.plan.target {
            Target::Address(origin) => (origin.clone(), None),
            Target::Builtin => {
                let builtin = Builtin::start().await?;
                (builtin.origin.clone(), Some(builtin))
            }
        };
        let options = run::options(args, &script.plan, seed, origin, Stop::new());
        let mut teller = Teller::new(script.secrets);
        let tally = play(&Arc::new(script.plan), &options, &mut teller).await;
        console::line(&format!("\n{}", tally.words()));
        if let Some(builtin) = builtin {
            builtin.stop().await;
        }
        Ok(tally.status())
    })
}

/// What came of all flows.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    flows: usize,
    /// Flows that failed by a request or a capture.
    failed: usize,
    /// Flows that failed by an expectation alone.
    unexpected: usize,
    /// Flows that were stopped.
    stopped: usize,
    /// Expectations that were not met.
    unmet: u64,
}

impl Tally {
    /// The closing line.
    fn words(self) -> String {
        let Tally { flows, stopped, unmet, .. } = self;
        let failed = self.failed + self.unexpected;
        let mut words = Vec::new();
        words.extend((failed > 0).then(|| format!("{failed} of {} failed", count(flows as u64, "flow"))));
        words.extend((unmet > 0).then(|| {
            format!("{} {} not met", count(unmet, "expectation"), if unmet == 1 { "was" } else { "were" })
        }));
        let stops = count(stopped as u64, "flow");
        let stops = format!("{stops} {} stopped before the end", if stopped == 1 { "was" } else { "were" });
        match (words.is_empty(), stopped) {
            (true, 0) if flows == 1 => "all is well: the flow came to its end".to_owned(),
            (true, 0) => format!("all is well: {flows} flows came to their end"),
            (true, _) => format!("nothing failed, but {stops}"),
            (false, 0) => words.join("; "),
            (false, _) => format!("{}; {stops}", words.join("; ")),
        }
    }

    fn status(self) -> ExitStatus {
        match self {
            Tally { failed: 1.., .. } => ExitStatus::DryFailed,
            Tally { unexpected: 1.., .. } | Tally { unmet: 1.., .. } => ExitStatus::Unexpected,
            _ => ExitStatus::Success,
        }
    }
}

fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Plays `before`, a user of each scenario that is ever chosen, and `after`.
async fn play(plan: &Arc<Plan>, options: &Options, teller: &mut Teller) -> Tally {
    let mut inherited = Inherited::default();
    let mut parts = Vec::new();
    parts.extend(plan.before.is_some().then_some(Part::Before));
    let chosen = |(index, scenario): (usize, &loadgen_scenario::plan::Scenario)| {
        (scenario.weight > 0).then_some(Part::Scenario(index))
    };
    parts.extend(plan.scenarios.iter().enumerate().filter_map(chosen));
    parts.extend(plan.after.is_some().then_some(Part::After));
    let mut tally = Tally { flows: parts.len(), ..Tally::default() };
    for part in &parts {
        let name = match part {
            Part::Before => "before".to_owned(),
            Part::Scenario(index) => format!("scenario {}", plan.scenarios[*index].name),
            Part::After => "after".to_owned(),
        };
        console::line(&format!("\n── {name}"));
        let (mut requests, mut lines, mut stopped) = (0, 0, None);
        let played = loadgen_engine::dry(plan, *part, options, &inherited, |sight| {
            match sight {
                Sight::Sent { .. } => requests += 1,
                Sight::Line(_) => lines += 1,
                _ => {}
            }
            if requests > MOST_REQUESTS {
                stopped = Some(format!("{MOST_REQUESTS} requests"));
            } else if lines > MOST_LINES {
                stopped = Some(format!("{MOST_LINES} lines"));
            }
            if stopped.is_some() {
                return ControlFlow::Break(());
            }
            let told = teller.tell(&sight);
            if !told.is_empty() {
                console::line(told.trim_end_matches('\n'));
            }
            ControlFlow::Continue(())
        })
        .await;
        if let Some(after) = stopped {
            tally.stopped += 1;
            console::line(&format!("  … stopped after {after}"));
        }
        tally.unmet += played.unmet;
        match (played.ending, part) {
            (Ok(left), Part::Before) => inherited = left,
            (Ok(_), _) => {}
            (Err(error), part) => {
                let failed = if error.unexpected { &mut tally.unexpected } else { &mut tally.failed };
                *failed += 1;
                console::line(&format!("✗ {name} failed: {}", teller.text(&error.to_string())));
                if *part == Part::Before {
                    console::line("  nothing else is played, as no run would start");
                    break;
                }
            }
        }
    }
    tally
}
