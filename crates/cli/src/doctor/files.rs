//! Open files: each connection is one.

use super::readings::Readings;
use super::{Check, Fix, Verdict, enough};
use crate::limits;
use loadgen_report::number::count;

/// The highest limit that a process may have, how many files there may be in all, and how many there are.
const NR_OPEN: &str = "/proc/sys/fs/nr_open";
const FILE_MAX: &str = "/proc/sys/fs/file-max";
const FILE_NR: &str = "/proc/sys/fs/file-nr";
pub(super) const PATHS: [&str; 3] = [NR_OPEN, FILE_MAX, FILE_NR];

/// As many as one address has ports: beyond that ports are what ends first.
const PLENTY: u64 = 65_536;
const FEW: u64 = 4_096;
/// What is asked for where there are too few.
const WANTED: u64 = 1_048_576;

pub(super) fn look(readings: &Readings) -> Vec<(&'static str, Option<Check>)> {
    vec![
        ("open files", Some(process(readings))),
        ("open files of all", system(readings)),
        ("highest limit", ceiling(readings)),
    ]
}

fn process(readings: &Readings) -> Check {
    let Some(limit) = readings.descriptors else {
        return Check::new(
            Verdict::Ok,
            "no limit",
            "as many connections at a time as there is room for otherwise",
        );
    };
    let room = limit.saturating_sub(limits::reserve(readings.processors));
    let means = format!(
        "a run can have {} connections at a time; loadgen raises its soft limit to the hard one by itself",
        count(room)
    );
    let wanted = readings.number(NR_OPEN).unwrap_or(WANTED).min(WANTED);
    Check::new(enough(limit, PLENTY, FEW), format!("{} (hard limit)", count(limit)), means).or([
        Fix::Limits(format!("* - nofile {wanted}")),
        // An asterisk does not stand for root.
        Fix::Limits(format!("root - nofile {wanted}")),
        Fix::Command(format!(
            "ulimit -n {wanted}    # in root's shell that starts the run; a unit: LimitNOFILE={wanted}"
        )),
    ])
}

fn system(readings: &Readings) -> Option<Check> {
    let most = readings.number(FILE_MAX)?;
    let used = readings.text(FILE_NR)?.split_whitespace().next()?.parse().ok()?;
    let left = most.saturating_sub(used);
    let means = match most {
        // As distributions set it: no limit.
        9_000_000_000_000_000_000.. => "no limit in practice".to_owned(),
        _ => format!(
            "{} are left for all processes together, a target on this machine among them",
            count(left)
        ),
    };
    let seen = if most >= 9_000_000_000_000_000_000 {
        format!("{} in use", count(used))
    } else {
        format!("{} of {} in use", count(used), count(most))
    };
    let fix = Fix::sysctl("fs.file-max", 4 * WANTED);
    Some(Check::new(enough(left, 2 * PLENTY, 2 * FEW), seen, means).or([fix]))
}

fn ceiling(readings: &Readings) -> Option<Check> {
    let most = readings.number(NR_OPEN)?;
    let means = format!("`ulimit -n` cannot be raised beyond {} by anybody", count(most));
    Some(Check::new(enough(most, PLENTY, FEW), count(most), means).or([Fix::sysctl("fs.nr_open", WANTED)]))
}
