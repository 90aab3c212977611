//! The closed loop: one seat, and the users that sit in it one after another.
//!
//! Each pass through a flow is a user of its own: a scenario drawn anew, variables, cookies and a connection of its
//! own. It is due when the one before it was done, so that what the generator takes in between shows as its lag.

use crate::seats::Seat;
use crate::shard::Shard;
use crate::transport::Transport;
use crate::user::{Start, User};
use loadgen_metrics::Moment;
use std::rc::Rc;

/// Bits of a pass's number that count the passes of its seat; the seat stands above them.
const PASS_BITS: u32 = 43;

/// Seats one user after another: whoever is due while the seat is open starts, however late the generator may be. The
/// last one ends by itself.
pub(crate) async fn occupy<T: Transport>(shard: Rc<Shard<T>>, seat: Seat) {
    let mut passes = 0;
    let mut free = Moment::START;
    for span in &seat.spans {
        shard.timer.sleep_until(span.from).await;
        free = free.max(span.from);
        while free < span.to && !shard.is_closing() {
            let start = Start { index: number(seat.index, passes), due: free, until: Some(span.to) };
            shard.count_pass();
            free = User::new(&shard, start).run().await;
            passes += 1;
            // Users that never wait must not hold up the shard's others.
            tokio::task::consume_budget().await;
        }
    }
}

/// The number of a seat's pass, which decides its random choices: the same whatever the number of shards, and never
/// that of an arrival.
fn number(seat: u64, pass: u64) -> u64 {
    1 << 63 | seat << PASS_BITS | pass & ((1 << PASS_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadgen_scenario::plan::MOST_USERS;

    #[test]
    fn no_two_passes_have_the_same_number() {
        let numbers = [
            number(0, 0),
            number(0, 1),
            number(1, 0),
            number(1, 1),
            number(MOST_USERS - 1, 0),
            number(MOST_USERS - 1, 1),
        ];
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:x?}");
        // Arrivals have numbers below all of them.
        assert!(numbers[0] >= 1 << 63);
    }
}
