//! What a run costs besides itself, and users who come with a connection of their own and go.

use std::fmt::Write as _;

use super::place::Who;
use super::problem::Problem;
use super::table::{Table, count, median, number};
use super::{Bench, Section};

/// What `loadgen run` of one user may take besides the run itself, ms.
const BUDGET: f64 = 50.0;

/// From the start of the process to its end, less the run by its own clock.
pub(crate) fn startup(bench: &Bench) -> Result<Section, Problem> {
    let flow = "      - get: { url: \"/health\" }\n";
    let script =
        bench.script("one.yml", &bench.target.origin(), "[{ duration: 1, arrivalCount: 1 }]", flow)?;
    let (mut times, mut cpus, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.pick(11, 3) {
        let mut command = bench.loadgen("run");
        command.arg("-o").arg(bench.results_file()).arg(&script);
        // As people run it: a shard for each processor, and on all of them.
        let finished = bench.run(command, Who::Shards(bench.places.count()), Bench::LIMIT)?;
        let besides = finished.wall.saturating_sub(bench.results()?.ended);
        times.push(besides.as_secs_f64() * 1e3);
        cpus.push((finished.user + finished.system) / 1e3);
        peaks.push(finished.peak as f64 / 1024.0);
    }
    let mut table = Table::new(&["one user", "median", "most"]);
    for (what, values) in
        [("besides the run, ms", &times), ("CPU of the whole, ms", &cpus), ("most memory, MiB", &peaks)]
    {
        let most = values.iter().copied().fold(0.0, f64::max);
        table.row([what.to_owned(), number(median(values)), number(most)]);
    }
    let mut text = table.render();
    let kept = if median(&times) < BUDGET { "kept" } else { "exceeded" };
    let _ = write!(text, "\nBudget: under {} ms besides the run; {kept}.\n", number(BUDGET));
    Ok(Section { text, panels: Vec::new() })
}

/// Users of one request each, on a connection of their own.
pub(crate) fn churn(bench: &Bench) -> Result<Section, Problem> {
    let flow = "      - get: { url: \"/health\" }\n";
    let phases = format!("[{{ duration: {}, users: 64 }}]", bench.options.pick(5, 2));
    let script = bench.script("churn.yml", &bench.target.origin(), &phases, flow)?;
    let mut command = bench.loadgen("run");
    command.args(["--shards", "1"]).arg("-o").arg(bench.results_file()).arg(script);
    let cost = bench.cost(command, Who::Generator, Bench::LIMIT)?;
    let mut table = Table::new(&["users, each with a connection", "users/s", "µs CPU/user", "failed"]);
    table.row([
        count(cost.requests),
        number(cost.rate),
        number(cost.total()),
        count(bench.results()?.failed),
    ]);
    Ok(Section { text: table.render(), panels: Vec::new() })
}
