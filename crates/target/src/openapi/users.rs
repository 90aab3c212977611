//! `/users` and `/users/{id}`.

use utoipa::openapi::ResponseBuilder;
use utoipa::openapi::path::{HttpMethod, Paths};
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder};

use super::parts::{
    OF_BODY, OF_ID, answer, body, created, id, moment, object, operation, page, page_parameters, reference,
    refusing, text, uuid,
};
use crate::record::{EMAIL_MAX, EMAIL_PATTERN, NAME_MAX};

const TAKEN: (u16, &str) = (409, "Another user has this email address.");

pub(super) fn schemas(components: ComponentsBuilder) -> ComponentsBuilder {
    let name = || text(NAME_MAX).into();
    let user = object([
        ("id", true, uuid()),
        ("name", true, name()),
        ("email", true, email().into()),
        ("createdAt", true, moment()),
        ("updatedAt", true, moment()),
    ]);
    components
        .schema("User", user)
        .schema("Users", page("users", "User"))
        .schema("NewUser", object([("name", true, name()), ("email", true, email().into())]))
        .schema("ReplacedUser", object([("name", true, name()), ("email", false, email().into())]))
        .schema("ChangedUser", object([("name", false, name()), ("email", false, email().into())]))
}

fn email() -> ObjectBuilder {
    text(EMAIL_MAX).pattern(Some(EMAIL_PATTERN))
}

pub(super) fn add(paths: &mut Paths) {
    let list = operation("listUsers", "users", "A page of the users, in order of creation.")
        .parameters(Some(page_parameters()))
        .response("200", answer("The page.", reference("Users")));
    let list = refusing(list, &[(400, "A parameter is not what it must be.")]);
    let create = operation("createUser", "users", "Adds a user.")
        .request_body(Some(body("NewUser")))
        .response("201", created("User", &["showUser", "replaceUser", "changeUser", "deleteUser"]));
    let create = refusing(refusing(create, OF_BODY), &[TAKEN, (507, "The store is full.")]);
    paths.add_path_operation("/users", vec![HttpMethod::Get], list);
    paths.add_path_operation("/users", vec![HttpMethod::Post], create);

    let show = operation("showUser", "users", "One user.")
        .parameter(id())
        .response("200", answer("The user.", reference("User")));
    let replace = operation("replaceUser", "users", "Sets a user's name, and the address if it is there.")
        .parameter(id())
        .request_body(Some(body("ReplacedUser")))
        .response("200", answer("The user as it is now.", reference("User")));
    let change = operation("changeUser", "users", "Sets what is there of a user's name and address.")
        .parameter(id())
        .request_body(Some(body("ChangedUser")))
        .response("200", answer("The user as it is now.", reference("User")));
    let delete = operation("deleteUser", "users", "Takes a user away.")
        .parameter(id())
        .response("204", ResponseBuilder::new().description("It is gone."));
    let changing = |operation| refusing(refusing(refusing(operation, OF_ID), OF_BODY), &[TAKEN]);
    for (method, operation) in [
        (HttpMethod::Get, refusing(show, OF_ID)),
        (HttpMethod::Put, changing(replace)),
        (HttpMethod::Patch, changing(change)),
        (HttpMethod::Delete, refusing(refusing(delete, OF_ID), &[(409, "The user has orders.")])),
    ] {
        paths.add_path_operation("/users/{id}", vec![method], operation);
    }
}
