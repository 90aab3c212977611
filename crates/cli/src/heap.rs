//! What the allocator has given out: told where loadgen was built with the feature `heap`, which takes jemalloc as the
//! allocator of the whole program. The system's own tells nothing without unsafe code.

use loadgen_target::ReadHeap;

/// Reads the allocator, where there is one that tells.
#[cfg(feature = "heap")]
pub(crate) const READ: Option<ReadHeap> = Some(jemalloc::read);
/// Reads the allocator, where there is one that tells.
#[cfg(not(feature = "heap"))]
pub(crate) const READ: Option<ReadHeap> = None;

#[cfg(feature = "heap")]
mod jemalloc {
    //! The allocator of the program, and its figures.

    use loadgen_target::Heap;
    use tikv_jemalloc_ctl::{epoch, stats};

    #[global_allocator]
    static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

    /// The figures are gathered when the epoch is advanced: some microseconds, at each scrape.
    pub(super) fn read() -> Option<Heap> {
        epoch::advance().ok()?;
        let bytes =
            |figure: tikv_jemalloc_ctl::Result<usize>| Some(u64::try_from(figure.ok()?).unwrap_or(u64::MAX));
        Some(Heap {
            allocated: bytes(stats::allocated::read())?,
            active: bytes(stats::active::read())?,
            metadata: bytes(stats::metadata::read())?,
            resident: bytes(stats::resident::read())?,
            mapped: bytes(stats::mapped::read())?,
            retained: bytes(stats::retained::read())?,
        })
    }
}
