//! Machines that there are, as their files tell of them, and what is said of each.

use super::cgroup::Group;
use super::readings::Readings;
use super::{Check, Fix, Verdict, judge, text};
use std::time::Duration;

/// A machine of these files.
fn machine(files: &[(&str, &str)]) -> Readings {
    Readings {
        system: "Linux 6.1.0".to_owned(),
        is_linux: true,
        files: files.iter().map(|(path, text)| ((*path).to_owned(), format!("{text}\n"))).collect(),
        descriptors: Some(1_048_576),
        processors: 8,
        groups: Vec::new(),
        clock_cost: Some(Duration::from_nanos(31)),
        lateness: vec![Duration::from_micros(9); 100],
    }
}

/// A virtual machine as distributions set it up.
const USUAL: [(&str, &str); 22] = [
    ("/proc/sys/fs/nr_open", "1048576"),
    ("/proc/sys/fs/file-max", "9223372036854775807"),
    ("/proc/sys/fs/file-nr", "3823\t0\t9223372036854775807"),
    ("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999"),
    ("/proc/sys/net/ipv4/ip_local_reserved_ports", ""),
    ("/proc/sys/net/ipv4/tcp_tw_reuse", "2"),
    ("/proc/sys/net/ipv4/tcp_timestamps", "1"),
    ("/proc/net/sockstat", "sockets: used 37\nTCP: inuse 11 orphan 0 tw 1039 alloc 11 mem 0"),
    ("/proc/sys/net/core/somaxconn", "4096"),
    ("/proc/sys/net/ipv4/tcp_max_syn_backlog", "2048"),
    ("/proc/sys/net/core/netdev_max_backlog", "1000"),
    ("/proc/net/softnet_stat", "0669a4d6 00000000 00000021\n06654910 00000000 0000004e"),
    ("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance"),
    ("/proc/loadavg", "0.54 0.65 0.56 2/210 3705"),
    ("/proc/stat", "cpu  4495031 146337 705541 4450132 34844 0 66898 38021 0 0\ncpu0 1 2 3"),
    ("/proc/meminfo", "MemTotal: 16384000 kB\nMemAvailable: 12288000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB"),
    ("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc"),
    ("/sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc hpet acpi_pm"),
    ("/proc/sys/net/netfilter/nf_conntrack_max", "262144"),
    ("/proc/sys/net/netfilter/nf_conntrack_count", "187"),
    ("/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait", "120"),
    ("/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", "acpi-cpufreq"),
];

/// The same with some files otherwise.
fn usual_but(files: &[(&str, &str)]) -> Readings {
    machine(&[&USUAL[..], files].concat())
}

fn check(readings: &Readings, name: &str) -> Option<Check> {
    let found = judge(readings).families.into_iter().flat_map(|found| found.checks);
    found.into_iter().find(|check| check.name == name)
}

/// The verdict on a machine that differs in one file, and what is said of it.
fn told_of(path: &str, text: &str, name: &str) -> (Verdict, String) {
    let check = check(&usual_but(&[(path, text)]), name).unwrap();
    (check.verdict, format!("{}: {}", check.seen, check.means))
}

/// Checks for which no line can be given that would help.
fn unhelped(name: &str) -> bool {
    ["other work", "stolen time", "memory", "swap"].contains(&name)
}

#[test]
fn a_usual_machine() {
    insta::assert_snapshot!(text::render(&judge(&usual_but(&[]))), @r##"
    loadgen 0.1.0   Linux 6.1.0   8 processors

      files
        ok     open files            1,048,576 (hard limit)
               a run can have 1,048,520 connections at a time; loadgen raises its
               soft limit to the hard one by itself
        ok     open files of all     3,823 in use
               no limit in practice
        ok     highest limit         1,048,576
               `ulimit -n` cannot be raised beyond 1,048,576 by anybody

      ports
        ok     local ports           28,232 (32768 to 60999)
               28,232 connections at a time to one address and port of a target,
               from one address of this machine; --local-addresses adds as many with
               each
        tight  ports in TIME_WAIT    1,039 now; tcp_tw_reuse is 2 (loopback)
               to a target on another machine 28,232 ports / 60 s = at most 470 new
               connections/s to one address and port; users have a connection each
               unless they share (http.pool)

      network
        ok     accept queue          4,096 (somaxconn)
               a target on this machine can have 4,096 connections waiting to be
               accepted; each that comes in a burst beyond that is tried again after
               1 s, which shows as latency
        ok     SYN queue             2,048 (tcp_max_syn_backlog)
               a target on this machine takes 2,048 handshakes at a time; beyond
               that they are tried again after 1 s, or answered by cookies
        ok     packet queue          1,000 (netdev_max_backlog)
               next to no packet found it full since the machine was started; one
               that does is lost, and sent again some 200 ms later
        ok     connection tracking   187 of 262,144 in use
               the firewall's table has room for 261,957 more, and keeps closed ones
               for 120 s: at most 2,182 new connections/s; beyond that packets are
               dropped and connections time out

      processors
        ok     processors            8
               a thread of the load for each of 8; a target on this machine shares
               them
        ok     other work            0.5 ready to run of late, for 8 processors
               little runs beside a load test
        ok     frequency governor    performance
               processors do not slow down between requests
        ok     CPU quota             none
               no control group limits the CPU
        ok     stolen time           0.4 % since the machine was started
               the machine's host, if there is one, takes next to nothing away

      memory
        ok     memory                12.6 GB left
               room for some 1,536,000 users with a connection each, bodies not
               counted; beyond that the system ends the process
        ok     swap                  none
               no page has to be brought back from a disk

      clock
        ok     clock source          tsc
               it is read without a system call
        ok     reading the clock     31 ns
               at least four times for each request: 0.1 µs of its cost
        ok     timer                 0.009 ms late, at worst 0.009 ms
               requests leave that late by themselves, half of them and the worst of
               100; it counts into latency and is told as schedule lag

      VERDICT  tight   (0 bad, 1 tight, 18 ok)

      to change it, as root, until the machine starts again
        sysctl -w net.ipv4.tcp_tw_reuse=1

      to keep it: in /etc/sysctl.d/90-loadgen.conf
        net.ipv4.tcp_tw_reuse = 1
    "##);
}

#[test]
fn a_container_of_a_small_host() {
    let groups = vec![
        Group {
            cpu_max: Some("50000 100000".to_owned()),
            cpu_stat: Some("usage_usec 9\nnr_periods 2000\nnr_throttled 160\nthrottled_usec 7".to_owned()),
            memory_max: Some("268435456".to_owned()),
            memory_used: Some("33554432".to_owned()),
            ..Group::default()
        },
        Group {
            cpu_max: Some("max 100000".to_owned()),
            memory_max: Some("max".to_owned()),
            ..Group::default()
        },
    ];
    let readings = Readings {
        descriptors: Some(1024),
        processors: 1,
        groups,
        clock_cost: Some(Duration::from_nanos(800)),
        lateness: (0..100).map(|n| Duration::from_micros(60 + if n == 7 { 80_000 } else { n })).collect(),
        ..usual_but(&[
            ("/proc/sys/fs/file-max", "100000"),
            ("/proc/sys/net/ipv4/ip_local_port_range", "50000 55000"),
            ("/proc/sys/net/ipv4/ip_local_reserved_ports", "8080,50000-50999,54999"),
            ("/proc/sys/net/ipv4/tcp_tw_reuse", "0"),
            ("/proc/sys/net/ipv4/tcp_timestamps", "0"),
            ("/proc/net/sockstat", "TCP: inuse 1 orphan 0 tw 3901 alloc 9 mem 1"),
            ("/proc/net/softnet_stat", "00000001 0000001f 00000021"),
            ("/proc/sys/net/netfilter/nf_conntrack_count", "261000"),
            ("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave"),
            ("/proc/meminfo", "MemAvailable: 12288000 kB\nSwapTotal: 2097152 kB\nSwapFree: 1048576 kB"),
            ("/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet"),
        ])
    };
    let told = text::render(&judge(&readings));
    let applied = told.find("to change it").unwrap();
    assert!(told[..applied].lines().all(|line| line.chars().count() <= 80), "{told}");
    insta::assert_snapshot!(told, @r##"
    loadgen 0.1.0   Linux 6.1.0   1 processor

      files
        bad    open files            1,024 (hard limit)
               a run can have 1,003 connections at a time; loadgen raises its soft
               limit to the hard one by itself
        tight  open files of all     3,823 of 100,000 in use
               96,177 are left for all processes together, a target on this machine
               among them
        ok     highest limit         1,048,576
               `ulimit -n` cannot be raised beyond 1,048,576 by anybody

      ports
        bad    local ports           4,000 (50000 to 55000)
               4,000 connections at a time to one address and port of a target, from
               one address of this machine; --local-addresses adds as many with each
        bad    ports in TIME_WAIT    3,901 now; tcp_tw_reuse is 0
               4,000 ports / 60 s = at most 66 new connections/s to one address and
               port; users have a connection each unless they share (http.pool);
               more than half of the ports wait now

      network
        ok     accept queue          4,096 (somaxconn)
               a target on this machine can have 4,096 connections waiting to be
               accepted; each that comes in a burst beyond that is tried again after
               1 s, which shows as latency
        ok     SYN queue             2,048 (tcp_max_syn_backlog)
               a target on this machine takes 2,048 handshakes at a time; beyond
               that they are tried again after 1 s, or answered by cookies
        tight  packet queue          1,000 (netdev_max_backlog)
               31 of 1 packets found it full since the machine was started: each was
               lost, and sent again some 200 ms later
        bad    connection tracking   261,000 of 262,144 in use
               the firewall's table has room for 1,144 more, and keeps closed ones
               for 120 s: at most 9 new connections/s; beyond that packets are
               dropped and connections time out

      processors
        tight  processors            1
               the load, the system's part of it and all else take turns: what waits
               for its turn shows as schedule lag
        tight  other work            0.5 ready to run of late, for one processor
               what runs already takes processors away from the load: end it, or its
               hiccups are measured too
        bad    frequency governor    powersave
               a processor that slept is slow at first: at low rates each request is
               measured some tens of µs longer than at high ones, and the same load
               costs more CPU
        bad    CPU quota             0.5 processors
               50 ms in each 100 ms: once they are used up all threads stand still,
               for up to 50 ms, and that is measured as latency; docker's --cpus or
               Kubernetes' limits.cpu sets them; it has happened in 160 of 2,000
               periods
        ok     stolen time           0.4 % since the machine was started
               the machine's host, if there is one, takes next to nothing away

      memory
        tight  memory                235 MB left, by a control group
               room for some 28,672 users with a connection each, bodies not
               counted; beyond that the system ends the process
        tight  swap                  1.07 GB in use
               memory was short: a page of the load that is brought back from a disk
               holds its thread up for 0.1 to 10 ms, and that is measured as latency

      clock
        bad    clock source          hpet
               each look at it is a system call or a slow device, at least four for
               each request; the kernel mistrusts the processor's own counter, or
               the host does not offer it
        bad    reading the clock     800 ns
               at least four times for each request: 3.2 µs of its cost
        bad    timer                 0.111 ms late, at worst 80.1 ms
               requests leave that late by themselves, half of them and the worst of
               100; it counts into latency and is told as schedule lag

      VERDICT  bad   (9 bad, 6 tight, 4 ok)

      to change it, as root, until the machine starts again
        sysctl -w fs.file-max=4194304
        sysctl -w net.ipv4.ip_local_port_range="1024 65535"
        sysctl -w net.ipv4.tcp_tw_reuse=1
        sysctl -w net.ipv4.tcp_timestamps=1
        sysctl -w net.core.netdev_max_backlog=5000
        sysctl -w net.netfilter.nf_conntrack_max=1048576
        ulimit -n 1048576    # in root's shell that starts the run; a unit: LimitNOFILE=1048576
        echo performance | tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor
        echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource

      to keep it: in /etc/sysctl.d/90-loadgen.conf
        fs.file-max = 4194304
        net.ipv4.ip_local_port_range = 1024 65535
        net.ipv4.tcp_tw_reuse = 1
        net.ipv4.tcp_timestamps = 1
        net.core.netdev_max_backlog = 5000
        net.netfilter.nf_conntrack_max = 1048576

      to keep it: in /etc/security/limits.conf, from the next login on
        * - nofile 1048576
        root - nofile 1048576
    "##);
}

#[test]
fn where_little_can_be_seen_that_is_told() {
    let readings = Readings { is_linux: false, system: "macos".to_owned(), ..machine(&[]) };
    insta::assert_snapshot!(text::render(&judge(&readings)), @r##"
    loadgen 0.1.0   macos   8 processors

      files
        ok     open files            1,048,576 (hard limit)
               a run can have 1,048,520 connections at a time; loadgen raises its
               soft limit to the hard one by itself

      processors
        ok     processors            8
               a thread of the load for each of 8; a target on this machine shares
               them

      clock
        ok     reading the clock     31 ns
               at least four times for each request: 0.1 µs of its cost
        ok     timer                 0.009 ms late, at worst 0.009 ms
               requests leave that late by themselves, half of them and the worst of
               100; it counts into latency and is told as schedule lag

      VERDICT  ok   (0 bad, 0 tight, 4 ok)

      not to be seen here
        open files of all, highest limit, local ports, ports in TIME_WAIT, accept
        queue, SYN queue, packet queue, connection tracking, other work, frequency
        governor, CPU quota, stolen time, memory, swap, clock source
    "##);
}

#[test]
fn limits_of_each_verdict() {
    use Verdict::{Bad, Ok, Tight};
    for (path, name, cases) in [
        (
            "/proc/sys/net/ipv4/ip_local_port_range",
            "local ports",
            &[("1024 65535", Ok), ("32768 60999", Ok), ("40000 60000", Tight), ("60000 60999", Bad)][..],
        ),
        ("/proc/sys/net/core/somaxconn", "accept queue", &[("1024", Ok), ("128", Tight), ("64", Bad)]),
        ("/proc/sys/net/ipv4/tcp_max_syn_backlog", "SYN queue", &[("512", Ok), ("128", Tight), ("16", Bad)]),
        ("/proc/net/softnet_stat", "packet queue", &[("01 00 00", Ok), ("01 0a 00", Tight)]),
        (
            "/proc/sys/net/netfilter/nf_conntrack_count",
            "connection tracking",
            &[("0", Ok), ("215000", Tight), ("260000", Bad)],
        ),
        ("/proc/loadavg", "other work", &[("4.0 0 0", Ok), ("7.9 0 0", Tight), ("8.1 0 0", Bad)]),
        (
            "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
            "frequency governor",
            &[("performance", Ok), ("schedutil", Tight), ("powersave", Bad)],
        ),
        (
            "/proc/stat",
            "stolen time",
            &[
                ("cpu  50 0 0 49 0 0 0 1 0 0", Ok),
                ("cpu  50 0 0 46 0 0 0 4 0 0", Tight),
                ("cpu  50 0 0 40 0 0 0 10 0 0", Bad),
            ],
        ),
        (
            "/proc/meminfo",
            "memory",
            &[
                ("MemAvailable: 600000 kB", Ok),
                ("MemAvailable: 100000 kB", Tight),
                ("MemAvailable: 60000 kB", Bad),
            ],
        ),
        ("/proc/sys/fs/nr_open", "highest limit", &[("1048576", Ok), ("10000", Tight), ("1024", Bad)]),
    ] {
        for (text, expected) in cases {
            let check = check(&usual_but(&[(path, text)]), name).unwrap();
            assert_eq!(check.verdict, *expected, "{name}: {text}: {}", check.means);
            let helped = check.verdict == Ok || unhelped(name) || !check.apply.is_empty();
            assert!(helped, "{name}: {text}: what would help?");
            assert!(check.verdict > Ok || check.apply.is_empty(), "{name}: {text}");
        }
    }
}

#[test]
fn clocks_are_bad_that_are_slow_and_not_those_that_are_unknown() {
    let source = |name: &str, nanos| {
        let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        let clock_cost = Some(Duration::from_nanos(nanos));
        check(&Readings { clock_cost, ..usual_but(&[(path, name)]) }, "clock source").unwrap()
    };
    let verdicts = [source("kvm-clock", 900), source("riscv_clocksource", 40), source("acpi_pm", 900)];
    assert_eq!(verdicts.each_ref().map(|it| it.verdict), [Verdict::Ok, Verdict::Ok, Verdict::Bad]);
    assert_eq!(verdicts[2].apply.len(), 1, "the processor's own is offered");
}

#[test]
fn ports_that_closed_connections_hold() {
    let reuse = "/proc/sys/net/ipv4/tcp_tw_reuse";
    let told = |value| told_of(reuse, value, "ports in TIME_WAIT");
    assert!(
        told("2")
            .1
            .contains("to a target on another machine 28,232 ports / 60 s = at most 470 new connections/s")
    );
    assert!(told("0").1.contains(": 28,232 ports / 60 s = at most 470 new connections/s"), "{:?}", told("0"));
    assert_eq!([told("0").0, told("1").0, told("2").0], [Verdict::Tight, Verdict::Ok, Verdict::Tight]);
    let full = usual_but(&[("/proc/net/sockstat", "TCP: tw 20000")]);
    assert_eq!(check(&full, "ports in TIME_WAIT").unwrap().verdict, Verdict::Bad);
    // Without timestamps no port is used again sooner.
    let plain = usual_but(&[(reuse, "1"), ("/proc/sys/net/ipv4/tcp_timestamps", "0")]);
    let fixes = check(&plain, "ports in TIME_WAIT").unwrap().apply;
    assert!(fixes.contains(&Fix::sysctl("net.ipv4.tcp_timestamps", 1)), "{fixes:?}");
}

#[test]
fn quotas_of_both_versions_of_control_groups() {
    let old = |quota: &str| Group {
        cpu_quota: Some(format!("{quota}\n")),
        cpu_period: Some("100000\n".to_owned()),
        cpu_stat: Some("nr_periods 10\nnr_throttled 0\nthrottled_time 0\n".to_owned()),
        memory_limit: Some("9223372036854771712\n".to_owned()),
        ..Group::default()
    };
    let told = |groups: Vec<Group>| {
        let check = check(&Readings { groups, ..usual_but(&[]) }, "CPU quota").unwrap();
        (check.verdict, check.seen)
    };
    let processors = |many: &str| format!("{many} processors");
    assert_eq!(told(vec![old("-1")]), (Verdict::Ok, "none".to_owned()));
    assert_eq!(told(vec![old("-1"), old("400000"), old("200000")]), (Verdict::Tight, processors("2.0")));
    assert_eq!(told(vec![old("50000")]), (Verdict::Bad, processors("0.5")));
    assert_eq!(old("-1").memory(), None, "no limit by another name");
    let limited = Group {
        memory_max: Some("1000\n".to_owned()),
        memory_used: Some("400\n".to_owned()),
        ..Group::default()
    };
    assert_eq!(limited.memory(), Some((1000, 400)));
}

#[test]
fn files_that_hold_something_else_are_not_looked_at() {
    for (path, _) in USUAL {
        for text in [
            "",
            "x",
            "-1",
            "99999999999999999999 7",
            "1 x",
            "cpu",
            "18446744073709551615 18446744073709551615",
        ] {
            // No panic, and a verdict on the rest.
            let diagnosis = judge(&usual_but(&[(path, text)]));
            assert!(diagnosis.count(Verdict::Ok) > 5, "{path}: {text}");
        }
    }
}
