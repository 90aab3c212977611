//! The schedule, by arithmetic and by property.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use loadgen_engine::arrivals::{Arrival, Arrivals, Segment, count, due_before, end, total};
use loadgen_metrics::Moment;
use loadgen_scenario::plan::{Pattern, Phase};
use proptest::prelude::*;
use std::time::Duration;

fn phase(seconds: f64, arrivals: Pattern) -> Phase {
    Phase { name: None, duration: Duration::from_secs_f64(seconds), arrivals, max_users: None, label: None }
}

fn rate(from: f64, to: f64) -> Pattern {
    Pattern::Rate { from, to }
}

fn due_ms(phases: &[Phase]) -> Vec<f64> {
    Arrivals::new(phases, Segment::WHOLE).map(|arrival| arrival.due.as_nanos() as f64 / 1e6).collect()
}

#[test]
fn a_constant_rate_puts_arrival_k_at_k_over_rate() {
    // 4/s for 2 s: N = 8; k / 4 s.
    assert_eq!(
        due_ms(&[phase(2.0, rate(4.0, 4.0))]),
        [0.0, 250.0, 500.0, 750.0, 1000.0, 1250.0, 1500.0, 1750.0]
    );
    // A rate that does not divide a second is exact to the nanosecond: 3/s, k / 3 s.
    assert_eq!(due_ms(&[phase(1.0, rate(3.0, 3.0))]), [0.0, 333.333333, 666.666667]);
    // A rate below one: 0.5/s for 6 s is 3 users, each 2 s apart.
    assert_eq!(due_ms(&[phase(6.0, rate(0.5, 0.5))]), [0.0, 2000.0, 4000.0]);
}

#[test]
fn a_ramp_inverts_the_integral_of_its_rate() {
    // 0 → 8/s in 4 s: N(t) = t², N(4) = 16, arrival k at √k s.
    let due = due_ms(&[phase(4.0, rate(0.0, 8.0))]);
    assert_eq!(due.len(), 16);
    for (k, ms) in due.iter().enumerate() {
        assert!((ms - (k as f64).sqrt() * 1e3).abs() < 1e-6, "arrival {k} at {ms} ms");
    }
    // 8 → 0/s in 4 s: N(t) = 8t − t², arrival k at 4 − √(16 − k) s.
    let due = due_ms(&[phase(4.0, rate(8.0, 0.0))]);
    assert_eq!(due.len(), 16);
    for (k, ms) in due.iter().enumerate() {
        assert!((ms - (4.0 - (16.0 - k as f64).sqrt()) * 1e3).abs() < 1e-6, "arrival {k} at {ms} ms");
    }
}

#[test]
fn the_number_of_arrivals_is_the_integral_rounded() {
    let table = [
        (10.0, rate(30.0, 30.0), 300),   // where Artillery makes 303
        (1.0, rate(333.0, 333.0), 333),  // where Artillery makes 333 of 1,000 ms / 3 ms ticks
        (2.0, rate(5.0, 10.0), 15),      // 2 · 7.5
        (2.0, rate(6.0, 1.0), 7),        // 2 · 3.5
        (1.0, rate(1.0, 5.0), 3),        // 1 · 3
        (1.0, rate(3.0, 10.0), 7),       // 1 · 6.5, a half goes up
        (1.0, rate(0.4, 0.4), 0),        // 0.4
        (0.1, Pattern::Count(1), 1),     //
        (1.0, Pattern::Count(300), 300), // where Artillery makes 333
        (60.0, rate(20_000.0, 20_000.0), 1_200_000),
        (5.0, Pattern::Pause, 0),
    ];
    for (seconds, arrivals, expected) in table {
        let phase = phase(seconds, arrivals);
        assert_eq!(count(&phase), expected, "{phase:?}");
        assert_eq!(Arrivals::new(&[phase], Segment::WHOLE).count() as u64, expected);
    }
}

#[test]
fn a_count_is_spread_evenly() {
    assert_eq!(due_ms(&[phase(1.0, Pattern::Count(4))]), [0.0, 250.0, 500.0, 750.0]);
}

#[test]
fn phases_follow_one_another() {
    let phases = [
        phase(1.0, rate(2.0, 2.0)),
        phase(2.5, Pattern::Pause),
        phase(1.0, Pattern::Count(2)),
        phase(1.0, rate(1.0, 1.0)),
    ];
    assert_eq!(due_ms(&phases), [0.0, 500.0, 3500.0, 4000.0, 4500.0]);
    assert_eq!(end(&phases).as_secs_f64(), 5.5);
    assert_eq!(total(&phases), 5);
    let numbered: Vec<_> =
        Arrivals::new(&phases, Segment::WHOLE).map(|arrival| (arrival.index, arrival.phase)).collect();
    assert_eq!(numbered, [(0, 0), (1, 0), (2, 2), (3, 2), (4, 3)]);
}

#[test]
fn due_before_counts_up_to_a_moment() {
    let phases = [phase(1.0, rate(2.0, 2.0)), phase(1.0, Pattern::Count(4))];
    let at = |ms: u64| due_before(&phases, Moment::START + Duration::from_millis(ms));
    assert_eq!([at(0), at(1), at(500), at(501), at(1000), at(1001), at(9000)], [0, 1, 1, 2, 2, 3, 6]);
}

fn any_phase() -> impl Strategy<Value = Phase> {
    let arrivals = prop_oneof![
        Just(Pattern::Pause),
        (0u64..200).prop_map(Pattern::Count),
        (0.0..200.0f64, 0.0..200.0f64).prop_map(|(from, to)| rate(from, to)),
        (0.0..200.0f64).prop_map(|both| rate(both, both)),
    ];
    (0.01..3.0f64, arrivals).prop_map(|(seconds, arrivals)| phase(seconds, arrivals))
}

proptest! {
    #[test]
    fn the_schedule_is_complete_ordered_and_within_its_phases(phases in prop::collection::vec(any_phase(), 1..5)) {
        let all: Vec<Arrival> = Arrivals::new(&phases, Segment::WHOLE).collect();
        prop_assert_eq!(all.len() as u64, total(&phases));
        for (index, pair) in all.windows(2).enumerate() {
            prop_assert!(pair[0].due <= pair[1].due);
            prop_assert_eq!(pair[0].index, index as u64);
        }
        for arrival in &all {
            let from = end(&phases[..arrival.phase]);
            let to = end(&phases[..=arrival.phase]);
            prop_assert!(from <= arrival.due && arrival.due <= to);
            prop_assert_eq!(due_before(&phases, arrival.due), all.iter().filter(|it| it.due < arrival.due).count() as u64);
        }
    }

    #[test]
    fn segments_together_are_the_schedule(phases in prop::collection::vec(any_phase(), 1..4), of in 1u64..7) {
        let whole: Vec<Arrival> = Arrivals::new(&phases, Segment::WHOLE).collect();
        let mut parts: Vec<Arrival> =
            (0..of).flat_map(|index| Arrivals::new(&phases, Segment { index, of })).collect();
        parts.sort_by_key(|arrival| arrival.index);
        prop_assert_eq!(parts, whole);
    }

    #[test]
    fn the_rate_over_any_stretch_is_the_phases_rate(from in 1.0..500.0f64, to in 1.0..500.0f64) {
        // By time t, N(t) = from·t + (to − from)·t²/(2D) should have arrived; the schedule is never off by more than one.
        let phases = [phase(2.0, rate(from, to))];
        for (k, arrival) in Arrivals::new(&phases, Segment::WHOLE).enumerate() {
            let t = arrival.due.as_secs_f64();
            let wanted = from * t + (to - from) * t * t / 4.0;
            prop_assert!((wanted - k as f64).abs() < 1e-3, "{wanted} of {k}");
        }
    }
}
