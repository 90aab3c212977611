//! What it costs to record a request, with one series and with many.

use criterion::{Criterion, criterion_group, criterion_main};
use loadgen_metrics::{Moment, Outcome, Recorder, Sample, SeriesId, Shape};
use std::hint::black_box;

/// A request number `index`, each a millisecond after the one before.
fn sample(index: u64, series: u32) -> Sample {
    let at = |micros: u64| Moment::from_nanos((index * 1_000 + micros) * 1_000);
    Sample {
        series: SeriesId(series),
        due: at(0),
        sent: at(10),
        written: Some(at(30)),
        first_byte: Some(at(500 + index % 1_000)),
        done: at(520 + index % 1_000),
        setup: None,
        outcome: Outcome::Answered { status: 200 },
        bytes_in: 34,
        bytes_out: 120,
        trace: None,
    }
}

fn recorder(criterion: &mut Criterion) {
    for series in [1_u32, 1_000] {
        let mut recorder = Recorder::new(Shape { scenarios: 1, series: series as usize });
        let mut index = 0;
        criterion.bench_function(&format!("recorder/a request, {series} series"), |bencher| {
            bencher.iter(|| {
                // A minute of requests, again and again: what is kept for each second stays small.
                index = (index + 1) % 60_000;
                let sample = sample(index, (index % u64::from(series)) as u32);
                recorder.request_started(sample.series, sample.sent);
                recorder.record(black_box(&sample));
            });
        });
        drop(recorder.take());
    }
}

criterion_group!(benches, recorder);
criterion_main!(benches);
