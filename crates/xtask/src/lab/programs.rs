//! Which programs the lab is made of, and where they are.

use std::path::PathBuf;

use super::problem::Problem;
use crate::need::{Need, POSTGRES, PROMETHEUS};
use crate::system_package;
use crate::workspace::Workspace;

// Its package brings `amtool` too.
const ALERTMANAGER: Need = package("prometheus-alertmanager", &["prometheus-alertmanager"]);
const NODE_EXPORTER: Need = package("prometheus-node-exporter", &["prometheus-node-exporter"]);

const fn package(program: &'static str, packages: &'static [&'static str]) -> Need {
    Need::SystemPackage { program, looked_for_in: &[], packages }
}

/// Where they are.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) prometheus: PathBuf,
    pub(crate) alertmanager: PathBuf,
    pub(crate) node_exporter: PathBuf,
    /// In no distribution's packages, and so never asked for.
    pub(crate) grafana: Option<PathBuf>,
}

impl Programs {
    /// Finds them, by the names that Debian gives them or their own, and installs what is missing if that can be done.
    ///
    /// # Errors
    /// If one is not there and cannot be installed.
    pub(crate) fn find(workspace: &Workspace) -> Result<Programs, Problem> {
        POSTGRES.meet(workspace)?;
        Ok(Programs {
            prometheus: find(workspace, &["prometheus"], PROMETHEUS)?,
            alertmanager: find(workspace, &["prometheus-alertmanager", "alertmanager"], ALERTMANAGER)?,
            node_exporter: find(workspace, &["prometheus-node-exporter", "node_exporter"], NODE_EXPORTER)?,
            grafana: system_package::find("grafana-server", &["/usr/share/grafana/bin"]),
        })
    }
}

fn find(workspace: &Workspace, names: &[&str], need: Need) -> Result<PathBuf, Problem> {
    let found = || names.iter().find_map(|name| system_package::find(name, &[]));
    if let Some(path) = found() {
        return Ok(path);
    }
    need.meet(workspace)?;
    // Met means that Debian's name is on PATH now.
    Ok(found().unwrap_or_else(|| names.first().copied().unwrap_or_default().into()))
}
