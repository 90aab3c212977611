//! `Group`: what a control group, of version 1 or 2, allows a process of CPU and memory.

/// The files of one group, as they are read. A process is in a group and in all that hold it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    /// Version 2: `max 100000`, `50000 100000`.
    pub(crate) cpu_max: Option<String>,
    /// Version 1: microseconds in each period, or -1; and how long that is.
    pub(crate) cpu_quota: Option<String>,
    pub(crate) cpu_period: Option<String>,
    /// Both: `nr_periods 7`, `nr_throttled 0` …
    pub(crate) cpu_stat: Option<String>,
    /// Version 2: bytes, or `max`.
    pub(crate) memory_max: Option<String>,
    /// Version 1: bytes, or a number beyond all memory.
    pub(crate) memory_limit: Option<String>,
    /// Either version: bytes in use.
    pub(crate) memory_used: Option<String>,
}

/// CPU time that a group has in each period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quota {
    /// In microseconds, of all processors together.
    pub(super) quota: u64,
    /// In microseconds.
    pub(super) period: u64,
    /// Periods so far in which there was something to do, and those of them in which it was used up.
    pub(super) periods: u64,
    pub(super) throttled: u64,
}

impl Quota {
    /// In processors.
    pub(super) fn processors(&self) -> f64 {
        self.quota as f64 / self.period.max(1) as f64
    }
}

impl Group {
    /// Its CPU quota, if it has one.
    pub(super) fn quota(&self) -> Option<Quota> {
        let (quota, period) = match &self.cpu_max {
            Some(text) => text.split_once(char::is_whitespace)?,
            None => (self.cpu_quota.as_deref()?, self.cpu_period.as_deref()?),
        };
        // `max` and -1 are no quota.
        let (quota, period) = (quota.trim().parse().ok()?, period.trim().parse().ok()?);
        let stat = |name: &str| {
            let lines = self.cpu_stat.as_deref().unwrap_or_default().lines();
            let mut values = lines.filter_map(|line| line.strip_prefix(name)?.trim().parse().ok());
            values.next().unwrap_or(0)
        };
        Some(Quota { quota, period, periods: stat("nr_periods "), throttled: stat("nr_throttled ") })
    }

    /// The memory that it may use and that it uses, in bytes, if it is limited.
    pub(super) fn memory(&self) -> Option<(u64, u64)> {
        let limit =
            self.memory_max.as_deref().or(self.memory_limit.as_deref())?.trim().parse::<u64>().ok()?;
        // Version 1 writes "no limit" as nearly 2^63.
        let used = self.memory_used.as_deref().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        (limit < 1 << 60).then_some((limit, used))
    }
}
