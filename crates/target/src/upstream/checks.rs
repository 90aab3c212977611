//! Looks at the peers' health again and again, so that most requests never meet a peer that is down.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};

use super::Users;

/// Looks at each peer's `/health` until the set is dropped. Must be called in a tokio runtime.
pub(crate) fn watch(users: &Arc<Users>) -> JoinSet<()> {
    let mut checks = JoinSet::new();
    for peer in 0..users.peers() {
        let users = Arc::clone(users);
        checks.spawn(async move {
            let every = users.check_every();
            let mut ticks = tokio::time::interval_at(Instant::now() + every, every);
            // A look that took long is no reason for several at once.
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                users.look(peer).await;
            }
        });
    }
    checks
}
