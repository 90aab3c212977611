//! `/faults`, and what faults on demand make of other operations. Only where faults may be asked for.

use utoipa::openapi::path::{HttpMethod, Parameter, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Required, ResponseBuilder, Schema};

use super::parts::{
    OF_BODY, answer, body, count, object, operation, operations, reference, refusing, string,
};
use crate::faults::{FIELDS, ROUTES};

pub(super) fn schemas(components: ComponentsBuilder) -> ComponentsBuilder {
    let fields = FIELDS.map(|name| (name, false, one_of(&[Type::String, Type::Number])));
    let route = string().enum_values(Some(ROUTES)).description(Some("All routes, unless one is named."));
    let duration = string().description(Some("After which it ends by itself, such as 30s."));
    let others = [("route", false, route.into()), ("duration", false, duration.into())];
    let shown = object([
        ("faults", true, one_of(&[Type::Object, Type::Null])),
        ("remainingMs", true, one_of(&[Type::Integer, Type::Null])),
        ("heldBytes", true, count()),
        ("burningThreads", true, count()),
    ]);
    components
        .schema("Faults", object(fields.into_iter().chain(others)).min_properties(Some(1)))
        .schema("FaultsShown", shown)
}

fn one_of(types: &[Type]) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(SchemaType::from_iter(types.iter().cloned())).into()
}

pub(super) fn add(paths: &mut Paths) {
    let shown = |description| answer(description, reference("FaultsShown"));
    let show = operation("showFaults", "faults", "The faults of all requests.")
        .response("200", shown("As they are."));
    let set = operation("setFaults", "faults", "Sets the faults of all requests.")
        .request_body(Some(body("Faults")))
        .response("200", shown("As they are now."));
    let end = operation("endFaults", "faults", "Ends them, and what they hold.")
        .response("204", ResponseBuilder::new().description("They have ended."));
    for (method, operation) in
        [(HttpMethod::Get, show), (HttpMethod::Put, refusing(set, OF_BODY)), (HttpMethod::Delete, end)]
    {
        paths.add_path_operation("/faults", vec![method], operation);
    }
}

/// Each operation that can have faults may be asked for them, and then answers with anything from 400 to 599.
pub(super) fn inflict(paths: &mut Paths) {
    for (path, operation) in operations(paths) {
        let shape = path.starts_with("/latency/") && path != "/latency/seen";
        if !shape && !ROUTES.contains(&path) {
            continue;
        }
        let parameters = operation.parameters.get_or_insert_default();
        parameters.push(fault("x-fault", ParameterIn::Header).into());
        parameters.push(fault("fault", ParameterIn::Query).into());
        let asked = answer("The refusal that a fault asked for.", reference("Problem")).build();
        operation.responses.responses.insert("default".to_owned(), asked.into());
    }
}

fn fault(name: &str, within: ParameterIn) -> Parameter {
    let fault = ParameterBuilder::new().name(name).parameter_in(within).required(Required::False);
    fault.description(Some("Such as latency=200ms;error=0.5:503")).schema(Some(string())).build()
}
