//! What a generator holds: for each user who waits, and over a run of many requests.

use std::fmt::Write as _;
use std::time::Duration;

use super::hold::Hold;
use super::place::Who;
use super::problem::Problem;
use super::table::{Table, count, number};
use super::{Bench, Section};

/// Users who arrive each second while they are gathered.
const GATHERED: u64 = 4_000;
/// Longest time for the longest of runs.
const LONGEST: Duration = Duration::from_secs(180);

/// The most memory (KiB) of a run in which so many users wait for an answer at the same time.
pub(crate) fn held(bench: &Bench, users: u64) -> Result<u64, Problem> {
    let server = Hold::start(&bench.places)?;
    let seconds = users.div_ceil(GATHERED);
    // The first is answered a second after the last has come.
    let wait = (seconds + 1) * 1_000;
    let phases = format!("[{{ duration: {seconds}, arrivalCount: {users} }}]");
    let flow = format!("      - get: {{ url: \"/{wait}\" }}\n");
    let origin = format!("http://{}", server.address());
    let script = bench.script("held.yml", &origin, &phases, &flow)?;
    let mut command = bench.loadgen("run");
    command.args(["--shards", "1"]);
    bench.spread(&mut command, users);
    command.arg(script);
    let finished = bench.run(command, Who::Generator, Bench::LIMIT)?;
    let served = server.served();
    if served < users {
        eprintln!("note: {} of {} users were answered", count(served), count(users));
        return Err(Problem::NothingServed);
    }
    Ok(finished.peak)
}

/// The most memory of runs each ten times as long as the one before.
pub(crate) fn lengths(bench: &Bench) -> Result<Section, Problem> {
    const USERS: u64 = 64;
    let mut table = Table::new(&["requests", "most memory MiB"]);
    let mut peaks = Vec::new();
    for each in bench.options.pick(&[100_u64, 1_000, 10_000][..], &[400, 4_000]) {
        let mut command = bench.loadgen("quick");
        command.args(["-c", &USERS.to_string(), "-n", &each.to_string(), "--shards", "1"]);
        command.arg(bench.target.plain());
        let finished = bench.run(command, Who::Generator, LONGEST)?;
        let mib = finished.peak as f64 / 1024.0;
        peaks.push(mib);
        table.row([count(USERS * each), number(mib)]);
    }
    let mut text = table.render();
    if let [first, .., last] = peaks[..] {
        let _ = write!(text, "\nFrom the shortest run to the longest: {} MiB.\n", difference(last - first));
    }
    Ok(Section { text, panels: Vec::new() })
}

fn difference(mib: f64) -> String {
    if mib < 0.0 { format!("−{}", number(-mib)) } else { format!("+{}", number(mib)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_sign() {
        assert_eq!((difference(0.25), difference(-1.5)), ("+0.250".to_owned(), "−1.50".to_owned()));
    }
}
