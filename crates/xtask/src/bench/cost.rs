//! What a request costs the one who sends it.

use std::process::Command;
use std::time::Duration;

use super::Bench;
use super::place::Who;
use super::problem::Problem;
use super::table::median;

/// CPU of a generator for each request that the target says it served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cost {
    pub(crate) requests: u64,
    /// Requests per second from the generator's start to its end.
    pub(crate) rate: f64,
    /// µs per request.
    pub(crate) user: f64,
    /// µs per request.
    pub(crate) system: f64,
}

impl Cost {
    /// User and system time, µs per request.
    pub(crate) fn total(&self) -> f64 {
        self.user + self.system
    }

    /// The median of each figure. Nothing for no rounds.
    pub(crate) fn median(rounds: &[Cost]) -> Option<Cost> {
        let of = |figure: fn(&Cost) -> f64| median(&rounds.iter().map(figure).collect::<Vec<_>>());
        (!rounds.is_empty()).then(|| Cost {
            requests: of(|round| round.requests as f64) as u64,
            rate: of(|round| round.rate),
            user: of(|round| round.user),
            system: of(|round| round.system),
        })
    }
}

impl Bench {
    /// Runs a generator once against the target.
    pub(crate) fn cost(&self, command: Command, who: Who, limit: Duration) -> Result<Cost, Problem> {
        let before = self.target.served()?;
        let finished = self.run(command, who, limit)?;
        let requests = self.target.served()?.saturating_sub(before + self.target.own());
        if requests == 0 {
            return Err(Problem::NothingServed);
        }
        let each = requests as f64;
        Ok(Cost {
            requests,
            rate: each / finished.wall.as_secs_f64(),
            user: finished.user / each,
            system: finished.system / each,
        })
    }

    /// The median of as many rounds as the bench makes.
    pub(crate) fn costs(&self, command: impl Fn() -> Command, who: Who) -> Result<Cost, Problem> {
        let mut rounds = Vec::new();
        for _ in 0..self.options.pick(3, 1) {
            rounds.push(self.cost(command(), who, Bench::LIMIT)?);
        }
        Cost::median(&rounds).ok_or(Problem::NothingServed)
    }

    /// `loadgen quick` in a closed loop: so many users, each asking again when it is answered.
    pub(crate) fn closed(&self, users: u64, seconds: u64, shards: usize, rest: &[&str]) -> Command {
        let mut command = self.loadgen("quick");
        command.args(["-c", &users.to_string(), "-d", &format!("{seconds}s")]);
        command.args(["--shards", &shards.to_string()]).args(rest);
        self.spread(&mut command, users);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_has_a_median_of_its_own() {
        let cost = |requests, rate, user, system| Cost { requests, rate, user, system };
        let rounds = [cost(10, 3.0, 1.0, 6.0), cost(30, 1.0, 2.0, 4.0), cost(20, 2.0, 3.0, 5.0)];
        let median = Cost::median(&rounds).unwrap();
        assert_eq!(median, cost(20, 2.0, 2.0, 5.0));
        assert_eq!(median.total(), 7.0);
        assert_eq!(Cost::median(&[]), None);
    }
}
