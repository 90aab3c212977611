//! `Trace`: what one user does, for whoever makes spans of it: a span of its own, and those of its requests within.
//!
//! Only users who are drawn have one, so that the others pay for nothing.

use crate::clock::Clock;
use crate::spans::{Span, Spans, UserEnd, What};
use loadgen_metrics::{Moment, ScenarioId, SpanId, TraceId};
use loadgen_scenario::plan::Tracing;
use rand::Rng;
use std::cell::Cell;
use std::rc::Rc;

/// The trace of a user. Its own span is told when the last who holds it lets go, whatever ended the user.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) id: TraceId,
    pub(crate) span: SpanId,
    scenario: ScenarioId,
    begun: Moment,
    end: Cell<UserEnd>,
    clock: Clock,
    spans: Spans,
}

impl Trace {
    /// That of a user who begins now; `None` for those who are not drawn. Not by the user's own random numbers: a run that is
    /// repeated with its seed is not to be taken for the one before.
    pub(crate) fn begin(
        tracing: &Tracing,
        spans: &Spans,
        scenario: ScenarioId,
        clock: Clock,
    ) -> Option<Rc<Self>> {
        let share = tracing.spans?;
        let span = rand::rng().random::<u64>();
        // A number as good as any: the id of a span says nothing else.
        (span as f64 <= share * u64::MAX as f64).then_some(())?;
        let (id, span) = (new_id(tracing)?, SpanId(span.to_be_bytes()));
        let (begun, end) = (clock.now(), Cell::new(UserEnd::Interrupted));
        Some(Rc::new(Trace { id, span, scenario, begun, end, clock, spans: spans.clone() }))
    }

    /// Tells of a request of the user's.
    pub(crate) fn request(&self, id: SpanId, (sent, done): (Moment, Moment), what: What) {
        self.spans.tell(Span { trace: self.id, id, from: sent, to: done, what });
    }

    /// The user has come to the end of its flow, or failed.
    pub(crate) fn ended(&self, completed: bool) {
        self.end.set(if completed { UserEnd::Completed } else { UserEnd::Failed });
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        let what = What::User { scenario: self.scenario, end: self.end.get() };
        let (from, to) = (self.begun, self.clock.now());
        self.spans.tell(Span { trace: self.id, id: self.span, from, to, what });
    }
}

/// A new trace, with the prefix that the script wants.
pub(crate) fn new_id(tracing: &Tracing) -> Option<TraceId> {
    let mut digits = format!("{}{:032x}", tracing.prefix, rand::rng().random::<u128>());
    digits.truncate(32);
    digits.parse().ok()
}
