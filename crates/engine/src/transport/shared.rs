//! `Shared`: the HTTP/2 connections of one user, over which the branches of a `parallel` send side by side, or of a pool.

use super::Fault;
use super::connect::Link;
use super::manner::Manner;
use super::mux::Mux;
use loadgen_metrics::Setup;
use loadgen_scenario::url::Origin;
use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use tokio::sync::Mutex;

/// HTTP/2 connections, one for each origin and manner.
#[derive(Default)]
pub(super) struct Shared(RefCell<Vec<Place>>);

/// Where a connection is kept. The lock is held while one is opened, so that all branches wait for it.
struct Place {
    origin: Origin,
    manner: Manner,
    mux: Rc<Mutex<Option<Mux>>>,
}

impl Shared {
    /// The connection there. Where there is none that can take a request, `open` gives one, and what it took.
    /// Where the target speaks HTTP/1.1 alone, that one is the caller's own.
    pub(super) async fn link(
        &self,
        origin: &Origin,
        manner: Manner,
        open: impl Future<Output = Result<(Link, Setup), Fault>>,
    ) -> Result<(Link, Option<Box<Setup>>), Fault> {
        let place = self.place(origin, manner);
        let mut known = place.lock().await;
        if let Some(mux) = known.as_ref().filter(|mux| mux.is_usable()) {
            return Ok((Link::over(mux.clone(), origin, manner), None));
        }
        // The one before is closed even if there will be no other.
        *known = None;
        let (link, setup) = open.await?;
        *known = link.mux().cloned();
        Ok((link, Some(Box::new(setup))))
    }

    /// Keeps a connection that is open, where there is none of its kind yet. Elsewhere it is one too many.
    pub(super) fn adopt(&self, origin: &Origin, manner: Manner, mux: &Mux) {
        let place = self.place(origin, manner);
        // Where one is being opened, there is none missing.
        if let Ok(mut known) = place.try_lock()
            && known.as_ref().is_none_or(|mux| !mux.is_usable())
        {
            *known = Some(mux.clone());
        }
    }

    fn place(&self, origin: &Origin, manner: Manner) -> Rc<Mutex<Option<Mux>>> {
        let mut places = self.0.borrow_mut();
        let known = places.iter().find(|place| place.origin == *origin && place.manner == manner);
        if let Some(place) = known {
            return Rc::clone(&place.mux);
        }
        let mux = Rc::default();
        places.push(Place { origin: origin.clone(), manner, mux: Rc::clone(&mux) });
        mux
    }
}
