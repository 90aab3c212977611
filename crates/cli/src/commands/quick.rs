//! `loadgen quick`: one request, no script. What is typed becomes a script, which is run like any other.

use crate::args::{QuickArgs, RunArgs, ScriptArgs};
use crate::commands::run;
use crate::console::Console;
use crate::error::CliError;
use crate::exit::ExitStatus;
use crate::script::{self, Script};
use crate::secrets;
use crate::test_id;
use loadgen_scenario::quick::{Load, Quick};
use loadgen_scenario::{Choices, Source, load};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// Users, and requests of each, where the arguments do not tell; Artillery's.
const USERS: u64 = 10;
const REQUESTS: u64 = 10;
/// Longest body that is read, in bytes: a script may be little longer.
const LONGEST: u64 = 8 << 20;

/// Sends what the arguments ask for and decides on an exit status.
pub(crate) fn execute(args: QuickArgs) -> Result<ExitStatus, CliError> {
    let run = RunArgs {
        output: args.output.clone(),
        script: ScriptArgs { insecure: args.insecure, ..ScriptArgs::default() },
        quiet: args.quiet,
        load: args.load.clone(),
        beside: args.beside.clone(),
        files: args.files.clone(),
        ..RunArgs::default()
    };
    let seed = run::seed(&run);
    let environment = script::environment(None, Console::new(run.quiet))?;
    let script = compile(&quick(args)?, run.script.insecure, environment, seed)?;
    run::play(&run, script, seed)
}

/// What the arguments ask for.
fn quick(args: QuickArgs) -> Result<Quick, CliError> {
    let mut headers = args.headers;
    if args.json.is_some() {
        for name in ["accept", "content-type"] {
            if !headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)) {
                headers.insert(0, (name.to_owned(), "application/json".to_owned()));
            }
        }
    }
    let body = args.data.or(args.json).map(body).transpose()?;
    let default = if body.is_some() { "POST" } else { "GET" };
    let method = args.method.unwrap_or_else(|| default.to_owned()).to_ascii_uppercase();
    if method == "HEAD" && body.is_some() {
        return Err(CliError::Quick(
            "a HEAD request has no body".into(),
            "leave --data out, or ask with -m GET",
        ));
    }
    let load = match (args.duration, args.rate) {
        (None, _) => {
            Load::Users { users: args.count.unwrap_or(USERS), requests: args.num.unwrap_or(REQUESTS) }
        }
        (Some(duration), None) => {
            Load::Closed { users: args.count.unwrap_or(USERS), duration, requests: args.num }
        }
        (Some(duration), Some(rate)) => Load::Open { rate, duration, connections: args.count },
    };
    let (address, http2) = (args.url, args.http2);
    Ok(Quick { address, method, headers, body, timeout: args.timeout, http2, load })
}

/// The body that `--data` means.
fn body(data: String) -> Result<String, CliError> {
    let Some(file) = data.strip_prefix('@') else { return Ok(data) };
    let name = if file == "-" { "standard input" } else { file };
    let failed = |error| {
        CliError::Quick(
            format!("cannot read {name}: {error}"),
            "--data takes text, or @FILE for what a file holds",
        )
    };
    let mut bytes = Vec::new();
    match file {
        "-" => std::io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes),
        file => File::open(file).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes)),
    }
    .map_err(failed)?;
    if bytes.len() as u64 > LONGEST {
        let message = format!("{name} is longer than {} MiB", LONGEST >> 20);
        return Err(CliError::Quick(message, "a script can send larger files, by formData"));
    }
    String::from_utf8(bytes).map_err(|_| {
        CliError::Quick(format!("{name} is not text in UTF-8"), "a script can send any file, by formData")
    })
}

/// The script that it is, in such an environment.
pub(super) fn compile(
    quick: &Quick,
    insecure: bool,
    process_env: BTreeMap<String, String>,
    seed: u64,
) -> Result<Script, CliError> {
    let source = Source::new(quick.name(), quick.script());
    let choices = Choices { insecure, process_env, seed, ..quick.choices() };
    let loaded = load(&source, &choices);
    // Nobody has seen the script: what is wrong is told without its place.
    for diagnostic in &loaded.diagnostics {
        let told = loadgen_scenario::Diagnostic { location: None, ..diagnostic.clone() };
        eprint!("{}", told.render(&[]));
    }
    let count = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    match loaded.plan {
        Some(plan) => {
            let test_id = test_id::choose();
            let secrets = secrets::of(&[&source], &[], Some(&plan));
            let (notices, attachments, files) = Default::default();
            Ok(Script { source, plan, test_id, secrets, notices, attachments, files })
        }
        None => Err(CliError::Script { script: PathBuf::from(source.name), count }),
    }
}
