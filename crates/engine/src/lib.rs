//! A plan gives arrivals, arrivals start virtual users, users give samples, samples fill a recorder.
//!
//! Thread per core and nothing shared: each shard is one thread with a runtime of its own, its users, connections and
//! recorder. Once a second each shard hands over a snapshot; the supervisor adds them up and passes them on. This
//! crate prints nothing, reads no file and knows no threshold.

pub mod arrivals;
mod attend;
mod body;
mod capture;
pub mod clock;
mod closed;
mod cookies;
mod decode;
mod dry;
mod hook;
mod lines;
mod message;
mod poisson;
mod redirect;
pub mod seats;
mod session;
mod shard;
mod spans;
mod step;
mod stop;
mod supervisor;
mod trace;
pub mod transport;
mod user;

pub use dry::{DryError, Part, Played, Sight, dry};
pub use hook::{HookError, after, before};
pub use session::Inherited;
pub use spans::{Span, SpanReceiver, Spans, UserEnd, What, spans};
pub use stop::{Stop, Urgency};
pub use supervisor::{Ending, Event, Options, RunError, run, run_from, run_here, shard_count};
