//! A dry run: one user plays one flow, and whoever asked is told of each request and answer. No load, no figures.
//!
//! The user is a real one, on the real transport; a second transport around it looks on.

use crate::clock::Clock;
use crate::decode::Unpacker;
use crate::hook;
use crate::session::{Inherited, Session};
use crate::shard::Shard;
use crate::supervisor::{LINES, Options};
use crate::transport::{Exchange, Http, Transport};
use crate::user::User;
use bytes::Bytes;
use http::{HeaderMap, Method};
use loadgen_metrics::Outcome;
use loadgen_scenario::Scope;
use loadgen_scenario::plan::{Plan, Request, Step};
use loadgen_scenario::url::Origin;
use serde_json::Value;
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Which flow of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `before`.
    Before,
    /// The scenario at this place in the plan.
    Scenario(usize),
    /// `after`.
    After,
}

/// What is seen of a dry run, in the order in which it happens.
#[derive(Clone, Debug)]
pub enum Sight {
    /// A request goes out.
    Sent {
        /// Its method.
        method: Method,
        /// Its whole URL.
        url: String,
        /// Its headers.
        headers: HeaderMap,
        /// Its body.
        body: Bytes,
    },
    /// The answer is there, redirects included.
    Answered {
        /// The status.
        status: u16,
        /// The headers.
        headers: HeaderMap,
        /// The body, unpacked if it came compressed.
        body: Bytes,
        /// From the request's start to the answer's end.
        took: Duration,
    },
    /// There is no answer.
    Unanswered {
        /// Why, in words.
        cause: String,
    },
    /// A variable keeps something of the answer.
    Captured {
        /// Its name.
        variable: String,
        /// What it holds now; `None` is undefined.
        value: Option<Value>,
    },
    /// A line of `log`.
    Line(String),
}

/// A flow that did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct DryError {
    /// What went wrong, with the request that it happened to.
    pub cause: String,
}

/// Where sights go.
pub(crate) type Watch = mpsc::UnboundedSender<Sight>;

/// Plays a flow once, and gives what its variables hold then. Ends early, as if it were over, where `on` breaks.
///
/// # Errors
/// If one of its steps fails.
pub async fn dry(
    plan: &Arc<Plan>,
    part: Part,
    options: &Options,
    inherited: &Inherited,
    mut on: impl FnMut(Sight) -> ControlFlow<()>,
) -> Result<Inherited, DryError> {
    let (steps, index): (&[Step], usize) = match part {
        Part::Before => (plan.before.as_deref().unwrap_or_default(), 0),
        Part::Scenario(index) => (plan.scenarios.get(index).map_or(&[], |it| &it.flow), index),
        Part::After => (plan.after.as_deref().unwrap_or_default(), 0),
    };
    let clock = Clock::starting_in(Duration::ZERO);
    let (watch, mut sights) = mpsc::unbounded_channel();
    let (lines, _) = mpsc::channel(LINES);
    let transport = Watched { http: Http::new(Http::settings(&plan.http), clock, 0, 1), clock, watch };
    let watch = transport.watch.clone();
    let mut shard = Shard::alone(plan, options, inherited, clock, transport, lines);
    shard.watch = Some(watch);
    let shard = Rc::new(shard);
    // Users of different scenarios are different users: they draw different rows and numbers.
    let (session, _) = Session::new(plan, options.seed, index as u64, index as u64, inherited);
    let mut user = User::helper(&shard, session);
    let session = Rc::clone(&user.session);
    let played = {
        let play = user.play(steps);
        tokio::pin!(play);
        loop {
            tokio::select! {
                biased;
                Some(sight) = sights.recv() => if on(sight).is_break() { break Ok(()) },
                played = &mut play => break played,
            }
        }
    };
    drop(user);
    while let Ok(sight) = sights.try_recv() {
        let _ = on(sight);
    }
    let counted = shard.recorder.borrow_mut().take();
    played.map_err(|_| DryError { cause: hook::cause(&counted) })?;
    Ok(Rc::into_inner(session).map(|session| session.into_inner().leave()).unwrap_or_default())
}

/// Tells of what a request's captures have put into variables.
pub(crate) fn captured(
    watch: &Watch,
    plan: &Plan,
    request: &Request,
    outcome: Outcome,
    session: &RefCell<Session>,
) {
    if !matches!(outcome, Outcome::Answered { .. }) {
        return;
    }
    let session = session.borrow();
    for capture in &request.captures {
        let variable = plan.slots.get(capture.into.slot.0 as usize).cloned().unwrap_or_default();
        let value = session.value(capture.into.slot).cloned();
        let _ = watch.send(Sight::Captured { variable, value });
    }
}

/// A transport that tells of what it carries.
struct Watched {
    http: Http,
    clock: Clock,
    watch: Watch,
}

impl Transport for Watched {
    type Connection = <Http as Transport>::Connection;

    fn open(&self) -> Self::Connection {
        self.http.open()
    }

    async fn exchange(
        &self,
        connection: &mut Self::Connection,
        origin: &Origin,
        message: http::Request<Bytes>,
        _: bool,
    ) -> Exchange {
        let path = message.uri().path_and_query().map_or("/", |path| path.as_str());
        // Whoever looks on may have seen enough.
        let _ = self.watch.send(Sight::Sent {
            method: message.method().clone(),
            url: format!("{origin}{path}"),
            headers: message.headers().clone(),
            body: message.body().clone(),
        });
        let sent = self.clock.now();
        let exchange = self.http.exchange(connection, origin, message, true).await;
        let _ = self.watch.send(match &exchange.result {
            Ok(answer) => Sight::Answered {
                status: answer.status,
                headers: answer.headers.clone(),
                body: Unpacker::default()
                    .decode(&answer.headers, answer.body.clone())
                    .await
                    .unwrap_or_else(|_| answer.body.clone()),
                took: exchange.done.since(sent),
            },
            Err(fault) => Sight::Unanswered { cause: format!("{} {}", fault.kind.name(), fault.detail) },
        });
        exchange
    }
}
