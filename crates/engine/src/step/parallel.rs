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
    let shared = Shared {
        connections: RefCell::new(free),
        places: RefCell::new(vec![user.ready; parallel.limit.min(parallel.steps.len())]),
    };
    let (ended, result) = {
        let branches = parallel.steps.iter().map(|step| branch(user, step, &shared));
        let ended = stream::iter(branches).buffer_unordered(parallel.limit);
        let both = |(last, result): Ended, (ended, played): Ended| {
            std::future::ready((last.max(ended), result.and(played)))
        };
        ended.fold((user.ready, Ok(())), both).await
    };
    // A failed user is ready too: whoever takes its place in a closed loop was not due before.
    user.ready = ended;
    let mut free = shared.connections.into_inner();
    if let Some(connection) = free.pop() {
        user.connection = connection;
    }
    user.spare = free;
    result
}

/// What the branches have in common beside their session.
struct Shared<C> {
    /// Connections that none of them uses.
    connections: RefCell<Vec<C>>,
    /// Since when places are free. A branch that has to wait for one is due when it comes free.
    places: RefCell<Vec<Moment>>,
}

/// When a branch was done, and whether all went well.
type Ended = (Moment, Result<(), Failed>);

/// A branch: boxed, as it may hold another `parallel`.
fn branch<'b, T: Transport>(
    user: &'b User<T>,
    step: &'b Step,
    shared: &'b Shared<T::Connection>,
) -> Pin<Box<dyn Future<Output = Ended> + 'b>> {
    Box::pin(async move {
        let due = shared.places.borrow_mut().pop().unwrap_or(user.ready);
        if user.session.borrow().failed {
            return (due, Err(Failed));
        }
        let connection = shared.connections.borrow_mut().pop();
        let connection = connection.unwrap_or_else(|| user.shard.transport.beside(&user.connection));
        let mut branch = user.branch(connection);
        branch.ready = due;
        let played = branch.play(std::slice::from_ref(step)).await;
        if played.is_err() {
            branch.session.borrow_mut().failed = true;
        }
        shared.places.borrow_mut().push(branch.ready);
        let mut free = shared.connections.borrow_mut();
        free.extend(std::mem::take(&mut branch.spare));
        free.push(branch.connection);
        (branch.ready, played)
    })
}
