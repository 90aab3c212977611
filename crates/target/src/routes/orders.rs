//! `/orders` and `/orders/{id}`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::record::{OrderChange, OrderDraft};
use crate::request::{Id, JsonBody, Page};
use crate::store::Store;
use crate::trace::Carried;

type Shared<S> = State<Arc<App<S>>>;

pub(crate) fn routes<S: Store>() -> Router<Arc<App<S>>> {
    Router::new()
        .route("/orders", get(list::<S>).post(create::<S>))
        .route("/orders/{id}", get(show::<S>).put(replace::<S>).patch(change::<S>).delete(delete::<S>))
}

async fn create<S: Store>(
    State(app): Shared<S>,
    carried: Carried,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let draft = OrderDraft::read(body)?;
    if let Some(users) = &app.users {
        users.check(draft.user_id(), &carried).await?;
    }
    let order = app.store.create_order(draft).await?;
    let location = format!("/orders/{}", order.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(&*order)).into_response())
}

async fn list<S: Store>(State(app): Shared<S>, page: Page) -> Result<Response, Problem> {
    let listed = app.store.orders(page).await?;
    Ok(List { name: "orders", page, listed }.into_response())
}

async fn show<S: Store>(State(app): Shared<S>, Id(id): Id) -> Result<Response, Problem> {
    Ok(Json(&*app.store.order(id).await?).into_response())
}

async fn replace<S: Store>(
    State(app): Shared<S>,
    Id(id): Id,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let order = app.store.change_order(id, OrderChange::read_put(body)?).await?;
    Ok(Json(&*order).into_response())
}

async fn change<S: Store>(
    State(app): Shared<S>,
    Id(id): Id,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let order = app.store.change_order(id, OrderChange::read_patch(body)?).await?;
    Ok(Json(&*order).into_response())
}

async fn delete<S: Store>(State(app): Shared<S>, Id(id): Id) -> Result<StatusCode, Problem> {
    app.store.delete_order(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
