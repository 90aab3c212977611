//! `Lab`: all parts of it, started in order, each when those that it needs answer; stopped in the opposite order.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use loadgen_testkit::Cluster;
use nix::sys::signal::Signal;
use tempfile::TempDir;

use super::leash::Leash;
use super::options::Options;
use super::ports::{Ports, url};
use super::problem::Problem;
use super::programs::Programs;
use super::settings::{self, Differences};
use super::web::Web;
use crate::step::now;

/// How long a part may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is asked, and how often a lab that runs is looked at.
pub(crate) const LOOK: Duration = Duration::from_millis(50);

/// What runs.
pub(crate) struct Lab {
    parts: Vec<Leash>,
    pub(crate) ports: Ports,
    /// The copies of `monitoring/`.
    pub(crate) settings: PathBuf,
    /// Data, settings and logs. Below the parts: it goes when they are gone.
    folder: TempDir,
    pub(crate) web: Web,
    stop: Arc<AtomicBool>,
    /// Whether there is a Grafana.
    pub(crate) grafana: bool,
}

/// What a lab is made of.
pub(crate) struct Recipe<'a> {
    pub(crate) programs: &'a Programs,
    /// The binary of the services.
    pub(crate) loadgen: &'a Path,
    /// `monitoring/`.
    pub(crate) monitoring: &'a Path,
    pub(crate) options: &'a Options,
    pub(crate) differences: Differences<'a>,
    /// Set when everything is to end.
    pub(crate) stop: Arc<AtomicBool>,
}

impl Lab {
    /// Starts all parts and waits until they answer.
    ///
    /// # Errors
    /// If one cannot be started, ends, or does not answer; or the lab is stopped meanwhile. What was started is gone
    /// then.
    pub(crate) fn start(recipe: &Recipe<'_>) -> Result<Lab, Problem> {
        let options = recipe.options;
        let mut folder = tempfile::Builder::new().prefix("loadgen-lab-").tempdir()?;
        folder.disable_cleanup(options.keep);
        // PostgreSQL may be run by another user, who has to come by.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let ports = Ports::choose(options.loadgen_metrics)?;
        let settings = folder.path().join("monitoring");
        settings::copy(recipe.monitoring, &settings, &ports, &recipe.differences)?;
        for name in ["logs", "prometheus", "alertmanager", "grafana"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        let stop = Arc::clone(&recipe.stop);
        let grafana = recipe.programs.grafana.is_some();
        let mut lab = Lab { parts: Vec::new(), ports, settings, folder, web: Web::new(), stop, grafana };
        lab.databases()?;
        lab.services(recipe)?;
        lab.monitoring(recipe.programs)?;
        Ok(lab)
    }

    fn databases(&mut self) -> Result<(), Problem> {
        let cluster = Cluster::create(self.folder.path().join("postgres"), self.ports.postgres);
        let shell = cluster.owner(Path::new("sh"));
        let words = cluster.words();
        self.parts.push(Leash::start("postgres", Signal::SIGINT, shell, words, &self.logs())?);
        self.wait(|_| cluster.answers())?;
        for name in ["users", "orders"] {
            cluster.sql("postgres", &format!("CREATE DATABASE {name}"));
        }
        Ok(())
    }

    fn services(&mut self, recipe: &Recipe<'_>) -> Result<(), Problem> {
        let pool = recipe.options.database_pool.map(|pool| ["--database-pool".to_owned(), pool.to_string()]);
        for (name, service, port) in
            [("user-service", "users", self.ports.users), ("order-service", "orders", self.ports.orders)]
        {
            let mut shell = Command::new("sh");
            shell.env(
                "DATABASE_URL",
                format!("postgresql://postgres@127.0.0.1:{}/{service}", self.ports.postgres),
            );
            shell.env_remove("USERS_URL").env_remove("OTEL_SERVICE_NAME");
            if service == "orders" {
                shell.env("USERS_URL", url(self.ports.users));
            }
            let mut words = vec![OsString::from(recipe.loadgen)];
            words.extend(["target", "--service", service, "--faults", "--debug-endpoints"].map(Into::into));
            words.extend(["--log-format", "json", "--listen"].map(Into::into));
            words.push(format!("127.0.0.1:{port}").into());
            words.extend(pool.iter().flatten().map(Into::into));
            self.parts.push(Leash::start(name, Signal::SIGTERM, shell, words, &self.logs())?);
            let health = format!("{}/health", url(port));
            self.wait(|web| web.is_well(&health))?;
        }
        Ok(())
    }

    fn monitoring(&mut self, programs: &Programs) -> Result<(), Problem> {
        let Ports { prometheus, alertmanager, node, .. } = self.ports;
        let (settings, data) = (self.settings.clone(), self.folder.path().to_owned());
        let at = |flag: &str, path: PathBuf| {
            let mut word = OsString::from(flag);
            word.push(path);
            word
        };
        let listen = |port: u16| OsString::from(format!("--web.listen-address=127.0.0.1:{port}"));
        let words = [programs.node_exporter.clone().into(), listen(node)];
        self.watcher("node-exporter", words.into(), &format!("{}/metrics", url(node)))?;
        let words = [
            programs.alertmanager.clone().into(),
            at("--config.file=", settings.join("alertmanager.yml")),
            at("--storage.path=", data.join("alertmanager")),
            // There is one: it looks for no others.
            "--cluster.listen-address=".into(),
            listen(alertmanager),
        ];
        self.watcher("alertmanager", words.into(), &format!("{}/-/ready", url(alertmanager)))?;
        let words = [
            programs.prometheus.clone().into(),
            at("--config.file=", settings.join("prometheus.yml")),
            at("--storage.tsdb.path=", data.join("prometheus")),
            listen(prometheus),
        ];
        self.watcher("prometheus", words.into(), &format!("{}/-/ready", url(prometheus)))?;
        if let Some(grafana) = &programs.grafana {
            self.grafana(grafana)?;
        }
        Ok(())
    }

    fn grafana(&mut self, program: &Path) -> Result<(), Problem> {
        let mut shell = Command::new("sh");
        let data = self.folder.path().join("grafana");
        shell
            .env("GF_SERVER_HTTP_ADDR", "127.0.0.1")
            .env("GF_SERVER_HTTP_PORT", self.ports.grafana.to_string());
        shell
            .env("GF_PATHS_PROVISIONING", self.settings.join("grafana/provisioning"))
            .env("GF_PATHS_DATA", data);
        shell.env("GF_AUTH_ANONYMOUS_ENABLED", "true").env("GF_AUTH_ANONYMOUS_ORG_ROLE", "Viewer");
        shell.env("GF_ANALYTICS_REPORTING_ENABLED", "false").env("GF_ANALYTICS_CHECK_FOR_UPDATES", "false");
        let words = [program.into(), "--homepath=/usr/share/grafana".into()];
        self.parts.push(Leash::start("grafana", Signal::SIGTERM, shell, words, &self.logs())?);
        let health = format!("{}/api/health", url(self.ports.grafana));
        self.wait(|web| web.is_well(&health))
    }

    fn watcher(&mut self, name: &'static str, words: Vec<OsString>, ready: &str) -> Result<(), Problem> {
        self.parts.push(Leash::start(name, Signal::SIGTERM, Command::new("sh"), words, &self.logs())?);
        self.wait(|web| web.is_well(ready))
    }

    /// Waits until what was started last answers.
    fn wait(&mut self, answers: impl Fn(&Web) -> bool) -> Result<(), Problem> {
        let started = now();
        while !answers(&self.web) {
            self.look()?;
            if started.elapsed() > PATIENCE
                && let Some(part) = self.parts.last()
            {
                let (name, said) = (part.name(), part.last_lines());
                return Err(Problem::Late { name, seconds: PATIENCE.as_secs(), said });
            }
            thread::park_timeout(LOOK);
        }
        Ok(())
    }

    /// Whether all is as it was.
    ///
    /// # Errors
    /// If a part has ended, or all are to end.
    pub(crate) fn look(&mut self) -> Result<(), Problem> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Problem::Stopped);
        }
        for part in &mut self.parts {
            if let Some(status) = part.ended()? {
                return Err(Problem::Ended { name: part.name(), status, said: part.last_lines() });
            }
        }
        Ok(())
    }

    /// Holds data, settings and logs.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // The last first: services let go of the database before it ends.
        while let Some(part) = self.parts.pop() {
            drop(part);
        }
    }
}
