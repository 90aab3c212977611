//! `parallel`: branches side by side, on one session.
//!
//! A branch is a user of its own in all but its variables: it has its own connection, since HTTP/1.1 carries one
//! request at a time. The first takes the user's; those of the others are kept for the next `parallel`. Artillery has
//! one connection for all of them, so that branches wait for each other; loadgen does not copy that.

use crate::transport::Transport;
use crate::user::{Failed, User};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use loadgen_scenario::plan::{Parallel, Step};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;

/// Runs the branches, no more than the limit at a time. The first error ends all of them.
pub(crate) async fn perform<T: Transport>(user: &mut User<T>, parallel: &Parallel) -> Result<(), Failed> {
    let mut free = std::mem::take(&mut user.spare);
    free.push(std::mem::replace(&mut user.connection, user.shard.transport.open()));
    let free = RefCell::new(free);
    let ready = user.ready;
    let ended = {
        let branches = parallel.steps.iter().map(|step| branch(user, step, &free));
        let ended = stream::iter(branches).buffer_unordered(parallel.limit);
        ended.try_fold(ready, |last, ended| std::future::ready(Ok(last.max(ended)))).await?
    };
    user.ready = ended;
    let mut free = free.into_inner();
    if let Some(connection) = free.pop() {
        user.connection = connection;
    }
    user.spare = free;
    Ok(())
}

/// A branch: boxed, as it may hold another `parallel`. Gives the moment at which it was done.
fn branch<'b, T: Transport>(
    user: &'b User<T>,
    step: &'b Step,
    free: &'b RefCell<Vec<T::Connection>>,
) -> Pin<Box<dyn Future<Output = Result<loadgen_metrics::Moment, Failed>> + 'b>> {
    Box::pin(async move {
        let connection = free.borrow_mut().pop().unwrap_or_else(|| user.shard.transport.open());
        let mut branch = user.branch(connection);
        branch.play(std::slice::from_ref(step)).await?;
        let (ready, spare) = (branch.ready, std::mem::take(&mut branch.spare));
        let mut free = free.borrow_mut();
        free.extend(spare);
        free.push(branch.connection);
        Ok(ready)
    })
}
