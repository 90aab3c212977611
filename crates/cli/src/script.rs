//! From the command line to a plan: the script is read, its diagnostics are printed.

use crate::args::RunArgs;
use crate::console;
use crate::dotenv;
use crate::error::CliError;
use crate::files;
use loadgen_scenario::plan::Plan;
use loadgen_scenario::{Choices, Source, load};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

/// Longest script that is read. One past what the parser takes, so that the parser is the one to say so.
const LONGEST: u64 = (10 << 20) + 1;

/// A script and what became of it.
pub(crate) struct Script {
    /// Its text as it was read.
    pub(crate) source: Source,
    /// What is to be run.
    pub(crate) plan: Plan,
}

/// Reads and compiles the script that the arguments name. Prints its diagnostics.
///
/// # Errors
/// If the file cannot be read, or holds any error.
pub(crate) fn open(args: &RunArgs, seed: u64) -> Result<Script, CliError> {
    let source = Source::new(args.script.display().to_string(), read(&args.script)?);
    let folder =
        args.script.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let whole = std::path::absolute(&args.script).unwrap_or_else(|_| args.script.clone());
    let choices = Choices {
        environment: args.environment.clone(),
        target: args.target.clone(),
        variables: args.variables.as_ref().map(|text| Source::new("--variables", text.clone())),
        overrides: args.overrides.as_ref().map(|text| Source::new("--overrides", text.clone())),
        config: args
            .config
            .as_ref()
            .map(|path| Ok::<_, CliError>(Source::new(path.display().to_string(), read(path)?)))
            .transpose()?,
        // What is typed is meant from where it is typed, and paths in the script from there.
        payload: args
            .payload
            .as_ref()
            .map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string()),
        solo: args.solo,
        scenario: args.scenario_name.clone(),
        files: files::beside(folder),
        insecure: args.insecure,
        process_env: environment(args.dotenv.as_deref())?,
        scenario_file: whole.display().to_string(),
        dirname: folder.display().to_string(),
        seed,
        now: now(),
        test_id: format!("t{:016x}", rand::random::<u64>()),
    };
    let loaded = load(&source, &choices);
    let target = args.target.as_ref().map(|target| Source::new(Choices::TARGET, target.clone()));
    let sources: Vec<&Source> = [
        Some(&source),
        choices.config.as_ref(),
        target.as_ref(),
        choices.variables.as_ref(),
        choices.overrides.as_ref(),
    ]
    .into_iter()
    .flatten()
    .collect();
    for diagnostic in &loaded.diagnostics {
        eprintln!("{}", diagnostic.render(&sources));
    }
    // What Artillery says on standard output, for those who look for it there.
    let notices = loaded.diagnostics.iter().filter_map(|diagnostic| diagnostic.notice.as_deref());
    notices.for_each(console::line);
    let count = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    match loaded.plan {
        Some(plan) if count == 0 => Ok(Script { source, plan }),
        _ => Err(CliError::Script { script: args.script.clone(), count }),
    }
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(0)
}

/// The environment of the process, and what the file adds to it.
fn environment(file: Option<&Path>) -> Result<BTreeMap<String, String>, CliError> {
    let mut environment: BTreeMap<String, String> = match file {
        Some(file) => dotenv::parse(&read(file)?).into_iter().collect(),
        None => BTreeMap::new(),
    };
    environment.extend(
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
    );
    Ok(environment)
}

/// Reads a text file, as far as a script may go.
fn read(path: &Path) -> Result<String, CliError> {
    let failed = |source| CliError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(LONGEST).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 == LONGEST {
        // Cut off, perhaps within a letter: the parser says that it is too long.
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).map_err(|_| CliError::NotText { path: path.to_owned() })
}
