//! `Readings`: what the machine says of itself, as texts and a few measured times. Nothing is judged here.

use super::cgroup::Group;
use super::{clock, files, memory, network, ports, processors};
use crate::limits;
use loadgen_engine::clock::{Clock, Timer};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is read besides the files that the checks name.
const GROUPS: &str = "/proc/self/cgroup";
const RELEASE: &str = "/proc/sys/kernel/osrelease";
/// How often the clock is read, and how often the timer is waited for and for how long.
const LOOKS: u32 = 20_000;
const WAITS: usize = 100;
const WAIT: Duration = Duration::from_millis(2);

/// What the machine says of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readings {
    /// The operating system, as it calls itself.
    pub(crate) system: String,
    pub(crate) is_linux: bool,
    /// What files hold, by path; those that cannot be read are not there.
    pub(crate) files: BTreeMap<String, String>,
    /// How many files this process may have open; `None` without a limit.
    pub(crate) descriptors: Option<u64>,
    /// How many processors it may use.
    pub(crate) processors: usize,
    /// The control groups that it is in.
    pub(crate) groups: Vec<Group>,
    /// What one look at the clock takes.
    pub(crate) clock_cost: Option<Duration>,
    /// How late the engine's timer was, each time.
    pub(crate) lateness: Vec<Duration>,
}

impl Readings {
    /// Reads all there is. Takes a quarter of a second.
    ///
    /// # Errors
    /// If the system gives no runtime to wait in.
    pub(crate) fn take() -> std::io::Result<Self> {
        let paths = [
            &files::PATHS[..],
            &ports::PATHS,
            &network::PATHS,
            &processors::PATHS,
            &memory::PATHS,
            &clock::PATHS,
            &[RELEASE],
        ];
        let read = |path: &&&str| Some(((**path).to_owned(), std::fs::read_to_string(path).ok()?));
        let files: BTreeMap<String, String> = paths.concat().iter().filter_map(|path| read(&path)).collect();
        let system = files
            .get(RELEASE)
            .map_or_else(|| std::env::consts::OS.to_owned(), |release| format!("Linux {}", release.trim()));
        let groups = std::fs::read_to_string(GROUPS).map(|text| groups(&text)).unwrap_or_default();
        Ok(Readings {
            system,
            is_linux: cfg!(target_os = "linux"),
            files,
            descriptors: limits::descriptors(),
            processors: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            groups,
            clock_cost: Some(clock_cost()),
            lateness: lateness()?,
        })
    }

    /// What a file holds, without white space around it.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|text| text.trim())
    }

    /// The number that a file holds.
    pub(crate) fn number(&self, path: &str) -> Option<u64> {
        self.text(path)?.parse().ok()
    }
}

/// What one look at the clock takes: the least of a few rounds, so that whoever else runs is no part of it.
fn clock_cost() -> Duration {
    let round = |_| {
        let clock = Clock::starting_in(Duration::ZERO);
        let first = clock.now();
        (0..LOOKS).for_each(|_| {
            std::hint::black_box(clock.now());
        });
        clock.now().since(first) / LOOKS
    };
    (0..5).map(round).min().unwrap_or_default()
}

/// How late the timer is that requests are sent by.
fn lateness() -> std::io::Result<Vec<Duration>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let clock = Clock::starting_in(Duration::ZERO);
        let timer = Timer::fine(clock);
        let mut late = Vec::with_capacity(WAITS);
        let wait = async {
            for _ in 0..WAITS {
                let due = clock.now() + WAIT;
                timer.sleep_until(due).await;
                late.push(clock.now().since(due));
            }
        };
        let wake = async {
            timer.run().await;
            // Where there is no fine timer, it has nothing to do.
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = wait => {}
            () = wake => {}
        }
        late
    }))
}

/// The groups that the process is in, by the table of its own, and all that hold them.
fn groups(table: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    for line in table.lines() {
        // `0::/a/b` in version 2, `4:cpu,cpuacct:/a/b` in version 1.
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        if !(controllers.is_empty() || controllers.split(',').any(|it| it == "cpu" || it == "memory")) {
            continue;
        }
        let root = Path::new("/sys/fs/cgroup").join(controllers);
        // Within a container the group may be the root of what is mounted, whatever the table says.
        let places = Path::new(path.trim_start_matches('/')).ancestors().map(|part| root.join(part));
        groups.extend(places.map(|place| group(&place)));
    }
    groups
}

fn group(folder: &Path) -> Group {
    let read = |names: &[&str]| {
        let paths = names.iter().map(|name| folder.join(name));
        paths.into_iter().find_map(|path: PathBuf| std::fs::read_to_string(path).ok())
    };
    Group {
        cpu_max: read(&["cpu.max"]),
        cpu_quota: read(&["cpu.cfs_quota_us"]),
        cpu_period: read(&["cpu.cfs_period_us"]),
        cpu_stat: read(&["cpu.stat"]),
        memory_max: read(&["memory.max"]),
        memory_limit: read(&["memory.limit_in_bytes"]),
        memory_used: read(&["memory.current", "memory.usage_in_bytes"]),
    }
}
