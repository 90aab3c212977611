//! From the command line to a plan: the script is read, its diagnostics are printed.

use crate::args::ScriptArgs;
use crate::console::Console;
use crate::dotenv;
use crate::error::CliError;
use crate::files;
use crate::secrets::{self, Masker};
use crate::test_id;
use loadgen_report::Attachment;
use loadgen_scenario::plan::Plan;
use loadgen_scenario::{Choices, Loaded, Source, load};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Longest script that is read. One past what the parser takes, so that the parser is the one to say so.
const LONGEST: u64 = (10 << 20) + 1;

/// A script and what became of it.
pub(crate) struct Script {
    /// Its text as it was read.
    pub(crate) source: Source,
    /// What is to be run.
    pub(crate) plan: Plan,
    /// The name of the run.
    pub(crate) test_id: String,
    /// What must not be shown.
    pub(crate) secrets: Masker,
    /// What Artillery says of the script on standard output, for those who look for it there.
    pub(crate) notices: Vec<String>,
    /// What is kept with its results.
    pub(crate) attachments: Vec<Attachment>,
    /// The files that it was made of, none of which may be written over.
    pub(crate) files: Vec<PathBuf>,
}

/// A script that has been read, whether it is right or not.
pub(crate) struct Reading {
    /// Its text as it was read.
    pub(crate) source: Source,
    /// What else problems may be in: further scripts, and what was typed.
    others: Vec<Source>,
    files: Vec<PathBuf>,
    test_id: String,
    /// What must not be shown.
    pub(crate) secrets: Masker,
    /// What became of it.
    pub(crate) loaded: Loaded,
}

impl Reading {
    /// All that problems may be in.
    pub(crate) fn sources(&self) -> Vec<&Source> {
        std::iter::once(&self.source).chain(&self.others).collect()
    }

    /// How many errors there are.
    pub(crate) fn errors(&self) -> usize {
        self.loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count()
    }
}

/// Reads and compiles the script that the arguments name. Prints its diagnostics.
///
/// # Errors
/// If the file cannot be read, or holds any error.
pub(crate) fn open(args: &ScriptArgs, seed: u64, console: Console) -> Result<Script, CliError> {
    let reading = read_script(args, seed, console)?;
    let sources = reading.sources();
    for diagnostic in &reading.loaded.diagnostics {
        eprintln!("{}", reading.secrets.diagnostic(&diagnostic.render(&sources)));
    }
    let count = reading.errors();
    let Reading { source, test_id, secrets, loaded, files, .. } = reading;
    let notices = loaded.diagnostics.into_iter().filter_map(|diagnostic| diagnostic.notice).collect();
    match loaded.plan {
        Some(plan) if count == 0 => {
            Ok(Script { source, plan, test_id, secrets, notices, attachments: Vec::new(), files })
        }
        _ => Err(CliError::Script { script: args.file.clone(), count }),
    }
}

/// Reads and compiles the script that the arguments name.
///
/// # Errors
/// If a file cannot be read.
pub(crate) fn read_script(args: &ScriptArgs, seed: u64, console: Console) -> Result<Reading, CliError> {
    let source = script(&args.file)?;
    let folder = args.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let whole = std::path::absolute(&args.file).unwrap_or_else(|_| args.file.clone());
    let seen = files::Read::default();
    let scripts = std::iter::once(&args.file).chain(&args.more).chain(&args.input).chain(&args.config);
    scripts.chain(&args.dotenv).for_each(|path| seen.note(path));
    let choices = Choices {
        environment: args.environment.clone(),
        target: args.target.clone(),
        variables: args.variables.as_ref().map(|text| Source::new("--variables", text.clone())),
        overrides: args.overrides.as_ref().map(|text| Source::new("--overrides", text.clone())),
        inputs: (args.more.iter().chain(&args.input).chain(&args.config))
            .map(|path| script(path))
            .collect::<Result<_, _>>()?,
        // What is typed is meant from where it is typed, and paths in the script from there.
        payload: args
            .payload
            .as_ref()
            .map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string()),
        solo: args.solo,
        scenario: args.scenario_name.clone(),
        files: files::beside(folder, &seen),
        insecure: args.insecure,
        literal: false,
        http2: false,
        timed: false,
        process_env: environment(args.dotenv.as_deref(), console)?,
        scenario_file: whole.display().to_string(),
        dirname: folder.display().to_string(),
        seed,
        test_id: test_id::choose(),
        now: now(),
    };
    let loaded = load(&source, &choices);
    let target = args.target.as_ref().map(|target| Source::new(Choices::TARGET, target.clone()));
    let Choices { inputs, variables, overrides, test_id, process_env, .. } = choices;
    let others: Vec<Source> = [target, variables, overrides].into_iter().flatten().chain(inputs).collect();
    let environment: Vec<(String, String)> = process_env.into_iter().collect();
    let sources: Vec<&Source> = std::iter::once(&source).chain(&others).collect();
    let secrets = secrets::of(&sources, &environment, loaded.plan.as_ref());
    Ok(Reading { source, others, files: seen.paths(), test_id, secrets, loaded })
}

/// Reads a script, by its name YAML or JSON. A name without an extension may be a pipe's.
fn script(path: &Path) -> Result<Source, CliError> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        None | Some("yml" | "yaml" | "json") => Ok(Source::new(path.display().to_string(), read(path)?)),
        Some(_) => Err(CliError::Extension { path: path.to_owned() }),
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(0)
}

/// The environment of the process, and what the file adds to it. As in Artillery, a file that is not there is told of
/// and does no harm: what is missing will be undefined.
pub(crate) fn environment(
    file: Option<&Path>,
    console: Console,
) -> Result<BTreeMap<String, String>, CliError> {
    let read = file.map(read).transpose();
    let text = match read {
        Err(CliError::Read { path, source }) if source.kind() == ErrorKind::NotFound => {
            console.warn(&format!("warning: could not read dotenv file: {}", path.display()));
            None
        }
        other => other?,
    };
    let mut environment: BTreeMap<String, String> =
        text.map_or_else(BTreeMap::new, |text| dotenv::parse(&text).into_iter().collect());
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
