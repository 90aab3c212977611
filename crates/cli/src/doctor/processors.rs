//! Processors: how many there are, how fast they may be, and who takes them away.

use super::readings::Readings;
use super::{Check, Fix, Verdict, little};
use loadgen_report::number::count;

const GOVERNOR: &str = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
const DRIVER: &str = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver";
const LOAD: &str = "/proc/loadavg";
const STAT: &str = "/proc/stat";
pub(super) const PATHS: [&str; 4] = [GOVERNOR, DRIVER, LOAD, STAT];

pub(super) fn look(readings: &Readings) -> Vec<(&'static str, Option<Check>)> {
    vec![
        ("processors", Some(number(readings))),
        ("other work", load(readings)),
        ("frequency governor", governor(readings)),
        ("CPU quota", quota(readings)),
        ("stolen time", steal(readings)),
    ]
}

fn number(readings: &Readings) -> Check {
    match readings.processors {
        0 | 1 => Check::new(
            Verdict::Tight,
            "1",
            "the load, the system's part of it and all else take turns: what waits for its turn shows as schedule lag",
        ),
        many => {
            let means =
                format!("a thread of the load for each of {many}; a target on this machine shares them");
            Check::new(Verdict::Ok, many.to_string(), means)
        }
    }
}

fn load(readings: &Readings) -> Option<Check> {
    let load: f64 = readings.text(LOAD)?.split_whitespace().next()?.parse().ok()?;
    let share = load / readings.processors.max(1) as f64;
    let means = if share <= 0.5 {
        "little runs beside a load test"
    } else {
        "what runs already takes processors away from the load: end it, or its hiccups are measured too"
    };
    let whose = if readings.processors == 1 {
        "one processor".to_owned()
    } else {
        format!("{} processors", readings.processors)
    };
    let seen = format!("{load:.1} ready to run of late, for {whose}");
    Some(Check::new(little(share, 0.5, 1.0), seen, means))
}

fn governor(readings: &Readings) -> Option<Check> {
    let Some(governor) = readings.text(GOVERNOR) else {
        let means = "the machine has none, or its host decides";
        return readings.is_linux.then(|| Check::new(Verdict::Ok, "none", means));
    };
    if governor == "performance" {
        return Some(Check::new(Verdict::Ok, governor, "processors do not slow down between requests"));
    }
    // With drivers whose processors choose by themselves, `powersave` is what most have.
    let chooses = readings.text(DRIVER).is_some_and(|it| it.contains("pstate"));
    let verdict = if governor == "powersave" && !chooses { Verdict::Bad } else { Verdict::Tight };
    let means = "a processor that slept is slow at first: at low rates each request is measured some tens of µs \
                 longer than at high ones, and the same load costs more CPU";
    let all = "/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor";
    let fix = Fix::Command(format!("echo performance | tee {all}"));
    Some(Check::new(verdict, governor, means).or([fix]))
}

fn quota(readings: &Readings) -> Option<Check> {
    if !readings.is_linux {
        return None;
    }
    let quotas = readings.groups.iter().filter_map(super::cgroup::Group::quota);
    let Some(quota) = quotas.min_by(|one, other| one.processors().total_cmp(&other.processors())) else {
        return Some(Check::new(Verdict::Ok, "none", "no control group limits the CPU"));
    };
    let processors = quota.processors();
    let (ms, each) = (quota.quota as f64 / 1e3, quota.period as f64 / 1e3);
    // Used up at once by all processors that the process sees.
    let pause = each - ms / readings.processors.max(1) as f64;
    let share = quota.throttled as f64 / quota.periods.max(1) as f64;
    let mut means = format!(
        "{ms:.0} ms in each {each:.0} ms: once they are used up all threads stand still, for up to {:.0} ms, and that is \
         measured as latency; docker's --cpus or Kubernetes' limits.cpu sets them",
        pause.max(0.0)
    );
    if quota.throttled > 0 {
        let [seen, of] = [quota.throttled, quota.periods].map(count);
        means.push_str(&format!("; it has happened in {seen} of {of} periods"));
    }
    let verdict = if processors < 1.0 || share > 0.05 { Verdict::Bad } else { Verdict::Tight };
    Some(Check::new(verdict, format!("{processors:.1} processors"), means))
}

fn steal(readings: &Readings) -> Option<Check> {
    let line = readings.text(STAT)?.lines().find_map(|line| line.strip_prefix("cpu "))?;
    // user nice system idle iowait irq softirq steal; what follows is part of the first two.
    let times: Vec<u64> = line.split_whitespace().take(8).filter_map(|it| it.parse().ok()).collect();
    let (steal, all) = (*times.get(7)?, times.iter().fold(1_u64, |all, time| all.saturating_add(*time)));
    let share = steal as f64 / all as f64;
    let means = if share <= 0.01 {
        "the machine's host, if there is one, takes next to nothing away"
    } else {
        "the host gives the processors to others: the load stands still meanwhile, and that is measured as latency"
    };
    let seen = format!("{:.1} % since the machine was started", share * 100.0);
    Some(Check::new(little(share, 0.01, 0.05), seen, means))
}
