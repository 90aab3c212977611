//! `Pipe`: commands to the browser and its answers, JSON with a zero byte after each; what happens in pages is kept by
//! session until it is asked for.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Longest wait for an answer: a page that hangs is a failed test.
const LONGEST: Duration = Duration::from_secs(120);

pub(super) struct Pipe {
    /// Kept so that it is not waited for by chance; it ends with its input.
    _process: Child,
    input: Mutex<ChildStdin>,
    next: AtomicU64,
    shared: Arc<Mutex<Shared>>,
    log: PathBuf,
}

#[derive(Default)]
struct Shared {
    waiting: HashMap<u64, Sender<Value>>,
    events: HashMap<String, Vec<Value>>,
}

impl Pipe {
    /// To a browser whose commands come from its input and whose answers are its output.
    pub(super) fn to(mut process: Child, log: PathBuf) -> Self {
        let input = Mutex::new(process.stdin.take().expect("a pipe"));
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        let shared = Arc::<Mutex<Shared>>::default();
        let listener = Arc::clone(&shared);
        std::thread::spawn(move || {
            for message in output.split(0).map_while(Result::ok) {
                listener
                    .lock()
                    .expect("no panic in here")
                    .take(serde_json::from_slice(&message).expect("JSON"));
            }
            // Whoever waits is told that no answer comes.
            listener.lock().expect("no panic in here").waiting.clear();
        });
        Pipe { _process: process, input, next: AtomicU64::new(1), shared, log }
    }

    /// Sends a command, to a page's session or to the browser, and waits for its result.
    ///
    /// # Panics
    /// If the browser says that it cannot be done, says nothing, or has ended.
    pub(super) fn call(&self, session: Option<&str>, method: &str, params: &Value) -> Value {
        self.attempt(session, method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The same where the browser may say that it cannot be done.
    ///
    /// # Panics
    /// If the browser says nothing, or has ended.
    pub(super) fn attempt(
        &self,
        session: Option<&str>,
        method: &str,
        params: &Value,
    ) -> Result<Value, Value> {
        let id = self.next.fetch_add(1, Relaxed);
        let mut command = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let (sender, answer) = mpsc::channel();
        self.shared.lock().expect("no panic in here").waiting.insert(id, sender);
        let mut bytes = command.to_string().into_bytes();
        bytes.push(0);
        let sent = self.input.lock().expect("no panic in here").write_all(&bytes);
        let answer = answer.recv_timeout(LONGEST);
        let (Ok(()), Ok(mut answer)) = (sent, answer) else {
            panic!(
                "Chromium gives no answer to {method}; it said:\n{}",
                std::fs::read_to_string(&self.log).unwrap_or_default()
            );
        };
        match answer["error"].take() {
            Value::Null => Ok(answer["result"].take()),
            error => Err(error),
        }
    }

    /// What has happened in a page so far, from its beginning.
    pub(super) fn events(&self, session: &str) -> Vec<Value> {
        self.shared.lock().expect("no panic in here").events.get(session).cloned().unwrap_or_default()
    }

    /// Forgets what has happened in a page.
    pub(super) fn forget(&self, session: &str) {
        self.shared.lock().expect("no panic in here").events.remove(session);
    }
}

impl Shared {
    fn take(&mut self, message: Value) {
        if let Some(waiting) = message["id"].as_u64().and_then(|id| self.waiting.remove(&id)) {
            // Who has given up waiting has failed.
            let _ = waiting.send(message);
        } else if let Some(session) = message["sessionId"].as_str() {
            self.events.entry(session.to_owned()).or_default().push(message);
        }
    }
}
