//! Records in PostgreSQL, up to a ceiling, with the same answers as memory gives.
//!
//! An operation takes a connection from the pool, asks, and gives it back, each within a limit of time: whatever the
//! database does, nobody waits for ever. What it does not do is an [`Outage`]; the next operation tries anew, so the
//! service comes back with its database.

mod failure;
mod figures;
mod migrations;
mod open;
mod query;
mod rows;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Client, Pool};
use prometheus::core::Collector;
use tokio::time::{Instant, timeout};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

pub(crate) use failure::Outage;
pub use open::Database;

use super::{Counts, Kind, Listed, Store, StoreError};
use crate::record::{Order, OrderChange, OrderDraft, Timestamp, User, UserChange, UserDraft};
use crate::request::Page;
use failure::Failure;
use figures::Figures;
use query::{ORDER_FOR_UPDATE, Query};

/// How much longer than the database's own limit an operation may take before its connection is given up. It is not
/// reached unless the database, or the way to it, is stuck.
const GRACE: Duration = Duration::from_secs(1);
/// How near to the ceiling creations queue up. Further away they need not know of each other: each sees what was
/// committed when it began, and no database has as many connections under way as would fill this.
const NEAR: i64 = 1_000;

type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

pub(crate) struct Postgres {
    pool: Pool,
    limit: Duration,
    ceiling: usize,
    figures: Figures,
}

impl Postgres {
    /// `ceiling` is how many records each collection may hold.
    pub(crate) fn new(database: Database, ceiling: usize) -> Result<Self, prometheus::Error> {
        let Database { pool, config } = database;
        Ok(Self { pool, limit: config.statement + GRACE, ceiling, figures: Figures::new()? })
    }

    async fn connection(&self, query: Query) -> Result<Client, StoreError> {
        self.pool.get().await.map_err(|error| {
            let outage = failure::no_connection(&error);
            self.figures.failed(query, outage);
            StoreError::Unavailable(outage)
        })
    }

    /// Does `work`, within the limit.
    async fn timed<T>(
        &self,
        query: Query,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let started = Instant::now();
        let done = timeout(self.limit, work).await.unwrap_or(Err(Failure::Late));
        self.figures.took(query, started.elapsed());
        done
    }

    /// Gives the connection back, and says what the client is told.
    fn end<T>(&self, query: Query, client: Client, done: Result<T, Failure>) -> Result<T, StoreError> {
        done.map_err(|failure| {
            if matches!(failure, Failure::Late) {
                // Nobody knows when its answer would come: it is closed instead.
                drop(Client::take(client));
            }
            let told = failure.told(query);
            if let StoreError::Unavailable(outage) = told {
                self.figures.failed(query, outage);
            }
            told
        })
    }

    /// An operation of one statement, and what is read from its rows.
    async fn ask<T>(
        &self,
        query: Query,
        params: Params<'_>,
        read: impl FnOnce(&[Row]) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let client = self.connection(query).await?;
        let done = self.timed(query, async { read(&rows(&client, query, params).await?) }).await;
        self.end(query, client, done)
    }

    /// The statement of a creation has the most records that may be there before it as its last parameter. It tells how
    /// many there were, and whether the record was made; where it was not, and there was room, something else of its
    /// kind stood in the way.
    async fn create(&self, query: Query, kind: Kind, params: Params<'_>) -> Result<bool, StoreError> {
        let ceiling = i64::try_from(self.ceiling).unwrap_or(i64::MAX);
        let far = ceiling.saturating_sub(NEAR);
        if far > 0 {
            let (kept, made) = self.ask(query, &[params, &[&far]].concat(), creation).await?;
            if made || kept < far {
                return Ok(made);
            }
        }
        let mut client = self.connection(query).await?;
        let work = async {
            let transaction = client.transaction().await?;
            // One creation after the other. Whoever has begun one or changes a record is waited for; reading goes on.
            let lock = match kind {
                Kind::User => "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE",
                Kind::Order => "LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE",
            };
            transaction.batch_execute(lock).await?;
            let statement = transaction.prepare_cached(query.sql()).await?;
            let made = creation(&transaction.query(&statement, &[params, &[&ceiling]].concat()).await?)?;
            transaction.commit().await?;
            Ok(made)
        };
        let done = self.timed(query, work).await;
        let (kept, made) = self.end(query, client, done)?;
        if kept < ceiling { Ok(made) } else { Err(StoreError::Full { kind, ceiling: self.ceiling }) }
    }
}

impl Store for Postgres {
    const NAME: &'static str = "postgresql";

    async fn create_user(&self, draft: UserDraft) -> Result<Arc<User>, StoreError> {
        let user = User::new(draft, Timestamp::now());
        let (key, at) = (user.email.to_lowercase(), user.created_at.moment());
        let params: Params<'_> = &[&user.id, &user.name, &user.email, &key, &at, &at];
        let made = self.create(Query::CreateUser, Kind::User, params).await?;
        if made { Ok(Arc::new(user)) } else { Err(StoreError::EmailTaken) }
    }

    async fn user(&self, id: Uuid) -> Result<Arc<User>, StoreError> {
        let found = self.ask(Query::User, &[&id], |rows| one(rows, rows::user)).await?;
        found.ok_or(StoreError::NotFound(Kind::User))
    }

    async fn users(&self, page: Page) -> Result<Listed<User>, StoreError> {
        let (skip, limit) = bounds(page);
        self.ask(Query::Users, &[&skip, &limit], |rows| list(rows, rows::user)).await
    }

    async fn change_user(&self, id: Uuid, change: UserChange) -> Result<Arc<User>, StoreError> {
        let UserChange { name, email } = change;
        let key = email.as_ref().map(|email| email.to_lowercase());
        let params: Params<'_> = &[&id, &name, &email, &key, &Timestamp::now().moment()];
        let changed = self.ask(Query::ChangeUser, params, |rows| one(rows, rows::user)).await?;
        changed.ok_or(StoreError::NotFound(Kind::User))
    }

    async fn delete_user(&self, id: Uuid) -> Result<(), StoreError> {
        let gone = self.ask(Query::DeleteUser, &[&id], |rows| Ok(rows.len())).await?;
        if gone > 0 { Ok(()) } else { Err(StoreError::NotFound(Kind::User)) }
    }

    async fn create_order(&self, draft: OrderDraft) -> Result<Arc<Order>, StoreError> {
        let order = Order::new(draft, Timestamp::now());
        let (items, total, at) = (rows::items(&order), rows::bigint(order.total), order.created_at.moment());
        let params: Params<'_> = &[&order.id, &order.user_id, &items, &total, &order.status.name(), &at, &at];
        self.create(Query::CreateOrder, Kind::Order, params).await?;
        Ok(Arc::new(order))
    }

    async fn order(&self, id: Uuid) -> Result<Arc<Order>, StoreError> {
        let found = self.ask(Query::Order, &[&id], |rows| one(rows, rows::order)).await?;
        found.ok_or(StoreError::NotFound(Kind::Order))
    }

    async fn orders(&self, page: Page) -> Result<Listed<Order>, StoreError> {
        let (skip, limit) = bounds(page);
        self.ask(Query::Orders, &[&skip, &limit], |rows| list(rows, rows::order)).await
    }

    async fn change_order(&self, id: Uuid, change: OrderChange) -> Result<Arc<Order>, StoreError> {
        let query = Query::ChangeOrder;
        let mut client = self.connection(query).await?;
        let work = async {
            let transaction = client.transaction().await?;
            let statement = transaction.prepare_cached(ORDER_FOR_UPDATE).await?;
            let found = transaction.query_opt(&statement, &[&id]).await?;
            let order = rows::order(&found.ok_or(StoreError::NotFound(Kind::Order))?, 0)?;
            let order = order.changed(change, Timestamp::now())?;
            let statement = transaction.prepare_cached(query.sql()).await?;
            let (items, total) = (rows::items(&order), rows::bigint(order.total));
            let params: Params<'_> = &[&id, &items, &total, &order.status.name(), &order.updated_at.moment()];
            transaction.execute(&statement, params).await?;
            transaction.commit().await?;
            Ok(Arc::new(order))
        };
        let done = self.timed(query, work).await;
        self.end(query, client, done)
    }

    async fn delete_order(&self, id: Uuid) -> Result<(), StoreError> {
        let gone = self.ask(Query::DeleteOrder, &[&id], |rows| Ok(rows.len())).await?;
        if gone > 0 { Ok(()) } else { Err(StoreError::NotFound(Kind::Order)) }
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        let read = |rows: &[Row]| {
            let row = rows.first().ok_or(Failure::Unreadable)?;
            Ok(Counts { users: rows::count(row, 0)?, orders: rows::count(row, 1)? })
        };
        self.ask(Query::Counts, &[], read).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.ask(Query::Ping, &[], |_| Ok(())).await
    }

    fn collectors(&self) -> Result<Vec<Box<dyn Collector>>, prometheus::Error> {
        self.figures.collectors(&self.pool)
    }
}

async fn rows(client: &Client, query: Query, params: Params<'_>) -> Result<Vec<Row>, Failure> {
    let statement = client.prepare_cached(query.sql()).await?;
    Ok(client.query(&statement, params).await?)
}

/// What a creation's statement tells: records there before, and whether it made one.
fn creation(rows: &[Row]) -> Result<(i64, bool), Failure> {
    let row = rows.first().ok_or(Failure::Unreadable)?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// The record of the only row, if there is one.
fn one<T>(rows: &[Row], read: fn(&Row, usize) -> Result<T, Failure>) -> Result<Option<Arc<T>>, Failure> {
    rows.first().map(|row| read(row, 0).map(Arc::new)).transpose()
}

/// How many records come before a page, and how many it has at most.
fn bounds(page: Page) -> (i64, i64) {
    (i64::try_from(page.skip()).unwrap_or(i64::MAX), i64::from(page.limit))
}

/// A page: rows of the total and a record; of an empty page one row, with nulls.
fn list<T>(rows: &[Row], read: fn(&Row, usize) -> Result<T, Failure>) -> Result<Listed<T>, Failure> {
    let first = rows.first().ok_or(Failure::Unreadable)?;
    let total = rows::count(first, 0)?;
    let records = match first.try_get::<_, Option<Uuid>>(1)? {
        None => Vec::new(),
        Some(_) => rows.iter().map(|row| read(row, 1).map(Arc::new)).collect::<Result<_, _>>()?,
    };
    Ok(Listed { records, total })
}
