//! What makes a run invalid or degraded, and what does not.

use crate::run::*;
use loadgen_metrics::{ErrorKind, Sample, ScenarioId, SeriesId, Snapshot};
use loadgen_report::{
    Evidence, ResourcePoint, Resources, Room, Standstill, State, Validity, Warning, assess,
};
use std::time::Duration;

/// `created` users, and requests that were late by each of `lags`.
fn late(lags: &[Duration]) -> Snapshot {
    let mut recorder = recorder();
    recorder.user_created(ScenarioId(0), ms(0));
    for &lag in lags {
        recorder.record(&late_one(lag, Duration::from_secs(1)));
    }
    recorder.take()
}

#[test]
fn a_hiccup_among_few_values_is_no_lateness() {
    let (good, bad) = (Duration::from_micros(50), Duration::from_millis(40));
    let judge = |lags: &[Duration]| judged(&late(lags), |evidence| evidence.scheduled = 1).warnings;
    let of_lateness =
        |warning: &Warning| matches!(warning, Warning::LateArrivals { .. } | Warning::LagNearLatency { .. });
    assert!(!judge(&[vec![good; 50], vec![bad]].concat()).iter().any(of_lateness));
    let all = judge(&[bad; 50]);
    assert!(matches!(all[0], Warning::LateArrivals { percentile: 50, .. }), "{all:?}");
    assert!(all[0].to_string().contains("schedule lag p50"), "{}", all[0]);
    assert!(matches!(judge(&[bad; 100])[0], Warning::LateArrivals { percentile: 99, .. }));
}

/// `created` users, and 200 requests that were `lag` late and took `latency`.
fn snapshot(created: u64, lag: Duration, latency: Duration) -> Snapshot {
    let mut recorder = recorder();
    (0..created).for_each(|_| recorder.user_created(ScenarioId(0), ms(0)));
    for _ in 0..200 {
        recorder.record(&late_one(lag, latency));
    }
    recorder.take()
}

fn late_one(lag: Duration, latency: Duration) -> Sample {
    Sample {
        series: SeriesId(0),
        due: ms(0),
        sent: ms(0) + lag,
        written: None,
        first_byte: None,
        done: ms(0) + latency,
        setup: None,
        outcome: answered(200),
        bytes_in: 0,
        bytes_out: 0,
        trace: None,
    }
}

fn healthy(created: u64) -> Snapshot {
    snapshot(created, Duration::from_micros(50), Duration::from_millis(2))
}

const ROOM: Room = Room { descriptors: Some(64), ports: Some(28_232), addresses: 3, waiting: Some(7) };

fn judged(total: &Snapshot, change: impl FnOnce(&mut Evidence<'_>)) -> Validity {
    let mut evidence = Evidence {
        total,
        resources: &[],
        scheduled: 1000,
        passes: 0,
        users: 0,
        stopped: false,
        shards: 2,
        room: ROOM,
        still: None,
    };
    change(&mut evidence);
    assess(&evidence)
}

fn busy(seconds: u64, of: u64) -> Vec<ResourcePoint> {
    let used = |generator_cpu| Resources { generator_cpu, ..Resources::default() };
    (0..of)
        .map(|second| ResourcePoint { second, used: used(if second < seconds { 0.95 } else { 0.9 }) })
        .collect()
}

#[test]
fn a_run_without_doubts() {
    let validity = judged(&healthy(1000), |_| {});
    assert_eq!((validity.state, validity.warnings), (State::Valid, vec![]));
}

#[test]
fn a_busy_generator() {
    let total = healthy(1000);
    let over = judged(&total, |it| it.resources = busy(6, 100).leak());
    assert_eq!(over.warnings, [Warning::GeneratorSaturated { seconds: 6, of: 100 }]);
    assert_eq!(over.state, State::Invalid);
    assert_eq!(judged(&total, |it| it.resources = busy(5, 100).leak()).state, State::Valid);
    assert_eq!(
        judged(&total, |it| it.resources = busy(0, 3).leak()).state,
        State::Valid,
        "90 % is not over it"
    );
}

#[test]
fn one_busy_shard_of_several() {
    let used = Resources { generator_cpu: 0.5, busiest_shard: 0.97, ..Resources::default() };
    let seconds = [ResourcePoint { second: 0, used }];
    let validity = judged(&healthy(1000), |it| it.resources = seconds.to_vec().leak());
    assert_eq!(validity.warnings, [Warning::GeneratorSaturated { seconds: 1, of: 1 }]);
}

#[test]
fn arrivals_that_did_not_happen() {
    // created, stopped, what becomes of 1000 scheduled on two shards
    let table = [
        (1000, false, State::Valid),
        (990, false, State::Valid),
        (989, false, State::Invalid),
        (989, true, State::Valid),
        (987, true, State::Invalid),
    ];
    for (created, stopped, state) in table {
        let validity = judged(&healthy(created), |it| it.stopped = stopped);
        assert_eq!(validity.state, state, "{created} {stopped}");
    }
    let none_due = judged(&healthy(0), |it| it.scheduled = 0);
    assert_eq!(none_due.state, State::Valid);
}

#[test]
fn a_skipped_user_arrived_but_is_a_reservation() {
    let mut recorder = recorder();
    (0..600).for_each(|_| recorder.user_created(ScenarioId(0), ms(0)));
    (0..400).for_each(|_| recorder.user_skipped(ms(0)));
    let validity = judged(&recorder.take(), |_| {});
    assert_eq!(validity.state, State::Degraded);
    assert_eq!(validity.warnings, [Warning::UsersSkipped { count: 400, scheduled: 1000 }]);
}

#[test]
fn lateness() {
    // lag and latency in µs, the state
    let table = [
        (9_900, 500_000, State::Valid),
        (10_100, 500_000, State::Invalid),
        (1_500, 5_000, State::Degraded),
        (1_500, 50_000, State::Valid),
        (1_000, 2_000, State::Valid),
        (90, 100, State::Valid),
    ];
    for (lag, latency, state) in table {
        let total = snapshot(1000, Duration::from_micros(lag), Duration::from_micros(latency));
        let validity = judged(&total, |_| {});
        assert_eq!(validity.state, state, "{lag} {latency} {validity:?}");
    }
}

#[test]
fn exhausted_resources() {
    for (kind, warning) in [
        (
            ErrorKind::PortsExhausted,
            Warning::PortsExhausted { count: 2, ports: Some(28_232), addresses: 3, waiting: Some(7) },
        ),
        (ErrorKind::DescriptorsExhausted, Warning::DescriptorsExhausted { count: 2, limit: Some(64) }),
    ] {
        let (mut total, mut recorder) = (healthy(1000), recorder());
        (0..2).for_each(|at| error(&mut recorder, kind, ms(at)));
        total.merge(&recorder.take());
        let validity = judged(&total, |_| {});
        assert_eq!((validity.state, validity.warnings), (State::Invalid, vec![warning]));
    }
}

#[test]
fn a_generator_that_stood_still() {
    let still = |seconds, first| judged(&healthy(1000), |it| it.still = Some(Standstill { seconds, first }));
    let validity = still(21, 42);
    assert_eq!(validity.state, State::Degraded);
    insta::assert_snapshot!(validity.warnings[0], @"stood still for 21 s, first at 00:42: the generator recorded nothing while users were due");
    insta::assert_snapshot!(still(1, 0).warnings[0], @"stood still for 1 s, first at 00:00: the generator recorded nothing while users were due");
}

#[test]
fn few_samples_are_a_note_only() {
    let mut recorder = recorder();
    (0..99).for_each(|at| request(&mut recorder, 0, ms(at), Duration::from_millis(1), answered(200)));
    let validity = judged(&recorder.take(), |it| it.scheduled = 0);
    assert_eq!(validity.state, State::Valid);
    assert_eq!(validity.notes().collect::<Vec<_>>(), [Warning::TooFewSamples { count: 99 }]);
    assert_eq!(validity.reasons().count(), 0);
}

#[test]
fn the_worst_comes_first() {
    let mut total = snapshot(500, Duration::from_millis(2), Duration::from_millis(4));
    let mut recorder = recorder();
    recorder.user_skipped(ms(0));
    total.merge(&recorder.take());
    let validity = judged(&total, |_| {});
    let severities: Vec<_> = validity.warnings.iter().map(|warning| warning.severity()).collect();
    assert!(severities.is_sorted_by(|one, other| one >= other), "{severities:?}");
    assert_eq!((validity.state, validity.warnings.len()), (State::Invalid, 3));
}

#[test]
fn a_closed_loop_is_noted_and_hides_no_missed_arrivals() {
    // 1,000 were to come by the clock; 500 of them and 9,000 passes of a closed loop did.
    let total = healthy(9500);
    let closed = judged(&total, |it| (it.scheduled, it.passes, it.users) = (0, 9500, 64));
    assert_eq!((closed.state, closed.warnings), (State::Valid, vec![Warning::ClosedLoop { users: 64 }]));
    let mixed = judged(&total, |it| (it.passes, it.users) = (9000, 64));
    let missed = Warning::ArrivalsMissed { scheduled: 1000, achieved: 500 };
    assert_eq!(mixed.warnings, [missed, Warning::ClosedLoop { users: 64 }]);
    assert_eq!(mixed.state, State::Invalid);
    insta::assert_snapshot!(Warning::ClosedLoop { users: 64 }, @"the load was closed (up to 64 users at a time), so a target that slows down is asked less");
    insta::assert_snapshot!(Warning::ClosedLoop { users: 64 }.fix(), @"offer a rate (arrivalRate, --rate) to see how long those wait who come anyway");
}
