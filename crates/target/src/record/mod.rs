//! The records and their rules: what a user and an order are, what of a body makes one, and how one may change.
//!
//! Nothing here knows where records are kept. A *draft* is what a client asks to create; a *change* is what a client
//! asks to alter, where an absent field stays as it is.

mod money;
mod order;
mod status;
mod timestamp;
mod user;

use uuid::Uuid;

pub(crate) use money::Cents;
pub(crate) use order::{ITEMS_MAX, Item, Order, OrderChange, OrderDraft, QUANTITY_MAX, TEXT_MAX};
pub(crate) use status::OrderStatus;
pub(crate) use timestamp::Timestamp;
pub(crate) use user::{EMAIL_MAX, EMAIL_PATTERN, NAME_MAX, User, UserChange, UserDraft};

/// A random UUID (version 4). Its bits come from the thread's generator: one system call per record is one too many,
/// and an id here guards nothing.
fn new_id() -> Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}
