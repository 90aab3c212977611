//! The files of `monitoring/`, copied and put in order for this machine: whatever stands in them for an address of the
//! compose network is an address of loopback here, and nothing else differs.

use std::fs;
use std::path::Path;

use super::ports::{Ports, url};
use super::problem::Problem;

/// What is put in the place of what: a file, relative to `monitoring/`, and a text in it.
struct Change<'a> {
    file: &'a str,
    text: &'static str,
    by: String,
}

/// How the copies differ beyond addresses.
#[derive(Debug, Default)]
pub(crate) struct Differences<'a> {
    /// Where alerts go.
    pub(crate) webhook: Option<&'a str>,
    /// How long a figure has to be bad before the alerts of five minutes fire, such as `5s`: nobody who checks the lab
    /// waits so long.
    pub(crate) hold: Option<&'a str>,
}

/// Copies `from` to `to`, which must not be there, with what differs.
///
/// # Errors
/// If files cannot be read or written, or no longer have a text that is to be changed.
pub(crate) fn copy(
    from: &Path,
    to: &Path,
    ports: &Ports,
    differences: &Differences<'_>,
) -> Result<(), Problem> {
    copy_tree(from, to)?;
    let loopback = |port: u16| format!("127.0.0.1:{port}");
    for (name, addresses) in [
        ("services", vec![loopback(ports.users), loopback(ports.orders)]),
        ("loadgen", vec![ports.loadgen.to_string()]),
        ("prometheus", vec![loopback(ports.prometheus)]),
        ("alertmanager", vec![loopback(ports.alertmanager)]),
        ("node", vec![loopback(ports.node)]),
    ] {
        let file = to.join("targets").join(format!("{name}.yml"));
        // It is written anew, not added: a file of that name has to be there.
        fs::metadata(&file)?;
        fs::write(file, format!("- targets: {addresses:?}\n"))?;
    }
    let provisioning = "grafana/provisioning";
    let (sources, dashboards) =
        (format!("{provisioning}/datasources/prometheus.yml"), format!("{provisioning}/dashboards/lab.yml"));
    let mut changes = vec![
        Change { file: &sources, text: "http://prometheus:9090", by: url(ports.prometheus) },
        Change {
            file: &dashboards,
            text: "/var/lib/grafana/dashboards",
            by: to.join("grafana/dashboards").display().to_string(),
        },
    ];
    if let Some(webhook) = differences.webhook {
        let text = "http://host.docker.internal:9095/alerts";
        changes.push(Change { file: "alertmanager.yml", text, by: webhook.to_owned() });
    }
    if let Some(hold) = differences.hold {
        changes.push(Change { file: "performance-alerts.yml", text: "for: 5m", by: format!("for: {hold}") });
    }
    changes.iter().try_for_each(|change| change.make(to))
}

impl Change<'_> {
    fn make(&self, folder: &Path) -> Result<(), Problem> {
        let file = folder.join(self.file);
        let text = fs::read_to_string(&file)?;
        if !text.contains(self.text) {
            return Err(Problem::Missing { file, text: self.text });
        }
        Ok(fs::write(file, text.replace(self.text, &self.by))?)
    }
}

fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn addresses_of_the_compose_network_are_gone_and_the_rest_is_as_it_was() {
        let monitoring = Workspace::find().unwrap().root().join("monitoring");
        let folder = tempfile::tempdir().unwrap();
        let copied = folder.path().join("monitoring");
        let ports = Ports::choose(None).unwrap();
        let differences = Differences { webhook: Some("http://127.0.0.1:1/x"), hold: Some("5s") };
        copy(&monitoring, &copied, &ports, &differences).unwrap();
        let read = |folder: &Path, name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let services =
            format!("- targets: [\"127.0.0.1:{}\", \"127.0.0.1:{}\"]\n", ports.users, ports.orders);
        assert_eq!(read(&copied, "targets/services.yml"), services);
        assert!(read(&copied, "alertmanager.yml").contains("- url: http://127.0.0.1:1/x\n"));
        assert!(!read(&copied, "performance-alerts.yml").contains("for: 5m"));
        for same in ["prometheus.yml", "grafana/dashboards/service.json"] {
            assert_eq!(read(&copied, same), read(&monitoring, same), "{same}");
        }
    }

    #[test]
    fn a_text_that_is_no_longer_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.yml"), "b").unwrap();
        let problem = Change { file: "a.yml", text: "c", by: String::new() }.make(folder.path()).unwrap_err();
        assert!(problem.to_string().contains("no longer has `c`"), "{problem}");
    }
}
