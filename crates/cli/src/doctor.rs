//! `loadgen doctor`: what limits a load test on this machine. What is read (`readings`) and what it means are apart: each
//! family of checks is a pure function in a file of its own, and `text` and [`Diagnosis`] as JSON are what people and
//! programs see. Nothing is changed.

mod cgroup;
mod clock;
mod files;
mod memory;
mod network;
mod ports;
mod processors;
pub(crate) mod readings;
pub(crate) mod text;

use readings::Readings;
use serde::Serialize;
use std::fmt;

/// How far something limits a load test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// Most load tests will not notice.
    Ok,
    /// A larger one will.
    Tight,
    /// A small one will, or its figures are not to be trusted.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Check {
    /// What it is.
    pub(crate) name: &'static str,
    pub(crate) verdict: Verdict,
    /// What is there, in a few words.
    pub(crate) seen: String,
    /// What that means for a load test, with numbers.
    pub(crate) means: String,
    /// What would change it; empty where nothing has to, or nothing simple can.
    pub(crate) apply: Vec<Fix>,
}

/// A line that a person may apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fix {
    /// A setting of the kernel: `key=value`.
    Sysctl(String),
    /// A line of /etc/security/limits.conf.
    Limits(String),
    /// A command for root.
    Command(String),
}

/// The checks of one part of the machine. Those that could not be made, on this system or by this user, have no result.
type Family = fn(&Readings) -> Vec<(&'static str, Option<Check>)>;

/// All parts, in the order in which they are told.
const FAMILIES: [(&str, Family); 6] = [
    ("files", files::look),
    ("ports", ports::look),
    ("network", network::look),
    ("processors", processors::look),
    ("memory", memory::look),
    ("clock", clock::look),
];

/// All that was found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Diagnosis {
    pub(crate) version: &'static str,
    /// The operating system, as it calls itself.
    pub(crate) system: String,
    /// How many processors the load may use.
    pub(crate) processors: usize,
    /// The worst of the checks.
    pub(crate) verdict: Verdict,
    pub(crate) families: Vec<Found>,
    /// What could not be looked at.
    pub(crate) unseen: Vec<&'static str>,
}

/// What was found in one part of the machine.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Found {
    pub(crate) family: &'static str,
    pub(crate) checks: Vec<Check>,
}

/// Judges what was read.
pub(crate) fn judge(readings: &Readings) -> Diagnosis {
    let (mut families, mut unseen) = (Vec::new(), Vec::new());
    for (family, look) in FAMILIES {
        let mut checks = Vec::new();
        for (name, check) in look(readings) {
            match check {
                Some(check) => checks.push(Check { name, ..check }),
                None => unseen.push(name),
            }
        }
        families.push(Found { family, checks });
    }
    let verdicts = families.iter().flat_map(|found| found.checks.iter().map(|check| check.verdict));
    Diagnosis {
        version: env!("CARGO_PKG_VERSION"),
        system: readings.system.clone(),
        processors: readings.processors,
        verdict: verdicts.max().unwrap_or(Verdict::Ok),
        families,
        unseen,
    }
}

impl Diagnosis {
    /// How many checks have this verdict.
    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        let checks = self.families.iter().flat_map(|found| &found.checks);
        checks.filter(|check| check.verdict == verdict).count()
    }

    /// All that could be applied, each line once.
    pub(crate) fn fixes(&self) -> Vec<&Fix> {
        let mut fixes: Vec<&Fix> = Vec::new();
        let checks = self.families.iter().flat_map(|found| &found.checks);
        for fix in checks.flat_map(|check| &check.apply) {
            if !fixes.contains(&fix) {
                fixes.push(fix);
            }
        }
        fixes
    }
}

impl Check {
    /// A check whose name the caller gives; nothing is to be applied.
    fn new(verdict: Verdict, seen: impl Into<String>, means: impl Into<String>) -> Self {
        Check { name: "", verdict, seen: seen.into(), means: means.into(), apply: Vec::new() }
    }

    /// With what would change it, unless all is well.
    fn or(mut self, fixes: impl IntoIterator<Item = Fix>) -> Self {
        if self.verdict > Verdict::Ok {
            self.apply.extend(fixes);
        }
        self
    }
}

impl Fix {
    fn sysctl(key: &str, value: impl fmt::Display) -> Self {
        Fix::Sysctl(format!("{key}={value}"))
    }
}

/// The verdict on something of which there should be much.
fn enough(value: u64, for_ok: u64, for_tight: u64) -> Verdict {
    match value {
        _ if value >= for_ok => Verdict::Ok,
        _ if value >= for_tight => Verdict::Tight,
        _ => Verdict::Bad,
    }
}

/// The verdict on something of which there should be little.
fn little<T: PartialOrd + Copy>(value: T, for_ok: T, for_tight: T) -> Verdict {
    match value {
        _ if value <= for_ok => Verdict::Ok,
        _ if value <= for_tight => Verdict::Tight,
        _ => Verdict::Bad,
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Ok => "ok",
            Verdict::Tight => "tight",
            Verdict::Bad => "bad",
        })
    }
}

#[cfg(test)]
mod tests;
