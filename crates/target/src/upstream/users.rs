//! `Users`: asks the user-service whether a user exists, again if need be, and of another peer if there is one.
//!
//! Asked again is after a connection that failed, a time that ran out, and the statuses 502, 503 and 504: then nobody
//! answered. What was answered is never asked again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use prometheus::Registry;
use serde::Deserialize;
use tokio::time::Instant;
use uuid::Uuid;

use super::UsersConfig;
use super::balancer::{Balancer, Chosen, Tried};
use super::breaker::Outcome;
use super::figures::{Figures, Told};
use crate::problem::Problem;
use crate::store::StoreError;
use crate::trace::{self, Carried, Outgoing};

pub(crate) struct Users {
    config: UsersConfig,
    balancer: Mutex<Balancer>,
    figures: Figures,
}

/// What a try gave.
enum Answer {
    Known,
    Unknown,
    /// Nobody answered: another try may help.
    Nobody(String),
    /// What was answered says neither yes nor no, and would not another time.
    Odd(StatusCode),
}

impl Users {
    pub(crate) fn new(config: UsersConfig, registry: &Registry) -> Result<Arc<Self>, prometheus::Error> {
        let figures = Figures::new(&config.peers, registry)?;
        let balancer = Mutex::new(Balancer::new(config.peers.urls().len(), config.breaker));
        Ok(Arc::new(Self { config, balancer, figures }))
    }

    /// Whether the user exists.
    ///
    /// # Errors
    /// `unknown_user` (422) if there is none with this id; `users_unavailable` (503) if nobody could be asked.
    pub(crate) async fn check(&self, id: Uuid, carried: &Carried) -> Result<(), Problem> {
        let mut tried = Tried::default();
        let mut cause = String::new();
        for number in 0..=self.config.retries {
            if number > 0 {
                tokio::time::sleep(self.config.backoff.wait(number, rand::random())).await;
            }
            let turn = match Turn::take(self, tried) {
                Ok(turn) => turn,
                Err(wait) => {
                    if number == 0 {
                        self.figures.refused.inc();
                    }
                    let why = if number == 0 {
                        "it has failed too often: it is left alone for a while"
                    } else {
                        &cause
                    };
                    return Err(unavailable(why, wait));
                }
            };
            tried.add(turn.chosen.peer);
            if number > 0 {
                self.figures.retried(turn.chosen.peer);
            }
            match self.ask(turn.chosen.peer, id, number, carried).await {
                Answer::Known => {
                    turn.end(Outcome::Success, Told::Known);
                    return Ok(());
                }
                Answer::Unknown => {
                    turn.end(Outcome::Success, Told::Unknown);
                    return Err(StoreError::UnknownUser.into());
                }
                Answer::Nobody(why) => {
                    turn.end(Outcome::Failure, Told::Failed);
                    cause = why;
                }
                Answer::Odd(status) => {
                    // It is there, whatever it meant.
                    let outcome = if status.is_server_error() { Outcome::Failure } else { Outcome::Success };
                    turn.end(outcome, Told::Failed);
                    return Err(unavailable(&format!("it answered {status}"), Duration::ZERO));
                }
            }
        }
        Err(unavailable(&cause, Duration::ZERO))
    }

    /// Looks at a peer's health.
    pub(super) async fn look(&self, peer: usize) {
        let Some(url) = self.config.peers.urls().get(peer) else { return };
        let request = self.config.client.get(format!("{url}/health")).timeout(self.config.timeout);
        let healthy = match request.send().await {
            // Read to the end, for the connection's sake.
            Ok(answer) => answer.status().is_success() && answer.bytes().await.is_ok(),
            Err(_) => false,
        };
        self.balancer().checked(peer, healthy);
    }

    /// Takes over what a scrape is to see.
    pub(crate) fn show(&self) {
        self.figures.show(self.balancer().views());
    }

    pub(super) fn peers(&self) -> usize {
        self.config.peers.urls().len()
    }

    pub(super) fn check_every(&self) -> Duration {
        // A zero would make the timer panic.
        self.config.check_every.max(Duration::from_millis(1))
    }

    /// One try; `resent` is how many there were before.
    async fn ask(&self, peer: usize, id: Uuid, resent: u32, carried: &Carried) -> Answer {
        let Some(url) = self.config.peers.urls().get(peer) else { return Answer::Nobody(String::new()) };
        let url = &format!("{url}/users/{id}");
        let outgoing = Outgoing { method: "GET", url, template: "/users/{id}", resent, carried };
        let request = self.config.client.get(url).timeout(self.config.timeout);
        let answer = match trace::call(&outgoing, |headers| request.headers(headers).send()).await {
            Ok(answer) => answer,
            Err(error) => return Answer::Nobody(cause(&error)),
        };
        let status = answer.status();
        // All of it, so that the connection can be used again.
        let body = match answer.bytes().await {
            Ok(body) => body,
            Err(error) => return Answer::Nobody(cause(&error)),
        };
        match status {
            StatusCode::OK => Answer::Known,
            // Somebody else's 404: a wrong address must not look like users that nobody has created.
            StatusCode::NOT_FOUND if is_stray(&body) => Answer::Odd(status),
            StatusCode::NOT_FOUND => Answer::Unknown,
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                Answer::Nobody(format!("it answered {status}"))
            }
            _ => Answer::Odd(status),
        }
    }

    fn balancer(&self) -> MutexGuard<'_, Balancer> {
        self.balancer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call to a peer. Dropped before its end, it was abandoned: the request's client has gone.
struct Turn<'a> {
    users: &'a Users,
    chosen: Chosen,
    ended: (Outcome, Told),
}

impl<'a> Turn<'a> {
    fn take(users: &'a Users, tried: Tried) -> Result<Self, Duration> {
        let chosen = users.balancer().choose(tried, Instant::now())?;
        Ok(Self { users, chosen, ended: (Outcome::Abandoned, Told::Abandoned) })
    }

    fn end(mut self, outcome: Outcome, told: Told) {
        self.ended = (outcome, told);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let (outcome, told) = self.ended;
        self.users.balancer().settle(self.chosen, outcome, Instant::now());
        self.users.figures.tried(self.chosen.peer, told);
    }
}

/// 503, with the time after which it is worth asking again: a second at least, for a client that asks sooner learns
/// nothing new.
fn unavailable(why: &str, wait: Duration) -> Problem {
    let message = format!("the user-service cannot be asked: {why}");
    let seconds = wait.as_secs_f64().ceil().clamp(1.0, 3600.0) as u32;
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "users_unavailable", message).retry_after(seconds)
}

/// Why there was no answer, without the address: that is for the operator to know.
fn cause(error: &reqwest::Error) -> String {
    let why = if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "it cannot be connected to"
    } else {
        "the connection failed"
    };
    why.to_owned()
}

/// Whether an answer says that there is no such path, rather than no such user.
fn is_stray(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Refusal {
        error: Code,
    }
    #[derive(Deserialize)]
    struct Code {
        code: String,
    }
    serde_json::from_slice::<Refusal>(body).is_ok_and(|refusal| refusal.error.code == "no_such_route")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_404_of_somebody_else() {
        assert!(is_stray(br#"{"error":{"code":"no_such_route","message":"there is nothing at this path"}}"#));
        for body in [r#"{"error":{"code":"not_found"}}"#, r#"{"error":"no_such_route"}"#, "", "<html>"] {
            assert!(!is_stray(body.as_bytes()), "{body}");
        }
    }
}
