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
use loadgen_engine::{Inherited, Options, Part, Stop};
use loadgen_scenario::plan::{Plan, Target};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Most requests of one flow: a loop without an end would go on for ever.
const MOST: usize = 200;

/// Plays each flow of the script once.
pub(crate) fn execute(args: &RunArgs, seed: u64) -> Result<ExitStatus, CliError> {
    let script = script::open(&args.script, seed, Console::new(args.quiet))?;
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
        let all_is_well = play(&Arc::new(script.plan), &options).await;
        if let Some(builtin) = builtin {
            builtin.stop().await;
        }
        Ok(if all_is_well { ExitStatus::Success } else { ExitStatus::DryFailed })
    })
}

/// Plays `before`, a user of each scenario that is ever chosen, and `after`. Whether all came to their end.
async fn play(plan: &Arc<Plan>, options: &Options) -> bool {
    let mut teller = Teller::default();
    let mut inherited = Inherited::default();
    let mut parts = Vec::new();
    parts.extend(plan.before.is_some().then_some(Part::Before));
    let chosen = |(index, scenario): (usize, &loadgen_scenario::plan::Scenario)| {
        (scenario.weight > 0).then_some(Part::Scenario(index))
    };
    parts.extend(plan.scenarios.iter().enumerate().filter_map(chosen));
    parts.extend(plan.after.is_some().then_some(Part::After));
    let mut failed = 0;
    for part in &parts {
        let name = match part {
            Part::Before => "before".to_owned(),
            Part::Scenario(index) => format!("scenario {}", plan.scenarios[*index].name),
            Part::After => "after".to_owned(),
        };
        console::line(&format!("\n── {name}"));
        teller.sent = 0;
        let played = loadgen_engine::dry(plan, *part, options, &inherited, |sight| {
            console::line(teller.tell(&sight).trim_end_matches('\n'));
            if teller.sent >= MOST && !matches!(sight, loadgen_engine::Sight::Sent { .. }) {
                console::line(&format!("  … stopped after {MOST} requests"));
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })
        .await;
        match (played, part) {
            (Ok(left), Part::Before) => inherited = left,
            (Ok(_), _) => {}
            (Err(error), part) => {
                failed += 1;
                console::line(&format!("✗ {name} failed: {}", teller.text(&error.to_string())));
                if *part == Part::Before {
                    console::line("  nothing else is played, as no run would start");
                    break;
                }
            }
        }
    }
    let all = parts.len();
    console::line(&match failed {
        0 => format!("\nall is well: {all} flows came to their end"),
        _ => format!("\n{failed} of {all} flows failed"),
    });
    failed == 0
}
