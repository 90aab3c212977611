//! `--ui` of `run` and `quick`: the live page, where it is and how long it stays.

use super::load::{address, time};
use clap::Args;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::time::Duration;

const FLAG: &str = "--ui";

/// The live page: where it is and how long it stays.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct UiArgs {
    /// Show the run in a browser while it goes on, at http://ADDR: a port alone is one of 127.0.0.1, port 0 or nothing
    /// takes a free one; any address but loopback needs the token that is printed.
    #[arg(long, value_name = "ADDR", num_args = 0..=1, require_equals = true, default_missing_value = "0", value_parser = address)]
    pub(crate) ui: Option<SocketAddr>,
    /// How long the page stays after the run [default: until a browser has shown the final report; without a terminal,
    /// or with CI=true in the environment, only if one is connected].
    #[arg(long, value_name = "TIME", requires = "ui", allow_negative_numbers = true, value_parser = time)]
    pub(crate) ui_linger: Option<Duration>,
}

/// The command line with `--ui ADDR` as `--ui=ADDR`. What follows `--ui` and is no address is something else: in
/// `loadgen run --ui api.yml` the script, which clap alone would take for the address.
pub(crate) fn joined(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(mut word) = words.next() {
        if word == "--" {
            joined.push(word);
            break;
        }
        if word == FLAG
            && let Some(value) = words.next_if(|next| next.to_str().is_some_and(|next| address(next).is_ok()))
        {
            word.push("=");
            word.push(value);
        }
        joined.push(word);
    }
    joined.extend(words);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_after_the_flag_is_its_own_and_anything_else_is_not() {
        for (typed, means) in [
            ("run --ui api.yml", "run --ui api.yml"),
            ("run --ui 8089 api.yml", "run --ui=8089 api.yml"),
            ("run api.yml --ui 0.0.0.0:0 -q", "run api.yml --ui=0.0.0.0:0 -q"),
            ("run api.yml --ui", "run api.yml --ui"),
            ("run api.yml --ui -q", "run api.yml --ui -q"),
            ("run --ui=1 2", "run --ui=1 2"),
            ("quick --ui localhost:8080/users", "quick --ui localhost:8080/users"),
            ("run -- --ui 8089", "run -- --ui 8089"),
        ] {
            let words = joined(typed.split(' ').map(OsString::from));
            let words: Vec<_> = words.iter().map(|word| word.to_str().unwrap()).collect();
            assert_eq!(words.join(" "), means);
        }
    }
}
