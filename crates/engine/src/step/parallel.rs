//! `parallel`: branches side by side, on one session.
//!
//! A branch is a user of its own in all but its variables: it has its own connection, since HTTP/1.1 carries one
//! request at a time. The first takes the user's; those of the others are kept for the next `parallel`. Artillery has
//! one connection for all of them, so that branches wait for each other; loadgen does not copy that. Over HTTP/2 they
//! do share one, whose streams do not wait.

use crate::transport::Transport;
use crate::user::{Failed, User};
use futures_util::stream::{self, StreamExt};
use loadgen_metrics::Moment;
use loadgen_scenario::plan::{Parallel, Step};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;

/// Runs the branches, no more than the limit at a time. After the first error no step begins any more, but what has
/// begun is brought to its end: a request that was sent is counted with its answer.
pub(crate) async fn perform<T: Transport>(user: &mut User<T>, parallel: &Parallel) -> Result<(), Failed> {
    let mut free = std::mem::take(&mut user.spare);
    // What stands in for the user's connection meanwhile is what branches share theirs with.
    let beside = user.shard.transport.beside(&user.connection);
    free.push(std::mem::replace(&mut user.connection, beside));
    let free = RefCell::new(free);
    let ready = user.ready;
    let ended = {
        let branches = parallel.steps.iter().map(|step| branch(user, step, &free));
        let ended = stream::iter(branches).buffer_unordered(parallel.limit);
        let later = |last: Result<Moment, Failed>, ended| {
            std::future::ready(last.and_then(|last| Ok(last.max(ended?))))
        };
        ended.fold(Ok(ready), later).await?
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
) -> Pin<Box<dyn Future<Output = Result<Moment, Failed>> + 'b>> {
    Box::pin(async move {
        if user.session.borrow().failed {
            return Err(Failed);
        }
        let connection = free.borrow_mut().pop();
        let connection = connection.unwrap_or_else(|| user.shard.transport.beside(&user.connection));
        let mut branch = user.branch(connection);
        let played = branch.play(std::slice::from_ref(step)).await;
        if played.is_err() {
            branch.session.borrow_mut().failed = true;
        }
        played?;
        let (ready, spare) = (branch.ready, std::mem::take(&mut branch.spare));
        let mut free = free.borrow_mut();
        free.extend(spare);
        free.push(branch.connection);
        Ok(ready)
    })
}
