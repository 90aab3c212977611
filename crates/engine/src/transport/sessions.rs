//! `Sessions`: the TLS sessions that a user can resume, so that its next connection needs no whole handshake.
//!
//! They are the user's own, as a browser's are: users who shared them would spare the target most of the work that as
//! many people make. Those who share a pool's connections share its sessions too.

use super::Fault;
use super::http::Settings;
use super::manner::Manner;
use rustls::client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, NamedGroup};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_rustls::TlsConnector;

/// Targets of which one user keeps a session. rustls' own store makes room for many more beforehand.
const TARGETS: usize = 8;

/// A user's TLS clients, one for each manner, each with the sessions that it keeps.
#[derive(Default)]
pub(super) struct Sessions(RefCell<Vec<(Manner, TlsConnector)>>);

impl Sessions {
    /// The client for requests of that manner.
    pub(super) fn client(&self, settings: &Settings, manner: Manner) -> Result<TlsConnector, Fault> {
        let common = settings.tls(manner)?;
        if !settings.resumes(manner) {
            return Ok(common.into());
        }
        let mut known = self.0.borrow_mut();
        if let Some((_, client)) = known.iter().find(|(its, _)| *its == manner) {
            return Ok(client.clone());
        }
        let mut config = ClientConfig::clone(&common);
        config.resumption = Resumption::store(Arc::new(Store::default()));
        let client = TlsConnector::from(Arc::new(config));
        known.push((manner, client.clone()));
        Ok(client)
    }
}

/// The last session with each target.
#[derive(Debug, Default)]
struct Store(Mutex<Vec<Kept>>);

/// What is kept of a target.
#[derive(Debug)]
struct Kept {
    target: ServerName<'static>,
    group: Option<NamedGroup>,
    tls12: Option<Tls12ClientSessionValue>,
    tls13: Option<Tls13ClientSessionValue>,
}

impl Store {
    fn all(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something of a target that is known.
    fn get<T>(&self, target: &ServerName<'_>, of: impl FnOnce(&mut Kept) -> Option<T>) -> Option<T> {
        self.all().iter_mut().find(|kept| kept.target == *target).and_then(of)
    }

    /// Keeps something of a target, which takes the place of the one that was met first if there are too many.
    fn set(&self, target: ServerName<'static>, what: impl FnOnce(&mut Kept)) {
        let mut all = self.all();
        let place = all.iter().position(|kept| kept.target == target).unwrap_or_else(|| {
            if all.len() == TARGETS {
                all.remove(0);
            }
            all.reserve_exact(1);
            all.push(Kept { target, group: None, tls12: None, tls13: None });
            all.len() - 1
        });
        what(&mut all[place]);
    }
}

impl ClientSessionStore for Store {
    fn set_kx_hint(&self, target: ServerName<'static>, group: NamedGroup) {
        self.set(target, |kept| kept.group = Some(group));
    }

    fn kx_hint(&self, target: &ServerName<'_>) -> Option<NamedGroup> {
        self.get(target, |kept| kept.group)
    }

    fn set_tls12_session(&self, target: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.set(target, |kept| kept.tls12 = Some(value));
    }

    fn tls12_session(&self, target: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.get(target, |kept| kept.tls12.clone())
    }

    fn remove_tls12_session(&self, target: &ServerName<'static>) {
        self.get(target, |kept| kept.tls12.take());
    }

    fn insert_tls13_ticket(&self, target: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.set(target, |kept| kept.tls13 = Some(value));
    }

    fn take_tls13_ticket(&self, target: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.get(target, |kept| kept.tls13.take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_keeps_something_of_so_many_targets() {
        let store = Store::default();
        let target = |number: usize| ServerName::try_from(format!("t{number}.test")).unwrap();
        for number in 0..TARGETS + 2 {
            store.set_kx_hint(target(number), NamedGroup::X25519);
        }
        store.set_kx_hint(target(5), NamedGroup::secp256r1);
        let known = |number| store.kx_hint(&target(number));
        assert_eq!((known(1), known(2)), (None, Some(NamedGroup::X25519)));
        assert_eq!((known(5), known(9)), (Some(NamedGroup::secp256r1), Some(NamedGroup::X25519)));
        assert_eq!(store.all().len(), TARGETS);
    }
}
