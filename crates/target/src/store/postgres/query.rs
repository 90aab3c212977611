//! The statements: one for each operation of the store, so that each is atomic, and takes one round trip.
//!
//! Only two operations need a transaction of several: to change an order, because its rules are in `record` and not in
//! SQL, and to create a record near the ceiling (`mod.rs` has both).

/// An operation, as the label `query` of the metrics names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Query {
    CreateUser,
    User,
    Users,
    ChangeUser,
    DeleteUser,
    CreateOrder,
    Order,
    Orders,
    ChangeOrder,
    DeleteOrder,
    Counts,
    Ping,
}

impl Query {
    pub(super) const EVERY: [Self; 12] = [
        Self::CreateUser,
        Self::User,
        Self::Users,
        Self::ChangeUser,
        Self::DeleteUser,
        Self::CreateOrder,
        Self::Order,
        Self::Orders,
        Self::ChangeOrder,
        Self::DeleteOrder,
        Self::Counts,
        Self::Ping,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::CreateUser => "create_user",
            Self::User => "user",
            Self::Users => "users",
            Self::ChangeUser => "change_user",
            Self::DeleteUser => "delete_user",
            Self::CreateOrder => "create_order",
            Self::Order => "order",
            Self::Orders => "orders",
            Self::ChangeOrder => "change_order",
            Self::DeleteOrder => "delete_order",
            Self::Counts => "counts",
            Self::Ping => "ping",
        }
    }

    /// Its statement; of several, the one that writes.
    pub(super) const fn sql(self) -> &'static str {
        match self {
            Self::CreateUser => {
                "WITH kept AS MATERIALIZED (
                     SELECT sum(records)::bigint AS records FROM record_counts WHERE collection = 'users'
                 ), made AS (
                     INSERT INTO users (id, name, email, email_key, created_at, updated_at)
                     SELECT $1::uuid, $2::text, $3::text, $4::text, $5::timestamptz, $6::timestamptz
                     FROM kept WHERE records < $7::bigint
                     ON CONFLICT (email_key) DO NOTHING
                     RETURNING 1
                 ), counted AS (
                     UPDATE record_counts SET records = records + 1
                     WHERE collection = 'users' AND slot = pg_backend_pid() % 16 AND EXISTS (SELECT FROM made)
                 )
                 SELECT records, EXISTS (SELECT FROM made) FROM kept"
            }
            Self::User => "SELECT id, name, email, created_at, updated_at FROM users WHERE id = $1::uuid",
            Self::Users => {
                "SELECT kept.records, page.* FROM (
                     SELECT sum(records)::bigint AS records FROM record_counts WHERE collection = 'users'
                 ) AS kept LEFT JOIN LATERAL (
                     SELECT id, name, email, created_at, updated_at FROM users
                     ORDER BY sequence OFFSET $1::bigint LIMIT $2::bigint
                 ) AS page ON true"
            }
            Self::ChangeUser => {
                "UPDATE users SET name = coalesce($2::text, name), email = coalesce($3::text, email),
                     email_key = coalesce($4::text, email_key), updated_at = $5::timestamptz
                 WHERE id = $1::uuid
                 RETURNING id, name, email, created_at, updated_at"
            }
            Self::DeleteUser => {
                "WITH gone AS (
                     DELETE FROM users WHERE id = $1::uuid RETURNING 1
                 )
                 UPDATE record_counts SET records = records - 1
                 WHERE collection = 'users' AND slot = pg_backend_pid() % 16 AND EXISTS (SELECT FROM gone)
                 RETURNING 1"
            }
            Self::CreateOrder => {
                "WITH kept AS MATERIALIZED (
                     SELECT sum(records)::bigint AS records FROM record_counts WHERE collection = 'orders'
                 ), made AS (
                     INSERT INTO orders (id, user_id, items, total_cents, status, created_at, updated_at)
                     SELECT $1::uuid, $2::uuid, $3::jsonb, $4::bigint, $5::text, $6::timestamptz, $7::timestamptz
                     FROM kept WHERE records < $8::bigint
                     RETURNING 1
                 ), counted AS (
                     UPDATE record_counts SET records = records + 1
                     WHERE collection = 'orders' AND slot = pg_backend_pid() % 16 AND EXISTS (SELECT FROM made)
                 )
                 SELECT records, EXISTS (SELECT FROM made) FROM kept"
            }
            Self::Order => {
                "SELECT id, user_id, items, total_cents, status, created_at, updated_at FROM orders
                 WHERE id = $1::uuid"
            }
            Self::Orders => {
                "SELECT kept.records, page.* FROM (
                     SELECT sum(records)::bigint AS records FROM record_counts WHERE collection = 'orders'
                 ) AS kept LEFT JOIN LATERAL (
                     SELECT id, user_id, items, total_cents, status, created_at, updated_at FROM orders
                     ORDER BY sequence OFFSET $1::bigint LIMIT $2::bigint
                 ) AS page ON true"
            }
            Self::ChangeOrder => {
                "UPDATE orders SET items = $2::jsonb, total_cents = $3::bigint, status = $4::text,
                     updated_at = $5::timestamptz
                 WHERE id = $1::uuid"
            }
            Self::DeleteOrder => {
                "WITH gone AS (
                     DELETE FROM orders WHERE id = $1::uuid RETURNING 1
                 )
                 UPDATE record_counts SET records = records - 1
                 WHERE collection = 'orders' AND slot = pg_backend_pid() % 16 AND EXISTS (SELECT FROM gone)
                 RETURNING 1"
            }
            Self::Counts => {
                "SELECT (sum(records) FILTER (WHERE collection = 'users'))::bigint,
                     (sum(records) FILTER (WHERE collection = 'orders'))::bigint
                 FROM record_counts"
            }
            Self::Ping => "SELECT 1",
        }
    }
}

/// Reads an order, and keeps others from changing it until the transaction ends. Its id stays, so those who only ask whether
/// it is there (the foreign key, when a user is deleted) need not wait.
pub(super) const ORDER_FOR_UPDATE: &str =
    "SELECT id, user_id, items, total_cents, status, created_at, updated_at FROM orders
     WHERE id = $1::uuid FOR NO KEY UPDATE";
