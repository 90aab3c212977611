//! What the descriptions of all resources share: texts, ids, pages, bodies, and answers that refuse.

use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, Ref, Schema, SchemaFormat, Type,
};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, RefOr, Required, ResponseBuilder};

use crate::request::LIMIT_MAX;

/// A text that is not blank: what `request::Fields::text` takes.
const NOT_BLANK: &str = r"^[^\u0000]*[^\s\u0000][^\u0000]*$";

/// A property's name, whether it must be there, and what it is.
pub(super) type Property = (&'static str, bool, RefOr<Schema>);

/// An object of these properties and no others.
pub(super) fn object(properties: impl IntoIterator<Item = Property>) -> ObjectBuilder {
    let closed = ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(CLOSED));
    properties.into_iter().fold(closed, |object, (name, required, schema)| {
        let object = object.property(name, schema);
        if required { object.required(name) } else { object }
    })
}

const CLOSED: AdditionalProperties<Schema> = AdditionalProperties::FreeForm(false);

pub(super) fn reference(name: &str) -> RefOr<Schema> {
    Ref::from_schema_name(name).into()
}

/// A text of `1..=max` characters, not all of them blank.
pub(super) fn text(max: usize) -> ObjectBuilder {
    string().min_length(Some(1)).max_length(Some(max)).pattern(Some(NOT_BLANK))
}

pub(super) fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

pub(super) fn uuid() -> RefOr<Schema> {
    known("uuid")
}

pub(super) fn moment() -> RefOr<Schema> {
    known("date-time")
}

fn known(format: &str) -> RefOr<Schema> {
    string().format(Some(SchemaFormat::Custom(format.to_owned()))).into()
}

/// A whole number.
pub(super) fn whole(least: u32, most: u32) -> ObjectBuilder {
    let number = ObjectBuilder::new().schema_type(Type::Integer);
    number.minimum(Some(f64::from(least))).maximum(Some(f64::from(most)))
}

pub(super) fn number(least: f64, most: f64) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Number).minimum(Some(least)).maximum(Some(most))
}

/// A number of 0 and above, without a limit that is worth telling.
pub(super) fn count() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).into()
}

/// A page of a collection: its records under its name.
pub(super) fn page(collection: &'static str, record: &str) -> ObjectBuilder {
    let records = ArrayBuilder::new().items(reference(record)).max_items(Some(LIMIT_MAX as usize));
    object([
        (collection, true, records.into()),
        ("page", true, whole(1, u32::MAX).into()),
        ("limit", true, whole(1, LIMIT_MAX).into()),
        ("total", true, count()),
    ])
}

/// The body of every answer that refuses.
pub(super) fn problem() -> ObjectBuilder {
    let code = string().description(Some("For programs: does not change."));
    let message = string().description(Some("For people: may change."));
    let field = string().description(Some("The parameter or field at fault, such as items[2].price."));
    let error = object([
        ("code", true, code.into()),
        ("message", true, message.into()),
        ("field", false, field.into()),
    ]);
    object([("error", true, error.into())])
}

/// An operation with its name, which is used nowhere else, and what it does.
pub(super) fn operation(id: &str, tag: &str, summary: &str) -> OperationBuilder {
    OperationBuilder::new().operation_id(Some(id)).tag(tag).summary(Some(summary))
}

/// All operations that there are so far, each with its path.
pub(super) fn operations(paths: &mut Paths) -> impl Iterator<Item = (&str, &mut Operation)> {
    paths.paths.iter_mut().flat_map(|(path, item)| {
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        methods.into_iter().flatten().map(|operation| (path.as_str(), operation))
    })
}

/// `{id}` in the path.
pub(super) fn id() -> Parameter {
    let id = ParameterBuilder::new().name("id").parameter_in(ParameterIn::Path).required(Required::True);
    id.schema(Some(uuid())).build()
}

/// A parameter in the query.
pub(super) fn query(name: &str, required: bool, schema: ObjectBuilder) -> Parameter {
    let required = if required { Required::True } else { Required::False };
    let query = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(required);
    query.schema(Some(schema)).build()
}

/// `page` and `limit`.
pub(super) fn page_parameters() -> [Parameter; 2] {
    let page = whole(1, u32::MAX).default(Some(1.into()));
    let limit = whole(1, LIMIT_MAX).default(Some(20.into()));
    [query("page", false, page), query("limit", false, limit)]
}

/// A JSON body that must be there.
pub(super) fn body(schema: &str) -> RequestBody {
    let content = ContentBuilder::new().schema(Some(reference(schema))).build();
    RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", content).build()
}

/// An answer with a JSON body.
pub(super) fn answer(description: &str, schema: RefOr<Schema>) -> ResponseBuilder {
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content("application/json", content)
}

/// 201, with where the new record is and what can be done with it.
pub(super) fn created(schema: &str, operations: &[&str]) -> ResponseBuilder {
    let location = HeaderBuilder::new().schema(Some(string())).description(Some("Its path.")).build();
    let created = answer("It is kept.", reference(schema)).header("Location", location);
    operations.iter().fold(created, |created, operation| {
        let link = LinkBuilder::new().operation_id(*operation).parameter("id", "$response.body#/id");
        created.link(*operation, link.build())
    })
}

/// What an operation refuses, by status.
pub(super) fn refusing(operation: OperationBuilder, refusals: &[(u16, &str)]) -> OperationBuilder {
    refusals.iter().fold(operation, |operation, (status, description)| {
        operation.response(status.to_string(), answer(description, reference("Problem")))
    })
}

/// What is refused of an id.
pub(super) const OF_ID: &[(u16, &str)] =
    &[(400, "The id is not a UUID."), (404, "There is nothing with this id.")];

/// What is refused of a body, whatever it is about.
pub(super) const OF_BODY: &[(u16, &str)] = &[
    (400, "The body is not JSON, or the id is not a UUID."),
    (408, "The body did not come within 30 s."),
    (413, "The body is larger than 64 KiB."),
    (415, "The body is not said to be JSON."),
    (422, "A field is missing, unknown, or has a value that cannot be taken."),
];
