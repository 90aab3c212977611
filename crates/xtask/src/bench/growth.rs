//! How the cost of a request grows: with users, the rate, endpoints, the size of bodies, shards.

use std::fmt::Write as _;

use super::place::Who;
use super::plot::{Line, Panel};
use super::problem::Problem;
use super::table::{Table, count, number, or_dash};
use super::{Bench, Section, memory, target};

/// Users of a closed loop where their number is not what grows.
const USERS: u64 = 64;
/// Most users from one address. It has some 28,000 ports, but Linux takes every second one first, and looks at each of
/// those for every connection once they are taken: from then on it is the system that is measured.
pub(crate) const ONE_ADDRESS: u64 = 14_000;
/// Descriptors that a generator or a target needs besides those of its connections.
const SPARE: u64 = 500;
/// Lowest share of the requests due that counts as having held a rate.
const HELD: f64 = 0.97;

/// With users who are there at once: what each of them holds, and what a request costs.
pub(crate) fn users(bench: &Bench) -> Result<Section, Problem> {
    let wanted: &[u64] =
        bench.options.pick(&[1, 10, 100, 1_000, 5_000, 10_000, 25_000, 50_000], &[1, 100, 1_000, 5_000]);
    let most = if bench.has_local_addresses { u64::MAX } else { ONE_ADDRESS };
    let sizes = within(wanted, most.min(bench.places.descriptors.saturating_sub(SPARE)));
    let mut table =
        Table::new(&["users at once", "most memory MiB", "KiB/user", "µs CPU/request", "requests/s"]);
    let (mut memories, mut costs, mut base) = (Vec::new(), Vec::new(), None);
    for users in &sizes {
        let peak = bench.noted(memory::held(bench, *users))?;
        base = base.or(peak);
        // Few users disappear in what the process holds anyway, which differs by a mebibyte from run to run.
        let each = peak.zip(base).filter(|_| *users >= 1_000);
        let each = each.map(|(peak, base)| peak.saturating_sub(base) as f64 / *users as f64);
        // Connecting is included, so the more there are, the longer.
        let more = if *users > 1_000 { users.div_ceil(5_000) } else { 0 };
        let seconds = bench.options.pick(3, 1) + more;
        let cost = bench.noted(
            bench.costs(|| bench.closed(*users, seconds, 1, &[&bench.target.plain()]), Who::Generator),
        )?;
        memories.extend(each.map(|each| (*users as f64, each)));
        costs.extend(cost.map(|cost| (*users as f64, cost.total())));
        table.row([
            count(*users),
            or_dash(peak.map(|peak| peak as f64 / 1024.0)),
            or_dash(each),
            or_dash(cost.map(|cost| cost.total())),
            or_dash(cost.map(|cost| cost.rate)),
        ]);
    }
    let mut text = table.render();
    if let (Some(wanted), Some(done)) = (wanted.last(), sizes.last())
        && done < wanted
    {
        let why = if *done + SPARE < ONE_ADDRESS || bench.has_local_addresses {
            format!("{} descriptors for each process", count(bench.places.descriptors))
        } else {
            "the ports of one address that Linux finds quickly".to_owned()
        };
        let _ = write!(text, "\nMore than {} users were not possible there: {why}.\n", count(*done));
    }
    Ok(Section {
        text,
        panels: vec![
            panel("KiB per user", "users at once", true, vec![Line::new("", memories)]),
            panel("µs CPU per request", "users at once", true, vec![Line::new("", costs)]),
        ],
    })
}

/// The sizes up to `most`, and `most` itself, rounded down to whole thousands, in place of those above it.
fn within(wanted: &[u64], most: u64) -> Vec<u64> {
    let mut sizes: Vec<u64> = wanted.iter().copied().filter(|size| *size <= most).collect();
    let last = most / 1_000 * 1_000;
    if sizes.len() < wanted.len() && sizes.last().is_none_or(|size| *size < last) {
        sizes.push(last);
    }
    sizes
}

/// With the rate, up to the first that is not held.
pub(crate) fn rates(bench: &Bench) -> Result<Section, Problem> {
    const ALL: &[u64] = &[
        100, 1_000, 5_000, 10_000, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000, 150_000, 200_000,
        300_000,
    ];
    const FEW: &[u64] = &[100, 1_000, 10_000, 40_000, 80_000, 150_000];
    let seconds = bench.options.pick(5, 2);
    let mut table =
        Table::new(&["requests/s due", "requests/s sent", "µs CPU/request", "schedule lag p99 ms", "run"]);
    let (mut costs, mut lags) = (Vec::new(), Vec::new());
    for rate in bench.options.pick(ALL, FEW) {
        let mut command = bench.loadgen("quick");
        command.args(["--rate", &rate.to_string(), "-d", &format!("{seconds}s"), "--shards", "1"]);
        command.arg("-o").arg(bench.results_file()).arg(bench.target.plain());
        let Some(cost) = bench.noted(bench.cost(command, Who::Generator, Bench::LIMIT))? else { break };
        let results = bench.results()?;
        let sent = cost.requests as f64 / results.ended.as_secs_f64().max(seconds as f64);
        table.row([
            count(*rate),
            number(sent),
            number(cost.total()),
            or_dash(results.lag),
            results.validity.clone(),
        ]);
        if sent < HELD * *rate as f64 || results.validity == "invalid" {
            break;
        }
        costs.push((*rate as f64, cost.total()));
        lags.extend(results.lag.map(|lag| (*rate as f64, lag)));
    }
    Ok(Section {
        text: table.render(),
        panels: vec![
            panel("µs CPU per request", "requests/s", true, vec![Line::new("", costs)]),
            panel("schedule lag p99, ms", "requests/s", true, vec![Line::new("", lags)]),
        ],
    })
}

/// With endpoints, each with figures of its own.
pub(crate) fn endpoints(bench: &Bench) -> Result<Section, Problem> {
    /// Requests of each user, so that connections weigh alike.
    const REQUESTS: u64 = 1_000;
    let mut table = Table::new(&["endpoints", "µs CPU/request", "requests/s"]);
    let mut costs = Vec::new();
    for endpoints in bench.options.pick(&[1_u64, 10, 100, 1_000][..], &[1, 1_000]) {
        let mut flow = String::new();
        for number in 0..*endpoints {
            let _ = writeln!(
                flow,
                "          - get: {{ url: \"/health?e={number}\", name: \"endpoint {number}\" }}"
            );
        }
        let seconds = bench.options.pick(2, 1);
        let phases = format!("[{{ duration: {seconds}, users: {USERS} }}]");
        let flow = format!("      - loop:\n{flow}        count: {}\n", REQUESTS / endpoints);
        let script = bench.script("endpoints.yml", &bench.target.origin(), &phases, &flow)?;
        let command = || {
            let mut command = bench.loadgen("run");
            command.args(["--shards", "1"]).arg(&script);
            command
        };
        let Some(cost) = bench.noted(bench.costs(command, Who::Generator))? else { continue };
        table.row([count(*endpoints), number(cost.total()), number(cost.rate)]);
        costs.push((*endpoints as f64, cost.total()));
    }
    let panels = vec![panel("µs CPU per request", "endpoints", true, vec![Line::new("", costs)])];
    Ok(Section { text: table.render(), panels })
}

/// With the size of the answers' bodies and of the requests'.
pub(crate) fn bodies(bench: &Bench) -> Result<Section, Problem> {
    let seconds = bench.options.pick(2, 1);
    let mut table = Table::new(&["body, KiB", "µs CPU/request, received", "µs CPU/request, sent"]);
    let (mut received, mut sent) = (Vec::new(), Vec::new());
    let file = bench.folder.path().join("body.bin");
    for bytes in bench.options.pick(&target::BODIES[..], &[0, 4 << 10, 64 << 10]) {
        let (Some(body), Some(sink)) = (bench.target.body(*bytes), bench.target.sink()) else {
            let text = format!("Not measured: {} has no bodies of a given size.\n", bench.target.name());
            return Ok(Section { text, panels: Vec::new() });
        };
        let kib = f64::from(*bytes) / 1024.0;
        let down = bench.costs(|| bench.closed(USERS, seconds, 1, &[&body]), Who::Generator);
        let down = bench.noted(down)?.map(|cost| cost.total());
        std::fs::write(&file, vec![b'x'; *bytes as usize])?;
        let data = format!("@{}", file.display());
        let rest = ["-m", "POST", "--data", &data, &sink];
        let up = bench.costs(|| bench.closed(USERS, seconds, 1, &rest), Who::Generator);
        let up = bench.noted(up)?.map(|cost| cost.total());
        received.extend(down.map(|cost| (kib, cost)));
        sent.extend(up.map(|cost| (kib, cost)));
        table.row([number(kib), or_dash(down), or_dash(up)]);
    }
    let lines = vec![Line::new("received", received), Line::new("sent", sent)];
    Ok(Section {
        text: table.render(), panels: vec![panel("µs CPU per request", "body, KiB", false, lines)]
    })
}

/// With shards.
pub(crate) fn shards(bench: &Bench) -> Result<Section, Problem> {
    let seconds = bench.options.pick(4, 1);
    let mut table = Table::new(&["shards", "µs CPU/request", "requests/s"]);
    for shards in [1, 2] {
        let command = || bench.closed(USERS, seconds, shards, &[&bench.target.plain()]);
        if let Some(cost) = bench.noted(bench.costs(command, Who::Shards(shards)))? {
            table.row([count(shards as u64), number(cost.total()), number(cost.rate)]);
        }
    }
    let mut text = table.render();
    if bench.places.count() < 3 {
        text.push_str(
            "\nTwo shards share the processors with the target there, so that the rate says little.\n",
        );
    }
    Ok(Section { text, panels: Vec::new() })
}

fn panel(title: &str, x: &str, log: bool, lines: Vec<Line>) -> Panel {
    Panel { title: title.to_owned(), x: x.to_owned(), log, lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_users_as_there_can_be() {
        assert_eq!(within(&[1, 1_000, 50_000], 60_000), [1, 1_000, 50_000]);
        assert_eq!(within(&[1, 1_000, 25_000, 50_000], 19_500), [1, 1_000, 19_000]);
        assert_eq!(within(&[1, 1_000, 25_000, 50_000], 25_000), [1, 1_000, 25_000]);
        assert_eq!(within(&[1, 1_000, 5_000], 524), [1]);
    }
}
