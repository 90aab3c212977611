//! Other tools beside loadgen: each is given the same work on the same target in turn, as many rounds as there are.
//!
//! A tool is looked for on PATH and, where the variable `PEERS` names a folder, there first (`k6`, `bin/oha`,
//! `art/node_modules/.bin/artillery`). One that is not there is named and left out.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cost::Cost;
use super::place::Who;
use super::problem::Problem;
use super::table::{Table, number, or_dash};
use super::{Bench, Section};

/// Connections, or users, of each tool.
const CONNECTIONS: u64 = 64;
/// The tool that the others are compared with.
const MEASURE: &str = "wrk";

/// A tool's name in the table, and how it is started.
type Entry = (&'static str, Command);

/// GET in a closed loop by everybody, and a flow of four requests by those who can.
pub(crate) fn compare(bench: &Bench) -> Result<Section, Problem> {
    let seconds = bench.options.pick(4, 1);
    let mut absent = Vec::new();
    let gets = rounds(bench, || gets(bench, seconds, &mut absent))?;
    let measure = gets.iter().find(|(name, _)| *name == MEASURE).map(|(_, cost)| cost.total());
    let mut text = table("GET", "ratio to wrk", &gets, measure);
    let flows = rounds(bench, || flows(bench, seconds, &mut Vec::new()))?;
    text.push('\n');
    text.push_str(&table(
        "CRUD (POST with templates and capture, GET, PUT, DELETE)",
        "ratio to wrk's GET",
        &flows,
        measure,
    ));
    absent.sort_unstable();
    absent.dedup();
    if !absent.is_empty() {
        eprintln!("note: not installed, so left out: {}", absent.join(", "));
        text.push_str(&format!("\nNot installed there: {}.\n", absent.join(", ")));
    }
    Ok(Section { text, panels: Vec::new() })
}

/// Medians by tool, the cheapest first.
fn rounds(
    bench: &Bench,
    mut entries: impl FnMut() -> Result<Vec<Entry>, Problem>,
) -> Result<Vec<(&'static str, Cost)>, Problem> {
    let mut costs: BTreeMap<&'static str, Vec<Cost>> = BTreeMap::new();
    for _ in 0..bench.options.pick(3, 1) {
        for (name, command) in entries()? {
            let cost = bench.noted(bench.cost(command, Who::Generator, Bench::LIMIT))?;
            costs.entry(name).or_default().extend(cost);
        }
    }
    let mut medians: Vec<(&'static str, Cost)> =
        costs.into_iter().filter_map(|(name, rounds)| Some((name, Cost::median(&rounds)?))).collect();
    medians.sort_by(|(_, one), (_, other)| one.total().total_cmp(&other.total()));
    Ok(medians)
}

fn table(what: &str, ratio: &str, costs: &[(&str, Cost)], measure: Option<f64>) -> String {
    let mut table = Table::new(&[what, "requests/s", "user µs", "system µs", "µs/request", ratio]);
    for (name, cost) in costs {
        table.row([
            (*name).to_owned(),
            number(cost.rate),
            number(cost.user),
            number(cost.system),
            number(cost.total()),
            or_dash(measure.map(|measure| cost.total() / measure)),
        ]);
    }
    table.render()
}

fn gets(bench: &Bench, seconds: u64, absent: &mut Vec<&'static str>) -> Result<Vec<Entry>, Problem> {
    let (url, connections, time) = (bench.target.plain(), CONNECTIONS.to_string(), format!("{seconds}s"));
    let (url, connections, time) = (url.as_str(), connections.as_str(), time.as_str());
    let plain_seconds = seconds.to_string();
    let mut list = List { entries: Vec::new(), absent };
    list.add("wrk", &["-t1", "-c", connections, "-d", time, url]);
    list.add("oha", &["--no-tui", "-c", connections, "-z", time, url]);
    list.add("hey", &["-c", connections, "-z", time, url]);
    list.add("h2load", &["--h1", "-t1", "-c", connections, "-D", &plain_seconds, url]);
    list.add("ab", &["-q", "-k", "-c", connections, "-t", &plain_seconds, "-n", "10000000", url]);
    let k6 = bench.folder.path().join("get.js");
    std::fs::write(&k6, k6_script(seconds, &format!("http.get('{url}');")))?;
    list.add("k6", &["run", "-q", "--no-usage-report", &k6.to_string_lossy()]);
    let path = url.strip_prefix(&bench.target.origin()).unwrap_or("/");
    let flow = format!("          - get: {{ url: \"{path}\" }}\n");
    list.add("artillery", &["run", "-q", &looped(bench, "get-few.yml", &flow, 25 * seconds)?]);
    let many = looped(bench, "get.yml", &flow, 750 * seconds)?;
    let mut entries = list.entries;
    entries.push(("loadgen run", loadgen_run(bench, &many)));
    entries.push(("loadgen quick", bench.closed(CONNECTIONS, seconds, 1, &[url])));
    Ok(entries)
}

fn flows(bench: &Bench, seconds: u64, absent: &mut Vec<&'static str>) -> Result<Vec<Entry>, Problem> {
    const FLOW: &str = r#"          - post:
              url: "/users"
              json: { name: "A User {{ $randomString(10) }}", email: "user{{ $randomString(10) }}@example.com" }
              capture: { json: "$.id", as: "userId" }
          - get: { url: "/users/{{ userId }}" }
          - put: { url: "/users/{{ userId }}", json: { name: "A User {{ $randomString(10) }}", email: "user{{ $randomString(10) }}@example.com" } }
          - delete: { url: "/users/{{ userId }}" }
"#;
    const K6: &str = r"
  const text = () => Math.random().toString(36).slice(2, 12);
  const some = () => JSON.stringify({ name: 'A User ' + text(), email: 'user' + text() + '@example.com' });
  const json = { headers: { 'Content-Type': 'application/json' } };
  const id = http.post(origin + '/users', some(), json).json('id');
  http.get(origin + '/users/' + id);
  http.put(origin + '/users/' + id, some(), json);
  http.del(origin + '/users/' + id);";
    let mut list = List { entries: Vec::new(), absent };
    let k6 = bench.folder.path().join("flow.js");
    std::fs::write(&k6, k6_script(seconds, &format!("const origin = '{}';{K6}", bench.target.origin())))?;
    list.add("k6", &["run", "-q", "--no-usage-report", &k6.to_string_lossy()]);
    list.add("artillery", &["run", "-q", &looped(bench, "flow-few.yml", FLOW, 8 * seconds)?]);
    let many = looped(bench, "flow.yml", FLOW, 190 * seconds)?;
    let mut entries = list.entries;
    entries.push(("loadgen run", loadgen_run(bench, &many)));
    Ok(entries)
}

fn loadgen_run(bench: &Bench, script: &str) -> Command {
    let mut command = bench.loadgen("run");
    command.args(["--shards", "1", script]);
    command
}

/// A script in which each of the users, who all come in the first second, goes through the flow so many times.
fn looped(bench: &Bench, name: &str, flow: &str, times: u64) -> Result<String, Problem> {
    let phases = format!("[{{ duration: 1, arrivalCount: {CONNECTIONS} }}]");
    let flow = format!("      - loop:\n{flow}        count: {times}\n");
    Ok(bench.script(name, &bench.target.origin(), &phases, &flow)?.to_string_lossy().into_owned())
}

fn k6_script(seconds: u64, body: &str) -> String {
    format!(
        "import http from 'k6/http';\nexport const options = {{ scenarios: {{ a: {{ executor: 'constant-vus', \
         vus: {CONNECTIONS}, duration: '{seconds}s' }} }} }};\nexport default function () {{ {body} }}\n"
    )
}

/// Tools that are there, and the names of those that are not.
struct List<'a> {
    entries: Vec<Entry>,
    absent: &'a mut Vec<&'static str>,
}

impl List<'_> {
    fn add(&mut self, name: &'static str, arguments: &[&str]) {
        match find(name, env::var_os("PEERS").map(PathBuf::from).as_deref()) {
            Some(path) => {
                let mut command = Command::new(path);
                command.args(arguments);
                self.entries.push((name, command));
            }
            None => self.absent.push(name),
        }
    }
}

/// Where a tool is: in one of the places of the folder of peers, else on PATH.
fn find(name: &str, peers: Option<&Path>) -> Option<PathBuf> {
    let ours = peers
        .into_iter()
        .flat_map(|folder| ["", "bin", "art/node_modules/.bin"].map(|within| folder.join(within).join(name)));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = env::split_paths(&path).map(|folder| folder.join(name)).collect();
    ours.chain(on_path).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_compares_with_wrk() {
        let cost = |user, system| Cost { requests: 1_000, rate: 125_173.0, user, system };
        let costs = [("wrk", cost(1.18, 6.27)), ("hey", cost(24.0, 10.8))];
        insta::assert_snapshot!(table("GET", "ratio to wrk", &costs, Some(7.45)), @r##"
        | GET | requests/s | user µs | system µs | µs/request | ratio to wrk |
        | --- | --- | --- | --- | --- | --- |
        | wrk | 125,173 | 1.18 | 6.27 | 7.45 | 1.00 |
        | hey | 125,173 | 24.0 | 10.8 | 34.8 | 4.67 |
        "##);
        assert!(table("GET", "ratio", &costs, None).contains("| 34.8 | – |"));
    }

    #[test]
    fn a_tool_is_found_in_the_folder_of_peers_before_path() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        let path = folder.path().join("bin/sh");
        std::fs::write(&path, "").unwrap();
        assert_eq!(find("sh", Some(folder.path())), Some(path));
        assert!(find("sh", None).unwrap().ends_with("sh"));
        assert_eq!(find("no-such-tool", Some(folder.path())), None);
    }
}
