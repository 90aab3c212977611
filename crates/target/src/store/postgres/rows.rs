//! Rows of the database and the records that they hold.
//!
//! What is stored of an item has a form of its own (`StoredItem`): cents as a whole number, whatever answers look like.

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use super::failure::Failure;
use crate::record::{Cents, Item, Order, OrderStatus, Timestamp, User};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Box<str>>,
    quantity: u32,
    cents: u64,
}

/// The items of an order, ready for a parameter of type jsonb.
pub(super) fn items(order: &Order) -> Json<Vec<StoredItem>> {
    let item = |item: &Item| StoredItem {
        sku: item.sku.clone(),
        name: item.name.clone(),
        quantity: item.quantity,
        cents: item.price.count(),
    };
    Json(order.items.iter().map(item).collect())
}

/// An amount as a bigint has it. The largest total is 5e13 cents.
pub(super) fn bigint(cents: Cents) -> i64 {
    i64::try_from(cents.count()).unwrap_or(i64::MAX)
}

/// A number of records as the database has it.
pub(super) fn count(row: &Row, column: usize) -> Result<usize, Failure> {
    usize::try_from(row.try_get::<_, i64>(column)?).map_err(|_| Failure::Unreadable)
}

/// The user whose columns `id, name, email, created_at, updated_at` begin at `from`.
pub(super) fn user(row: &Row, from: usize) -> Result<User, Failure> {
    Ok(User {
        id: row.try_get(from)?,
        name: row.try_get(from + 1)?,
        email: row.try_get(from + 2)?,
        created_at: Timestamp::of(row.try_get(from + 3)?),
        updated_at: Timestamp::of(row.try_get(from + 4)?),
    })
}

/// The order whose columns `id, user_id, items, total_cents, status, created_at, updated_at` begin at `from`.
pub(super) fn order(row: &Row, from: usize) -> Result<Order, Failure> {
    let Json(items) = row.try_get::<_, Json<Vec<StoredItem>>>(from + 2)?;
    let item =
        |StoredItem { sku, name, quantity, cents }| Item { sku, name, quantity, price: Cents::new(cents) };
    let cents = u64::try_from(row.try_get::<_, i64>(from + 3)?).map_err(|_| Failure::Unreadable)?;
    Ok(Order {
        id: row.try_get(from)?,
        user_id: row.try_get(from + 1)?,
        items: items.into_iter().map(item).collect(),
        total: Cents::new(cents),
        status: OrderStatus::from_name(row.try_get(from + 4)?).ok_or(Failure::Unreadable)?,
        created_at: Timestamp::of(row.try_get(from + 5)?),
        updated_at: Timestamp::of(row.try_get(from + 6)?),
    })
}
