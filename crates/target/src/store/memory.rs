//! Records in memory, up to a ceiling.
//!
//! One lock around everything: what a request does under it is a few lookups, far less than the system calls of its
//! connection, and with both collections behind one lock an order cannot be placed by a user who is just being
//! deleted. Records are shared, not copied: a list takes references and is written out after the lock is gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::table::Table;
use super::{Counts, Kind, Listed, Store, StoreError};
use crate::config::Service;
use crate::record::{Order, OrderChange, OrderDraft, Timestamp, User, UserChange, UserDraft};
use crate::request::Page;

pub(crate) struct Memory {
    ceiling: usize,
    /// Whether the users of orders are kept here; without, any id of a user is taken.
    knows_users: bool,
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    users: Table<UserRow>,
    orders: Table<Arc<Order>>,
    /// Whose address it is; in lower case, for two that differ in case alone reach the same mailbox.
    emails: HashMap<Box<str>, Uuid>,
}

struct UserRow {
    user: Arc<User>,
    /// How many orders name this user.
    orders: usize,
}

impl Memory {
    /// `ceiling` is how many records each collection may hold.
    pub(crate) fn new(ceiling: usize, service: Service) -> Self {
        Self { ceiling, knows_users: service.has_users(), tables: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        // Nothing panics under the lock; if it did, serving what is there beats refusing everything.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn room(&self, kept: usize, kind: Kind) -> Result<(), StoreError> {
        if kept < self.ceiling { Ok(()) } else { Err(StoreError::Full { kind, ceiling: self.ceiling }) }
    }
}

impl Store for Memory {
    const NAME: &'static str = "memory";

    async fn create_user(&self, draft: UserDraft) -> Result<Arc<User>, StoreError> {
        let user = Arc::new(User::new(draft, Timestamp::now()));
        let email = user.email.to_lowercase().into_boxed_str();
        let mut tables = self.lock();
        self.room(tables.users.len(), Kind::User)?;
        if tables.emails.contains_key(&email) {
            return Err(StoreError::EmailTaken);
        }
        tables.emails.insert(email, user.id);
        tables.users.push(user.id, UserRow { user: Arc::clone(&user), orders: 0 });
        Ok(user)
    }

    async fn user(&self, id: Uuid) -> Result<Arc<User>, StoreError> {
        let tables = self.lock();
        let row = tables.users.get(id).ok_or(StoreError::NotFound(Kind::User))?;
        Ok(Arc::clone(&row.user))
    }

    async fn users(&self, page: Page) -> Result<Listed<User>, StoreError> {
        let mut records = Vec::with_capacity(page.limit as usize);
        let tables = self.lock();
        let rows = tables.users.skipping(page.skip()).take(page.limit as usize);
        records.extend(rows.map(|row| Arc::clone(&row.user)));
        Ok(Listed { records, total: tables.users.len() })
    }

    async fn change_user(&self, id: Uuid, change: UserChange) -> Result<Arc<User>, StoreError> {
        let mut guard = self.lock();
        let Tables { users, emails, .. } = &mut *guard;
        let row = users.get_mut(id).ok_or(StoreError::NotFound(Kind::User))?;
        let user = Arc::new(row.user.changed(change, Timestamp::now()));
        if user.email != row.user.email {
            let email = user.email.to_lowercase().into_boxed_str();
            if emails.get(&email).is_some_and(|&owner| owner != id) {
                return Err(StoreError::EmailTaken);
            }
            emails.remove(row.user.email.to_lowercase().as_str());
            emails.insert(email, id);
        }
        row.user = Arc::clone(&user);
        Ok(user)
    }

    async fn delete_user(&self, id: Uuid) -> Result<(), StoreError> {
        let mut tables = self.lock();
        let row = tables.users.get(id).ok_or(StoreError::NotFound(Kind::User))?;
        if row.orders > 0 {
            return Err(StoreError::UserHasOrders);
        }
        let email = row.user.email.to_lowercase();
        tables.emails.remove(email.as_str());
        tables.users.remove(id);
        Ok(())
    }

    async fn create_order(&self, draft: OrderDraft) -> Result<Arc<Order>, StoreError> {
        let order = Arc::new(Order::new(draft, Timestamp::now()));
        let mut tables = self.lock();
        self.room(tables.orders.len(), Kind::Order)?;
        if self.knows_users {
            tables.users.get_mut(order.user_id).ok_or(StoreError::UnknownUser)?.orders += 1;
        }
        tables.orders.push(order.id, Arc::clone(&order));
        Ok(order)
    }

    async fn order(&self, id: Uuid) -> Result<Arc<Order>, StoreError> {
        self.lock().orders.get(id).cloned().ok_or(StoreError::NotFound(Kind::Order))
    }

    async fn orders(&self, page: Page) -> Result<Listed<Order>, StoreError> {
        let mut records = Vec::with_capacity(page.limit as usize);
        let tables = self.lock();
        records.extend(tables.orders.skipping(page.skip()).take(page.limit as usize).cloned());
        Ok(Listed { records, total: tables.orders.len() })
    }

    async fn change_order(&self, id: Uuid, change: OrderChange) -> Result<Arc<Order>, StoreError> {
        let mut tables = self.lock();
        let row = tables.orders.get_mut(id).ok_or(StoreError::NotFound(Kind::Order))?;
        let order = Arc::new(row.changed(change, Timestamp::now())?);
        *row = Arc::clone(&order);
        Ok(order)
    }

    async fn delete_order(&self, id: Uuid) -> Result<(), StoreError> {
        let mut tables = self.lock();
        let order = tables.orders.remove(id).ok_or(StoreError::NotFound(Kind::Order))?;
        if let Some(row) = tables.users.get_mut(order.user_id) {
            row.orders = row.orders.saturating_sub(1);
        }
        Ok(())
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        let tables = self.lock();
        Ok(Counts { users: tables.users.len(), orders: tables.orders.len() })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
