//! Local ports: each connection to one target takes one, and holds it for a while when this side has closed it.

use super::readings::Readings;
use super::{Check, Fix, Verdict, enough};
use crate::limits;
use loadgen_report::number::count;

const RESERVED: &str = "/proc/sys/net/ipv4/ip_local_reserved_ports";
const REUSE: &str = "/proc/sys/net/ipv4/tcp_tw_reuse";
const TIMESTAMPS: &str = "/proc/sys/net/ipv4/tcp_timestamps";
pub(super) const PATHS: [&str; 5] = [limits::PORTS, limits::SOCKETS, RESERVED, REUSE, TIMESTAMPS];

/// What most systems have, and what is little.
const PLENTY: u64 = 28_000;
const FEW: u64 = 8_000;
/// How long a connection stays in `TIME_WAIT`, in seconds; Linux has it fixed.
const WAIT: u64 = 60;

pub(super) fn look(readings: &Readings) -> Vec<(&'static str, Option<Check>)> {
    vec![("local ports", at_a_time(readings)), ("ports in TIME_WAIT", churn(readings))]
}

/// How many ports connections may leave from.
fn free(readings: &Readings) -> Option<u64> {
    let (first, last) = limits::ends(readings.text(limits::PORTS)?)?;
    let reserved = readings.text(RESERVED).unwrap_or_default();
    let reserved: u64 = reserved
        .split(',')
        .filter_map(|part| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (from, to) = (from.trim().parse::<u64>().ok()?, to.trim().parse::<u64>().ok()?);
            Some((to.min(last) + 1).saturating_sub(from.max(first)))
        })
        .sum();
    Some((last + 1).saturating_sub(first).saturating_sub(reserved))
}

fn at_a_time(readings: &Readings) -> Option<Check> {
    let free = free(readings)?;
    let (first, last) = limits::ends(readings.text(limits::PORTS)?)?;
    let means = format!(
        "{} connections at a time to one address and port of a target, from one address of this machine; \
         --local-addresses adds as many with each",
        count(free)
    );
    let seen = format!("{} ({first} to {last})", count(free));
    let wider = Fix::sysctl("net.ipv4.ip_local_port_range", "\"1024 65535\"");
    Some(Check::new(enough(free, PLENTY, FEW), seen, means).or([wider]))
}

fn churn(readings: &Readings) -> Option<Check> {
    let free = free(readings)?;
    let waiting = readings.text(limits::SOCKETS).and_then(limits::waiting)?;
    let timestamps = readings.number(TIMESTAMPS).is_none_or(|value| value != 0);
    let reuse = readings.number(REUSE).filter(|_| timestamps).unwrap_or(0);
    let (state, slow) = match reuse {
        1 => {
            let means = format!(
                "a port is free again 1 s after its connection was closed: up to {} new connections/s to one \
                 address and port; with --local-addresses it is {}/s from each",
                count(free),
                count(free / WAIT)
            );
            return Some(Check::new(
                Verdict::Ok,
                format!("{} now; tcp_tw_reuse is 1", count(waiting)),
                means,
            ));
        }
        2 => ("2 (loopback)", "to a target on another machine "),
        _ => ("0", ""),
    };
    let mut means = format!(
        "{slow}{} ports / {WAIT} s = at most {} new connections/s to one address and port; users have a connection \
         each unless they share (http.pool)",
        count(free),
        count(free / WAIT)
    );
    let verdict = if waiting > free / 2 { Verdict::Bad } else { Verdict::Tight };
    if verdict == Verdict::Bad {
        means.push_str("; more than half of the ports wait now");
    }
    let mut fixes = vec![Fix::sysctl("net.ipv4.tcp_tw_reuse", 1)];
    if !timestamps {
        fixes.push(Fix::sysctl("net.ipv4.tcp_timestamps", 1));
    }
    Some(Check::new(verdict, format!("{} now; tcp_tw_reuse is {state}", count(waiting)), means).or(fixes))
}
