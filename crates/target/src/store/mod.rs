//! Where records are kept: one trait, and an implementation per place.
//!
//! Every operation is atomic: what it checks (an address free, a user there, a step allowed) still holds when it
//! writes. It is asynchronous for the sake of `Postgres`; `Memory` never waits.

mod memory;
mod postgres;
mod table;

use std::future::Future;
use std::sync::Arc;

use prometheus::core::Collector;
use thiserror::Error;
use uuid::Uuid;

pub(crate) use memory::Memory;
pub use postgres::Database;
pub(crate) use postgres::{Outage, Postgres};

use crate::record::{Cents, Order, OrderChange, OrderDraft, OrderStatus, User, UserChange, UserDraft};
use crate::request::Page;

/// Keeps users and orders.
pub(crate) trait Store: Send + Sync + 'static {
    /// What `/health` calls it.
    const NAME: &'static str;

    fn create_user(&self, draft: UserDraft) -> impl Stored<Arc<User>>;
    fn user(&self, id: Uuid) -> impl Stored<Arc<User>>;
    fn users(&self, page: Page) -> impl Stored<Listed<User>>;
    fn change_user(&self, id: Uuid, change: UserChange) -> impl Stored<Arc<User>>;
    fn delete_user(&self, id: Uuid) -> impl Stored<()>;

    fn create_order(&self, draft: OrderDraft) -> impl Stored<Arc<Order>>;
    fn order(&self, id: Uuid) -> impl Stored<Arc<Order>>;
    fn orders(&self, page: Page) -> impl Stored<Listed<Order>>;
    fn change_order(&self, id: Uuid, change: OrderChange) -> impl Stored<Arc<Order>>;
    fn delete_order(&self, id: Uuid) -> impl Stored<()>;

    fn counts(&self) -> impl Stored<Counts>;

    /// Whether it can be used at this moment.
    fn ping(&self) -> impl Stored<()>;

    /// Its own figures, for `/metrics`.
    fn collectors(&self) -> Result<Vec<Box<dyn Collector>>, prometheus::Error> {
        Ok(Vec::new())
    }
}

/// What a store's operation gives, some time.
pub(crate) trait Stored<T>: Future<Output = Result<T, StoreError>> + Send {}

impl<T, F: Future<Output = Result<T, StoreError>> + Send> Stored<T> for F {}

/// One page of a collection, in order of creation, and how many records the collection holds.
#[derive(Debug)]
pub(crate) struct Listed<T> {
    pub(crate) records: Vec<Arc<T>>,
    pub(crate) total: usize,
}

/// How many records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) users: usize,
    pub(crate) orders: usize,
}

/// A kind of record, as error messages call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Kind {
    #[error("user")]
    User,
    #[error("order")]
    Order,
}

/// Why a store refuses. A message speaks to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum StoreError {
    #[error("there is no {0} with this id")]
    NotFound(Kind),
    #[error("another user has this email address")]
    EmailTaken,
    #[error("the user has orders: delete them first")]
    UserHasOrders,
    #[error("there is no user with this id")]
    UnknownUser,
    #[error("an order stays with its user")]
    OtherUser,
    #[error("an order that is {from} cannot become {to}")]
    StatusStep { from: OrderStatus, to: OrderStatus },
    #[error("the items of an order that is {0} cannot change")]
    ItemsFixed(OrderStatus),
    #[error("the total of the items is {computed}, not {given}")]
    TotalDiffers { given: Cents, computed: Cents },
    #[error("the store is full: it keeps at most {ceiling} {kind}s")]
    Full { kind: Kind, ceiling: usize },
    #[error(transparent)]
    Unavailable(Outage),
}
