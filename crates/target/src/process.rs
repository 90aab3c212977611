//! What this process is and uses: its start, its version, memory and CPU time, read from the system when a scrape asks.
//!
//! Where the system does not tell (a platform that sysinfo does not know), the gauges stay 0.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus::{Counter, Gauge, IntGauge, IntGaugeVec, Opts, Registry};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::time::Instant;

use crate::observation::ReadHeap;

/// The shortest span that a share of CPU is computed over. The system counts in ticks of 10 ms, so that two scrapers
/// who happen to ask one after the other would otherwise read 0 or 300 %.
const SHORTEST_SPAN: Duration = Duration::from_millis(250);

pub(crate) struct ProcessMetrics {
    reader: Mutex<Reader>,
    memory: IntGauge,
    /// The same by the name that Prometheus' client libraries give it.
    resident: IntGauge,
    cpu_percent: Gauge,
    cpu_seconds: Counter,
    heap: Option<(ReadHeap, IntGauge)>,
}

struct Reader {
    system: System,
    /// When the share of CPU was last computed, and what had been used by then.
    since: Instant,
    used: Duration,
}

impl ProcessMetrics {
    /// `heap` is what reads the allocator, where there is one that tells.
    pub(crate) fn new(registry: &Registry, heap: Option<ReadHeap>) -> Result<Self, prometheus::Error> {
        let memory = IntGauge::new("memory_usage_bytes", "Resident memory of this process, in bytes.")?;
        let resident =
            IntGauge::new("process_resident_memory_bytes", "Resident memory of this process, in bytes.")?;
        let cpu_percent = Gauge::new(
            "cpu_usage_percent",
            "CPU time used since the scrape before, in percent of one core: 100 is one core kept busy, 200 two.",
        )?;
        let cpu_seconds = Counter::new(
            "process_cpu_seconds_total",
            "CPU time used, user and system, since the process started, in seconds.",
        )?;
        let started = IntGauge::new(
            "process_start_time_seconds",
            "When the process started, in seconds of Unix time.",
        )?;
        let build = IntGaugeVec::new(
            Opts::new("loadgen_build_info", "Always 1; the version is in the label."),
            &["version"],
        )?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        registry.register(Box::new(memory.clone()))?;
        registry.register(Box::new(resident.clone()))?;
        registry.register(Box::new(cpu_percent.clone()))?;
        registry.register(Box::new(cpu_seconds.clone()))?;
        registry.register(Box::new(started.clone()))?;
        registry.register(Box::new(build))?;
        let heap = match heap {
            Some(read) => {
                let help = "Memory that the allocator has given out and not got back, in bytes.";
                let gauge = IntGauge::new("heap_size_bytes", help)?;
                registry.register(Box::new(gauge.clone()))?;
                Some((read, gauge))
            }
            None => None,
        };
        let mut reader = Reader { system: System::new(), since: Instant::now(), used: Duration::ZERO };
        // CPU use is a difference of two readings: this is the first of them.
        if let Some(reading) = reader.read() {
            reader.used = reading.used;
            started.set(i64::try_from(reading.started).unwrap_or(i64::MAX));
        }
        Ok(Self { reader: Mutex::new(reader), memory, resident, cpu_percent, cpu_seconds, heap })
    }

    /// Reads the system and sets the gauges; some 100 µs.
    pub(crate) fn refresh(&self) {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, gauge)) = &self.heap
            && let Some(heap) = read()
        {
            gauge.set(i64::try_from(heap.allocated).unwrap_or(i64::MAX));
        }
        let Some(Reading { memory, used, .. }) = reader.read() else { return };
        let memory = i64::try_from(memory).unwrap_or(i64::MAX);
        self.memory.set(memory);
        self.resident.set(memory);
        // A counter of prometheus grows by steps, and takes no negative one.
        self.cpu_seconds.inc_by((used.as_secs_f64() - self.cpu_seconds.get()).max(0.0));
        let now = Instant::now();
        if let Some(percent) = share(used.saturating_sub(reader.used), now - reader.since) {
            self.cpu_percent.set(percent);
            (reader.since, reader.used) = (now, used);
        }
    }
}

/// What the system says of this process.
struct Reading {
    /// Resident, in bytes.
    memory: u64,
    /// CPU time since the process started.
    used: Duration,
    /// When it started, in seconds of Unix time.
    started: u64,
}

impl Reader {
    fn read(&mut self) -> Option<Reading> {
        let pid = Pid::from_u32(std::process::id());
        let what = ProcessRefreshKind::nothing().without_tasks().with_memory().with_cpu();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
        let process = self.system.process(pid)?;
        let used = Duration::from_millis(process.accumulated_cpu_time());
        Some(Reading { memory: process.memory(), used, started: process.start_time() })
    }
}

/// The share of one core in percent, if the span is long enough to tell.
fn share(used: Duration, span: Duration) -> Option<f64> {
    (span >= SHORTEST_SPAN).then(|| 100.0 * used.as_secs_f64() / span.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_of_a_core() {
        let seconds = Duration::from_secs;
        assert_eq!(share(seconds(3), seconds(2)), Some(150.0));
        assert_eq!(share(Duration::ZERO, seconds(1)), Some(0.0));
        assert_eq!(share(Duration::from_millis(10), Duration::from_millis(2)), None);
    }
}
