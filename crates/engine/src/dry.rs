//! A dry run: one user plays one flow, and whoever asked is told of each request and answer. No load, no figures.
//!
//! The user is a real one, on the real transport; a second transport around it looks on.

use crate::attend::attend;
use crate::clock::Clock;
use crate::decode::Unpacker;
use crate::hook;
use crate::lines;
use crate::session::{Inherited, Session};
use crate::shard::Shard;
use crate::supervisor::Options;
use crate::transport::{Exchange, Http, Message, Transport, Want};
use crate::user::User;
use bytes::Bytes;
use http::{HeaderMap, Method};
use loadgen_metrics::{ErrorKind, Outcome};
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
    /// The user has begun: the variables that hold something then, by name.
    Begun(Vec<(String, Value)>),
    /// A request is about to go out. It does not where whoever is told of it breaks.
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
    /// Whether it was nothing but an expectation that was not met.
    pub unexpected: bool,
}

/// What came of a dry run.
#[derive(Clone, Debug)]
pub struct Played {
    /// What the variables hold at the end; the error if a step failed.
    pub ending: Result<Inherited, DryError>,
    /// How many expectations were not met, whether that fails a user or not.
    pub unmet: u64,
}

/// Where sights go.
pub(crate) type Watch = mpsc::UnboundedSender<Sight>;

/// Plays a flow once. Where `on` breaks, it is as if the flow were over then: nothing more is sent or told.
pub async fn dry(
    plan: &Arc<Plan>,
    part: Part,
    options: &Options,
    inherited: &Inherited,
    mut on: impl FnMut(Sight) -> ControlFlow<()>,
) -> Played {
    let (steps, index): (&[Step], usize) = match part {
        Part::Before => (plan.before.as_deref().unwrap_or_default(), 0),
        Part::Scenario(index) => (plan.scenarios.get(index).map_or(&[], |it| &it.flow), index),
        Part::After => (plan.after.as_deref().unwrap_or_default(), 0),
    };
    let clock = Clock::starting_in(Duration::ZERO);
    let (watch, mut sights) = mpsc::unbounded_channel();
    let (lines, _) = lines::queue();
    let transport = Watched { http: Http::new(Http::settings(&plan.http), clock, 0, 1), clock, watch };
    let watch = transport.watch.clone();
    let mut shard = Shard::alone(plan, options, inherited, clock, transport, lines);
    shard.watch = Some(watch);
    let shard = Rc::new(shard);
    // Users of different scenarios are different users: they draw different rows and numbers.
    let (session, _) = Session::new(plan, options.seed, index as u64, index as u64, inherited);
    let mut user = User::helper(&shard, session);
    let session = Rc::clone(&user.session);
    let begun = Sight::Begun(session.borrow().held(plan));
    let told = on(begun);
    let played = match told {
        ControlFlow::Continue(()) => attend(user.play(steps), || sights.try_recv().ok(), on).await,
        ControlFlow::Break(()) => None,
    };
    drop(user);
    let counted = shard.recorder.borrow_mut().take();
    let (_, unmet) = counted.plugins.expected();
    let ending = match played {
        Some(Err(_)) => Err(DryError {
            cause: hook::cause(&counted),
            unexpected: {
                let named = counted.named_errors.iter().map(|(kind, ..)| kind);
                let mut kinds = counted.errors.keys().copied().chain(named).peekable();
                kinds.peek().is_some() && kinds.all(|kind| kind == ErrorKind::ExpectationFailed)
            },
        }),
        Some(Ok(())) | None => {
            Ok(Rc::into_inner(session).map(|session| session.into_inner().leave()).unwrap_or_default())
        }
    };
    Played { ending, unmet }
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

    fn beside(&self, user: &Self::Connection) -> Self::Connection {
        self.http.beside(user)
    }

    async fn exchange(
        &self,
        connection: &mut Self::Connection,
        origin: &Origin,
        message: &Message,
        _: Want,
    ) -> Exchange {
        // Whoever looks on may have seen enough.
        let _ = self.watch.send(Sight::Sent {
            method: message.method().clone(),
            url: format!("{origin}{}", message.path()),
            headers: message.headers().clone(),
            body: message.body().clone(),
        });
        // Now they are told, and may give the user up before anything is sent.
        tokio::task::yield_now().await;
        let sent = self.clock.now();
        let exchange = self.http.exchange(connection, origin, message, Want::ALL).await;
        let _ = self.watch.send(match &exchange.result {
            Ok(answer) => Sight::Answered {
                status: answer.status,
                headers: HeaderMap::clone(&answer.headers),
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
