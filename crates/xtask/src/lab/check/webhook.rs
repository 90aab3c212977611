//! `Webhook`: a receiver of alerts, as Alertmanager sends them.

use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// The longest notification that is read, bytes.
const LONGEST: u64 = 1 << 20;
/// How long a sender may pause.
const PATIENCE: Duration = Duration::from_secs(5);

/// Listens on a free port of loopback for as long as the process lives.
pub(crate) struct Webhook {
    pub(crate) url: String,
    received: Receiver<Value>,
}

impl Webhook {
    /// Starts it.
    ///
    /// # Errors
    /// If there is no port.
    pub(crate) fn start() -> io::Result<Webhook> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}/alerts", listener.local_addr()?);
        let (send, received) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A sender that breaks off sends again.
                let Ok(notification) = receive(stream) else { continue };
                if send.send(notification).is_err() {
                    break;
                }
            }
        });
        Ok(Webhook { url, received })
    }

    /// Whether an alert of this name and service has come as firing since the last look.
    pub(crate) fn has_got(&self, name: &str, service: &str) -> bool {
        self.received.try_iter().any(|notification| fires(&notification, name, service))
    }
}

fn fires(notification: &Value, name: &str, service: &str) -> bool {
    let alerts = notification.get("alerts").and_then(Value::as_array);
    alerts.into_iter().flatten().any(|alert| {
        alert.get("status").is_some_and(|status| status == "firing")
            && alert.pointer("/labels/alertname").is_some_and(|label| label == name)
            && alert.pointer("/labels/service").is_some_and(|label| label == service)
    })
}

/// Reads a request and answers it; its body, which Alertmanager gives a length.
fn receive(stream: TcpStream) -> io::Result<Value> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream).take(LONGEST);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = Vec::new();
    reader.by_ref().take(length).read_to_end(&mut body)?;
    let mut stream = reader.into_inner().into_inner();
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")?;
    Ok(serde_json::from_slice(&body)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::web::Web;

    #[test]
    fn it_takes_a_notification_and_finds_the_alert() {
        let webhook = Webhook::start().unwrap();
        let notification = |status: &str| serde_json::json!({"alerts": [{"status": status, "labels": {"alertname": "Slow", "service": "orders"}}]});
        let got = |status: &str| {
            // The answer comes after the body was read, and the alert right after the answer.
            Web::new().put(&webhook.url, &notification(status)).unwrap();
            webhook.received.recv_timeout(Duration::from_secs(60)).unwrap()
        };
        assert!(fires(&got("firing"), "Slow", "orders"));
        assert!(!fires(&got("resolved"), "Slow", "orders"));
        assert!(!fires(&notification("firing"), "Slow", "users"));
        assert!(!webhook.has_got("Slow", "orders"));
    }
}
