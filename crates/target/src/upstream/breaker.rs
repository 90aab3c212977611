//! `Breaker`: stops calls to a peer that fails, and finds out when it is back.
//!
//! ```text
//!            a run of failures within the window
//!   closed ────────────────────────────────────────▶ open ◀─┐
//!     ▲                                                │     │ the probe fails
//!     │ the probe succeeds                    a pause  ▼     │
//!     └──────────────────────────────────────────── half-open
//! ```
//!
//! A *run* is failures one after the other without a success between them. A *probe* is the one call that is let through
//! while half-open. An *era* is the time between two changes of state: what began in one says nothing about a later one,
//! so that answers to old calls neither open nor close anything.
//!
//! It is plain arithmetic on the time that it is given: no clock, no lock, no waiting.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerRules {
    /// How many failures in a row open it; 0 counts as 1.
    pub failures: u32,
    /// Within which time these have to come.
    pub window: Duration,
    /// How long it stays open before one call is let through to try.
    pub pause: Duration,
}

impl Default for BreakerRules {
    /// Five failures within ten seconds; two seconds of pause.
    fn default() -> Self {
        Self { failures: 5, window: Duration::from_secs(10), pause: Duration::from_secs(2) }
    }
}

/// What a breaker does at this moment; the number is what its metric says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BreakerState {
    /// All calls go through.
    Closed = 0,
    /// One call goes through, to try.
    HalfOpen = 1,
    /// No call goes through.
    Open = 2,
}

impl BreakerState {
    pub(super) const EVERY: [Self; 3] = [Self::Closed, Self::HalfOpen, Self::Open];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }
}

/// How a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The peer answered; what it answered does not matter here.
    Success,
    /// It did not, or said that it cannot.
    Failure,
    /// Whoever wanted to know has left: nothing was learnt.
    Abandoned,
}

/// The permission for one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    era: u64,
}

#[derive(Debug)]
pub(super) struct Breaker {
    rules: BreakerRules,
    state: State,
    era: u64,
    /// How often each state was entered, by its number.
    entered: [u64; BreakerState::EVERY.len()],
}

#[derive(Debug)]
enum State {
    /// When the failures of the present run were, the latest of them, as many as open it.
    Closed {
        run: VecDeque<Instant>,
    },
    Open {
        until: Instant,
    },
    HalfOpen {
        probing: bool,
    },
}

impl Breaker {
    pub(super) fn new(rules: BreakerRules) -> Self {
        Self { rules, state: State::Closed { run: VecDeque::new() }, era: 0, entered: [0; 3] }
    }

    pub(super) fn state(&self) -> BreakerState {
        match self.state {
            State::Closed { .. } => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// How often each state was entered, by its number.
    pub(super) fn entered(&self) -> [u64; 3] {
        self.entered
    }

    /// How long a call has to wait: not at all, or about so long.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        match self.state {
            State::Closed { .. } | State::HalfOpen { probing: false } => None,
            State::Open { until } => {
                Some(until.saturating_duration_since(now)).filter(|left| !left.is_zero())
            }
            // The probe decides; how soon is not known.
            State::HalfOpen { probing: true } => Some(self.rules.pause),
        }
    }

    /// Lets a call through or not. Each ticket is to be given back by [`settle`](Self::settle).
    pub(super) fn admit(&mut self, now: Instant) -> Option<Ticket> {
        if self.wait(now).is_some() {
            return None;
        }
        match &mut self.state {
            State::Closed { .. } => {}
            State::Open { .. } => self.enter(State::HalfOpen { probing: true }),
            State::HalfOpen { probing } => *probing = true,
        }
        Some(Ticket { era: self.era })
    }

    /// Learns how a call went.
    pub(super) fn settle(&mut self, ticket: Ticket, outcome: Outcome, now: Instant) {
        if ticket.era != self.era {
            return;
        }
        let wanted = self.rules.failures.max(1) as usize;
        match (&mut self.state, outcome) {
            (State::Closed { run }, Outcome::Success) => run.clear(),
            (State::Closed { run }, Outcome::Failure) => {
                run.push_back(now);
                if run.len() > wanted {
                    run.pop_front();
                }
                let began = run.front().copied().unwrap_or(now);
                if run.len() == wanted && now.saturating_duration_since(began) <= self.rules.window {
                    self.open(now);
                }
            }
            (State::HalfOpen { .. }, Outcome::Success) => self.enter(State::Closed { run: VecDeque::new() }),
            (State::HalfOpen { .. }, Outcome::Failure) => self.open(now),
            (State::HalfOpen { probing }, Outcome::Abandoned) => *probing = false,
            // Nothing is let through while open, so there is no ticket of this era.
            (State::Closed { .. }, Outcome::Abandoned) | (State::Open { .. }, _) => {}
        }
    }

    fn open(&mut self, now: Instant) {
        self.enter(State::Open { until: now + self.rules.pause });
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.era += 1;
        self.entered[self.state() as usize] += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Outcome::{Abandoned, Failure, Success};
    use super::*;

    const RULES: BreakerRules =
        BreakerRules { failures: 3, window: Duration::from_secs(10), pause: Duration::from_secs(2) };

    /// A breaker and a clock that is moved by hand.
    struct Bench {
        breaker: Breaker,
        now: Instant,
    }

    impl Bench {
        fn new() -> Self {
            Self { breaker: Breaker::new(RULES), now: Instant::now() }
        }

        fn after(&mut self, seconds: u64) -> &mut Self {
            self.now += Duration::from_secs(seconds);
            self
        }

        fn admit(&mut self) -> Option<Ticket> {
            self.breaker.admit(self.now)
        }

        fn settle(&mut self, ticket: Ticket, outcome: Outcome) -> BreakerState {
            self.breaker.settle(ticket, outcome, self.now);
            self.breaker.state()
        }

        /// A call from beginning to end; `None` if it is not let through.
        fn call(&mut self, outcome: Outcome) -> Option<BreakerState> {
            self.admit().map(|ticket| self.settle(ticket, outcome))
        }
    }

    #[test]
    fn a_run_within_the_window_opens_it() {
        use BreakerState::{Closed, Open};
        // (seconds since the call before, how it goes, the state after it): three failures in ten seconds open it.
        for calls in [
            vec![(0, Failure, Closed), (0, Failure, Closed), (0, Failure, Open)],
            vec![(0, Failure, Closed), (5, Failure, Closed), (5, Failure, Open)],
            // The first is too old when the third comes, and the fourth makes three with the two before it.
            vec![(0, Failure, Closed), (5, Failure, Closed), (6, Failure, Closed), (4, Failure, Open)],
            vec![(0, Failure, Closed), (0, Failure, Closed), (0, Success, Closed), (0, Failure, Closed)],
            vec![(0, Failure, Closed), (0, Abandoned, Closed), (0, Failure, Closed), (0, Failure, Open)],
            vec![(0, Failure, Closed), (11, Failure, Closed), (11, Failure, Closed), (11, Failure, Closed)],
        ] {
            let mut bench = Bench::new();
            for (place, (seconds, outcome, state)) in calls.iter().enumerate() {
                assert_eq!(bench.after(*seconds).call(*outcome), Some(*state), "{calls:?} at {place}");
            }
        }
    }

    fn opened() -> Bench {
        let mut bench = Bench::new();
        for _ in 0..3 {
            bench.call(Failure);
        }
        assert_eq!(bench.breaker.state(), BreakerState::Open);
        bench
    }

    #[test]
    fn after_a_pause_one_probe_decides() {
        let mut bench = opened();
        assert_eq!(bench.after(1).admit(), None);
        assert_eq!(bench.breaker.wait(bench.now), Some(Duration::from_secs(1)));
        let probe = bench.after(1).admit().unwrap();
        assert_eq!(bench.breaker.state(), BreakerState::HalfOpen);
        assert_eq!(bench.admit(), None, "one at a time");
        assert_eq!(bench.settle(probe, Failure), BreakerState::Open);
        assert_eq!(bench.after(1).admit(), None);
        assert_eq!(bench.after(1).call(Success), Some(BreakerState::Closed));
        assert_eq!(bench.breaker.entered(), [1, 2, 2]);
        // A new run is needed.
        assert_eq!(bench.call(Failure), Some(BreakerState::Closed));
    }

    #[test]
    fn a_probe_that_is_given_up_makes_way_for_another() {
        let mut bench = opened();
        assert_eq!(bench.after(2).call(Abandoned), Some(BreakerState::HalfOpen));
        assert_eq!(bench.call(Success), Some(BreakerState::Closed));
    }

    #[test]
    fn old_calls_decide_nothing() {
        let mut bench = Bench::new();
        let old: Vec<_> = (0..9).map(|_| bench.admit().unwrap()).collect();
        for _ in 0..3 {
            bench.call(Failure);
        }
        assert_eq!(bench.settle(old[0], Success), BreakerState::Open);
        let probe = bench.after(2).admit().unwrap();
        assert_eq!(bench.settle(old[1], Success), BreakerState::HalfOpen);
        assert_eq!(bench.settle(old[2], Failure), BreakerState::HalfOpen);
        assert_eq!(bench.settle(old[3], Abandoned), BreakerState::HalfOpen);
        assert_eq!(bench.admit(), None, "the probe is still under way");
        assert_eq!(bench.settle(probe, Success), BreakerState::Closed);
        for ticket in &old[4..] {
            assert_eq!(bench.settle(*ticket, Failure), BreakerState::Closed);
        }
    }

    #[test]
    fn rules_of_zero_are_taken_as_one() {
        let rules = BreakerRules { failures: 0, window: Duration::ZERO, pause: Duration::ZERO };
        let mut bench = Bench { breaker: Breaker::new(rules), now: Instant::now() };
        assert_eq!(bench.call(Failure), Some(BreakerState::Open));
        assert_eq!(bench.call(Failure), Some(BreakerState::Open));
        assert_eq!(bench.call(Success), Some(BreakerState::Closed));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Wait(u64),
        Admit,
        /// Settles one of the calls under way.
        Settle(prop::sample::Index, bool),
        Abandon(prop::sample::Index),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            1 => (0_u64..4000).prop_map(Step::Wait),
            3 => Just(Step::Admit),
            3 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(which, good)| Step::Settle(which, good)),
            1 => any::<prop::sample::Index>().prop_map(Step::Abandon),
        ];
        prop::collection::vec(step, 0..200)
    }

    proptest! {
        /// Whatever happens: no call while open, one at most while half-open, and it never stays shut.
        #[test]
        fn never_more_than_it_says_and_never_for_ever(steps in steps()) {
            let mut bench = Bench::new();
            let mut under_way: Vec<Ticket> = Vec::new();
            for step in steps {
                let before = bench.breaker.state();
                match step {
                    Step::Wait(ms) => bench.now += Duration::from_millis(ms),
                    Step::Admit => {
                        let wait = bench.breaker.wait(bench.now);
                        let ticket = bench.admit();
                        prop_assert_eq!(ticket.is_some(), wait.is_none());
                        prop_assert!(wait.is_none_or(|wait| wait <= RULES.pause));
                        if before == BreakerState::Closed {
                            prop_assert!(ticket.is_some());
                        }
                        under_way.extend(ticket);
                    }
                    Step::Settle(which, good) if !under_way.is_empty() => {
                        let ticket = under_way.remove(which.index(under_way.len()));
                        let after = bench.settle(ticket, if good { Success } else { Failure });
                        if before == BreakerState::Open {
                            prop_assert_eq!(after, BreakerState::Open);
                        }
                    }
                    Step::Abandon(which) if !under_way.is_empty() => {
                        let ticket = under_way.remove(which.index(under_way.len()));
                        prop_assert_eq!(bench.settle(ticket, Abandoned), before);
                    }
                    Step::Settle(..) | Step::Abandon(..) => {}
                }
                let probes = under_way.iter().filter(|ticket| ticket.era == bench.breaker.era).count();
                if bench.breaker.state() == BreakerState::HalfOpen {
                    prop_assert!(probes <= 1, "{} probes", probes);
                }
            }
            for ticket in under_way {
                bench.settle(ticket, Success);
            }
            bench.after(2);
            prop_assert_eq!(bench.call(Success), Some(BreakerState::Closed));
        }
    }
}
