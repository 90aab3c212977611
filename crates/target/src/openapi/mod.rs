//! The OpenAPI document of the service, made of the same limits that requests are held to.
//!
//! What a route takes and answers stands in a file for each resource; `parts` has what they share. A test compares paths
//! and methods with those of the router, and `cargo xtask test` lets schemathesis compare the rest with the answers.

mod orders;
mod parts;
mod service;
#[cfg(test)]
mod tests;
mod users;

use utoipa::openapi::{Components, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Paths};

use crate::config::Config;
use crate::observation::DebugAccess;

/// The document of a server that is set up so.
pub(crate) fn document(config: &Config) -> OpenApi {
    let mut paths = Paths::new();
    let mut components = Components::builder().schema("Problem", parts::problem());
    service::add(&mut paths);
    if config.service.has_users() {
        users::add(&mut paths);
        components = users::schemas(components);
    }
    if config.service.has_orders() {
        orders::add(&mut paths);
        components = orders::schemas(components);
    }
    if config.observation.debug != DebugAccess::Off {
        service::add_debug(&mut paths);
    }
    let info = InfoBuilder::new()
        .title("loadgen's sample service")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Users and orders, to practise on with a load generator."))
        .license(Some(LicenseBuilder::new().name("Apache-2.0 OR MIT").build()));
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build())).build()
}
