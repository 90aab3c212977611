//! What of its own working a server tells, beyond the figures that are always there.

use crate::trace::Traces;

/// What is observed; nothing of it by default, and what is not asked for costs nothing.
#[derive(Debug, Clone, Default)]
pub struct Observation {
    /// Whether each request is told as a `tracing` event of level info and target [`ACCESS_LOG`].
    pub access_log: bool,
    /// Who may ask `/debug/flamegraph` and `/debug/heap`.
    pub debug: DebugAccess,
    /// Reads what the program's allocator has given out, where the program has one that tells.
    pub heap: Option<ReadHeap>,
    /// Where spans go.
    pub traces: Option<Traces>,
}

/// The target of the access log's events, by which they can be let through or held back.
pub const ACCESS_LOG: &str = "loadgen_target::access";

/// Who may ask the debug endpoints: what they tell helps an attacker too, and a profile costs CPU time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DebugAccess {
    /// Nobody: the endpoints are not there.
    #[default]
    Off,
    /// Peers on the loopback interface; others get 403.
    Loopback,
    /// Whoever reaches the server.
    Anyone,
}

/// Asks the allocator; nothing if it would not say.
pub type ReadHeap = fn() -> Option<Heap>;

/// What an allocator says of its heap; all in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heap {
    /// Given out to the program and not yet returned.
    pub allocated: u64,
    /// In pages of which at least a part is given out.
    pub active: u64,
    /// Held for the allocator's own records.
    pub metadata: u64,
    /// In physical memory.
    pub resident: u64,
    /// In address ranges taken from the system and in use.
    pub mapped: u64,
    /// In address ranges kept for later, most of them without physical memory.
    pub retained: u64,
}
