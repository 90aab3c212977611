//! `Scripted`: a transport that answers as a test tells it, on whatever time the test's runtime has.

use super::{Answer, Exchange, Fault, Headers, Message, Transport, Want};
use crate::clock::Clock;
use bytes::Bytes;
use loadgen_metrics::{ErrorKind, Moment};
use loadgen_scenario::url::Origin;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// An answer.
    Answer {
        /// Its status.
        status: u16,
        /// Its body.
        body: &'static str,
        /// How long it takes.
        after: Duration,
    },
    /// A failure.
    Fault {
        /// Its kind.
        kind: ErrorKind,
        /// How long it takes.
        after: Duration,
    },
}

/// A request that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When it was sent.
    pub at: Moment,
    /// Method, URI and body: `POST /users {"name":"x"}`.
    pub request: String,
}

/// What a test says to a request.
type Script = dyn Fn(&Message) -> Reply;

/// Answers by a function, and keeps what was asked.
pub struct Scripted {
    clock: Clock,
    reply: Box<Script>,
    seen: Rc<RefCell<Vec<Seen>>>,
}

impl Scripted {
    /// A transport that answers by `reply` and keeps what it was asked in `seen`.
    pub fn new(
        clock: Clock,
        seen: Rc<RefCell<Vec<Seen>>>,
        reply: impl Fn(&Message) -> Reply + 'static,
    ) -> Self {
        Scripted { clock, reply: Box::new(reply), seen }
    }
}

impl Transport for Scripted {
    type Connection = ();

    fn open(&self) {}

    async fn exchange(&self, (): &mut (), _origin: &Origin, message: &Message, want: Want) -> Exchange {
        let written = self.clock.now();
        let body = String::from_utf8_lossy(message.body()).into_owned();
        let request = format!("{} {} {body}", message.method(), message.uri()).trim_end().to_owned();
        self.seen.borrow_mut().push(Seen { at: written, request });
        let reply = (self.reply)(message);
        let after = match &reply {
            Reply::Answer { after, .. } | Reply::Fault { after, .. } => *after,
        };
        tokio::time::sleep(after).await;
        let done = self.clock.now();
        let (result, bytes_in, first_byte) = match reply {
            Reply::Answer { status, body, .. } => {
                let kept = if want.body { Bytes::from_static(body.as_bytes()) } else { Bytes::new() };
                (
                    Ok(Answer { status, headers: Headers::default(), body: kept }),
                    body.len() as u64,
                    Some(done),
                )
            }
            Reply::Fault { kind, .. } => (Err(Fault::new(kind, "scripted")), 0, None),
        };
        let bytes_out = message.body().len() as u64;
        Exchange { written: Some(written), first_byte, done, setup: None, bytes_in, bytes_out, result }
    }
}
