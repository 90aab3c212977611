//! `Warning`: a doubt about a run, as a value that names the fix.
//!
//! What it takes for one to be raised stands in `validity.rs`.

use crate::number;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// A doubt about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// The generator's CPU was the bottleneck.
    GeneratorSaturated {
        /// Seconds in which it, or one of its shards, used over 90 % of its cores.
        seconds: u64,
        /// Seconds in which it was measured.
        of: u64,
    },
    /// Users that were due did not arrive.
    ArrivalsMissed {
        /// Users that were due.
        scheduled: u64,
        /// Users that started, or were skipped because of `maxVusers`.
        achieved: u64,
    },
    /// Requests were sent late.
    LateArrivals {
        /// That percentile of the schedule lag, in microseconds.
        lag_us: u64,
        /// 99, or 50 where there are too few values for a 99th.
        #[serde(default = "ninety_nine")]
        percentile: u8,
    },
    /// Requests were sent late, compared with how fast they were answered.
    LagNearLatency {
        /// p99 of the schedule lag, in microseconds.
        lag_us: u64,
        /// p99 of the latency, in microseconds.
        latency_us: u64,
    },
    /// There are seconds in which nothing was done though users were due.
    StoodStill {
        /// How many.
        seconds: u64,
        /// The first of them, from 0.
        first: u64,
    },
    /// There was no free local port.
    PortsExhausted {
        /// How often.
        count: u64,
        /// Ports that each address has for a target; `None` where that is not known.
        #[serde(default)]
        ports: Option<u64>,
        /// Addresses that connections left from.
        #[serde(default)]
        addresses: u64,
        /// Connections that were closed and held their ports all the same.
        #[serde(default)]
        waiting: Option<u64>,
    },
    /// There was no free file descriptor.
    DescriptorsExhausted {
        /// How often.
        count: u64,
        /// How many the process may have; `None` where that is not known.
        #[serde(default)]
        limit: Option<u64>,
    },
    /// Arrivals started no user because of `maxVusers`.
    UsersSkipped {
        /// How many.
        count: u64,
        /// Users that were due.
        scheduled: u64,
    },
    /// The high percentiles stand on few values.
    TooFewSamples {
        /// Requests with a latency.
        count: u64,
    },
    /// Users came when others had ended, not by the clock.
    ClosedLoop {
        /// The most that ran at a time.
        users: u64,
    },
}

/// What a warning means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// The figures hold, with a reservation.
    Degraded,
    /// The figures do not show the target.
    Invalid,
}

/// What gives connections more descriptors.
pub(crate) const MORE_DESCRIPTORS: &str =
    "raise `ulimit -n` and its hard limit, or let users share connections (config.http.pool)";
/// What gives them more ports.
pub(crate) const MORE_PORTS: &str = "leave from more addresses (--local-addresses), let users share connections (config.http.pool), or \
     widen net.ipv4.ip_local_port_range; where many are closed and opened, net.ipv4.tcp_tw_reuse=1";

fn ninety_nine() -> u8 {
    99
}

impl Warning {
    /// What it means for the run.
    pub const fn severity(self) -> Severity {
        match self {
            Warning::GeneratorSaturated { .. }
            | Warning::ArrivalsMissed { .. }
            | Warning::LateArrivals { .. }
            | Warning::PortsExhausted { .. }
            | Warning::DescriptorsExhausted { .. } => Severity::Invalid,
            Warning::UsersSkipped { .. } | Warning::LagNearLatency { .. } | Warning::StoodStill { .. } => {
                Severity::Degraded
            }
            Warning::TooFewSamples { .. } | Warning::ClosedLoop { .. } => Severity::Note,
        }
    }

    /// What a person can do about it, one sentence without a full stop.
    pub const fn fix(self) -> &'static str {
        match self {
            Warning::GeneratorSaturated { .. } => {
                "run the generator on more cores (--shards), apart from the target, or offer less load"
            }
            Warning::ArrivalsMissed { .. }
            | Warning::LateArrivals { .. }
            | Warning::LagNearLatency { .. } => {
                "give the generator cores of its own, apart from the target's, or offer less load"
            }
            Warning::StoodStill { .. } => {
                "see what else the machine did then (swapping, a suspended process), and give the generator cores of its own"
            }
            Warning::PortsExhausted { .. } => MORE_PORTS,
            Warning::DescriptorsExhausted { .. } => MORE_DESCRIPTORS,
            Warning::UsersSkipped { .. } => {
                "raise maxVusers; if it is meant, the target is too slow for the load that was offered"
            }
            Warning::TooFewSamples { .. } => {
                "run longer or at a higher rate for percentiles that mean something"
            }
            Warning::ClosedLoop { .. } => {
                "offer a rate (arrivalRate, --rate) to see how long those wait who come anyway"
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |micros: u64| {
            number::measured(crate::statistic::millis(Duration::from_micros(micros)), number::Unit::Millis)
        };
        let count = number::count;
        match *self {
            Warning::GeneratorSaturated { seconds, of } => {
                write!(
                    f,
                    "over 90 % CPU in {} of {} seconds: the generator, or one of its threads, had no more to give",
                    count(seconds),
                    count(of)
                )
            }
            Warning::ArrivalsMissed { scheduled, achieved } => {
                write!(f, "only {} of {} users arrived that were due", count(achieved), count(scheduled))
            }
            Warning::LateArrivals { lag_us, percentile } => write!(
                f,
                "schedule lag p{percentile} {}, over the 10 ms that a valid run may have: the generator sent requests late",
                ms(lag_us)
            ),
            Warning::LagNearLatency { lag_us, latency_us } => write!(
                f,
                "schedule lag p99 {}, over a tenth of the latency's {}: the generator's own lateness shows in the figures",
                ms(lag_us),
                ms(latency_us)
            ),
            Warning::StoodStill { seconds, first } => write!(
                f,
                "stood still for {} s, first at {}: the generator recorded nothing while users were due",
                count(seconds),
                number::clock(first)
            ),
            Warning::PortsExhausted { count: times, ports, addresses, waiting } => {
                write!(f, "the generator ran out of local ports, {} times", count(times))?;
                match (ports, addresses) {
                    (None, _) => {}
                    (Some(ports), 0 | 1) => write!(f, ": there are {} for a target", count(ports))?,
                    (Some(ports), _) => {
                        write!(f, ": each of {} addresses has {}", count(addresses), count(ports))?;
                    }
                }
                match waiting {
                    None | Some(0) => Ok(()),
                    Some(1) => write!(f, "; one is still held by a closed connection (TIME_WAIT)"),
                    Some(waiting) => {
                        write!(f, "; {} are still held by closed connections (TIME_WAIT)", count(waiting))
                    }
                }
            }
            Warning::DescriptorsExhausted { count: times, limit } => {
                write!(f, "the generator ran out of file descriptors, {} times", count(times))?;
                limit.map_or(Ok(()), |limit| {
                    write!(f, ": all {} that it may have were open, connections and all else", count(limit))
                })
            }
            Warning::UsersSkipped { count: skipped, scheduled } => write!(
                f,
                "{} of {} arrivals started no user, because maxVusers were running",
                count(skipped),
                count(scheduled)
            ),
            Warning::TooFewSamples { count: samples } => {
                write!(f, "the percentiles stand on {} answers; a p99 needs at least 100", count(samples))
            }
            Warning::ClosedLoop { users } => write!(
                f,
                "the load was closed (up to {} {} at a time), so a target that slows down is asked less",
                count(users),
                if users == 1 { "user" } else { "users" }
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_first_for_windows_that_cut_the_rest() {
        let table = [
            (Warning::GeneratorSaturated { seconds: 5, of: 20 }, "over 90 % CPU in 5 of 20 seconds: "),
            (Warning::ArrivalsMissed { scheduled: 100, achieved: 97 }, "only 97 of 100 users arrived "),
            (Warning::LateArrivals { lag_us: 15_200, percentile: 99 }, "schedule lag p99 15.2 ms, over the "),
            (Warning::LagNearLatency { lag_us: 1230, latency_us: 4000 }, "schedule lag p99 1.23 ms, over a "),
            (Warning::StoodStill { seconds: 2, first: 42 }, "stood still for 2 s, first at 00:42: "),
            (Warning::UsersSkipped { count: 12, scheduled: 100 }, "12 of 100 arrivals started no user, "),
        ];
        for (warning, begin) in table {
            // A window of 40 columns, with the mark before it.
            assert!(warning.to_string().starts_with(begin) && begin.len() <= 37, "{warning}");
        }
    }
}
