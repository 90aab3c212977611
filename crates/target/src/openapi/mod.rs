//! The OpenAPI document of the service, made of the same limits that requests are held to.
//!
//! What a route takes and answers stands in a file for each resource; `parts` has what they share. A test compares paths
//! and methods with those of the router, and `cargo xtask test` lets schemathesis compare the rest with the answers.
//! What depends on the set-up, `outages` and `faults`, is added to what is there.

mod faults;
mod orders;
mod outages;
mod parts;
mod service;
#[cfg(test)]
mod tests;
mod users;

use utoipa::openapi::{Components, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Paths};

use crate::config::Config;
use crate::observation::DebugAccess;
use crate::store::Store;

/// The document of a server that is set up so, with its records in `S`.
pub(crate) fn document<S: Store>(config: &Config) -> OpenApi {
    let mut paths = Paths::new();
    let mut components = Components::builder().schema("Problem", parts::problem());
    service::add(&mut paths, S::NAME);
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
    outages::add::<S>(&mut paths, config);
    if config.faults.is_some() {
        faults::inflict(&mut paths);
        faults::add(&mut paths);
        components = faults::schemas(components);
    }
    let info = InfoBuilder::new()
        .title("loadgen's sample service")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Users and orders, to practise on with a load generator."))
        .license(Some(LicenseBuilder::new().name("Apache-2.0 OR MIT").build()));
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build())).build()
}
