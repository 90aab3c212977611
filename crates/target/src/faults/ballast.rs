//! `Ballast`: memory that is held for a while, and no more of it than a ceiling.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

use super::spec::Hold;

/// What each hold counts as at least, in bytes: it has a task of its own, which a byte does not show.
const LEAST: u64 = 4096;

pub(super) struct Ballast {
    most: u64,
    held: Arc<AtomicU64>,
    /// Told when all is to be given back; gone when the service is.
    release: watch::Sender<()>,
}

/// A part of the ceiling, given back when dropped.
struct Share {
    held: Arc<AtomicU64>,
    bytes: u64,
}

impl Ballast {
    pub(super) fn new(most: u64) -> Self {
        Self { most, held: Arc::default(), release: watch::Sender::new(()) }
    }

    /// Holds so much more from now on, unless that would be more than the ceiling: then nothing more is held.
    pub(super) fn hold(&self, Hold { bytes, time }: Hold) {
        let Some(share) = self.reserve(bytes.max(LEAST)) else { return };
        let mut released = self.release.subscribe();
        tokio::spawn(async move {
            // Touching a gigabyte takes a third of a second, too long for a thread that serves others.
            let block =
                tokio::task::spawn_blocking(move || fill(share.bytes).map(|block| (block, share))).await;
            tokio::select! {
                () = tokio::time::sleep(time) => {}
                _ = released.changed() => {}
            }
            drop(block);
        });
    }

    pub(super) fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// Gives back everything, soon.
    pub(super) fn release(&self) {
        self.release.send_replace(());
    }

    fn reserve(&self, bytes: u64) -> Option<Share> {
        let more = |held: u64| held.checked_add(bytes).filter(|sum| *sum <= self.most);
        self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        Some(Share { held: Arc::clone(&self.held), bytes })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// So many bytes, each written, for memory that is only promised costs nothing. `None` if the system has none.
fn fill(bytes: u64) -> Option<Vec<u8>> {
    let bytes = usize::try_from(bytes).ok()?;
    let mut block = Vec::new();
    block.try_reserve_exact(bytes).ok()?;
    block.resize(bytes, 1);
    Some(block)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn up_to_the_ceiling_and_back() {
        let ballast = Ballast::new(10_000);
        let hold = |bytes, ms| ballast.hold(Hold { bytes, time: Duration::from_millis(ms) });
        hold(5_000, 600_000);
        hold(5_001, 600_000);
        assert_eq!(ballast.held(), 5_000, "10,001 would be too much");
        hold(1, 1);
        assert_eq!(ballast.held(), 5_000 + LEAST, "a byte needs more than a byte");
        while ballast.held() > 5_000 {
            tokio::task::yield_now().await;
        }
        ballast.release();
        while ballast.held() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn memory_that_there_is_not_is_no_panic() {
        assert_eq!(fill(u64::MAX), None);
        assert_eq!(fill(3), Some(vec![1, 1, 1]));
    }
}
