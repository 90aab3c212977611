//! The clock that everything is measured by, and the timer that requests are sent by.

use super::readings::Readings;
use super::{Check, Verdict, little};
use loadgen_report::number::{Unit, measured};
use std::time::Duration;

const SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
const OTHERS: &str = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
pub(super) const PATHS: [&str; 2] = [SOURCE, OTHERS];

/// Those that are read without asking the kernel.
const FAST: [&str; 4] = ["tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page"];

/// What one look at the clock may take; and what is too much, even if few requests are sent.
const CHEAP: Duration = Duration::from_nanos(150);
const DEAR: Duration = Duration::from_nanos(600);

pub(super) fn look(readings: &Readings) -> Vec<(&'static str, Option<Check>)> {
    vec![
        ("clock source", source(readings)),
        ("reading the clock", cost(readings)),
        ("timer", timer(readings)),
    ]
}

fn source(readings: &Readings) -> Option<Check> {
    let source = readings.text(SOURCE)?;
    if FAST.contains(&source) {
        return Some(Check::new(Verdict::Ok, source, "it is read without a system call"));
    }
    if readings.clock_cost.is_some_and(|cost| cost <= CHEAP) {
        return Some(Check::new(Verdict::Ok, source, "not one of the usual, but it is read as fast"));
    }
    let better = readings.text(OTHERS).unwrap_or_default().split_whitespace().find(|it| FAST.contains(it));
    let means = "each look at it is a system call or a slow device, at least four for each request; the kernel \
                 mistrusts the processor's own counter, or the host does not offer it";
    let fix = better.map(|better| super::Fix::Command(format!("echo {better} > {SOURCE}")));
    Some(Check::new(Verdict::Bad, source, means).or(fix))
}

fn cost(readings: &Readings) -> Option<Check> {
    let cost = readings.clock_cost?;
    let nanos = cost.as_secs_f64() * 1e9;
    let means = format!("at least four times for each request: {:.1} µs of its cost", nanos * 4.0 / 1e3);
    Some(Check::new(little(cost, CHEAP, DEAR), format!("{nanos:.0} ns"), means))
}

fn timer(readings: &Readings) -> Option<Check> {
    let mut late = readings.lateness.clone();
    late.sort();
    let (middle, last) = (*late.get(late.len() / 2)?, *late.last()?);
    let millis = |time: Duration| measured(time.as_secs_f64() * 1e3, Unit::Millis);
    let us = Duration::from_micros;
    let verdict = little(middle, us(100), us(1_000)).max(little(last, us(5_000), us(50_000)));
    let means = format!(
        "requests leave that late by themselves, half of them and the worst of {}; it counts into latency and is told \
         as schedule lag",
        late.len()
    );
    let seen = format!("{} late, at worst {}", millis(middle), millis(last));
    Some(Check::new(verdict, seen, means))
}
