//! An order: what a user buys, what it costs, and how far it has come.
//!
//! The total is computed here from the items. A client may send one as well, and is told if it has another sum in
//! mind.

use serde::Serialize;
use uuid::Uuid;

use super::{Cents, OrderStatus, Timestamp, new_id};
use crate::problem::Problem;
use crate::request::Fields;
use crate::store::StoreError;

/// Items in an order, at most: with the text lengths it bounds what a record can cost.
pub(crate) const ITEMS_MAX: usize = 50;
/// Characters in a stock-keeping unit and in a name, at most.
pub(crate) const TEXT_MAX: usize = 100;
pub(crate) const QUANTITY_MAX: u32 = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    pub(crate) id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) items: Box<[Item]>,
    pub(crate) total: Cents,
    pub(crate) status: OrderStatus,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// A line of an order: named by a stock-keeping unit, a name, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Item {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sku: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Box<str>>,
    pub(crate) quantity: u32,
    pub(crate) price: Cents,
}

/// The body of `POST /orders`.
#[derive(Debug)]
pub(crate) struct OrderDraft {
    user_id: Uuid,
    items: Box<[Item]>,
}

/// The body of `PUT` or `PATCH /orders/{id}`.
#[derive(Debug)]
pub(crate) struct OrderChange {
    /// An order stays with its user, so this can only repeat it.
    user_id: Option<Uuid>,
    items: Option<Box<[Item]>>,
    total: Option<Cents>,
    status: Option<OrderStatus>,
}

impl Order {
    pub(crate) fn new(draft: OrderDraft, now: Timestamp) -> Self {
        let OrderDraft { user_id, items } = draft;
        let total = total(&items);
        let status = OrderStatus::Pending;
        Self { id: new_id(), user_id, items, total, status, created_at: now, updated_at: now }
    }

    /// The order after `change`, if its state allows that.
    pub(crate) fn changed(&self, change: OrderChange, now: Timestamp) -> Result<Self, StoreError> {
        if change.user_id.is_some_and(|user| user != self.user_id) {
            return Err(StoreError::OtherUser);
        }
        let status = change.status.unwrap_or(self.status);
        if !self.status.may_become(status) {
            return Err(StoreError::StatusStep { from: self.status, to: status });
        }
        let items = change.items.unwrap_or_else(|| self.items.clone());
        // The same items again are no change: a client may PUT back what it has read.
        if self.status != OrderStatus::Pending && items != self.items {
            return Err(StoreError::ItemsFixed(self.status));
        }
        let total = total(&items);
        check_total(change.total, total)?;
        let &Self { id, user_id, created_at, .. } = self;
        Ok(Self { id, user_id, items, total, status, created_at, updated_at: now })
    }
}

impl OrderDraft {
    /// Whose order it is to be.
    pub(crate) fn user_id(&self) -> Uuid {
        self.user_id
    }

    pub(crate) fn read(mut fields: Fields) -> Result<Self, Problem> {
        let user_id = fields.uuid("userId")?;
        let user_id = fields.required("userId", user_id)?;
        let items = items(&mut fields)?;
        let items = fields.required("items", items)?;
        check_total(amount(&mut fields, "total")?, total(&items))?;
        if status(&mut fields)?.is_some_and(|status| status != OrderStatus::Pending) {
            return Err(fields.invalid("status", "a new order is pending"));
        }
        fields.finish().map(|()| Self { user_id, items })
    }
}

impl OrderChange {
    /// `PUT`: new items, a new status, or both.
    pub(crate) fn read_put(fields: Fields) -> Result<Self, Problem> {
        let change = Self::read_patch(fields)?;
        if change.items.is_none() && change.status.is_none() {
            return Err(Problem::missing("items"));
        }
        Ok(change)
    }

    /// `PATCH`: any of the fields.
    pub(crate) fn read_patch(mut fields: Fields) -> Result<Self, Problem> {
        let change = Self {
            user_id: fields.uuid("userId")?,
            items: items(&mut fields)?,
            total: amount(&mut fields, "total")?,
            status: status(&mut fields)?,
        };
        fields.finish().map(|()| change)
    }
}

impl Item {
    fn read(mut fields: Fields) -> Result<Self, Problem> {
        let (sku, name) = (fields.text("sku", TEXT_MAX)?, fields.text("name", TEXT_MAX)?);
        if name.is_none() {
            fields.required("sku", sku.as_ref())?;
        }
        let quantity = fields.positive("quantity", QUANTITY_MAX)?;
        let quantity = fields.required("quantity", quantity)?;
        let price = amount(&mut fields, "price")?;
        let price = fields.required("price", price)?;
        if price > Cents::MAX_PRICE {
            return Err(fields.invalid("price", format!("must be at most {}", Cents::MAX_PRICE)));
        }
        fields.finish().map(|()| Self { sku, name, quantity, price })
    }
}

fn items(fields: &mut Fields) -> Result<Option<Box<[Item]>>, Problem> {
    let Some(objects) = fields.objects("items", ITEMS_MAX)? else { return Ok(None) };
    objects.into_iter().map(Item::read).collect::<Result<_, _>>().map(Some)
}

fn status(fields: &mut Fields) -> Result<Option<OrderStatus>, Problem> {
    let Some(name) = fields.text("status", TEXT_MAX)? else { return Ok(None) };
    let status = OrderStatus::from_name(&name);
    let message = "must be one of pending, paid, shipped, delivered, cancelled";
    status.map(Some).ok_or_else(|| fields.invalid("status", message))
}

fn amount(fields: &mut Fields, name: &'static str) -> Result<Option<Cents>, Problem> {
    let Some(units) = fields.number(name)? else { return Ok(None) };
    let message = "must be an amount of at least 0 with at most two decimals";
    Cents::from_units(units).map(Some).ok_or_else(|| fields.invalid(name, message))
}

fn total(items: &[Item]) -> Cents {
    items.iter().map(|item| item.price.times(item.quantity)).sum()
}

fn check_total(given: Option<Cents>, computed: Cents) -> Result<(), StoreError> {
    match given {
        Some(given) if given != computed => Err(StoreError::TotalDiffers { given, computed }),
        _ => Ok(()),
    }
}
