//! What the questions to the user-service add to `/metrics`: by peer, which is the address as it was given.

use prometheus::core::Collector;
use prometheus::{IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry};

use super::balancer::PeerView;
use super::breaker::BreakerState;
use super::peers::Peers;

/// How a question went, for the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// The user exists.
    Known,
    /// There is no such user.
    Unknown,
    /// No answer, or none that says either.
    Failed,
    /// Whoever wanted to know left before the answer.
    Abandoned,
}

impl Told {
    const EVERY: [Self; 4] = [Self::Known, Self::Unknown, Self::Failed, Self::Abandoned];

    const fn label(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Abandoned => "abandoned",
        }
    }
}

pub(super) struct Figures {
    /// Answered with `users_unavailable` without asking anybody.
    pub(super) refused: IntCounter,
    peers: Vec<PeerFigures>,
    state: IntGaugeVec,
    transitions: IntCounterVec,
    healthy: IntGaugeVec,
    outstanding: IntGaugeVec,
}

struct PeerFigures {
    name: Box<str>,
    retries: IntCounter,
    /// By [`Told`].
    tries: [IntCounter; Told::EVERY.len()],
}

impl Figures {
    pub(super) fn new(peers: &Peers, registry: &Registry) -> Result<Self, prometheus::Error> {
        let gauge = |name, help, labels| IntGaugeVec::new(Opts::new(name, help), labels);
        let counter = |name, help, labels| IntCounterVec::new(Opts::new(name, help), labels);
        let tries = counter(
            "upstream_requests_total",
            "Questions to a peer, each try for itself.",
            &["peer", "result"],
        )?;
        let retries =
            counter("upstream_retries_total", "Questions to a peer that were asked again.", &["peer"])?;
        let refused = IntCounter::new(
            "upstream_refused_total",
            "Requests refused without a question, all circuit breakers being open.",
        )?;
        let state = gauge("circuit_breaker_state", "0 is closed, 1 half-open, 2 open.", &["peer"])?;
        let transitions =
            counter("circuit_breaker_transitions_total", "How often a state was entered.", &["peer", "to"])?;
        let healthy =
            gauge("upstream_healthy", "1 if the last look at a peer's health was good.", &["peer"])?;
        let outstanding = gauge("upstream_requests_in_flight", "Questions to a peer under way.", &["peer"])?;
        let collectors: [Box<dyn Collector>; 7] = [
            Box::new(tries.clone()),
            Box::new(retries.clone()),
            Box::new(refused.clone()),
            Box::new(state.clone()),
            Box::new(transitions.clone()),
            Box::new(healthy.clone()),
            Box::new(outstanding.clone()),
        ];
        for collector in collectors {
            registry.register(collector)?;
        }
        let peers = peers.urls().iter().map(|url| PeerFigures {
            name: url.clone(),
            retries: retries.with_label_values(&[url]),
            tries: Told::EVERY.map(|told| tries.with_label_values(&[url, told.label()])),
        });
        Ok(Self { refused, peers: peers.collect(), state, transitions, healthy, outstanding })
    }

    /// One try has ended.
    pub(super) fn tried(&self, peer: usize, told: Told) {
        if let Some(peer) = self.peers.get(peer) {
            peer.tries[told as usize].inc();
        }
    }

    /// One try has begun that is not the first.
    pub(super) fn retried(&self, peer: usize) {
        if let Some(peer) = self.peers.get(peer) {
            peer.retries.inc();
        }
    }

    /// Takes over what a scrape is to see of the peers.
    pub(super) fn show(&self, views: impl Iterator<Item = PeerView>) {
        let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        for (PeerFigures { name, .. }, view) in self.peers.iter().zip(views) {
            self.state.with_label_values(&[name]).set(view.state as i64);
            self.healthy.with_label_values(&[name]).set(i64::from(view.healthy));
            self.outstanding.with_label_values(&[name]).set(whole(view.outstanding));
            for state in BreakerState::EVERY {
                let counter = self.transitions.with_label_values(&[name, state.name()]);
                counter.inc_by(view.entered[state as usize].saturating_sub(counter.get()));
            }
        }
    }
}
