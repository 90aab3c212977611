//! `Balancer`: which peer is asked next.
//!
//! The one with the fewest calls under way, among those whose breaker lets a call through; between equals they take
//! turns. Peers that a health check found wanting come after all others, and after them no peer is left out: a check may
//! be mistaken, and to ask is better than to refuse. Of peers alike in health, those that this request has tried already
//! come last. A breaker that opens is how a peer is ejected by what calls show; the health checks see to the rest.
//!
//! Plain arithmetic on the time that it is given, as the breaker.

use std::time::Duration;

use tokio::time::Instant;

use super::breaker::{Breaker, BreakerRules, BreakerState, Outcome, Ticket};

/// Most peers of a list: as many as [`Tried`] can tell apart.
pub(super) const MOST_PEERS: usize = 64;

#[derive(Debug)]
pub(super) struct Balancer {
    peers: Vec<Peer>,
    /// Who comes first among equals.
    turn: usize,
}

#[derive(Debug)]
struct Peer {
    breaker: Breaker,
    healthy: bool,
    outstanding: usize,
}

/// The peers that a request has tried, a bit for each.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tried(u64);

impl Tried {
    pub(super) fn add(&mut self, peer: usize) {
        self.0 |= Self::bit(peer);
    }

    pub(super) fn has(self, peer: usize) -> bool {
        self.0 & Self::bit(peer) != 0
    }

    fn bit(peer: usize) -> u64 {
        u32::try_from(peer).ok().and_then(|peer| 1_u64.checked_shl(peer)).unwrap_or_default()
    }
}

/// A peer to be asked. To be given back by [`Balancer::settle`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen {
    pub(super) peer: usize,
    ticket: Ticket,
}

/// What there is to know of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PeerView {
    pub(super) state: BreakerState,
    /// How often each state was entered, by its number.
    pub(super) entered: [u64; 3],
    pub(super) healthy: bool,
    pub(super) outstanding: usize,
}

impl Balancer {
    /// Peers are told apart by their number, from 0.
    pub(super) fn new(peers: usize, rules: BreakerRules) -> Self {
        let peer = |_| Peer { breaker: Breaker::new(rules), healthy: true, outstanding: 0 };
        Self { peers: (0..peers).map(peer).collect(), turn: 0 }
    }

    /// Chooses a peer and counts the call as under way.
    ///
    /// # Errors
    /// How long it takes at least until a breaker lets a call through, if none does now.
    pub(super) fn choose(&mut self, tried: Tried, now: Instant) -> Result<Chosen, Duration> {
        let count = self.peers.len();
        let mut best = None;
        let mut shortest = Duration::MAX;
        for (number, peer) in self.peers.iter().enumerate() {
            if let Some(wait) = peer.breaker.wait(now) {
                shortest = shortest.min(wait);
                continue;
            }
            let place = (number + count - self.turn) % count;
            let rank = (!peer.healthy, tried.has(number), peer.outstanding, place);
            if best.is_none_or(|(lowest, _)| rank < lowest) {
                best = Some((rank, number));
            }
        }
        let (_, number) = best.ok_or(shortest)?;
        let peer = self.peers.get_mut(number).ok_or(shortest)?;
        let ticket = peer.breaker.admit(now).ok_or(shortest)?;
        peer.outstanding += 1;
        self.turn = (self.turn + 1) % count;
        Ok(Chosen { peer: number, ticket })
    }

    /// Learns how the call went.
    pub(super) fn settle(&mut self, chosen: Chosen, outcome: Outcome, now: Instant) {
        if let Some(peer) = self.peers.get_mut(chosen.peer) {
            peer.outstanding = peer.outstanding.saturating_sub(1);
            peer.breaker.settle(chosen.ticket, outcome, now);
        }
    }

    /// Learns what a health check found.
    pub(super) fn checked(&mut self, peer: usize, healthy: bool) {
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.healthy = healthy;
        }
    }

    pub(super) fn views(&self) -> impl Iterator<Item = PeerView> {
        self.peers.iter().map(|peer| PeerView {
            state: peer.breaker.state(),
            entered: peer.breaker.entered(),
            healthy: peer.healthy,
            outstanding: peer.outstanding,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULES: BreakerRules =
        BreakerRules { failures: 2, window: Duration::from_secs(10), pause: Duration::from_secs(2) };

    fn choose(balancer: &mut Balancer, now: Instant) -> usize {
        balancer.choose(Tried::default(), now).unwrap().peer
    }

    fn call(balancer: &mut Balancer, tried: Tried, outcome: Outcome, now: Instant) -> usize {
        let chosen = balancer.choose(tried, now).unwrap();
        balancer.settle(chosen, outcome, now);
        chosen.peer
    }

    #[test]
    fn equals_take_turns_and_the_busy_wait() {
        let now = Instant::now();
        let mut balancer = Balancer::new(3, RULES);
        let one_by_one: Vec<_> =
            (0..6).map(|_| call(&mut balancer, Tried::default(), Outcome::Success, now)).collect();
        assert_eq!(one_by_one, [0, 1, 2, 0, 1, 2]);
        // Peer 0 keeps three calls; the other two share what comes until they have as many.
        let kept: Vec<_> = (0..9)
            .map(|_| balancer.choose(Tried::default(), now).unwrap())
            .filter(|it| it.peer == 0)
            .collect();
        assert_eq!(kept.len(), 3);
        for chosen in &kept {
            balancer.settle(*chosen, Outcome::Success, now);
        }
        assert_eq!([0, 1, 2].map(|_| choose(&mut balancer, now)), [0, 0, 0]);
    }

    #[test]
    fn health_then_what_was_tried_then_load() {
        let now = Instant::now();
        let mut balancer = Balancer::new(3, RULES);
        balancer.checked(0, false);
        assert_eq!([0, 1, 2, 3].map(|_| choose(&mut balancer, now)), [1, 2, 2, 1]);
        let mut tried = Tried::default();
        tried.add(1);
        assert_eq!(balancer.choose(tried, now).unwrap().peer, 2);
        tried.add(2);
        // Tried but healthy comes before one that is not.
        assert_eq!(balancer.choose(tried, now).unwrap().peer, 1);
        balancer.checked(1, false);
        balancer.checked(2, false);
        assert_eq!(balancer.choose(tried, now).unwrap().peer, 0, "with nobody healthy all count");
    }

    #[test]
    fn who_fails_is_ejected_until_a_probe_succeeds() {
        let now = Instant::now();
        let mut balancer = Balancer::new(2, RULES);
        let fails = |peer| if peer == 0 { Outcome::Failure } else { Outcome::Success };
        for _ in 0..4 {
            let chosen = balancer.choose(Tried::default(), now).unwrap();
            balancer.settle(chosen, fails(chosen.peer), now);
        }
        assert_eq!(balancer.views().next().unwrap().state, BreakerState::Open);
        for _ in 0..10 {
            assert_eq!(call(&mut balancer, Tried::default(), Outcome::Success, now), 1);
        }
        let later = now + RULES.pause;
        let seen: Vec<_> =
            (0..4).map(|_| call(&mut balancer, Tried::default(), Outcome::Success, later)).collect();
        assert!(seen.contains(&0), "{seen:?}");
        assert_eq!(balancer.views().next().unwrap().state, BreakerState::Closed);
    }

    #[test]
    fn with_all_breakers_open_it_tells_the_shortest_wait() {
        let now = Instant::now();
        let mut balancer = Balancer::new(2, RULES);
        // Turns: 0 and 1, then 0 and 1 again, half a second later for peer 1.
        for (peer, ms) in [(0, 0), (1, 0), (0, 0), (1, 500)] {
            let now = now + Duration::from_millis(ms);
            assert_eq!(call(&mut balancer, Tried::default(), Outcome::Failure, now), peer);
        }
        let wait = balancer.choose(Tried::default(), now + Duration::from_millis(500)).unwrap_err();
        assert_eq!(wait, Duration::from_millis(1500));
        assert_eq!(Balancer::new(0, RULES).choose(Tried::default(), now).unwrap_err(), Duration::MAX);
    }

    #[test]
    fn tried_peers_are_told_apart() {
        let mut tried = Tried::default();
        tried.add(0);
        tried.add(MOST_PEERS - 1);
        tried.add(MOST_PEERS);
        assert_eq!((0..=MOST_PEERS).filter(|peer| tried.has(*peer)).collect::<Vec<_>>(), [0, MOST_PEERS - 1]);
    }

    proptest! {
        /// Whatever fails: as long as one breaker is closed somebody is asked, and never one whose breaker is open.
        #[test]
        fn somebody_is_asked_while_there_is_somebody(calls in prop::collection::vec((any::<u8>(), any::<u8>(), 0_u64..1500), 0..200)) {
            let mut now = Instant::now();
            let mut balancer = Balancer::new(4, RULES);
            for (failing, sick, ms) in calls {
                now += Duration::from_millis(ms);
                (0..4).for_each(|peer| balancer.checked(peer, sick >> peer & 1 == 0));
                let closed = balancer.views().any(|peer| peer.state == BreakerState::Closed);
                match balancer.choose(Tried::default(), now) {
                    Ok(chosen) => {
                        let state = balancer.views().nth(chosen.peer).unwrap().state;
                        prop_assert_ne!(state, BreakerState::Open);
                        let fails = failing >> chosen.peer & 1 == 1;
                        balancer.settle(chosen, if fails { Outcome::Failure } else { Outcome::Success }, now);
                    }
                    Err(wait) => {
                        prop_assert!(!closed && wait <= RULES.pause);
                    }
                }
            }
        }

        /// With nobody failing, no peer ever has two calls more than another that was free to take one.
        #[test]
        fn load_is_even_and_counted(peers in 1_usize..8, steps in prop::collection::vec(any::<Option<prop::sample::Index>>(), 0..200)) {
            let now = Instant::now();
            let mut balancer = Balancer::new(peers, RULES);
            let mut under_way: Vec<Chosen> = Vec::new();
            for step in steps {
                match step {
                    Some(which) if !under_way.is_empty() => {
                        let chosen = under_way.swap_remove(which.index(under_way.len()));
                        balancer.settle(chosen, Outcome::Success, now);
                    }
                    _ => {
                        let least = balancer.views().map(|peer| peer.outstanding).min().unwrap();
                        let chosen = balancer.choose(Tried::default(), now).unwrap();
                        let seen = balancer.views().nth(chosen.peer).unwrap().outstanding;
                        prop_assert_eq!(seen, least + 1);
                        under_way.push(chosen);
                    }
                }
                prop_assert_eq!(balancer.views().map(|peer| peer.outstanding).sum::<usize>(), under_way.len());
            }
        }
    }
}
