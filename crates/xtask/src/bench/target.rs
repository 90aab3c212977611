//! Who is asked while costs are measured: nginx where it is installed, else the built-in target.
//!
//! Both count what they served, so that no tool's own word is taken for it.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::place::Places;
use super::problem::Problem;
use super::process::Background;
use crate::step::now;

/// Sizes of bodies that nginx has files for, bytes; nothing comes as an empty body.
pub(crate) const BODIES: [u32; 5] = [0, 1 << 10, 4 << 10, 16 << 10, 64 << 10];
/// How long it may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the built-in target prints before its address.
const ANNOUNCEMENT: &str = "listening on http://";

/// A target that runs for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Target {
    kind: Kind,
    address: SocketAddr,
    _process: Background,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nginx,
    Builtin,
}

impl Target {
    /// Starts nginx, or the built-in target of `tool` where there is no nginx. `folder` holds nginx's files.
    pub(crate) fn start(places: &Places, tool: &Path, folder: &Path) -> Result<Target, Problem> {
        match nginx(places, folder) {
            Err(Problem::System(problem)) if problem.kind() == std::io::ErrorKind::NotFound => {
                eprintln!("note: no nginx here: the built-in target is asked instead");
                builtin(places, tool)
            }
            started => started,
        }
    }

    /// What it is called in the tables.
    pub(crate) fn name(&self) -> &'static str {
        match self.kind {
            Kind::Nginx => "nginx",
            Kind::Builtin => "the built-in target",
        }
    }

    /// Its origin, such as `http://127.0.0.1:4711`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A URL that is answered with a few bytes.
    pub(crate) fn plain(&self) -> String {
        let path = match self.kind {
            Kind::Nginx => "/",
            Kind::Builtin => "/health",
        };
        format!("http://{}{path}", self.address)
    }

    /// A URL that is answered with a body of so many bytes, if it can do so.
    pub(crate) fn body(&self, bytes: u32) -> Option<String> {
        match self.kind {
            Kind::Nginx => Some(format!("http://{}/body/{bytes}", self.address)),
            Kind::Builtin => None,
        }
    }

    /// A URL that takes a body of any size by POST and answers with a few bytes, if there is one.
    pub(crate) fn sink(&self) -> Option<String> {
        match self.kind {
            Kind::Nginx => Some(format!("http://{}/sink", self.address)),
            Kind::Builtin => None,
        }
    }

    /// Requests served until now. Asking does not change it.
    pub(crate) fn served(&self) -> Result<u64, Problem> {
        match self.kind {
            Kind::Nginx => {
                let text = get(self.address, "/status")?;
                served_by_nginx(&text).ok_or(Problem::Uncounted("nginx"))
            }
            Kind::Builtin => Ok(served_by_builtin(&get(self.address, "/metrics")?)),
        }
    }

    /// How many requests of its own each look at [`served`](Target::served) adds.
    pub(crate) fn own(&self) -> u64 {
        u64::from(self.kind == Kind::Nginx)
    }
}

fn nginx(places: &Places, folder: &Path) -> Result<Target, Problem> {
    // Free now and, on the loopback interface of one machine, most likely in a moment too.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    std::fs::create_dir_all(folder.join("body"))?;
    for bytes in BODIES {
        std::fs::write(folder.join(format!("body/{bytes}")), vec![b'x'; bytes as usize])?;
    }
    let config = folder.join("nginx.conf");
    std::fs::write(&config, nginx_config(address, folder, places.descriptors))?;
    let mut command = Command::new("nginx");
    command.arg("-e").arg(folder.join("error.log")).arg("-p").arg(folder).arg("-c").arg(config);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = Background::start(&mut command, places)?;
    let target = Target { kind: Kind::Nginx, address, _process: process };
    let started = now();
    while target.served().is_err() {
        if started.elapsed() > PATIENCE {
            let log = std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
            return Err(Problem::NotStarted { what: "nginx", why: log.trim().to_owned() });
        }
        pause();
    }
    Ok(target)
}

fn nginx_config(address: SocketAddr, folder: &Path, descriptors: u64) -> String {
    const USER: &str =
        r#"'{"id":"7f3c2a90-8a9e-4a57-9a55-1b8bfa0fd6b1","name":"A User","email":"a.user@example.com"}'"#;
    let connections = descriptors.saturating_sub(100).clamp(100, 65_000);
    let mut text = String::new();
    let folder = folder.display();
    // The worker has to read the files, whoever started it.
    let user = if nix::unistd::geteuid().is_root() { "user root;\n" } else { "" };
    let _ = write!(
        text,
        "{user}daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nworker_rlimit_nofile {descriptors};\n\
         events {{ worker_connections {connections}; }}\n\
         http {{\n  access_log off; keepalive_requests 1000000000; keepalive_timeout 300s;\n\
         \x20 client_body_buffer_size 128k; open_file_cache max=100; sendfile off;\n\
         \x20 client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;\n\
         \x20 uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;\n\
         \x20 server {{\n    listen {address} backlog=65535; root {folder}; default_type application/json;\n\
         \x20   location = /status {{ stub_status; }}\n\
         \x20   location = /users {{ return 201 {USER}; }}\n\
         \x20   location /users/ {{ return 200 {USER}; }}\n\
         \x20   location /body/ {{ }}\n\
         \x20   location / {{ default_type text/plain; return 200 \"hello, this is a short body\\n\"; }}\n  }}\n}}\n"
    );
    text
}

fn builtin(places: &Places, tool: &Path) -> Result<Target, Problem> {
    let mut command = Command::new(tool);
    command.args(["target", "--listen", "127.0.0.1:0"]).env_remove("DATABASE_URL");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = Background::start(&mut command, places)?;
    let not_started = |why: String| Problem::NotStarted { what: "the built-in target", why };
    let Some(output) = process.output() else { return Err(not_started("it has no output".to_owned())) };
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let address =
        line.split(ANNOUNCEMENT).nth(1).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    let Some(address) = address else { return Err(not_started(format!("it said `{}`", line.trim()))) };
    Ok(Target { kind: Kind::Builtin, address, _process: process })
}

/// The body of an answer to a plain GET.
fn get(address: SocketAddr, path: &str) -> Result<String, Problem> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text.split_once("\r\n\r\n").map_or_else(String::new, |(_, body)| body.to_owned()))
}

/// The third number of `server accepts handled requests` in nginx's `stub_status`.
fn served_by_nginx(status: &str) -> Option<u64> {
    status.lines().nth(2)?.split_whitespace().nth(2)?.parse().ok()
}

/// The sum over routes and statuses of `http_requests_total`, in Prometheus' text format.
fn served_by_builtin(metrics: &str) -> u64 {
    let lines = metrics.lines().filter(|line| line.starts_with("http_requests_total{"));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).map(|count| count as u64).sum()
}

/// Lets a moment pass before something is asked again.
fn pause() {
    let (_send, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(Duration::from_millis(20));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_targets_served_is_read_from_what_they_tell() {
        let status = "Active connections: 1 \nserver accepts handled requests\n 12 12 345 \nReading: 0\n";
        assert_eq!(served_by_nginx(status), Some(345));
        assert_eq!(served_by_nginx("404"), None);
        let metrics = "# TYPE http_requests_total counter\nhttp_requests_total{route=\"/a b\",status=\"200\"} 12\n\
                       http_requests_total{route=\"/b\",status=\"404\"} 3\nhttp_requests_in_flight 9\n";
        assert_eq!(served_by_builtin(metrics), 15);
    }

    #[test]
    fn nginx_is_told_where_to_listen_and_how_many_may_come() {
        let config = nginx_config(([127, 0, 0, 1], 4711).into(), Path::new("here"), 20_000);
        assert!(config.contains("listen 127.0.0.1:4711 "), "{config}");
        assert!(config.contains("worker_connections 19900;"), "{config}");
        assert_eq!(config.matches('{').count(), config.matches('}').count());
    }
}
