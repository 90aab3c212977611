//! `Burner`: threads that keep processors busy for a while, no more of them than there are processors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use super::spec::Burn;

/// Steps between two looks at the clock; some microseconds.
const STEPS: u64 = 10_000;

pub(super) struct Burner {
    most: usize,
    burning: Arc<AtomicUsize>,
    /// Set to end all that burn; then another takes its place.
    stop: Mutex<Arc<AtomicBool>>,
}

/// A place among the threads, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Burner {
    pub(super) fn new(most: usize) -> Self {
        Self { most, burning: Arc::default(), stop: Mutex::default() }
    }

    /// Starts threads, as many as there are places for.
    pub(super) fn burn(&self, Burn { threads, time }: Burn) {
        let end = Instant::now() + time;
        for _ in 0..threads {
            let Some(place) = self.place() else { return };
            let stop = Arc::clone(&self.stop.lock().unwrap_or_else(PoisonError::into_inner));
            // A system without another thread to give is under load enough.
            let _ = std::thread::Builder::new().name("burn".into()).spawn(move || {
                let _place = place;
                while !stop.load(Ordering::Relaxed) && Instant::now() < end {
                    std::hint::black_box(
                        (0..STEPS).fold(0_u64, |sum, step| std::hint::black_box(sum ^ step)),
                    );
                }
            });
        }
    }

    pub(super) fn burning(&self) -> usize {
        self.burning.load(Ordering::Relaxed)
    }

    /// Ends all that burn, soon.
    pub(super) fn stop(&self) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *stop).store(true, Ordering::Relaxed);
    }

    fn place(&self) -> Option<Place> {
        let one_more = |burning| (burning < self.most).then_some(burning + 1);
        self.burning.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        Some(Place(Arc::clone(&self.burning)))
    }
}

impl Drop for Burner {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn no_more_than_there_are_places_and_until_told() {
        let burner = Burner::new(2);
        burner.burn(Burn { threads: 1, time: Duration::from_secs(60) });
        assert_eq!(burner.burning(), 1);
        burner.burn(Burn { threads: 2, time: Duration::from_secs(60) });
        assert_eq!(burner.burning(), 2);
        burner.stop();
        while burner.burning() > 0 {
            std::thread::yield_now();
        }
        // What starts after a stop burns again, and ends by itself.
        burner.burn(Burn { threads: 1, time: Duration::from_millis(1) });
        while burner.burning() > 0 {
            std::thread::yield_now();
        }
    }
}
