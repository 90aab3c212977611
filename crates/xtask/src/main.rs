//! `cargo xtask`: the project's own chores, the same on a developer's machine and in CI.
//!
//! Words: a *chore* is a subcommand, made of *steps* (`step.rs`), each of which may have *needs* (`need.rs`): tools that
//! are installed when they can be, and named when they cannot. No step is ever skipped in silence.
//!
//! Only `bench` and `lab --release` build releases. Outside `target/` only `schema` and `bench` change files, those that their texts name.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore's work is to tell people what it found"
)]

#[cfg(target_os = "linux")]
mod bench;
mod conformance;
#[cfg(target_os = "linux")]
mod lab;
mod lint;
mod need;
mod openapi;
mod python_tool;
mod schema;
mod step;
mod system_package;
mod test;
mod test_output;
mod tidy;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const HELP: &str = "\
The project's own chores.

usage: cargo xtask <chore>

  test [-- ARGS]       all tests: unit, integration and doc tests. ARGS go to the test programs, for example
                       `cargo xtask test -- ramp` runs those tests whose name contains `ramp`
  conformance          the conformance suite beside the repository (LOADGEN_CONFORMANCE says where else its run.py is)
  openapi              schemathesis against the target: its answers against its OpenAPI document
  schema               renew what is made from the table of the script's keys: scenarios/scenario.schema.json and
                       docs/script-reference.md
  lint                 fmt, clippy, deny and tidy: all of them, even if one fails
  lint --advisories    the same, with security advisories (fetches their database from the internet)
  lint tidy            tidy alone, in a second or two: the rules of ARCHITECTURE.md and CONTRIBUTING.md
  bench                how cost grows and what other tools cost beside it, into docs/performance.md (Linux; at most
                       15 minutes)
  bench --quick        the same with few sizes and a single round (2 minutes at most)
  bench --only NAMES   some of its sections: peers, startup, users, rate, endpoints, bodies, shards, length, churn
  bench --loadgen PATH with that binary rather than a release built for it
  lab                  the lab of docs/lab.md without Docker, until Ctrl-C: PostgreSQL, both services, Prometheus,
                       Alertmanager, node_exporter, and Grafana if it is there (Linux)
  lab --release        with a release of the services rather than a debug build
  lab --webhook URL    with alerts going there
  lab --loadgen-metrics ADDR  with Prometheus looking for `loadgen run --prometheus ADDR` there
  lab --database-pool NUMBER  with so many connections of each service to its database
  lab --keep           with data and logs kept when it ends
  lab --check          checks all of it and ends, as `test` does (a minute)
  help                 this text

Exit status: 0 when all is well; for `test` that of the tests otherwise; 1 for a lint; 2 for a wrong argument.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let workspace = match Workspace::find() {
        Ok(workspace) => workspace,
        Err(problem) => {
            eprintln!("error: {problem}");
            return ExitCode::FAILURE;
        }
    };
    match words.as_slice() {
        ["test"] => test::run(&workspace, &[]),
        ["test", "--", rest @ ..] => test::run(&workspace, rest),
        ["conformance"] => {
            let ended = step::run_all(&workspace, vec![conformance::step()]);
            println!("\n{}", step::summary(&ended));
            step::exit_code(&ended)
        }
        ["openapi"] => {
            let ended = step::run_all(&workspace, vec![openapi::step()]);
            println!("\n{}", step::summary(&ended));
            step::exit_code(&ended)
        }
        ["schema"] => schema::run(&workspace),
        ["bench", rest @ ..] if !rest.contains(&"--help") && !rest.contains(&"-h") => bench(&workspace, rest),
        ["lab", rest @ ..] if !rest.contains(&"--help") && !rest.contains(&"-h") => lab(&workspace, rest),
        ["lint"] => lint::run(&workspace, false),
        ["lint", "--advisories"] => lint::run(&workspace, true),
        ["lint", "tidy"] => lint::tidy_alone(&workspace),
        ["help" | "-h" | "--help"]
        | ["test" | "lint" | "conformance" | "openapi" | "schema" | "bench" | "lab", "-h" | "--help"] => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        [] => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
        _ => {
            eprintln!("error: `cargo xtask {}` is not a chore\n\n{HELP}", words.join(" "));
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn bench(workspace: &Workspace, words: &[&str]) -> ExitCode {
    match bench::Options::parse(words) {
        Ok(options) => bench::run(workspace, options),
        Err(problem) => {
            eprintln!("error: {problem}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn lab(workspace: &Workspace, words: &[&str]) -> ExitCode {
    match lab::Options::parse(words) {
        Ok(options) => lab::run(workspace, &options),
        Err(problem) => {
            eprintln!("error: {problem}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn lab(_workspace: &Workspace, _words: &[&str]) -> ExitCode {
    eprintln!(
        "error: `cargo xtask lab` needs Linux, whose node_exporter it runs; docs/lab.md has the way by Docker"
    );
    ExitCode::FAILURE
}

#[cfg(not(target_os = "linux"))]
fn bench(_workspace: &Workspace, _words: &[&str]) -> ExitCode {
    eprintln!(
        "error: `cargo xtask bench` needs Linux: it asks the system what processes cost, and pins them"
    );
    ExitCode::FAILURE
}
