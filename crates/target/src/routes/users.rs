//! `/users` and `/users/{id}`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::record::{UserChange, UserDraft};
use crate::request::{Id, JsonBody, Page};
use crate::store::Store;

type Shared<S> = State<Arc<App<S>>>;

pub(crate) fn routes<S: Store>() -> Router<Arc<App<S>>> {
    Router::new()
        .route("/users", get(list::<S>).post(create::<S>))
        .route("/users/{id}", get(show::<S>).put(replace::<S>).patch(change::<S>).delete(delete::<S>))
}

async fn create<S: Store>(State(app): Shared<S>, JsonBody(body): JsonBody) -> Result<Response, Problem> {
    let user = app.store.create_user(UserDraft::read(body)?).await?;
    let location = format!("/users/{}", user.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(&*user)).into_response())
}

async fn list<S: Store>(State(app): Shared<S>, page: Page) -> Result<Response, Problem> {
    let listed = app.store.users(page).await?;
    Ok(List { name: "users", page, listed }.into_response())
}

async fn show<S: Store>(State(app): Shared<S>, Id(id): Id) -> Result<Response, Problem> {
    Ok(Json(&*app.store.user(id).await?).into_response())
}

async fn replace<S: Store>(
    State(app): Shared<S>,
    Id(id): Id,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let user = app.store.change_user(id, UserChange::read_put(body)?).await?;
    Ok(Json(&*user).into_response())
}

async fn change<S: Store>(
    State(app): Shared<S>,
    Id(id): Id,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let user = app.store.change_user(id, UserChange::read_patch(body)?).await?;
    Ok(Json(&*user).into_response())
}

async fn delete<S: Store>(State(app): Shared<S>, Id(id): Id) -> Result<StatusCode, Problem> {
    app.store.delete_user(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
