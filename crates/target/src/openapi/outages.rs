//! 503: what an operation answers while something that it needs is away.

use utoipa::openapi::HeaderBuilder;
use utoipa::openapi::path::Paths;

use super::parts::{answer, operations, reference, whole};
use crate::config::{Config, Service};
use crate::store::Store;

/// Where the configuration and the store make it possible.
pub(super) fn add<S: Store>(paths: &mut Paths, config: &Config) {
    let asks_users = config.service == Service::Orders && config.users.is_some();
    for (path, operation) in operations(paths) {
        let stored = path == "/health" || path.starts_with("/users") || path.starts_with("/orders");
        let database = S::CAN_BE_AWAY && stored;
        let users = asks_users && operation.operation_id.as_deref() == Some("createOrder");
        let description = match (database, users) {
            (false, false) => continue,
            (true, false) => "The database is away, or too busy.",
            (false, true) => "The user-service cannot be asked.",
            (true, true) => "The user-service cannot be asked, or the database is away or too busy.",
        };
        let seconds = HeaderBuilder::new().schema(Some(whole(1, 3600)));
        let seconds = seconds.description(Some("When it is worth asking again, in seconds.")).build();
        let answer = answer(description, reference("Problem")).header("Retry-After", seconds).build();
        operation.responses.responses.insert("503".to_owned(), answer.into());
    }
}
