//! `cargo xtask bench`: how cost grows, and what other tools cost beside it.
//!
//! Each section measures one thing, writes its tables into `docs/performance.md` between markers, and may draw. A
//! section that fails leaves the text as it was, and the chore fails; what only one row lacks is a dash and a note.
//! Everything is on the loopback interface, on free ports, one thing at a time, and within a time that is fixed. Linux
//! alone: processes are put on processors, and the system tells what each cost.

mod axis;
mod cost;
mod growth;
mod hold;
mod markers;
mod memory;
mod options;
mod peers;
mod place;
mod plot;
mod problem;
mod process;
mod results;
mod startup;
mod table;
mod target;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use tempfile::TempDir;

use crate::step::now;
use crate::workspace::Workspace;
pub(crate) use options::Options;
use place::{Places, Who};
use plot::Panel;
use problem::Problem;
use process::{Finished, Runner};
use results::Results;
use target::Target;

/// Where the plots go, from the repository's root.
const PLOT: &str = "docs/performance-growth.svg";

/// What measures a section.
type Measure = fn(&Bench) -> Result<Section, Problem>;

/// The sections by the names of their markers, in the order in which they are measured.
const SECTIONS: &[(&str, Measure)] = &[
    ("peers", peers::compare),
    ("startup", startup::startup),
    ("users", growth::users),
    ("rate", growth::rates),
    ("endpoints", growth::endpoints),
    ("bodies", growth::bodies),
    ("shards", growth::shards),
    ("length", memory::lengths),
    ("churn", startup::churn),
];

/// What a section found.
#[derive(Debug, Default)]
pub(crate) struct Section {
    /// Markdown.
    text: String,
    panels: Vec<Panel>,
}

/// What all sections share.
pub(crate) struct Bench {
    options: Options,
    tool: PathBuf,
    places: Places,
    target: Target,
    /// Whether users can come from several addresses.
    has_local_addresses: bool,
    stop: Arc<AtomicBool>,
    ends: Instant,
    folder: TempDir,
}

impl Bench {
    /// Longest time for a single run.
    const LIMIT: Duration = Duration::from_secs(60);

    /// Runs a command while the time lasts.
    fn run(&self, command: Command, who: Who, limit: Duration) -> Result<Finished, Problem> {
        let left = self.ends.saturating_duration_since(now());
        if left.is_zero() {
            return Err(Problem::TimeOver);
        }
        let runner = Runner { places: &self.places, stop: &self.stop, folder: self.folder.path() };
        runner.run(command, who, limit.min(left))
    }

    /// The tool with a subcommand, saying nothing.
    fn loadgen(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.tool);
        command.args([subcommand, "--quiet"]);
        command
    }

    /// Lets connections leave from several addresses, where there are too many for one and the tool can do so.
    fn spread(&self, command: &mut Command, connections: u64) {
        if self.has_local_addresses && connections > growth::ONE_ADDRESS {
            command.args(["--local-addresses", "127.0.0.1,127.0.0.2,127.0.0.3,127.0.0.4"]);
        }
    }

    /// Where runs keep their results.
    fn results_file(&self) -> PathBuf {
        self.folder.path().join("results.json")
    }

    /// What the last run kept there.
    fn results(&self) -> Result<Results, Problem> {
        Results::parse(&std::fs::read_to_string(self.results_file())?)
    }

    /// Writes a script of one scenario; `flow` is indented by six.
    fn script(&self, name: &str, origin: &str, phases: &str, flow: &str) -> Result<PathBuf, Problem> {
        let path = self.folder.path().join(name);
        let text = format!(
            "config:\n  target: \"{origin}\"\n  http: {{ timeout: 60 }}\n  phases: {phases}\nscenarios:\n  - flow:\n{flow}"
        );
        std::fs::write(&path, text)?;
        Ok(path)
    }

    /// Lets a row do without its figure: says why, and goes on. A stop and the end of the time end everything.
    fn noted<T>(&self, result: Result<T, Problem>) -> Result<Option<T>, Problem> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(problem @ (Problem::Stopped | Problem::TimeOver)) => Err(problem),
            Err(problem) => {
                eprintln!("note: {problem}");
                Ok(None)
            }
        }
    }
}

/// Runs the chore.
pub(crate) fn run(workspace: &Workspace, options: Options) -> ExitCode {
    match try_run(workspace, options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn try_run(workspace: &Workspace, options: Options) -> Result<bool, Problem> {
    let tool = tool(workspace, &options)?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register(signal, Arc::clone(&stop))?;
    }
    let places = Places::find()?;
    let folder = TempDir::new()?;
    let help = Command::new(&tool).args(["run", "--help"]).output()?;
    let has_local_addresses = String::from_utf8_lossy(&help.stdout).contains("--local-addresses");
    let target = Target::start(&places, &tool, folder.path())?;
    let started = now();
    let ends = started + Duration::from_secs(options.pick(15 * 60, 2 * 60));
    let mut bench = Bench { options, tool, places, target, has_local_addresses, stop, ends, folder };
    eprintln!("on {}", bench.places);
    if bench.options.only.is_empty() {
        write(workspace, "machine", &machine(&bench)?)?;
    }
    let (mut panels, mut all) = (Vec::new(), true);
    for (name, measure) in SECTIONS {
        if !bench.options.wants(name) {
            continue;
        }
        eprintln!("\n== {name} ({:.0} s)", started.elapsed().as_secs_f64());
        // A target of its own on a port of its own: what an earlier section left in TIME_WAIT is in nobody's way.
        let folder = bench.folder.path().join(name);
        std::fs::create_dir_all(&folder)?;
        bench.target = Target::start(&bench.places, &bench.tool, &folder)?;
        match measure(&bench) {
            Ok(section) => {
                println!("\n{}", section.text.trim());
                write(workspace, name, &section.text)?;
                panels.extend(section.panels);
            }
            Err(Problem::Stopped) => return Err(Problem::Stopped),
            Err(problem) => {
                eprintln!("error: {name}: {problem}");
                all = false;
            }
        }
    }
    // The plots are one picture: of some sections there is none.
    if all && bench.options.only.is_empty() {
        std::fs::write(workspace.root().join(PLOT), plot::render(&panels))?;
    }
    eprintln!("\nmeasured in {:.0} s; the tables are in {}", started.elapsed().as_secs_f64(), markers::FILE);
    Ok(all)
}

fn tool(workspace: &Workspace, options: &Options) -> Result<PathBuf, Problem> {
    if let Some(path) = &options.loadgen {
        return path.canonicalize().map_err(|_| Problem::NoBinary(path.clone()));
    }
    let status = workspace.cargo(["build", "--release", "--package", "loadgen"]).status()?;
    if !status.success() {
        return Err(Problem::Build);
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let path = workspace.root().join(target).join("release/loadgen");
    if path.is_file() { Ok(path) } else { Err(Problem::NoBinary(path)) }
}

/// What the figures were taken on and with.
fn machine(bench: &Bench) -> Result<String, Problem> {
    let version = Command::new(&bench.tool).arg("--version").output()?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let rounds = bench
        .options
        .pick("medians of three rounds", "a single short round (`--quick`), so that figures are rough");
    Ok(format!("{version} against {}, on {}; {rounds}.", bench.target.name(), bench.places))
}

fn write(workspace: &Workspace, name: &str, text: &str) -> Result<(), Problem> {
    let path: &Path = &workspace.root().join(markers::FILE);
    let document = std::fs::read_to_string(path)?;
    Ok(std::fs::write(path, markers::replaced(&document, name, text)?)?)
}
