//! Memory: each user takes a little, and one page that was swapped out holds up a thread.

use super::readings::Readings;
use super::{Check, Verdict, enough};
use loadgen_report::number::{Unit, count, measured};

const MEMINFO: &str = "/proc/meminfo";
pub(super) const PATHS: [&str; 1] = [MEMINFO];

/// Bytes that a user with a connection takes, about: 4 KiB of ours, and as much of the system's.
const USER: u64 = 8 << 10;
/// Bytes that are enough for most, and for little more than a start.
const PLENTY: u64 = 512 << 20;
const FEW: u64 = 64 << 20;
/// Bytes swapped out that any system has that runs for long.
const LITTLE: u64 = 64 << 20;

pub(super) fn look(readings: &Readings) -> Vec<(&'static str, Option<Check>)> {
    vec![("memory", room(readings)), ("swap", swap(readings))]
}

/// A value of the table, in bytes.
fn bytes(readings: &Readings, name: &str) -> Option<u64> {
    let line = readings.text(MEMINFO)?.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.saturating_mul(1024))
}

fn room(readings: &Readings) -> Option<Check> {
    let free = bytes(readings, "MemAvailable")?;
    let limited = readings.groups.iter().filter_map(super::cgroup::Group::memory);
    let limited = limited.map(|(limit, used)| limit.saturating_sub(used)).min();
    let room = limited.unwrap_or(u64::MAX).min(free);
    let whose = if room < free { ", by a control group" } else { "" };
    let means = format!(
        "room for some {} users with a connection each, bodies not counted; beyond that the system ends the process",
        count(room / USER)
    );
    let seen = format!("{} left{whose}", measured(room as f64, Unit::Bytes));
    Some(Check::new(enough(room, PLENTY, FEW), seen, means))
}

fn swap(readings: &Readings) -> Option<Check> {
    let total = bytes(readings, "SwapTotal")?;
    let used = total.saturating_sub(bytes(readings, "SwapFree")?);
    if used == 0 {
        let seen = if total == 0 { "none" } else { "none of it in use" };
        return Some(Check::new(Verdict::Ok, seen, "no page has to be brought back from a disk"));
    }
    if used <= LITTLE {
        let seen = format!("{} in use", measured(used as f64, Unit::Bytes));
        return Some(Check::new(Verdict::Ok, seen, "next to nothing has to be brought back from a disk"));
    }
    let means = "memory was short: a page of the load that is brought back from a disk holds its thread up for 0.1 to \
                 10 ms, and that is measured as latency";
    Some(Check::new(Verdict::Tight, format!("{} in use", measured(used as f64, Unit::Bytes)), means))
}
