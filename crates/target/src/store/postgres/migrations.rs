//! The tables, made and brought up to date at each start.
//!
//! Migrations are numbered, applied once each, and never edited after a release: a change is a new one. All that are
//! missing go through in one transaction, under a lock, so that services which start at once do not collide and one
//! that fails leaves nothing half done.

use tokio_postgres::Client;

use super::failure::in_words;
use crate::config::Service;
use crate::database::{DatabaseError, DatabaseUrl};

struct Migration {
    number: i32,
    name: &'static str,
    sql: &'static str,
    /// Which services need it; one that is not needed may come later, when another service uses the same database.
    needed: fn(Service) -> bool,
}

const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "counts", sql: include_str!("migrations/1_counts.sql"), needed: |_| true },
    Migration {
        number: 2,
        name: "users",
        sql: include_str!("migrations/2_users.sql"),
        needed: Service::has_users,
    },
    Migration {
        number: 3,
        name: "orders",
        sql: include_str!("migrations/3_orders.sql"),
        needed: Service::has_orders,
    },
    Migration {
        number: 4,
        name: "orders_of_users",
        sql: include_str!("migrations/4_orders_of_users.sql"),
        needed: |service| service.has_users() && service.has_orders(),
    },
];

/// Begins: nobody else migrates until the transaction ends. The number of the lock is an arbitrary one of our own. What
/// may take long here is given longer than the statements of requests.
const BEGIN: &str = "
    SET LOCAL statement_timeout = '60s';
    SELECT pg_advisory_xact_lock(7146235904310288);
    CREATE TABLE IF NOT EXISTS schema_migrations (
        number integer PRIMARY KEY,
        name text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    );";

/// Why the tables are not there.
pub(super) enum Unmigrated {
    /// The connection broke: worth another try.
    Lost(tokio_postgres::Error),
    Failed(DatabaseError),
}

/// Applies what `service` needs and the database does not have.
pub(super) async fn migrate(
    client: &mut Client,
    service: Service,
    url: &DatabaseUrl,
) -> Result<(), Unmigrated> {
    let failed = |name| {
        move |error: tokio_postgres::Error| match error.as_db_error() {
            None => Unmigrated::Lost(error),
            Some(_) => Unmigrated::Failed(DatabaseError::Migration {
                url: url.clone(),
                name,
                cause: in_words(&error),
            }),
        }
    };
    let transaction = client.transaction().await.map_err(failed("list"))?;
    transaction.batch_execute(BEGIN).await.map_err(failed("list"))?;
    let rows =
        transaction.query("SELECT number FROM schema_migrations", &[]).await.map_err(failed("list"))?;
    let applied: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
    let known = MIGRATIONS.iter().map(|migration| migration.number).max().unwrap_or_default();
    if let Some(&number) = applied.iter().find(|&&number| number > known) {
        return Err(Unmigrated::Failed(DatabaseError::Later { url: url.clone(), number, known }));
    }
    for &Migration { number, name, sql, needed } in MIGRATIONS {
        if needed(service) && !applied.contains(&number) {
            transaction.batch_execute(sql).await.map_err(failed(name))?;
            let note = "INSERT INTO schema_migrations (number, name) VALUES ($1, $2)";
            transaction.execute(note, &[&number, &name]).await.map_err(failed(name))?;
        }
    }
    transaction.commit().await.map_err(failed("list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_up_by_one() {
        let numbers: Vec<_> = MIGRATIONS.iter().map(|migration| migration.number).collect();
        assert_eq!(numbers, (1..=MIGRATIONS.len() as i32).collect::<Vec<_>>());
    }
}
