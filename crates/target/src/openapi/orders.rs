//! `/orders` and `/orders/{id}`.

use utoipa::openapi::path::{HttpMethod, Paths};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ComponentsBuilder, ObjectBuilder, Schema};
use utoipa::openapi::{RefOr, ResponseBuilder};

use super::parts::{
    OF_BODY, OF_ID, Property, answer, body, created, id, moment, number, object, operation, page,
    page_parameters, reference, refusing, string, text, uuid, whole,
};
use crate::record::{Cents, ITEMS_MAX, OrderStatus, QUANTITY_MAX, TEXT_MAX};

const STEP: (u16, &str) = (409, "The order has come too far for this, or not far enough.");

pub(super) fn schemas(components: ComponentsBuilder) -> ComponentsBuilder {
    let order = object([
        ("id", true, uuid()),
        ("userId", true, uuid()),
        ("items", true, items()),
        ("total", true, amount().into()),
        ("status", true, status().into()),
        ("createdAt", true, moment()),
        ("updatedAt", true, moment()),
    ]);
    let total = || amount().description(Some("If it is there, it must be the sum of the items."));
    let new = object([
        ("userId", true, uuid()),
        ("items", true, items()),
        ("total", false, total().into()),
        ("status", false, status().enum_values(Some([OrderStatus::Pending.name()])).into()),
    ]);
    let change = |items_needed, status_needed| {
        object([
            ("userId", false, uuid()),
            ("items", items_needed, items()),
            ("total", false, total().into()),
            ("status", status_needed, status().into()),
        ])
    };
    components
        .schema("Item", either(item(true, false), item(false, true)))
        .schema("Order", order)
        .schema("Orders", page("orders", "Order"))
        .schema("NewOrder", new)
        .schema("ReplacedOrder", either(change(true, false), change(false, true)))
        .schema("ChangedOrder", change(false, false))
}

/// A line of an order, named by at least one of `sku` and `name`.
fn item(sku: bool, name: bool) -> ObjectBuilder {
    let properties: [Property; 4] = [
        ("sku", sku, text(TEXT_MAX).into()),
        ("name", name, text(TEXT_MAX).into()),
        ("quantity", true, whole(1, QUANTITY_MAX).into()),
        ("price", true, amount().maximum(Some(Cents::MAX_PRICE.units())).into()),
    ];
    object(properties)
}

fn either(one: ObjectBuilder, other: ObjectBuilder) -> Schema {
    AnyOfBuilder::new().item(one).item(other).into()
}

fn items() -> RefOr<Schema> {
    ArrayBuilder::new().items(reference("Item")).min_items(Some(1)).max_items(Some(ITEMS_MAX)).into()
}

fn amount() -> ObjectBuilder {
    let most = Cents::MAX_PRICE.units() * f64::from(QUANTITY_MAX) * ITEMS_MAX as f64;
    number(0.0, most).multiple_of(Some(0.01)).description(Some("With at most two decimals."))
}

fn status() -> ObjectBuilder {
    string().enum_values(Some(OrderStatus::EVERY.map(OrderStatus::name)))
}

pub(super) fn add(paths: &mut Paths) {
    let list = operation("listOrders", "orders", "A page of the orders, in order of creation.")
        .parameters(Some(page_parameters()))
        .response("200", answer("The page.", reference("Orders")));
    let list = refusing(list, &[(400, "A parameter is not what it must be.")]);
    let create = operation("createOrder", "orders", "Places an order.")
        .request_body(Some(body("NewOrder")))
        .response("201", created("Order", &["showOrder", "replaceOrder", "changeOrder", "deleteOrder"]));
    let create = refusing(refusing(create, OF_BODY), &[(507, "The store is full.")]);
    paths.add_path_operation("/orders", vec![HttpMethod::Get], list);
    paths.add_path_operation("/orders", vec![HttpMethod::Post], create);

    let show = operation("showOrder", "orders", "One order.")
        .parameter(id())
        .response("200", answer("The order.", reference("Order")));
    let replace = operation("replaceOrder", "orders", "Sets an order's items, its status, or both.")
        .parameter(id())
        .request_body(Some(body("ReplacedOrder")))
        .response("200", answer("The order as it is now.", reference("Order")));
    let change = operation("changeOrder", "orders", "Sets what is there of an order's items and status.")
        .parameter(id())
        .request_body(Some(body("ChangedOrder")))
        .response("200", answer("The order as it is now.", reference("Order")));
    let delete = operation("deleteOrder", "orders", "Takes an order away.")
        .parameter(id())
        .response("204", ResponseBuilder::new().description("It is gone."));
    let changing = |operation| refusing(refusing(refusing(operation, OF_ID), OF_BODY), &[STEP]);
    for (method, operation) in [
        (HttpMethod::Get, refusing(show, OF_ID)),
        (HttpMethod::Put, changing(replace)),
        (HttpMethod::Patch, changing(change)),
        (HttpMethod::Delete, refusing(delete, OF_ID)),
    ] {
        paths.add_path_operation("/orders/{id}", vec![method], operation);
    }
}
