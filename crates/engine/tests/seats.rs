//! How many users a closed loop keeps running, by arithmetic and by property.

use loadgen_engine::arrivals::{Segment, end};
use loadgen_engine::seats::{Seat, most, seats};
use loadgen_metrics::Moment;
use loadgen_scenario::plan::{Pattern, Phase};
use proptest::prelude::*;
use std::time::Duration;

fn phase(seconds: f64, arrivals: Pattern) -> Phase {
    Phase { name: None, duration: Duration::from_secs_f64(seconds), arrivals, max_users: None, label: None }
}

fn users(from: u64, to: u64) -> Pattern {
    Pattern::Users { from, to }
}

/// Each seat's number and spans in milliseconds.
fn spans_ms(phases: &[Phase]) -> Vec<(u64, Vec<(u64, u64)>)> {
    let ms = |moment: Moment| moment.as_nanos() / 1_000_000;
    let spans = |seat: &Seat| seat.spans.iter().map(|span| (ms(span.from), ms(span.to))).collect();
    seats(phases, Segment::WHOLE).iter().map(|seat| (seat.index, spans(seat))).collect()
}

#[test]
fn a_constant_number_opens_all_seats_for_the_whole_phase() {
    assert_eq!(spans_ms(&[phase(2.0, users(2, 2))]), [(0, vec![(0, 2000)]), (1, vec![(0, 2000)])]);
    assert_eq!(spans_ms(&[phase(2.0, users(0, 0))]), []);
}

#[test]
fn a_ramp_opens_and_closes_seats_where_its_line_rounds() {
    // 1 → 4 in 3 s: n(t) = 1 + t, which is 1.5, 2.5, 3.5 at 0.5, 1.5, 2.5 s.
    let up = [(0, vec![(0, 3000)]), (1, vec![(500, 3000)]), (2, vec![(1500, 3000)]), (3, vec![(2500, 3000)])];
    assert_eq!(spans_ms(&[phase(3.0, users(1, 4))]), up);
    // 3 → 1 in 2 s: n(t) = 3 − t, which is 2.5 at 0.5 and 1.5 at 1.5 s.
    let down = [(0, vec![(0, 2000)]), (1, vec![(0, 1500)]), (2, vec![(0, 500)])];
    assert_eq!(spans_ms(&[phase(2.0, users(3, 1))]), down);
}

#[test]
fn seats_that_two_phases_have_in_common_stay_open() {
    let phases = [phase(1.0, users(1, 1)), phase(1.0, users(2, 2)), phase(1.0, users(1, 1))];
    assert_eq!(spans_ms(&phases), [(0, vec![(0, 3000)]), (1, vec![(1000, 2000)])]);
    let phases = [
        phase(1.0, users(1, 1)),
        phase(1.0, Pattern::Count(9)),
        phase(0.5, Pattern::Pause),
        phase(1.0, users(2, 0)),
    ];
    // 2 → 0 in 1 s: n(t) = 2 − 2t, which is 1.5 at 0.25 and 0.5 at 0.75 s.
    assert_eq!(spans_ms(&phases), [(0, vec![(0, 1000), (2500, 3250)]), (1, vec![(2500, 2750)])]);
}

fn any_phase() -> impl Strategy<Value = Phase> {
    let arrivals = prop_oneof![
        Just(Pattern::Pause),
        (0u64..50).prop_map(Pattern::Count),
        (0u64..40, 0u64..40).prop_map(|(from, to)| users(from, to)),
        (0u64..40).prop_map(|both| users(both, both)),
    ];
    (0.01..3.0f64, arrivals).prop_map(|(seconds, arrivals)| phase(seconds, arrivals))
}

proptest! {
    #[test]
    fn as_many_seats_are_open_as_the_line_says(
        phases in prop::collection::vec(any_phase(), 1..5),
        which in 0usize..5,
        share in 0.0..1.0f64,
    ) {
        let which = which % phases.len();
        let at = end(&phases[..which]) + phases[which].duration.mul_f64(share);
        let all = seats(&phases, Segment::WHOLE);
        let open = all.iter().filter(|seat| seat.spans.iter().any(|span| span.from <= at && at < span.to)).count();
        let line = match phases[which].arrivals {
            Pattern::Users { from, to } => from as f64 + (to as f64 - from as f64) * share,
            _ => 0.0,
        };
        // A half may fall either way, by the last digit of a moment.
        prop_assert!((open as f64 - line).abs() <= 0.5 + 1e-5, "{open} of {line}");
        for seat in &all {
            prop_assert!(seat.index < most(&phases));
            prop_assert!(seat.spans.iter().all(|span| span.from < span.to));
            prop_assert!(seat.spans.windows(2).all(|pair| pair[0].to < pair[1].from));
        }
        prop_assert!(all.windows(2).all(|pair| pair[0].spans[0].from <= pair[1].spans[0].from));
    }

    #[test]
    fn segments_together_are_the_whole_and_share_it_evenly(
        phases in prop::collection::vec(any_phase(), 1..4),
        of in 1u64..7,
    ) {
        let by_index = |mut seats: Vec<Seat>| {
            seats.sort_by_key(|seat| seat.index);
            seats
        };
        let parts: Vec<Vec<Seat>> = (0..of).map(|index| seats(&phases, Segment { index, of })).collect();
        let (least, most) = (parts.iter().map(Vec::len).min(), parts.iter().map(Vec::len).max());
        prop_assert!(most <= least.map(|least| least + 1));
        prop_assert_eq!(by_index(parts.concat()), by_index(seats(&phases, Segment::WHOLE)));
    }
}
