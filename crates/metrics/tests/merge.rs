//! `Snapshot::merge` is associative and commutative, has a neutral element and loses nothing: shards, seconds and
//! machines may be added up in any order.

use loadgen_metrics::{
    ErrorKind, ErrorSample, Histogram, Moment, Outcome, Recorder, Sample, Satisfaction, ScenarioId, SeriesId,
    Setup, Shape, Snapshot, TraceId,
};
use proptest::prelude::*;
use std::time::Duration;

const SCENARIOS: u32 = 2;
const SERIES: u32 = 3;

/// One thing that a shard may tell its recorder.
#[derive(Clone, Debug)]
enum Event {
    Created(u32),
    Completed(u32, u64),
    Failed(u32),
    Interrupted(u32),
    Skipped,
    Request(Box<Sample>),
    Error(ErrorKind, String),
    Expectation(Option<u32>, bool),
    Satisfaction(u64),
    ServerTime(u32, Option<u64>),
}

fn duration() -> impl Strategy<Value = u64> {
    // From a microsecond to some minutes, small ones as often as large ones.
    (0u32..38).prop_flat_map(|bits| 0..=(1u64 << bits))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let error = prop::sample::select(ErrorKind::ALL);
    (0..4u8, 100..600u16, error).prop_map(|(which, status, error)| match which {
        0 => Outcome::Answered { status },
        1 => Outcome::Rejected { status, error },
        2 => Outcome::Broken { status, error },
        _ => Outcome::Failed { error },
    })
}

fn request() -> impl Strategy<Value = Event> {
    (
        0..SERIES,
        outcome(),
        [duration(), duration(), duration(), duration(), duration()],
        any::<bool>(),
        0..9999u64,
    )
        .prop_map(|(series, outcome, [due, lag, write, wait, download], connects, bytes)| {
            let after = |moment: Moment, nanos| moment + Duration::from_nanos(nanos);
            let due = Moment::from_nanos(due);
            let sent = after(due, lag);
            let written = after(sent, write);
            let first_byte = after(written, wait);
            let tcp = Some(Duration::from_nanos(write));
            Event::Request(Box::new(Sample {
                series: SeriesId(series),
                due,
                sent,
                written: Some(written),
                first_byte: outcome.status().map(|_| first_byte),
                done: after(first_byte, download),
                setup: connects.then_some(Setup { tcp, ..Setup::default() }),
                outcome,
                bytes_in: bytes,
                bytes_out: bytes / 3,
                trace: (bytes % 2 == 0).then_some(TraceId([1; 16])),
            }))
        })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => (0..SCENARIOS).prop_map(Event::Created),
        1 => (0..SCENARIOS, duration()).prop_map(|(scenario, length)| Event::Completed(scenario, length)),
        1 => (0..SCENARIOS).prop_map(Event::Failed),
        1 => (0..SCENARIOS).prop_map(Event::Interrupted),
        1 => Just(Event::Skipped),
        5 => request(),
        2 => (prop::sample::select(ErrorKind::ALL), "[a-c]{0,2}").prop_map(|(kind, detail)| Event::Error(kind, detail)),
        1 => (prop::option::of(0..3u32), any::<bool>()).prop_map(|(kind, ok)| Event::Expectation(kind, ok)),
        1 => (0..10u64).prop_map(Event::Satisfaction),
        1 => (0..SERIES, prop::option::of(duration())).prop_map(|(series, time)| Event::ServerTime(series, time)),
    ]
}

fn events() -> impl Strategy<Value = Vec<(Moment, Event)>> {
    prop::collection::vec((duration().prop_map(Moment::from_nanos), event()), 0..30)
}

fn tell(recorder: &mut Recorder, (at, event): &(Moment, Event)) {
    let at = *at;
    match event {
        Event::Created(scenario) => recorder.user_created(ScenarioId(*scenario), at),
        Event::Completed(scenario, length) => {
            recorder.user_completed(ScenarioId(*scenario), at, Duration::from_nanos(*length));
        }
        Event::Failed(scenario) => recorder.user_failed(ScenarioId(*scenario), at),
        Event::Interrupted(scenario) => recorder.user_interrupted(ScenarioId(*scenario), at),
        Event::Skipped => recorder.user_skipped(at),
        Event::Request(sample) => {
            recorder.request_started(sample.series, sample.sent);
            recorder.record(sample);
            recorder.example(sample, || "/".to_owned());
            if sample.outcome.status() == Some(503) {
                recorder.server_error(|| ErrorSample { at: sample.done, ..ErrorSample::default() });
            }
            // Some of them: histograms cost time to compare.
            if sample.bytes_in % 4 == 0 {
                recorder.endpoint(if sample.bytes_in % 8 == 0 { "/even" } else { "/odd" }, sample);
            }
        }
        Event::Expectation(kind, ok) => {
            // All are alike: which one of several is kept is asked of errors.
            let sample = || ErrorSample {
                at: Moment::START,
                method: String::new(),
                url: String::new(),
                detail: String::new(),
                ..ErrorSample::default()
            };
            match kind {
                Some(kind) => recorder.expectation(*kind, *ok, at, sample),
                None => recorder.header_expectation("header a values equals", *ok, at, sample),
            }
        }
        Event::Satisfaction(time) => {
            recorder.satisfaction(Satisfaction::of(Duration::from_secs(*time), Duration::from_secs(1)));
        }
        Event::ServerTime(series, time) => {
            let time = time.map(Duration::from_nanos);
            recorder.server_time(SeriesId(*series), time);
            recorder.endpoint_server_time("/even", time);
        }
        Event::Error(kind, detail) => recorder.error(*kind, at, || ErrorSample {
            at,
            method: "GET".into(),
            url: "http://a/".into(),
            detail: detail.clone(),
            ..ErrorSample::default()
        }),
    }
}

/// What a shard that lived through these events hands over.
fn snapshot(events: &[(Moment, Event)]) -> Snapshot {
    let mut recorder = Recorder::new(Shape { scenarios: SCENARIOS as usize, series: SERIES as usize });
    events.iter().for_each(|event| tell(&mut recorder, event));
    recorder.take()
}

fn sum(a: &Snapshot, b: &Snapshot) -> Snapshot {
    let mut all = a.clone();
    all.merge(b);
    all
}

/// The samples of errors depend on which came first to its own recorder; everything else does not.
fn without_samples(mut snapshot: Snapshot) -> Snapshot {
    snapshot.errors.values_mut().for_each(|tally| tally.sample = None);
    snapshot.server_error = None;
    snapshot
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn commutative(a in events(), b in events()) {
        let (a, b) = (snapshot(&a), snapshot(&b));
        prop_assert_eq!(sum(&a, &b), sum(&b, &a));
    }

    #[test]
    fn associative(a in events(), b in events(), c in events()) {
        let (a, b, c) = (snapshot(&a), snapshot(&b), snapshot(&c));
        prop_assert_eq!(sum(&sum(&a, &b), &c), sum(&a, &sum(&b, &c)));
    }

    #[test]
    fn the_default_is_neutral(a in events()) {
        let a = snapshot(&a);
        prop_assert_eq!(&sum(&a, &Snapshot::default()), &a);
        prop_assert_eq!(&sum(&Snapshot::default(), &a), &a);
    }

    /// However events are dealt out to shards, the sum is what one shard would have seen: each histogram too, to the
    /// last count.
    #[test]
    fn nothing_is_lost(dealt in prop::collection::vec((0..3usize, (duration().prop_map(Moment::from_nanos), event())), 0..60)) {
        let all: Vec<_> = dealt.iter().map(|(_, event)| event.clone()).collect();
        let shard = |index: usize| {
            let own: Vec<_> = dealt.iter().filter(|(shard, _)| *shard == index).map(|(_, event)| event.clone()).collect();
            snapshot(&own)
        };
        let merged = sum(&sum(&shard(0), &shard(1)), &shard(2));
        prop_assert_eq!(without_samples(merged), without_samples(snapshot(&all)));
    }

    #[test]
    fn merged_histograms_are_exact(a in prop::collection::vec(duration(), 0..40), b in prop::collection::vec(duration(), 0..40)) {
        let of = |nanos: &[u64]| {
            let mut histogram = Histogram::new();
            nanos.iter().for_each(|&value| histogram.record(Duration::from_nanos(value)));
            histogram
        };
        let mut merged = of(&a);
        merged.merge(&of(&b));
        let together = of(&[a, b].concat());
        prop_assert_eq!(&merged, &together);
        for q in [0.0, 0.25, 0.5, 0.9, 0.99, 1.0] {
            prop_assert_eq!(merged.quantile(q), together.quantile(q));
        }
        prop_assert_eq!((merged.min(), merged.max(), merged.mean()), (together.min(), together.max(), together.mean()));
    }

    #[test]
    fn json_brings_the_same_back(a in events()) {
        let a = snapshot(&a);
        let text = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<Snapshot>(&text).unwrap(), a);
    }
}
