//! What it costs to know when the next user is due.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use loadgen_engine::arrivals::{Arrivals, Segment, total};
use loadgen_scenario::plan::{Pattern, Phase};
use std::hint::black_box;
use std::time::Duration;

fn arrivals(criterion: &mut Criterion) {
    let patterns = [
        ("constant", Pattern::Rate { from: 1_000.0, to: 1_000.0 }),
        ("ramp", Pattern::Rate { from: 0.0, to: 2_000.0 }),
        ("count", Pattern::Count(10_000)),
        ("poisson", Pattern::Poisson { from: 1_000.0, to: 1_000.0, seed: 1 }),
    ];
    let mut group = criterion.benchmark_group("arrivals");
    for (name, arrivals) in patterns {
        let phases =
            [Phase { name: None, duration: Duration::from_secs(10), arrivals, max_users: None, label: None }];
        group.throughput(Throughput::Elements(total(&phases)));
        group.bench_function(name, |bencher| {
            bencher.iter(|| Arrivals::new(black_box(&phases), Segment { index: 0, of: 1 }).count());
        });
    }
    group.finish();
}

criterion_group!(benches, arrivals);
criterion_main!(benches);
