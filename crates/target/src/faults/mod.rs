//! Faults on demand: what a request, or a `PUT /faults`, asks the service to do wrong.
//!
//! A *specification* (`spec`, its values in `value`) is written the same way in the header `x-fault`, in the query as
//! `fault=` and in JSON: `latency=200ms;error=0.5:503`. What is asked of all requests is the *rule* (`rule`). `inject` is
//! the layer that carries out what a request is to suffer: `chance` decides whether, `body` makes answers slow, `cord`
//! cuts connections, `ballast` holds memory and `burner` keeps processors busy.
//!
//! All of it has ceilings, and none of it is there unless the configuration says so: no layer, no route, no cost.

mod ballast;
mod body;
mod burner;
mod chance;
mod cord;
mod inject;
mod rule;
mod spec;
mod value;

use std::sync::{Arc, PoisonError, RwLock};

use axum::http::StatusCode;
use tokio::time::Instant;

use ballast::Ballast;
use burner::Burner;
use chance::Chances;
pub(crate) use cord::Cord;
pub(crate) use inject::inject;
pub(crate) use rule::Rule;
pub(crate) use spec::Ceilings;

use crate::problem::Problem;

/// How much faults may do, where the machine's safety needs a bound that depends on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultLimits {
    /// Memory that is held at the same time, in bytes.
    pub max_memory: u64,
}

impl Default for FaultLimits {
    /// 1 GiB.
    fn default() -> Self {
        Self { max_memory: 1 << 30 }
    }
}

impl FaultLimits {
    /// With so much memory, written as `512MiB` or `1GiB`.
    ///
    /// # Errors
    /// A text that is no size from 1 byte to 1 TiB.
    pub fn of_memory(text: &str) -> Result<Self, String> {
        value::size(text, 1 << 40).map(|max_memory| Self { max_memory })
    }
}

/// What all faulted requests share.
pub(crate) struct Faults {
    ceilings: Ceilings,
    rule: RwLock<Option<Arc<Rule>>>,
    chances: Chances,
    ballast: Ballast,
    burner: Burner,
}

impl Faults {
    pub(crate) fn new(limits: FaultLimits) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            ceilings: Ceilings { memory: limits.max_memory, threads: processors },
            rule: RwLock::default(),
            chances: Chances::default(),
            ballast: Ballast::new(limits.max_memory),
            burner: Burner::new(processors),
        }
    }

    pub(crate) fn ceilings(&self) -> Ceilings {
        self.ceilings
    }

    /// The rule for all requests, if there is one that has not ended.
    pub(crate) fn rule(&self) -> Option<Arc<Rule>> {
        let rule = self.rule.read().unwrap_or_else(PoisonError::into_inner).clone();
        rule.filter(|rule| rule.lasts(Instant::now()))
    }

    /// Puts a rule in the place of the one before.
    pub(crate) fn set(&self, rule: Rule) {
        *self.rule.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(rule));
    }

    /// Ends the rule, gives back all memory, and stops burning.
    pub(crate) fn clear(&self) {
        *self.rule.write().unwrap_or_else(PoisonError::into_inner) = None;
        self.ballast.release();
        self.burner.stop();
    }

    /// Bytes that are held, and threads that burn.
    pub(crate) fn held_and_burning(&self) -> (u64, usize) {
        (self.ballast.held(), self.burner.burning())
    }
}

/// A specification that cannot be taken: which of its fields, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadFault {
    pub(crate) field: String,
    pub(crate) message: String,
}

impl From<BadFault> for Problem {
    fn from(BadFault { field, message }: BadFault) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_fault", message).field(field)
    }
}
