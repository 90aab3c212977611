//! What this process uses: memory and CPU time, read from the system when a scrape asks.
//!
//! Where the system does not tell (a platform that sysinfo does not know), the gauges stay 0.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus::{Counter, Gauge, IntGauge, Registry};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::time::Instant;

/// The shortest span that a share of CPU is computed over. The system counts in ticks of 10 ms, so that two scrapers
/// who happen to ask one after the other would otherwise read 0 or 300 %.
const SHORTEST_SPAN: Duration = Duration::from_millis(250);

pub(crate) struct ProcessMetrics {
    reader: Mutex<Reader>,
    memory: IntGauge,
    cpu_percent: Gauge,
    cpu_seconds: Counter,
}

struct Reader {
    system: System,
    /// When the share of CPU was last computed, and what had been used by then.
    since: Instant,
    used: Duration,
}

impl ProcessMetrics {
    pub(crate) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let memory = IntGauge::new("memory_usage_bytes", "Resident memory of this process.")?;
        let cpu_percent =
            Gauge::new("cpu_usage_percent", "CPU used since the scrape before; 100 is one core kept busy.")?;
        let cpu_seconds =
            Counter::new("process_cpu_seconds_total", "CPU time used, user and system, since the start.")?;
        registry.register(Box::new(memory.clone()))?;
        registry.register(Box::new(cpu_percent.clone()))?;
        registry.register(Box::new(cpu_seconds.clone()))?;
        let mut reader = Reader { system: System::new(), since: Instant::now(), used: Duration::ZERO };
        // CPU use is a difference of two readings: this is the first of them.
        if let Some((_, used)) = reader.read() {
            reader.used = used;
        }
        Ok(Self { reader: Mutex::new(reader), memory, cpu_percent, cpu_seconds })
    }

    /// Reads the system and sets the gauges; some 100 µs.
    pub(crate) fn refresh(&self) {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((memory, used)) = reader.read() else { return };
        self.memory.set(i64::try_from(memory).unwrap_or(i64::MAX));
        // A counter of prometheus grows by steps, and takes no negative one.
        self.cpu_seconds.inc_by((used.as_secs_f64() - self.cpu_seconds.get()).max(0.0));
        let now = Instant::now();
        if let Some(percent) = share(used.saturating_sub(reader.used), now - reader.since) {
            self.cpu_percent.set(percent);
            (reader.since, reader.used) = (now, used);
        }
    }
}

impl Reader {
    /// Resident memory in bytes, and CPU time since the process started.
    fn read(&mut self) -> Option<(u64, Duration)> {
        let pid = Pid::from_u32(std::process::id());
        let what = ProcessRefreshKind::nothing().without_tasks().with_memory().with_cpu();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
        let process = self.system.process(pid)?;
        Some((process.memory(), Duration::from_millis(process.accumulated_cpu_time())))
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
