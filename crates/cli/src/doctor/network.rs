//! Queues of the network, which fill in bursts, and the firewall's table of connections.

use super::readings::Readings;
use super::{Check, Fix, Verdict, enough, little};
use loadgen_report::number::count;

const SOMAXCONN: &str = "/proc/sys/net/core/somaxconn";
const SYN_BACKLOG: &str = "/proc/sys/net/ipv4/tcp_max_syn_backlog";
const NETDEV_BACKLOG: &str = "/proc/sys/net/core/netdev_max_backlog";
const SOFTNET: &str = "/proc/net/softnet_stat";
const TRACKED_MAX: &str = "/proc/sys/net/netfilter/nf_conntrack_max";
const TRACKED: &str = "/proc/sys/net/netfilter/nf_conntrack_count";
const TRACKED_WAIT: &str = "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait";
pub(super) const PATHS: [&str; 7] =
    [SOMAXCONN, SYN_BACKLOG, NETDEV_BACKLOG, SOFTNET, TRACKED_MAX, TRACKED, TRACKED_WAIT];

pub(super) fn look(readings: &Readings) -> Vec<(&'static str, Option<Check>)> {
    vec![
        ("accept queue", accept(readings)),
        ("SYN queue", syn(readings)),
        ("packet queue", packets(readings)),
        ("connection tracking", tracking(readings)),
    ]
}

fn accept(readings: &Readings) -> Option<Check> {
    let most = readings.number(SOMAXCONN)?;
    let means = format!(
        "a target on this machine can have {} connections waiting to be accepted; each that comes in a burst beyond \
         that is tried again after 1 s, which shows as latency",
        count(most)
    );
    let fix = Fix::sysctl("net.core.somaxconn", 4096);
    Some(Check::new(enough(most, 1024, 128), format!("{} (somaxconn)", count(most)), means).or([fix]))
}

fn syn(readings: &Readings) -> Option<Check> {
    let most = readings.number(SYN_BACKLOG)?;
    let means = format!(
        "a target on this machine takes {} handshakes at a time; beyond that they are tried again after 1 s, or \
         answered by cookies",
        count(most)
    );
    let fix = Fix::sysctl("net.ipv4.tcp_max_syn_backlog", 4096);
    let seen = format!("{} (tcp_max_syn_backlog)", count(most));
    Some(Check::new(enough(most, 512, 64), seen, means).or([fix]))
}

fn packets(readings: &Readings) -> Option<Check> {
    let most = readings.number(NETDEV_BACKLOG)?;
    // A line for each processor: packets, and those of them that found the queue full.
    let column = |index| {
        let lines = readings.text(SOFTNET).unwrap_or_default().lines();
        let number = |line: &str| u32::from_str_radix(line.split_whitespace().nth(index)?, 16).ok();
        lines.filter_map(number).map(u64::from).sum::<u64>()
    };
    let (all, dropped) = (column(0), column(1));
    let (verdict, means) = match dropped {
        // One in a million is none.
        _ if dropped <= all / 1_000_000 => (
            enough(most, 1000, 100),
            "next to no packet found it full since the machine was started; one that does is lost, and sent again some \
             200 ms later"
                .to_owned(),
        ),
        _ => (
            Verdict::Tight,
            format!(
                "{} of {} packets found it full since the machine was started: each was lost, and sent again some 200 ms \
                 later",
                count(dropped),
                count(all)
            ),
        ),
    };
    let fix = Fix::sysctl("net.core.netdev_max_backlog", most.max(1000).saturating_mul(5));
    Some(Check::new(verdict, format!("{} (netdev_max_backlog)", count(most)), means).or([fix]))
}

fn tracking(readings: &Readings) -> Option<Check> {
    let Some(most) = readings.number(TRACKED_MAX) else {
        let means = "no firewall keeps a table of connections, which could be full";
        return readings.is_linux.then(|| Check::new(Verdict::Ok, "not loaded", means));
    };
    let used = readings.number(TRACKED).unwrap_or(0);
    let left = most.saturating_sub(used);
    let wait = readings.number(TRACKED_WAIT).unwrap_or(120).max(1);
    let means = format!(
        "the firewall's table has room for {} more, and keeps closed ones for {wait} s: at most {} new connections/s; \
         beyond that packets are dropped and connections time out",
        count(left),
        count(left / wait)
    );
    let full = used as f64 / most.max(1) as f64;
    let verdict = enough(left, 65_536, 8_192).max(little(full, 0.8, 0.95));
    let fix = Fix::sysctl("net.netfilter.nf_conntrack_max", 1_048_576.max(most.saturating_mul(2)));
    Some(Check::new(verdict, format!("{} of {} in use", count(used), count(most)), means).or([fix]))
}
