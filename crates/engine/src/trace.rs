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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_user_who_is_drawn_is_told_once_however_it_ends() {
        let clock = Clock::starting_in(Duration::ZERO);
        let (spans, mut told) = crate::spans::spans();
        let begin = |share| {
            let tracing = Tracing { prefix: "a9".into(), sampled: true, spans: share };
            Trace::begin(&tracing, &spans, ScenarioId(1), clock)
        };
        assert!(begin(None).is_none());
        for (ended, wanted) in
            [(Some(true), UserEnd::Completed), (Some(false), UserEnd::Failed), (None, UserEnd::Interrupted)]
        {
            let trace = begin(Some(1.0)).unwrap();
            ended.into_iter().for_each(|completed| trace.ended(completed));
            // A branch of its lets go first.
            drop(Rc::clone(&trace));
            let (id, span) = (trace.id, trace.span);
            drop(trace);
            let mut list = Vec::new();
            assert!(told.recv(&mut list, 9).await && list.len() == 1, "{list:?}");
            let what = What::User { scenario: ScenarioId(1), end: wanted };
            assert_eq!((list[0].trace, list[0].id, &list[0].what), (id, span, &what));
            assert!(id.to_string().starts_with("a9") && list[0].from <= list[0].to);
        }
        let drawn = (0..1000).filter(|_| begin(Some(0.25)).is_some()).count();
        assert!((100..500).contains(&drawn), "{drawn}");
    }
}
